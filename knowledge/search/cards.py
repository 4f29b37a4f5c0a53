"""Answer cards: short answers to the questions that recur, as data (`cards.yml`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from knowledge.citation import Citation
from knowledge.errors import KnowledgeError, MeasureError
from knowledge.measure import DEFAULT_FOLDER, Measure

Reason = Literal[
    "not_in_measure", "no_such_clause", "upper_law", "prediction", "not_a_question", "abuse", "personal_data"
]
"""Why a question is not answered."""


@dataclass(frozen=True, slots=True)
class Card:
    """One card.

    Attributes:
        id: its name.
        ask: ways to ask it.
        answer: the short answer.
        basis: 办法, 上位法 or 两者都没写.
        cites: places in the measure.
        law: places in law above it, with the version of the text known: 行政诉讼法第六十七条第一款（2017年修正）.
        never: what must not be said.
        reason: what kind of "no" it is where the measure does not answer; None where it does.
    """

    id: str
    ask: tuple[str, ...]
    answer: str
    basis: str
    cites: tuple[Citation, ...]
    law: tuple[str, ...]
    never: tuple[str, ...]
    reason: Reason | None


def load_cards(measure: Measure, folder: Path | None = None) -> tuple[Card, ...]:
    """Read a measure's `cards.yml`; the names of laws come from `upper_laws.yml`.

    Raises:
        MeasureError: a file is missing or malformed, or names a place or law that does not exist.
    """
    folder = folder or DEFAULT_FOLDER
    path = folder / "cards.yml"
    try:
        laws = _yaml(folder / "upper_laws.yml")
        return tuple(_card(row, laws, measure) for row in _yaml(path)["cards"])
    except KnowledgeError as error:
        raise MeasureError(f"答案卡片文件{path.name}有误：{error}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError, KeyError, TypeError) as error:
        raise MeasureError(f"读不到答案卡片文件{path.name}或格式不对，请恢复原文件或重新安装本程序。") from error


def _yaml(path: Path) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - a safe one
    return data


def _card(row: Mapping[str, Any], laws: Mapping[str, Mapping[str, str]], measure: Measure) -> Card:
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
    )


def _law(ref: str, laws: Mapping[str, Mapping[str, str]]) -> str:
    name, _, place = ref.partition(" ")
    return f"{laws[name]['name']}{Citation.parse(place)}（{laws[name]['text_known']}）"
