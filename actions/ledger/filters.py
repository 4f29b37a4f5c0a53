"""Which cases a list, a table or a statistic is about: a filter, typed or in an official's words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from actions.cases.case import Case, Stage
from actions.cases.dates import dates
from actions.cases.steps import load_steps
from actions.ledger.period import Period, find_period
from knowledge.units import Unit, UnitKind, Units

_OPEN = {
    "未办结": True,
    "没办结": True,
    "未结案": True,
    "未结": True,
    "在办": True,
    "已办结": False,
    "办结": False,
    "已结": False,
}
_OVERDUE = ("逾期", "超期", "过期")
_CLOSED: frozenset[Stage] = frozenset({"closed", "archived", "withdrawn"})
_APART = re.compile(r"[\s,，;；、]+")


@dataclass(frozen=True, slots=True)
class Filter:
    """What a case has to be; whatever is left out does not matter.

    Attributes:
        words: Each stands in its numbers, court, cause, act or units, or names one of its units.
        stages: One of these stages; any where empty.
        period: When the notice and the copy of the complaint came.
        open: Still being handled, or closed, archived or withdrawn.
        overdue: Whether one of its dates has passed without what was to be done; see `actions.cases.dates.Due.late`.
    """

    words: tuple[str, ...] = ()
    stages: frozenset[Stage] = frozenset()
    period: Period | None = None
    open: bool | None = None
    overdue: bool = False


def read_filter(text: str, today: date) -> Filter:
    """Read a filter as an official types it: 2026年 住建局 待答辩.

    Args:
        text: A period, stages, 未结 or 已结, 逾期, and words to look for, in any order; empty for all cases.
        today: What 今年 and 本月 are counted from.

    Raises:
        LedgerError: The period is impossible.
    """
    period, left = find_period(_folded(text), today)
    words, stages, is_open, late = [], set(), None, False
    names = {name: stage for stage, name in load_steps().stages.items()}
    for word in filter(None, _APART.split(left)):
        if word in names:
            stages.add(names[word])
        elif word in _OPEN:
            is_open = _OPEN[word]
        elif word in _OVERDUE:
            late = True
        else:
            words.append(word)
    return Filter(tuple(words), frozenset(stages), period, is_open, late)


def select(cases: Iterable[Case], wanted: str | Filter, *, units: Units, today: date) -> list[Case]:
    """The cases that fit, in their order.

    Args:
        cases: Those to choose from: what the person may see.
        wanted: A filter, or words that `read_filter` reads.
        units: What unit a word names.
        today: Against which deadlines are measured.

    Raises:
        LedgerError: The period is impossible.
    """
    it = read_filter(wanted, today) if isinstance(wanted, str) else wanted
    return [case for case in cases if _fits(case, it, units, today)]


def _fits(case: Case, it: Filter, units: Units, today: date) -> bool:
    return (
        (not it.stages or case.stage in it.stages)
        and (it.period is None or case.received_on in it.period)
        and (it.open is None or it.open is (case.stage not in _CLOSED))
        and (not it.overdue or any(due.late for due in dates(case, today)))
        and all(_speaks_of(case, word, units) for word in it.words)
    )


def _speaks_of(case: Case, word: str, units: Units) -> bool:
    concerned = (*(it.unit for it in case.parties), *case.handling, *case.assisting)
    texts = (f"第{case.number}号", case.court_number, case.court, case.cause, case.act, *concerned)
    folded = _folded(word)
    if any(folded in _folded(text) for text in texts):
        return True
    named = _parsed(units, word)
    return named is not None and _is_one(units, named, concerned)


def _is_one(units: Units, named: Unit, concerned: Sequence[str]) -> bool:
    """Whether a unit as somebody calls it (住建局) is one of those, whose names are proper."""
    if named.kind is UnitKind.OUTSIDE or (named.kind is UnitKind.UNKNOWN and named.department is None):
        return False
    return any((unit := _parsed(units, it)) is not None and units.same(named, unit) for it in concerned)


@lru_cache(maxsize=4096)
def _parsed(units: Units, name: str) -> Unit | None:
    return units.parse(name)


def _folded(text: str) -> str:
    """Full width to half: （2026）晋0981行初5号 is found by (2026)."""
    return unicodedata.normalize("NFKC", text).casefold()
