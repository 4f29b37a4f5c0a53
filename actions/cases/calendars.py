"""Dates of cases as iCalendar (RFC 5545). Calendars travel: they tell a case's number, what is due, and the basis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from actions.cases.case import Case
from actions.cases.dates import Due
from actions.document import Document

ALARMS = (7, 3, 1)
"""So many days before, at eight in the morning."""

_MORNING = timedelta(hours=8)
_FRESH = timedelta(hours=6)
"""How often a program that has subscribed should look."""


def case_calendar(case: Case, dues: Iterable[Due], now: datetime) -> Document:
    """The dates of a case as a file; read in again later, it changes the events that it made.

    Args:
        case: The case.
        dues: Its dates; what is done is marked as cancelled.
        now: Now; aware.
    """
    name = f"第{case.number}号案件期限"
    return Document(f"{name}.ics", _calendar(name, [(case, list(dues))], now))


def unit_calendar(unit: str, cases: Iterable[tuple[Case, Sequence[Due]]], now: datetime) -> bytes:
    """The dates of a unit's cases as a calendar to subscribe to.

    Args:
        unit: Its proper name.
        cases: Its cases with their dates, see `concerns`.
        now: Now; aware.
    """
    return _calendar(f"{unit}应诉期限", cases, now)


def concerns(unit: str, case: Case) -> bool:
    """Whether a case belongs into a unit's calendar: the unit handles it, assists, registered it or is sued."""
    parties = (party.unit for party in case.parties)
    return unit in (*case.handling, *case.assisting, case.registrar, *parties)


def _calendar(name: str, cases: Iterable[tuple[Case, Sequence[Due]]], now: datetime) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//yingsu//dates//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", _FRESH, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    for case, dues in cases:
        for event in _events(case, dues, now):
            calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _events(case: Case, dues: Iterable[Due], now: datetime) -> Iterator[Event]:
    for it in dues:
        event = Event()
        event.add("uid", f"case-{case.number}-{it.id}@yingsu")
        event.add("dtstamp", now.astimezone(UTC))
        event.add("sequence", case.last)
        event.add("dtstart", it.due)
        event.add("dtend", it.due + timedelta(days=1))
        event.add("summary", f"{_named(case)} {it.what}{'（暂定）' if it.provisional else ''}")
        event.add("description", f"依据：{it.basis}")
        event.add("status", "CANCELLED" if it.done else "CONFIRMED")
        event.add("transp", "TRANSPARENT")
        for days in ALARMS if not it.done and it.reminded != "never" else ():
            event.add_component(_alarm(days, it.what))
        yield event


def _alarm(days: int, what: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", what)
    alarm.add("trigger", _MORNING - timedelta(days=days))
    return alarm


def _named(case: Case) -> str:
    return case.court_number or f"第{case.number}号案件"
