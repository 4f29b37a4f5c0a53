"""Labelled cases: a story, the answers of somebody who knows it, and what would be right."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.errors import InputError
from knowledge.case import FactError
from knowledge.dates import DateError
from knowledge.decide import Decider

_FOLLOWS = ("unit", "implied")


@dataclass(frozen=True, slots=True)
class Scenario:
    """A labelled case.

    Attributes:
        id: its name in the file.
        rows: the rows of the law's logic that it is about.
        story: the case as an official would tell it.
        answers: what somebody who knows the case answers: a choice's id, a name or a date, by fact.
        known: these, and the choices that follow from them: two defendants of which one reviewed tell whose act it was.
        status: what is right: `determined`, `undetermined`, `out_of_scope`; `partial` where only a part is decided.
        unit: the handling unit that is right, in words; None where none may or need be named.
        cites: clauses that an answer rests on, in words.
    """

    id: str
    rows: tuple[str, ...]
    story: str
    answers: Mapping[str, str]
    known: Mapping[str, str]
    status: str
    unit: str | None
    cites: tuple[str, ...]

    @property
    def seeks_unit(self) -> bool:
        """Whether it asks who handles the case, rather than something about the measure."""
        return bool(self.answers) and self.answers.get("matter", "handling") == "handling"

    @property
    def is_district(self) -> bool:
        """Whether a unit of it is a district's."""
        return any("区" in value for value in self.answers.values())


def read_scenarios(text: str, decider: Decider, today: date) -> tuple[Scenario, ...]:
    """Read JSON lines `{id, row, facts, answers, expected: {status, handling_unit, citations}}`.

    Args:
        text: the file.
        decider: for the facts and choices that answers may name, and what follows from them.
        today: the day to judge by where a case has no date of its own.

    Raises:
        InputError: a line is none of these.
        FactError, DateError: answers name what the table does not have, or contradict each other.
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    found = tuple(_scenario(line, number, decider, today) for number, line in lines)
    if not found:
        raise InputError("文件里没有案例。请给出每行一个案例的文件。")
    return found


def _scenario(line: str, number: int, decider: Decider, today: date) -> Scenario:
    try:
        data: Mapping[str, Any] = json.loads(line)
        expected: Mapping[str, Any] = data["expected"]
        row = data.get("row") or "—"
        answers = {str(fact): str(value) for fact, value in data["answers"].items()}
        case = decider.reader.read(answers, today)
        return Scenario(
            id=str(data["id"]),
            rows=(row,) if isinstance(row, str) else tuple(map(str, row)),
            story=str(data["facts"]),
            answers=answers,
            known={**{it: case.choices[it] for it, how in case.sources.items() if how in _FOLLOWS}, **answers},
            status=str(expected["status"]),
            unit=expected.get("handling_unit"),
            cites=tuple(map(str, expected.get("citations") or ())),
        )
    except (FactError, DateError):
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(
            f"第{number}行不是案例：要有 id、facts、answers 和 expected（status、handling_unit）。请改正后重试。"
        ) from error
