"""Answer cards: short answers to the questions that recur, as data (`cards.yml`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from knowledge.citation import Citation
from knowledge.data_files import read_yaml
from knowledge.errors import KnowledgeError, MeasureError
from knowledge.measure import DEFAULT_FOLDER, Measure

Reason = Literal[
    "not_in_measure", "no_such_clause", "upper_law", "prediction", "not_a_question", "abuse", "personal_data"
]
"""Why a question is not answered."""


_GAP = 8
"""Characters that … stands for, at most."""
_LONGEST = 40
"""Characters of the longest question that words tell: a longer one tells a story, or asks several things."""


@dataclass(frozen=True, slots=True)
class Words:
    """Words by which a question is known as a card's, though it is none of its phrases.

    Attributes:
        groups: of each group a question has at least one.
        none: it has none of these; they make it another question.
    """

    groups: tuple[tuple[str, ...], ...]
    none: tuple[str, ...] = ()

    @classmethod
    def parse(cls, written: Sequence[str]) -> Words:
        """Read 副局长|副职, 算|能, '!秘书长|分管': alternatives, the last group what must not be there."""
        groups = tuple(tuple(group.split("|")) for group in written if not group.startswith("!"))
        none = tuple(word for group in written if group.startswith("!") for word in group[1:].split("|"))
        return cls(groups, none)

    def fit(self, plain: str) -> bool:
        """Whether a question, in lower case and without spaces, has them."""
        return (
            len(plain) <= _LONGEST
            and all(any(_stands_in(word, plain) for word in group) for group in self.groups)
            and not self.exclude(plain)
        )

    def exclude(self, plain: str) -> bool:
        """Whether a question has a word that makes it another."""
        return any(_stands_in(word, plain) for word in self.none)


def _stands_in(words: str, text: str) -> bool:
    first, *rest = words.split("…")
    at = text.find(first)
    while at >= 0:
        if _goes_on(rest, text, at + len(first)):
            return True
        at = text.find(first, at + 1)
    return False


def _goes_on(words: Sequence[str], text: str, end: int) -> bool:
    """Whether words follow each other from a place on, each within a gap of the one before."""
    for word in words:
        at = text.find(word, end, end + _GAP + len(word))
        if at < 0:
            return False
        end = at + len(word)
    return True


@dataclass(frozen=True, slots=True)
class Card:
    """One card.

    Attributes:
        id: its name.
        ask: ways to ask it.
        answer: the short answer.
        basis: 办法, 上位法 or 两者都没写.
        cites: places in the measure.
        law: places in law above it, with the text that is known: 行政诉讼法第六十七条第一款（2017-06-27文本）.
        never: what must not be said.
        reason: what kind of "no" it is where the measure does not answer; None where it does.
        words: what else its questions are known by; None where that is not sure enough.
    """

    id: str
    ask: tuple[str, ...]
    answer: str
    basis: str
    cites: tuple[Citation, ...]
    law: tuple[str, ...]
    never: tuple[str, ...]
    reason: Reason | None
    words: Words | None = None


def load_cards(measure: Measure, folder: Path | None = None) -> tuple[Card, ...]:
    """Read a measure's `cards.yml`; the names of laws come from `upper_laws.yml`.

    Raises:
        MeasureError: a file is missing or malformed, or names a place or law that does not exist.
    """
    folder = folder or DEFAULT_FOLDER
    path = folder / "cards.yml"
    try:
        laws = read_yaml(folder / "upper_laws.yml")
        return tuple(_card(row, laws, measure) for row in read_yaml(path)["cards"])
    except KnowledgeError as error:
        raise MeasureError(f"答案卡片文件{path.name}有误：{error}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError, KeyError, TypeError) as error:
        raise MeasureError(f"读不到答案卡片文件{path.name}或格式不对，请恢复原文件或重新安装本程序。") from error


def load_titles(folder: Path | None = None) -> dict[str, str]:
    """The titles of the texts in a measure's `upper_laws.yml` that go by a number: 法释〔2018〕1号.

    Raises:
        MeasureError: the file is missing or malformed.
    """
    path = (folder or DEFAULT_FOLDER) / "upper_laws.yml"
    try:
        return {str(law["name"]): str(law["title"]) for law in read_yaml(path).values() if "title" in law}
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError, KeyError, TypeError) as error:
        raise MeasureError(f"读不到上位法名称文件{path.name}或格式不对，请恢复原文件或重新安装本程序。") from error


def _card(row: Mapping[str, Any], laws: Mapping[str, Mapping[str, Any]], measure: Measure) -> Card:
    cites = tuple(Citation.parse(str(ref)) for ref in row.get("cites") or ())
    for place in cites:
        measure.clause(place)
    return Card(
        id=str(row["id"]),
        ask=tuple(map(str, row["ask"])),
        answer=str(row["answer"]),
        basis=str(row["basis"]),
        cites=cites,
        law=tuple(_law(str(ref), laws) for ref in row.get("law") or ()),
        never=tuple(map(str, row.get("never") or ())),
        reason=row.get("reason"),
        words=Words.parse(list(map(str, row["words"]))) if "words" in row else None,
    )


def _law(ref: str, laws: Mapping[str, Mapping[str, Any]]) -> str:
    name, _, place = ref.partition(" ")
    law = laws[name]
    known = f"{law['day']}文本" if "day" in law else law["text_known"]
    return f"{law['name']}{Citation.parse(place)}（{known}）"
