"""What has to hold when all is over: everything answered, everything recorded once, nothing known sent sent twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import col, func, select

from actions.cases import Cases
from actions.store import Store
from actions.store.inbox import Inbox
from actions.store.models import IncomingRow, OutgoingRow
from bench.soak.people import Person
from knowledge.units import load_units


@dataclass(frozen=True, slots=True)
class Sent:
    """What the outbox says of one chat.

    Attributes:
        messages: how many new messages were sent or given up; edits do not count.
        dropped: how many of them were given up.
        unsure: how often one of them was sent again because nobody knew whether it had arrived.
        later: how often one of them was sent again because it had not.
    """

    messages: int
    dropped: int
    unsure: int
    later: int


@dataclass(frozen=True, slots=True)
class Found:
    """What the database holds afterwards.

    Attributes:
        open: messages that wait, in either direction.
        sent: by chat.
        decisions: the numbers on record, by person.
        cases: how many cases each decision has.
        chain_ok: whether the chains of decisions and of cases are whole.
    """

    open: int
    sent: Mapping[int, Sent]
    decisions: Mapping[int, Sequence[int]]
    cases: Mapping[int, int]
    chain_ok: bool


def find(database: Path) -> Found:
    """Read a database that nobody uses any more."""
    with Inbox.open(database) as inbox, inbox.session() as session:
        waiting = select(func.count()).where(col(IncomingRow.state) == "waiting")
        going = select(func.count()).where(col(OutgoingRow.state).in_(("waiting", "sending")))
        open_ = session.exec(waiting).one() + session.exec(going).one()
        rows = session.exec(select(OutgoingRow).where(col(OutgoingRow.edits).is_(None))).all()
        chats: dict[int, list[OutgoingRow]] = {}
        for row in rows:
            chats.setdefault(int(row.chat), []).append(row)
        sent = {
            chat: Sent(
                len(its),
                sum(it.state == "dropped" for it in its),
                sum(it.unsure for it in its),
                sum(max(it.tries - 1 - it.unsure, 0) for it in its),
            )
            for chat, its in chats.items()
        }
    with Store.open(database) as store:
        decisions: dict[int, list[int]] = {}
        for it in store.list():
            decisions.setdefault(int(it.person.rpartition(":")[2]), []).append(it.number)
        desk = Cases(store, load_units())
        cases = Counter(it.decision for it in desk.list())
        return Found(open_, sent, decisions, cases, store.verify().ok and desk.verify().ok)


def faults(people: Iterable[Person], shown: Mapping[tuple[int, bool], int], found: Found) -> list[str]:
    """What does not hold, in plain sentences; nothing where all is well.

    Args:
        people: who talked.
        shown: how many messages appeared, by chat and whether they said that they may be a repetition.
        found: what the database holds.
    """
    wrong = []
    if found.open:
        wrong.append(f"{found.open} messages are still open in the inbox")
    if not found.chain_ok:
        wrong.append("a chain is broken")
    if not found.decisions:
        wrong.append("nothing is on record: nobody got as far as a confirmation")
    numbers = Counter(number for its in found.decisions.values() for number in its)
    if any(many > 1 for many in numbers.values()):
        wrong.append("a number is on record twice")
    for number in sorted(numbers):
        if found.cases.get(number, 0) != 1:
            wrong.append(f"decision {number} has {found.cases.get(number, 0)} cases")
    for person in people:
        who = f"person {person.id}"
        if person.waiting:
            wrong.append(f"{who} has no answer to “{person.last}”")
        recorded = set(found.decisions.get(person.id, ()))
        if len(recorded) != person.confirmed:
            wrong.append(f"{who} confirmed {person.confirmed} cases, {len(recorded)} are on record")
        if person.numbers != recorded:
            wrong.append(f"{who} was told of the records {person.numbers ^ recorded} wrongly, or not at all")
        sent = found.sent.get(person.id, Sent(0, 0, 0, 0))
        once, again = shown.get((person.id, False), 0), shown.get((person.id, True), 0)
        if sent.dropped:
            wrong.append(f"{sent.dropped} messages to {who} were given up")
        if once > sent.messages or again > sent.unsure:
            wrong.append(f"{who} got {once} + {again} messages, of {sent.messages} + {sent.unsure} that were sent")
    return wrong
