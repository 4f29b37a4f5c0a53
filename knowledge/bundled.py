"""The bundled measure, ready to use. Nothing is loaded before it is asked for."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from knowledge.measure import load_measure

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from pathlib import Path

    from knowledge.decide import Decider
    from knowledge.encoder import Encoder
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


@cache
def begin_loading_encoder() -> Future[Encoder]:
    """Begin to load the bundled encoder in a thread: half of look-up's start, and little of it is Python.

    Returns:
        The encoder to come, one for the whole process: it holds no state.
    """
    from concurrent.futures import ThreadPoolExecutor

    def load() -> Encoder:
        from knowledge.encoder import load_encoder

        return load_encoder(threads=2)

    beside = ThreadPoolExecutor(1)
    coming = beside.submit(load)
    beside.shutdown(wait=False)
    return coming


def load_searcher() -> Searcher:
    """The bundled measure's clause look-up.

    Raises:
        KnowledgeError: one of the measure's files cannot be used.
    """
    encoder = begin_loading_encoder()

    from knowledge.search import Searcher, load_aliases, load_cards, load_model, load_readings
    from knowledge.search.texts import all_texts, texts_hash

    measure = load_measure()
    cards = load_cards(measure)
    texts = all_texts(measure, load_aliases(measure), cards)
    model = load_model(texts_hash(texts), encoder.result)
    return Searcher(measure, texts, cards, model, load_readings(measure, cards))


def load_searcher_by(encoder: str, kept: Path, tell: Callable[[str], None], folder: Path | None = None) -> Searcher:
    """A measure's clause look-up by another encoder than the bundled one, trained where that was not done yet.

    Args:
        encoder: a name or folder, as `load_encoder` takes it.
        kept: the folder for what is trained.
        tell: is told what training does, a line at a time.
        folder: the measure's folder; the bundled one by default.

    Raises:
        KnowledgeError: the encoder or one of the measure's files cannot be used, or nothing can be trained or kept.
    """
    from knowledge.encoder import load_encoder
    from knowledge.search import Searcher, load_aliases, load_cards, load_readings
    from knowledge.search.texts import all_texts
    from knowledge.search.training import kept_model

    measure = load_measure(folder)
    cards = load_cards(measure, folder)
    texts = all_texts(measure, load_aliases(measure, folder), cards, folder)
    model = kept_model(measure.articles, texts, load_encoder(encoder, threads=2), kept, tell)
    return Searcher(measure, texts, cards, model, load_readings(measure, cards, folder))
