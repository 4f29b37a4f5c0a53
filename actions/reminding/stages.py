"""When a person is reminded of a date, and what that comes to: values and rules, without a store."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from actions.cases import Case
from actions.cases.dates import Due
from actions.errors import StepRefused
from actions.people import LOCAL_CHANNELS, Person, Role
from actions.render import HERE
from actions.store.mail import Key, Part
from knowledge.citation import parse_number
from knowledge.dates import DateError, parse_date
from knowledge.units import UnitKind, Units

MORNING, EVENING = time(8), time(21)
"""Beijing time: nothing is sent before the one, nor from the other on."""

DIGEST_UNTIL = time(12)
"""A morning digest that could not be sent by then is left out; the reminders themselves are not."""

AHEAD = 7
"""From how many days before it a date is reminded of, and stands in the digest."""

DIGEST, TURN = "digest", "turn"
OVERDUE, SNOOZED = "overdue:", "snoozed:"
_BEFORE = {"7": AHEAD, "3": 3, "1": 1, "0": 0}
_DAYS_LATER = re.compile(r"([0-9]{1,2}|[一二两三四五六七])[天日](?:以|之)?后")


@dataclass(frozen=True, slots=True)
class Reminder:
    """What a person is to be sent now.

    Attributes:
        person: Qualified by channel.
        case: The case's number; 0 for the digest, which is of all of theirs.
        deadline: The date's id, see `actions.cases.dates`; `digest`.
        due: The date's day; today for the digest.
        stage: `7`, `3`, `1`, `0` days before; `overdue:` and today; `snoozed:` and until when; `digest`; `turn`. With
            the four above it names the reminder: none is sent twice.
        passed: Earlier stages that were missed: they are noted, and not sent any more.
        part: The message.
    """

    person: str
    case: int
    deadline: str
    due: date
    stage: str
    passed: tuple[str, ...]
    part: Part

    @property
    def chat(self) -> Key:
        """The person's private chat: in every channel it goes by the person's own id."""
        channel, _, own = self.person.partition(":")
        return channel, own

    @property
    def kind(self) -> Literal["digest", "turn", "overdue", "snoozed", "today", "ahead"]:
        """Of what kind it is, for counting."""
        if self.stage == DIGEST:
            return "digest"
        if self.stage == TURN:
            return "turn"
        if self.stage.startswith(OVERDUE):
            return "overdue"
        if self.stage.startswith(SNOOZED):
            return "snoozed"
        return "today" if self.stage == "0" else "ahead"


def pressing(dues: Iterable[Due], today: date) -> list[Due]:
    """The dates of one case that people are reminded of now, the earliest first.

    A right that ends on the day of a duty (applying for more time, on the day of the answer) is not reminded of by
    itself; the duty's reminder names it.
    """
    near = [it for it in dues if not it.done and it.reminded != "never" and _stage(it, today) is not None]
    duties = {it.due for it in near if it.reminded == "until_done"}
    return [it for it in near if it.reminded == "until_done" or it.due not in duties]


def ending_with(it: Due, dues: Iterable[Due]) -> list[Due]:
    """The rights that end on the day of a duty."""
    if it.reminded != "until_done":
        return []
    return [one for one in dues if one.reminded == "before" and one.due == it.due and not one.done]


def next_stage(it: Due, today: date, noted: Collection[str]) -> tuple[str, tuple[str, ...]] | None:
    """The stage of a date that a person is to be sent today, and those that were missed before it.

    Args:
        it: The date.
        today: The day in Beijing.
        noted: The stages of this date that they were sent, or that were passed over.

    Returns:
        None where nothing is to be sent: the date is far, or this stage or a later one was noted already, which also
        holds where the clock was set back.
    """
    stage = _stage(it, today)
    if stage is None or any(_order(stage) <= _order(one) for one in noted if not one.startswith(SNOOZED)):
        return None
    passed = (one for one in _BEFORE if _order(one) < _order(stage) and one not in noted)
    return stage, tuple(passed)


def recipients(case: Case, people: Mapping[str, Person], units: Units, *, late: bool) -> tuple[str, ...]:
    """Who is reminded: the keeper, or whoever registers in the handling unit where they are not enrolled any more.

    Where a date has passed, the head of the handling unit too: whoever decides there. Of a unit that is a government
    the staff is its office's; while nobody has settled the handling unit, the unit that registered the case counts.
    Channels of the machine itself take no message unasked.
    """
    staffed = _staffed(case, units)

    def holding(role: Role) -> list[str]:
        return [it.id for it in people.values() if role in it.post.roles and it.post.unit in staffed]

    those = [case.keeper] if case.keeper in people else holding(Role.REGISTER)
    heads = holding(Role.DECIDE) if late else []
    reached = (it for it in (*those, *heads) if it.partition(":")[0] not in LOCAL_CHANNELS)
    return tuple(dict.fromkeys(reached))


def later(words: str, due: date, now: datetime) -> datetime:
    """Until when a person does not want to be reminded of a date: 明天, 3天后, 12月5日; that morning.

    Args:
        words: As typed.
        due: The date's day. Before it comes, nobody can put a reminder off beyond it.
        now: Now; aware.

    Raises:
        StepRefused: The words name no day, one that is not after today, or one beyond the date itself.
    """
    today = now.astimezone(HERE).date()
    count = _DAYS_LATER.fullmatch(words.strip())
    try:
        if count is not None:
            day = today + timedelta(days=parse_number(count[1]))
        else:
            day = parse_date(words, today, allow_future=True)
    except DateError as error:
        raise StepRefused("没看懂推到哪一天，请写“明天”“3天后”或者“12月5日”。", "until") from error
    if day <= today:
        raise StepRefused("推后提醒要写今天以后的日期，例如“明天”。", "until")
    if today <= due < day:
        raise StepRefused(f"最晚的一天是{due.month}月{due.day}日，提醒不能推到它后面。", "until")
    return datetime.combine(day, MORNING, HERE)


def _stage(it: Due, today: date) -> str | None:
    left = (it.due - today).days
    if left < 0:
        return f"{OVERDUE}{today.isoformat()}" if it.reminded == "until_done" else None
    return next((stage for stage, days in reversed(_BEFORE.items()) if left <= days), None)


def _order(stage: str) -> tuple[int, str]:
    """The place of a stage among those of a date; days in a row."""
    return (list(_BEFORE).index(stage), "") if stage in _BEFORE else (len(_BEFORE), stage)


def _staffed(case: Case, units: Units) -> frozenset[str]:
    """The units whose people act for those that handle a case: of a government, its office."""
    handling = case.handling or ((case.registrar,) if case.registrar else ())
    known = [it for it in map(units.parse, handling) if it is not None]
    governments = [it for it in known if it.kind in (UnitKind.CITY_GOVERNMENT, UnitKind.COUNTY_GOVERNMENT)]
    return frozenset((*handling, *(units.office(it).name for it in governments if it.level)))
