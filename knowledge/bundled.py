"""The bundled measure, ready to use. Nothing is loaded before it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from knowledge.measure import load_measure

if TYPE_CHECKING:
    from knowledge.decide import Decider
    from knowledge.search import Searcher


def load_decider() -> Decider:
    """The bundled measure's decider.

    Raises:
        KnowledgeError: one of the measure's files cannot be used.
    """
    from knowledge.deadlines import load_deadlines
    from knowledge.decide import Decider
    from knowledge.table import load_table
    from knowledge.units import load_units

    return Decider(load_measure(), load_table(), load_units(), load_deadlines())


def load_searcher() -> Searcher:
    """The bundled measure's clause look-up.

    Raises:
        KnowledgeError: one of the measure's files cannot be used.
    """
    from concurrent.futures import ThreadPoolExecutor

    from knowledge.encoder import load_encoder
    from knowledge.search import Searcher, load_aliases, load_cards, load_model
    from knowledge.search.texts import all_texts, texts_hash

    with ThreadPoolExecutor(1) as beside:
        encoder = beside.submit(load_encoder, threads=2)  # half of the start, and little of it is Python
        measure = load_measure()
        cards = load_cards(measure)
        texts = all_texts(measure, load_aliases(measure), cards)
        model = load_model(texts_hash(texts), encoder.result)
    return Searcher(measure, texts, cards, model)
