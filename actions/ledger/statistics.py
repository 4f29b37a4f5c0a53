"""Statistics of cases: what `statistics.yml` says is counted, counted, each number with how it was counted beside it.

No number is made up: a case of which too little is known is counted nowhere, and named with what is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from actions.cases.case import Case
from actions.ledger.counting import COUNTS, Counted, Scope
from actions.ledger.period import Period
from knowledge.data_files import read_yaml
from knowledge.units import Units

Kind = Literal["rate", "count", "parts", "none"]

NO_CASES = "没有案件"
NOT_KEPT = "没有记录"

_FILE = Path(__file__).parent / "statistics.yml"


@dataclass(frozen=True, slots=True)
class Definition:
    """A row of `statistics.yml`.

    Attributes:
        id: Its name in code.
        group: What it belongs to, in words.
        name: What an official calls it.
        kind: A rate, a count, a count by kinds, or nothing that the desk keeps.
        of: What is counted: 件, 次, 份.
        numerator: Of a rate, in words; empty otherwise.
        denominator: Likewise.
        how: 口径: what counts, for which period, what is left out.
        law: Places of higher law that the way of counting leans on.
        empty: What to say where there is nothing to count.
    """

    id: str
    group: str
    name: str
    kind: Kind
    of: str
    numerator: str
    denominator: str
    how: str
    law: tuple[str, ...]
    empty: str

    @property
    def counted(self) -> str:
        """How it is counted, whole, as it is printed beside the number."""
        formula = f"{self.numerator}÷{self.denominator}。" if self.kind == "rate" else ""
        return f"{formula}{self.how}" + (f"参考：{'、'.join(self.law)}。" if self.law else "")


@dataclass(frozen=True, slots=True)
class Definitions:
    """The whole file: who settles how to count, and the statistics in order."""

    basis: str
    rows: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class Statistic:
    """One statistic of one period.

    Attributes:
        definition: What it is.
        items: Each thing counted: its case, and whether it is in the numerator; of a count all are.
        parts: Of a count by kinds: the kinds in order, each with its number.
    """

    definition: Definition
    items: tuple[tuple[int, bool], ...] = ()
    parts: tuple[tuple[str, int], ...] = ()

    @property
    def total(self) -> int:
        """The denominator of a rate; of a count, the count."""
        return len(self.items)

    @property
    def met(self) -> int:
        """The numerator."""
        return sum(met for _, met in self.items)

    @property
    def share(self) -> float | None:
        """A rate from 0 to 1; None where it is none, or where there is nothing to count."""
        return self.met / self.total if self.definition.kind == "rate" and self.items else None

    @property
    def unmet(self) -> tuple[int, ...]:
        """The cases that are in the denominator of a rate and not in the numerator, each once."""
        return tuple(dict.fromkeys(case for case, met in self.items if not met))

    @property
    def value(self) -> str:
        """What an official reads: 80.0%（4/5件）, 12件, 撤销1件，撤诉2件."""
        it = self.definition
        if it.kind == "none":
            return NOT_KEPT
        if it.kind == "count":
            return f"{self.total}{it.of}"
        if it.kind == "parts":
            return "，".join(f"{name}{number}{it.of}" for name, number in self.parts) or it.empty
        return it.empty if self.share is None else f"{self.share:.1%}（{self.met}/{self.total}{it.of}）"


@dataclass(frozen=True, slots=True)
class Gap:
    """What is not known of a case, so that it could not be counted.

    Attributes:
        case: Its number.
        court_number: 案号; may be empty.
        what: What is missing.
        left_out_of: The names of the statistics that do not count it for that.
    """

    case: int
    court_number: str
    what: str
    left_out_of: tuple[str, ...]

    def __str__(self) -> str:
        """A line of the list of what is to be added."""
        number = f"，案号{self.court_number}" if self.court_number else ""
        return f"第{self.case}号案件{number}：{self.what}，没有计入{'、'.join(self.left_out_of)}。"


@dataclass(frozen=True, slots=True)
class Statistics:
    """All statistics of a period.

    Attributes:
        period: The period.
        as_of: The day on which they were counted.
        rows: In the order of the file.
        gaps: What is to be added, by case.
    """

    period: Period
    as_of: date
    rows: tuple[Statistic, ...]
    gaps: tuple[Gap, ...]

    def __getitem__(self, name: str) -> Statistic:
        """The statistic with that id."""
        return next(it for it in self.rows if it.definition.id == name)


@cache
def load_definitions() -> Definitions:
    """Read the bundled file."""
    data = read_yaml(_FILE)
    return Definitions(data["basis"], tuple(_definition(row, data["groups"]) for row in data["statistics"]))


def statistics_of(cases: Iterable[Case], period: Period, *, units: Units, today: date) -> Statistics:
    """Count a period's cases.

    Args:
        cases: All that are to be counted, whenever they came: a hearing of this year may be of last year's case.
        period: The period; what lies in it is told by each statistic's own 口径.
        units: What level a defendant is of.
        today: Until when is counted: a deadline that has not run out yet is neither kept nor missed.
    """
    scope = Scope(tuple(it for it in cases if it.stage != "withdrawn"), period, units, today)
    rows, missing = [], []
    for it in load_definitions().rows:
        found = COUNTS[it.id](scope) if it.kind != "none" else Counted()
        rows.append(Statistic(it, tuple(found.items), tuple(found.parts)))
        missing += [(case, what, it.name) for case, what in found.gaps]
    return Statistics(period, today, tuple(rows), _gaps(scope.cases, missing))


def _gaps(cases: Iterable[Case], missing: Iterable[tuple[Case, str, str]]) -> tuple[Gap, ...]:
    """What is missing, each thing once with all the statistics that miss it, in the order of the cases' numbers."""
    names: dict[tuple[int, str], list[str]] = {}
    for case, what, name in missing:
        names.setdefault((case.number, what), []).append(name)
    court_numbers = {it.number: it.court_number for it in cases}
    return tuple(Gap(number, court_numbers[number], what, tuple(names[number, what])) for number, what in sorted(names))


def _definition(row: Mapping[str, Any], groups: Mapping[str, str]) -> Definition:
    return Definition(
        id=row["id"],
        group=groups[row["group"]],
        name=row["name"],
        kind=row["kind"],
        of=row["of"],
        numerator=row.get("numerator", ""),
        denominator=row.get("denominator", ""),
        how=row["how"],
        law=tuple(row.get("law", ())),
        empty=row.get("empty", NO_CASES),
    )
