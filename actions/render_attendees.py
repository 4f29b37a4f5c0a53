"""A checked plan of attendees as an official reads it: who may go, what to mend, what to bring; plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from actions.render import quoted
from knowledge.attendees import called

if TYPE_CHECKING:
    from knowledge.attendees import AttendanceCheck, Point, PointKind, Verdict
    from knowledge.decide import Cited

_HEADINGS: dict[PointKind, str] = {"problem": "要改", "doubt": "待审查", "bring": "要带", "absence": "负责人去不了"}


def in_words(check: AttendanceCheck, *, whole: bool = False) -> str:
    """A plan on one screen of a phone: each person, then what to mend and what to bring, each with its basis.

    What to do if the head cannot come is told where the plan has nobody who can be one.

    Args:
        check: the plan, checked.
        whole: tell it in any case, and quote the measure's clauses.
    """
    kinds: tuple[PointKind, ...] = ("problem", "doubt", "bring")
    led = any(it.planned.kind == "head" and it.verdict in ("head", "unclear") for it in check.people)
    if whole or not led:
        kinds = (*kinds, "absence")
    lines = [f"【出庭人员】{check.party.name}", *_people(check.people)]
    for kind in kinds:
        points = [it for it in check.plan if it.kind == kind]
        if points:
            lines += [f"【{_HEADINGS[kind]}】", *map(_point, points)]
    if whole:
        lines += [f"　{quoted(it)}" for it in _quotable(check)]
    return "\n".join(lines)


def _people(people: Iterable[Verdict]) -> Iterator[str]:
    """A line for each person; those alike share one."""
    for number, (one, same) in enumerate(groupby(people), 1):
        who = next(called(it.planned for it in same))
        duty = f"（{one.planned.duty}）" if one.planned.duty else ""
        yield f"{number}. {who}{duty}：{one.says}{one.why}{_places(one.citations)}"


def _point(point: Point) -> str:
    return f"· {point.text}{_places(point.citations)}"


def _places(citations: Iterable[Cited]) -> str:
    """The clauses in brackets; those of one text share its name: 法释〔2020〕3号第五条第三款、第六条第二款."""
    named = []
    for (measure, own), places in groupby(citations, key=lambda it: (it.measure, it.quote is not None)):
        named.append(("办法" if own else measure) + "、".join(it.ref for it in places))
    return f"（{'；'.join(named)}）" if named else ""


def _quotable(check: AttendanceCheck) -> Iterable[Cited]:
    """The measure's clauses that anything rests on, each once."""
    rests: tuple[Verdict | Point, ...] = (*check.people, *check.plan)
    return dict.fromkeys(it for one in rests for it in one.citations if it.quote is not None)
