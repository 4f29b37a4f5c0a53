"""Reminders on disk: what was sent, what was put off. A reminder is noted together with its message, or not at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlmodel import Session, col, or_, select

from actions.cases import Case
from actions.cases.dates import Due, dates
from actions.people import LOCAL_CHANNELS, Person
from actions.reminding import words
from actions.reminding.stages import (
    DIGEST,
    DIGEST_UNTIL,
    EVENING,
    MORNING,
    SNOOZED,
    TURN,
    Reminder,
    ending_with,
    next_stage,
    pressing,
    recipients,
)
from actions.reminding.turns import turns
from actions.render import HERE
from actions.store.database import Database
from actions.store.decisions import stored_time
from actions.store.inbox import Inbox
from actions.store.models import ReminderRow, SnoozeRow
from knowledge.units import Units

_Named = tuple[str, int, str, str]
"""A person, a case, a date's id, its day."""

_Wanted = tuple[Case, Due, Sequence[Due]]


class Reminders:
    """Who was reminded of what. Threads may share it.

    Args:
        database: Where cases and people are kept too.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def due_now(self, cases: Iterable[Case], people: Iterable[Person], units: Units, now: datetime) -> list[Reminder]:
        """What is to be sent now: whose turn it is, the morning digest, at most one reminder of each date.

        Args:
            cases: All cases.
            people: Everybody who is enrolled.
            units: The units there are.
            now: Now; aware.

        Returns:
            Nothing in quiet hours.
        """
        here = now.astimezone(HERE)
        if not MORNING <= here.time() < EVENING:
            return []
        today = here.date()
        known = {it.id: it for it in people}
        all_cases = list(cases)
        wanted = _wanted(all_cases, known, units, today)
        waiting = [(case, it) for case in all_cases for it in turns(case, known.values(), units)]
        numbers = {case.number for theirs in wanted.values() for case, _, _ in theirs}
        numbers |= {case.number for case, _ in waiting}
        with self._database.session() as session:
            noted = _noted(session, known, numbers, today)
            put_off = _put_off(session, wanted)
        found = [
            Reminder(person, case.number, it.id, it.since, TURN, (), it.part)
            for case, it in waiting
            for person in it.people
            if person.partition(":")[0] not in LOCAL_CHANNELS  # nothing can be sent there unasked
            and (person, case.number, it.id, it.since.isoformat()) not in noted
        ]
        for person, theirs in wanted.items():
            if here.time() < DIGEST_UNTIL and (person, 0, DIGEST, today.isoformat()) not in noted:
                lines = words.digest([(case, it) for case, it, _ in theirs], today)
                found.append(Reminder(person, 0, DIGEST, today, DIGEST, (), lines))
            for case, it, rights in theirs:
                before = noted.get((person, case.number, it.id, it.due.isoformat()), frozenset())
                until = put_off.get((person, case.number, it.id), "")
                stage = _stage(it, today, before, until, stored_time(now))
                if stage is not None:
                    part = words.reminder(case, it, rights, today)
                    found.append(Reminder(person, case.number, it.id, it.due, *stage, part))
        return found

    def claim(self, reminders: Iterable[Reminder], inbox: Inbox, now: datetime) -> list[Reminder]:
        """Have reminders sent, each once, whoever else does so at the same time.

        What is sent is noted in the transaction that puts the messages into the outbox: a kill loses none, and none
        comes twice.

        Args:
            reminders: As `due_now` gave them; not many at once, since everybody else who writes waits meanwhile.
            inbox: The outbox, in the same database.
            now: Now; aware.

        Returns:
            Those that will be sent now. One to a chat that is closed to us is not noted: it waits until that opens.

        Raises:
            StoreUnavailable: Nothing was written.
        """
        with inbox.together(), inbox.session(writes=True) as session:
            return [it for it in reminders if _claimed(session, it, inbox, now)]

    def snooze(self, person: str, case: int, deadline: str, until: datetime) -> None:
        """Remind a person of a date no earlier than at a time, and then once more; a later word replaces an earlier.

        Args:
            person: Qualified by channel.
            case: The case's number.
            deadline: The date's id, see `actions.cases.dates`.
            until: See `later`; aware.

        Raises:
            StoreUnavailable: The database cannot be written now.
        """
        row = SnoozeRow(person=person, case_number=case, deadline=deadline, until=stored_time(until))
        with self._database.session(writes=True) as session:
            session.merge(row)


def _wanted(
    cases: Iterable[Case], people: Mapping[str, Person], units: Units, today: date
) -> Mapping[str, list[_Wanted]]:
    """The dates that each person is to know of, sent already or not, with the rights that end on the same day."""
    wanted: dict[str, list[_Wanted]] = defaultdict(list)
    for case in cases:
        dues = dates(case, today)
        for it in pressing(dues, today):
            for person in recipients(case, people, units, late=it.late):
                wanted[person].append((case, it, ending_with(it, dues)))
    return wanted


def _claimed(session: Session, it: Reminder, inbox: Inbox, now: datetime) -> bool:
    own = (it.person, it.case, it.deadline, it.due.isoformat())
    if session.get(ReminderRow, (*own, it.stage)) is not None or not inbox.send(it.chat, it.part, now):
        return False
    for stage in (it.stage, *it.passed):
        session.merge(_row(own, stage, now))
    return True


def _stage(it: Due, today: date, noted: frozenset[str], until: str, now: str) -> tuple[str, tuple[str, ...]] | None:
    """The stage to be sent and those passed over; one that was put off is sent again when its time has come."""
    if until > now:
        return None
    found = next_stage(it, today, noted)
    again = f"{SNOOZED}{until}"
    if not until or again in noted:
        return found
    return (again, ()) if found is None else (found[0], (*found[1], again))


def _noted(
    session: Session, people: Iterable[str], cases: Iterable[int], today: date
) -> Mapping[_Named, frozenset[str]]:
    """The stages that were noted of these cases, and of today's digest."""
    query = select(ReminderRow).where(
        col(ReminderRow.person).in_(people),
        or_(col(ReminderRow.case_number).in_(cases), col(ReminderRow.due) == today.isoformat()),
    )
    stages: dict[_Named, set[str]] = defaultdict(set)
    for row in session.exec(query):
        stages[row.person, row.case_number, row.deadline, row.due].add(row.stage)
    return {named: frozenset(those) for named, those in stages.items()}


def _put_off(session: Session, people: Iterable[str]) -> Mapping[tuple[str, int, str], str]:
    rows = session.exec(select(SnoozeRow).where(col(SnoozeRow.person).in_(people)))
    return {(row.person, row.case_number, row.deadline): row.until for row in rows}


def _row(own: _Named, stage: str, now: datetime) -> ReminderRow:
    person, case, deadline, due = own
    return ReminderRow(
        person=person, case_number=case, deadline=deadline, due=due, stage=stage, made_at=stored_time(now)
    )
