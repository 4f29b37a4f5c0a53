"""The texts a question is compared with: clauses, the ways people ask about each, what the measure does not say.

`aliases.yml` and `cards.yml` are written from the measure and from spoken habit; `asked/*.jsonl` are questions as
different people would type them, each with the articles that answer it or, where none does, what kind it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from knowledge.citation import Citation
from knowledge.data_files import read_yaml
from knowledge.errors import KnowledgeError, MeasureError
from knowledge.measure import DEFAULT_FOLDER, Measure
from knowledge.search.cards import Card

SILENT = ("oos_near", "upper", "oos_far", "prediction", "chat", "abuse", "injection", "personal")
"""Kinds of texts that the measure does not answer, in the order of their classes after the articles."""

_OF_REASON = {"upper_law": "upper", "prediction": "prediction", "not_in_measure": "oos_near"}
_SHORT = 16
"""Characters up to which a question that follows another is read together with it."""


@dataclass(frozen=True, slots=True)
class Aliases:
    """What people ask about each place, and about what the measure does not say."""

    asked: Mapping[Citation, tuple[str, ...]]
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A text to find a place by.

    Attributes:
        text: its words.
        place: the place that answers; None for what the measure does not say.
        kind: where `place` is None, one of `SILENT`; else empty.
        also: further articles that answer.
        card: the card whose phrase it is.
        source: `measure`, `aliases`, `cards`, or the name of a file of questions.
    """

    text: str
    place: Citation | None
    kind: str = ""
    also: tuple[int, ...] = ()
    card: str = ""
    source: str = "measure"


def load_aliases(measure: Measure, folder: Path | None = None) -> Aliases:
    """Read ``aliases.yml`` beside the measure's text.

    Args:
        measure: the measure whose places the file names.
        folder: the measure's folder; the bundled one by default.

    Raises:
        MeasureError: if the file is missing, unreadable, or names a place that the measure does not have.
    """
    path = (folder or DEFAULT_FOLDER) / "aliases.yml"
    try:
        data = read_yaml(path)
        asked = {Citation.parse(str(ref)): tuple(map(str, said)) for ref, said in data["asked"].items()}
        for place in asked:
            measure.clause(place)
        return Aliases(asked, tuple(map(str, data.get("silent") or ())))
    except KnowledgeError as error:
        raise MeasureError(f"问法文件{path}有误：{error}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError, KeyError, TypeError) as error:
        raise MeasureError(f"读不到问法文件{path}或格式不对，请恢复原文件或重新安装本程序。") from error


def joined(question: str, before: Sequence[str]) -> str:
    """A question as it is compared: a short one with the question it follows."""
    return f"{before[-1]}。{question}" if before and len(question) < _SHORT else question


def all_texts(measure: Measure, aliases: Aliases, cards: Iterable[Card], folder: Path | None = None) -> list[Text]:
    """Every text, in a fixed order."""
    return [*_clauses(measure), *_aliases(measure, aliases), *_cards(cards), *_asked(measure, folder)]


def texts_hash(texts: Iterable[Text]) -> str:
    """A hash of all that a model is trained on."""
    rows = (f"{it.text}\t{it.place.ref if it.place else it.kind}\t{it.also}\t{it.card}" for it in texts)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def _clauses(measure: Measure) -> Iterator[Text]:
    for clause in measure.clauses:
        yield Text((clause.lead or "") + clause.text, clause.citation)
    for article in range(1, measure.articles + 1):
        yield Text(measure.article_text(article), Citation(article))


def _aliases(measure: Measure, aliases: Aliases) -> Iterator[Text]:
    for place, asked in aliases.asked.items():
        citation = measure.clause(place).citation
        yield from (Text(said, citation, source="aliases") for said in asked)
    yield from (Text(said, None, "oos_near", source="aliases") for said in aliases.silent)


def _cards(cards: Iterable[Card]) -> Iterator[Text]:
    for card in cards:
        for said in card.ask:
            if card.reason is None:
                also = tuple(place.article for place in card.cites[1:])
                yield Text(said, card.cites[0], also=also, card=card.id, source="cards")
            else:
                yield Text(said, None, _OF_REASON[card.reason], card=card.id, source="cards")


def _asked(measure: Measure, folder: Path | None) -> Iterator[Text]:
    @cache
    def place_of(item: str) -> Citation:
        return measure.clause(Citation.parse(item)).citation

    for path in sorted(((folder or DEFAULT_FOLDER) / "asked").glob("*.jsonl")):
        person, lines = path.stem, path.read_text(encoding="utf-8").splitlines()
        for row in json.loads(f"[{','.join(lines)}]"):  # at once: a look-up reads thousands of lines at its start
            said, gold = joined(row["q"], row.get("history") or []), row["gold"]
            if not gold:
                yield Text(said, None, row["kind"], source=person)
                continue
            item = place_of(row["item"]) if row.get("item") else None
            place = item if item and item.article == gold[0] else Citation(gold[0])
            yield Text(said, place, also=tuple(gold[1:]), source=person)
