"""How short questions are read where nearness misleads: `readings.yml`, written by people.

The items of 第十一条 differ by who is sued, who reported and what a review decided, not by their other words; so 谁承办
is read by these. A question that follows another may put one word for another of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.citation import Citation
from knowledge.data_files import read_yaml
from knowledge.errors import KnowledgeError, MeasureError
from knowledge.measure import DEFAULT_FOLDER, Measure
from knowledge.search.cards import Card, Words

_PARTICLES = re.compile(r"[\s，。？！,.?!；;]+$|(?:呢|啊|呀|吧|了|嘞|的)+$")
_LEADS = re.compile(r"^(?:那么|那|如果|要是|假如|换成|换|改成|还有|另外|是|，)+")
_ENDS = re.compile(r"(?:[呢嘞啊呀了？?，。\s]|咋办|咋弄|怎么办|会怎样|会怎么样)+$")
_DENIED = re.compile(r"^(?:[不没未](?!是|作为|予|受理|履职|履行[法职])|拖着|拒不|逾期|超期|过期|晚)")
_ASKING = re.compile(
    r"(?:要在|应在|得在|在|最晚|最迟|应该|应当|要|该|得|由)?(?:谁|哪|几[天个月]|多久|多长|多少|什么|怎么|咋|啥|如何|何时|要不要|能不能|可不可以|是不是).*|(?:必须|应当|可以|能|要|得)[^，]*吗$"
)
_LONGEST_DENIED = 8
"""Characters of a follow-up that but denies what was asked: 不回呢."""
_ADDED = 2
"""Characters that may stand beside the word that is put for another: 法规科长."""
_OUTCOME = "会怎样"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a question is read as.

    Attributes:
        places: what answers, first to last; empty where the measure does not.
        card: the card that goes with it.
        says: what to tell beside the clauses.
    """

    places: tuple[Citation, ...]
    card: Card | None = None
    says: str | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    """One way of asking: by words, or by a pattern of the whole question."""

    reading: Reading
    when: Words | None
    only: re.Pattern[str] | None

    def fit(self, plain: str) -> bool:
        if self.only:
            return self.only.fullmatch(_bare(plain)) is not None
        return self.when is not None and self.when.fit(plain)


@dataclass(frozen=True, slots=True)
class _Part:
    """What is asked, with the cases that it is told apart by."""

    asks: Words
    cases: tuple[_Case, ...]


@dataclass(frozen=True, slots=True)
class Readings:
    """A measure's readings.

    Attributes:
        parts: by what is asked; each with its cases, of which the first that fits counts.
        kinds: words of one kind, of which one may stand for another.
    """

    parts: tuple[_Part, ...]
    kinds: tuple[tuple[str, ...], ...]

    def read(self, question: str) -> Reading | None:
        """What a question is read as; None where none of the readings fits."""
        plain = "".join(question.lower().split())
        for part in self.parts:
            if part.asks.fit(plain):
                for case in part.cases:
                    if case.fit(plain):
                        return case.reading
        return None

    def instead(self, question: str, before: str) -> str | None:
        """A question that follows another, written out by the one before.

        副局长能去吗, 科长呢 → 科长能去吗; 司法建议多久回复, 不回呢 → 司法建议不回会怎样.

        Returns:
            None where it puts no word for another and denies nothing.
        """
        said = _ENDS.sub("", _LEADS.sub("", question.strip()))
        if _DENIED.search(said) and len(said) <= _LONGEST_DENIED:
            topic = _ASKING.sub("", before).rstrip("，。？?") or self._subject(before)
            return f"{topic}{said}{'' if _ASKING.search(said) else _OUTCOME}" if topic else None
        for kind in self.kinds:
            mine = max((word for word in kind if word in said), key=len, default="")
            theirs = min(
                (word for word in kind if word in before), key=lambda it: (before.find(it), -len(it)), default=""
            )
            beside = said.replace(mine, "", 1) if mine else ""
            if not mine or not theirs or mine == theirs:
                continue
            if all(mark in before for mark in beside):
                return before.replace(theirs, mine)
            if len(beside) <= _ADDED:
                return before.replace(theirs, said)
        return None

    def _subject(self, question: str) -> str:
        """The longest word of a kind that a question has: what it is about where its asking says no more."""
        return max((word for kind in self.kinds for word in kind if word in question), key=len, default="")


def load_readings(measure: Measure, cards: Sequence[Card], folder: Path | None = None) -> Readings:
    """Read ``readings.yml`` beside a measure's text.

    Args:
        measure: the measure whose places the file names.
        cards: its cards.
        folder: the measure's folder; the bundled one by default.

    Raises:
        MeasureError: the file is missing or malformed, or names a place or a card that does not exist.
    """
    path = (folder or DEFAULT_FOLDER) / "readings.yml"
    held = {card.id: card for card in cards}
    try:
        data = read_yaml(path)
        parts = tuple(_part(row, measure, held) for row in data["readings"])
        return Readings(parts, tuple(tuple(map(str, kind)) for kind in data["kinds"]))
    except KnowledgeError as error:
        raise MeasureError(f"问法读法文件{path.name}有误：{error}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError, KeyError, TypeError, re.error) as error:
        raise MeasureError(f"读不到问法读法文件{path.name}或格式不对，请恢复原文件或重新安装本程序。") from error


def _part(row: Mapping[str, Any], measure: Measure, cards: Mapping[str, Card]) -> _Part:
    other = f"!{row['not']}" if row.get("not") else "!"
    asks = Words.parse([str(row["asks"]), *([other] if len(other) > 1 else [])])
    return _Part(asks, tuple(_case(case, measure, cards) for case in row["cases"]))


def _case(row: Mapping[str, Any], measure: Measure, cards: Mapping[str, Card]) -> _Case:
    places = tuple(Citation.parse(str(ref)) for ref in row.get("places") or ())
    for place in places:
        measure.clause(place)
    reading = Reading(places, cards[str(row["card"])] if "card" in row else None, row.get("says"))
    return _Case(
        reading,
        Words.parse(list(map(str, row["when"]))) if "when" in row else None,
        re.compile(str(row["only"])) if "only" in row else None,
    )


def _bare(plain: str) -> str:
    """A question without the particles at its end."""
    while (shorter := _PARTICLES.sub("", plain)) != plain:
        plain = shorter
    return plain
