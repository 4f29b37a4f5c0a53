"""How each statistic of `statistics.yml` is counted over cases. The words there and the code here say the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import get_args

from actions.cases.case import Case, HeadRank, Judgment, Result
from actions.cases.choices import label
from actions.ledger.instances import INSTANCES, begun, place_on
from actions.ledger.period import Period
from actions.ledger.timely import advice_due, appeal_by, evidence_kept
from actions.render import HERE
from knowledge.dates import chinese_date
from knowledge.units import UnitKind, Units

_HEADS: frozenset[HeadRank] = frozenset({"chief", "deputy", "other"})
_CHIEF: frozenset[HeadRank] = frozenset({"chief"})
_LOST: frozenset[Result] = frozenset(
    {"partly_revoked", "revoked", "changed", "unlawful", "void", "must_act", "compensation"}
)
_TO_PERFORM: frozenset[Result] = frozenset({"must_act", "compensation", "mediated"})
_NO_REVIEW = frozenset(
    {
        "没有",
        "无",
        "没有复议",
        "没有经过复议",
        "没有申请复议",
        "未复议",
        "未经复议",
        "未经过复议",
        "未申请复议",
        "无复议",
    }
)
_UNCLEAR = ("没", "未", "无", "不清楚", "不知道")
_APART = re.compile("[，。；、,;（(]")

_OTHER = "其他"
_BY_KIND = {
    UnitKind.CITY_GOVERNMENT: "市政府",
    UnitKind.COUNTY_GOVERNMENT: "县（市、区）政府",
    UnitKind.TOWNSHIP: "乡镇、街道",
    UnitKind.SUBDISTRICT: "乡镇、街道",
    UnitKind.AUTHORIZED_ORGANIZATION: "授权组织",
}
_BY_LEVEL = {"city": "市级部门、管委会", "county": "县级部门、管委会"}
_ORGANS = frozenset(
    {
        UnitKind.CITY_DEPARTMENT,
        UnitKind.COUNTY_DEPARTMENT,
        UnitKind.GOVERNMENT_OFFICE,
        UnitKind.JUSTICE_BUREAU,
        UnitKind.CITY_ZONE,
        UnitKind.COUNTY_ZONE,
    }
)
_LEVELS = ("市政府", "市级部门、管委会", "县（市、区）政府", "县级部门、管委会", "乡镇、街道", "授权组织", _OTHER)


@dataclass(frozen=True, slots=True)
class Scope:
    """What is counted.

    Attributes:
        cases: All but the registrations that were withdrawn.
        period: The period.
        units: What level a defendant is of.
        today: Until when is counted.
    """

    cases: tuple[Case, ...]
    period: Period
    units: Units
    today: date

    @property
    def received(self) -> Iterator[Case]:
        """The cases that came in the period."""
        return (it for it in self.cases if it.received_on in self.period)

    @property
    def concluded(self) -> Iterator[tuple[Case, Result | None]]:
        """The cases of which a judgment came in the period, unless the last of them sends the case back.

        With each the result that holds after it; None where it upholds one that is not on record.
        """
        for case in self.cases:
            judged = [it for it in case.judgments if it.received_on in self.period]
            if judged and judged[-1].result != "remanded":
                holding = case.holding(judged[-1])
                yield case, holding.result if holding else None


@dataclass(slots=True)
class Counted:
    """What a statistic came to.

    Attributes:
        items: Each thing counted: its case, and whether it is in the numerator.
        parts: Kinds, each with its number.
        gaps: Cases that could not be counted, with what is missing of each.
    """

    items: list[tuple[int, bool]] = field(default_factory=list)
    parts: list[tuple[str, int]] = field(default_factory=list)
    gaps: list[tuple[Case, str]] = field(default_factory=list)


def _received(scope: Scope) -> Counted:
    undated = [
        (it, "没有记收到日")
        for it in scope.cases
        if it.received_on is None and it.opened_at.astimezone(HERE).date() in scope.period
    ]
    return Counted([(it.number, True) for it in scope.received], gaps=undated)


def _instances(scope: Scope) -> Counted:
    numbers = Counter(
        label("instance", instance) for case in scope.cases for instance, day in begun(case) if day in scope.period
    )
    return Counted(parts=_in_order(numbers, (label("instance", it) for it in INSTANCES)))


def _levels(scope: Scope) -> Counted:
    numbers = Counter(_level(scope.units, party.unit) for case in scope.received for party in case.parties)
    return Counted(parts=_in_order(numbers, _LEVELS))


def _level(units: Units, name: str) -> str:
    unit = units.parse(name)
    if unit is None:
        return _OTHER
    if unit.kind in _BY_KIND:
        return _BY_KIND[unit.kind]
    return _BY_LEVEL.get(unit.level or "", _OTHER) if unit.kind in _ORGANS else _OTHER


def _units(scope: Scope) -> Counted:
    return Counted(parts=_by_number(unit for case in scope.received for unit in case.handling or ("没有确定",)))


def _causes(scope: Scope) -> Counted:
    return Counted(parts=_by_number(case.cause or "没有记案由" for case in scope.received))


def _reviewed(scope: Scope) -> Counted:
    found = Counted()
    for case in scope.received:
        reviewed = _is_reviewed(case.reconsideration.replace("行政复议", "复议"))
        if reviewed is None:
            found.gaps.append((case, "是否经过复议不清楚"))
        else:
            found.items.append((case.number, reviewed))
    return found


def _is_reviewed(told: str) -> bool | None:
    """Whether a reconsideration came first; None where the words deny something else, or know nothing."""
    if _APART.split(told)[0] in _NO_REVIEW:
        return False
    return None if told.startswith(_UNCLEAR) else bool(told)


def _attendance(ranks: frozenset[HeadRank]) -> Callable[[Scope], Counted]:
    def count(scope: Scope) -> Counted:
        found = Counted()
        for case in scope.cases:
            found.gaps += [
                (case, f"第{it.number}次开庭（{chinese_date(it.day)}）的日期已过，没有记开庭情况")
                for it in case.hearings
                if it.state == "planned" and it.day in scope.period and it.day < scope.today
            ]
            for place in range(len(begun(case))):
                held = [it for it in case.hearings if it.state == "held" and place_on(case, it.day) == place]
                if not held or min(it.day for it in held) not in scope.period:
                    continue
                met = any(rank in ranks for it in held for _, rank in it.attended)
                untold = [_untold(case, it.attended, it.number) for it in held if len(it.attended) < len(case.parties)]
                if met or not untold:
                    found.items.append((case.number, met))
                else:
                    found.gaps += [(case, what) for what in untold]
        return found

    return count


def _untold(case: Case, attended: Sequence[tuple[str, HeadRank]], hearing: int) -> str:
    told = {unit for unit, _ in attended}
    return f"第{hearing}次开庭没有记{'、'.join(it.unit for it in case.parties if it.unit not in told)}的出庭情况"


def _asked(scope: Scope) -> Counted:
    found = Counted()
    for case in scope.cases:
        for it in case.hearings:
            if it.state != "held" or it.day not in scope.period or it.head_asked is False:
                continue
            met = any(rank in _HEADS for _, rank in it.attended)
            if it.head_asked is None:
                found.gaps.append((case, f"第{it.number}次开庭没有记法院是否书面要求负责人出庭"))
            elif not met and len(it.attended) < len(case.parties):
                found.gaps.append((case, _untold(case, it.attended, it.number)))
            else:
                found.items.append((case.number, met))
    return found


def _timely(scope: Scope) -> Counted:
    found = Counted()
    for case in scope.received:
        state, missing = evidence_kept(case, scope.today)
        if state == "unknown":
            found.gaps.append((case, missing))
        elif state in ("kept", "missed"):
            found.items.append((case.number, state == "kept"))
    return found


def _concluded(scope: Scope) -> Counted:
    unjudged = [it for it in scope.cases if it.closed_on in scope.period and not it.judgments]
    return Counted(
        [(case.number, True) for case, _ in scope.concluded],
        gaps=[(it, "已经结案，没有记裁判") for it in unjudged],
    )


def _unknown(scope: Scope) -> list[tuple[Case, str]]:
    missing = "二审或者再审维持原判或者准许撤回上诉，没有记原来的裁判"
    return [(case, missing) for case, result in scope.concluded if result is None]


def _results(scope: Scope) -> Counted:
    numbers = Counter(label("result", result) for _, result in scope.concluded if result)
    return Counted(parts=_in_order(numbers, (label("result", it) for it in get_args(Result))), gaps=_unknown(scope))


def _lost(scope: Scope) -> Counted:
    return Counted([(case.number, it in _LOST) for case, it in scope.concluded if it], gaps=_unknown(scope))


def _settled(scope: Scope) -> Counted:
    results = Counter(result for _, result in scope.concluded)
    kinds: tuple[Result, ...] = ("withdrawn", "mediated")
    return Counted(parts=[(label("result", it), results[it]) for it in kinds], gaps=_unknown(scope))


def _appealed(scope: Scope) -> Counted:
    found = Counted()
    for case in scope.cases:
        firsts = [it for it in case.judgments if it.instance == "first" and it.received_on in scope.period]
        if firsts and (by := appeal_by(case, firsts[-1])) is not None:
            appealed = _is_appealed(case, firsts[0])
            if appealed or by < scope.today:
                found.items.append((case.number, appealed))
    return found


def _is_appealed(case: Case, judgment: Judgment) -> bool:
    return any(it.kind == "appeal" and it.day >= judgment.received_on for it in case.appeals)


def _performed(scope: Scope) -> Counted:
    found = Counted()
    for case in scope.cases:
        for place, it in enumerate(case.judgments):
            said = case.judgments[place:]
            if it.result not in _TO_PERFORM or any(case.holding(one) is not it for one in said):
                continue
            since = next((one for one in said if one.instance == "second"), it)
            if since.received_on in scope.period and _in_force(case, since, scope.today):
                found.items.append((case.number, any(one.performed_on for one in said)))
    return found


def _in_force(case: Case, judgment: Judgment, today: date) -> bool:
    if judgment.instance != "first" or judgment.result == "mediated":
        return True
    by = appeal_by(case, judgment)
    return not _is_appealed(case, judgment) and (by is None or by < today)


def _advices(scope: Scope) -> Counted:
    return Counted(
        [(case.number, True) for case in scope.cases for it in case.advices if it.received_on in scope.period]
    )


def _advice_timely(scope: Scope) -> Counted:
    found = Counted()
    for case in scope.cases:
        for it in case.advices:
            due = advice_due(case, it)
            if it.received_on in scope.period and (it.answered_on is not None or due < scope.today):
                found.items.append((case.number, it.answered_on is not None and it.answered_on <= due))
    return found


COUNTS: Mapping[str, Callable[[Scope], Counted]] = {
    "received": _received,
    "instances": _instances,
    "levels": _levels,
    "units": _units,
    "causes": _causes,
    "reviewed": _reviewed,
    "attendance": _attendance(_HEADS),
    "chief": _attendance(_CHIEF),
    "asked": _asked,
    "timely": _timely,
    "concluded": _concluded,
    "results": _results,
    "lost": _lost,
    "settled": _settled,
    "appealed": _appealed,
    "performed": _performed,
    "advices": _advices,
    "advice_timely": _advice_timely,
}
"""How each statistic of `statistics.yml` is counted; those of kind none are not."""


def _in_order(numbers: Mapping[str, int], order: Iterable[str]) -> list[tuple[str, int]]:
    return [(name, numbers[name]) for name in order if numbers.get(name)]


def _by_number(names: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(names).items(), key=lambda it: (-it[1], it[0]))
