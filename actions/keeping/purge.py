"""Forgetting by a policy for every table (`policy.yml`): what can go, when, and why.

What can go is found by deleting it; a dry run does the same and has it undone, so that both count alike.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Literal, cast

from sqlalchemy import Table, delete, func
from sqlmodel import col, select

from actions.cases import Cases
from actions.errors import NotKept
from actions.people import People
from actions.store.decisions import stored_time
from actions.store.inbox import Inbox
from actions.store.models import Base, CalendarRow, CaseEventRow, ChatRow, FocusRow, ReminderRow, SnoozeRow
from knowledge.data_files import read_yaml
from knowledge.units import load_units

Rule = Literal["never", "messages", "chats", "case_over", "revoked", "withdrawn"]

_FILE = Path(__file__).parent / "policy.yml"


@dataclass(frozen=True, slots=True)
class Policy:
    """How long a table's rows are kept.

    Attributes:
        table: The table.
        rule: Which rows can go.
        keep: How long they stay after that.
        what: What a row is, for people.
        why: Why, for people.
    """

    table: str
    rule: Rule
    keep: timedelta
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What a purge did, or would do, to a table: how many rows there were, and how many went."""

    policy: Policy
    rows: int
    gone: int


class _Undone(Exception):
    """Ends a dry run's transaction."""


@cache
def load_policy() -> Mapping[str, Policy]:
    """The policy of every table, by its name, in the order in which people read them."""
    data = read_yaml(_FILE)
    return {
        table: Policy(table, cast(Rule, row["rule"]), timedelta(days=row.get("days", 0)), row["what"], row["why"])
        for table, row in data.items()
    }


def purge(inbox: Inbox, now: datetime, *, dry: bool) -> tuple[Forgotten, ...]:
    """Forget what the policy lets go, in one transaction.

    Args:
        inbox: The database.
        now: The time; aware.
        dry: Only find out what would go; nothing does.

    Returns:
        Table by table, in the policy's order.

    Raises:
        StoreUnavailable: The database cannot be written now; nothing went.
    """
    policies = load_policy().values()
    done: list[Forgotten] = []
    try:
        with inbox.together():
            before = _rows(inbox)
            for rule, keep in dict.fromkeys((it.rule, it.keep) for it in policies):
                if rule != "never":
                    _RULES[rule](inbox, stored_time(now - keep))
            after = _rows(inbox)
            done = [Forgotten(it, before[it.table], before[it.table] - after[it.table]) for it in policies]
            if dry:
                raise _Undone
    except _Undone:
        pass
    return tuple(done)


def compact(database: Path, *, patience: float = 10) -> None:
    """Give a SQLite file's free space back to the disk; what was deleted leaves the write-ahead log too.

    Args:
        database: The file.
        patience: How many seconds to wait for somebody who is writing.

    Raises:
        NotKept: There is no room for it, or somebody is writing all the time; nothing is lost.
    """
    try:
        with closing(sqlite3.connect(database, timeout=patience, isolation_level=None)) as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.OperationalError as error:
        raise NotKept(
            "已清理，但没能压缩数据库文件：磁盘空间不够，或数据库正忙。数据没有损失，稍后再运行一次。"
        ) from error


def _rows(inbox: Inbox) -> dict[str, int]:
    with inbox.session() as session:
        return {name: session.exec(select(func.count()).select_from(_table(name))).one() for name in load_policy()}


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


# ── the rules ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _messages(inbox: Inbox, before: str) -> None:
    """What was done with before then, with what hangs on it."""
    inbox.purge(datetime.fromisoformat(before))


def _chats(inbox: Inbox, before: str) -> None:
    """Chats that have been closed to us since before then."""
    with inbox.session(writes=True) as session:
        session.exec(delete(ChatRow).where(col(ChatRow.blocked_at) < before))


def _case_over(inbox: Inbox, before: str) -> None:
    """Reminders and postponements of cases that were over before then, and those that are older themselves."""
    over = [it.last for it in Cases(inbox, load_units()).list() if not it.open]
    with inbox.session(writes=True) as session:
        ended = (
            select(CaseEventRow.case_number)
            .where(col(CaseEventRow.number).in_(over), col(CaseEventRow.done_at) < before)
            .scalar_subquery()
        )
        for row, moment in ((ReminderRow, col(ReminderRow.made_at)), (SnoozeRow, col(SnoozeRow.until))):
            session.exec(delete(row).where(col(row.case_number).in_(ended) | (moment < before)))


def _revoked(inbox: Inbox, before: str) -> None:
    """What people had open whose access ended before then; those of the machine's own channels need none."""
    people = People(inbox)
    ended = {it.person for it in people.history() if it.what == "revoked" and stored_time(it.at) <= before}
    revoked = ended - {it.id for it in people.list()}
    with inbox.session(writes=True) as session:
        session.exec(delete(FocusRow).where(col(FocusRow.person).in_(revoked)))


def _withdrawn(inbox: Inbox, before: str) -> None:
    """Addresses of calendars that were withdrawn before then."""
    with inbox.session(writes=True) as session:
        session.exec(delete(CalendarRow).where(col(CalendarRow.withdrawn_at) < before))


_RULES: Mapping[Rule, Callable[[Inbox, str], None]] = {
    "messages": _messages,
    "chats": _chats,
    "case_over": _case_over,
    "revoked": _revoked,
    "withdrawn": _withdrawn,
}
