"""What is forgotten when: a policy for every table, a dry run that counts as the real one does."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from actions.errors import NotKept
from actions.keeping import Forgotten, compact, load_policy, purge
from actions.people import Role
from actions.store.decisions import stored_time
from actions.store.inbox import Inbox
from actions.store.mail import Part, Received, Update
from actions.store.models import (
    AttachmentRow,
    Base,
    CalendarRow,
    ChatRow,
    FocusRow,
    OutgoingRow,
    ReminderRow,
    SnoozeRow,
)
from tests.actions.cases_kit import AT, Office

YEAR, DAY = timedelta(days=365), timedelta(days=1)
LATER = AT + YEAR + DAY
"""A year after what was done at `AT`, and a day."""


@pytest.fixture
def inbox(office: Office, tmp_path: Path) -> Iterator[Inbox]:
    with Inbox.open(tmp_path / "yingsu.sqlite") as opened:
        yield opened


def put(inbox: Inbox, *rows: Base) -> None:
    with inbox.session(writes=True) as session:
        session.add_all(rows)


def gone(found: tuple[Forgotten, ...]) -> dict[str, int]:
    return {it.policy.table: it.gone for it in found if it.gone}


def reminder(case: int, made_at: datetime, deadline: str = "answer") -> ReminderRow:
    return ReminderRow(
        person="telegram:1",
        case_number=case,
        deadline=deadline,
        due="2026-11-30",
        stage="7",
        made_at=stored_time(made_at),
    )


def snooze(case: int, until: datetime, deadline: str = "answer") -> SnoozeRow:
    return SnoozeRow(person="telegram:1", case_number=case, deadline=deadline, until=stored_time(until))


def test_every_table_has_its_policy() -> None:
    assert load_policy().keys() == Base.metadata.tables.keys()


def test_the_page_has_every_policy() -> None:
    page = (Path(__file__).parents[2] / "docs" / "keeping.md").read_text(encoding="utf-8")
    for it in load_policy().values():
        keeps = "always" if it.rule == "never" else f"{it.keep.days} days" if it.keep else "at once"
        assert f"| `{it.table}` | {it.what} | {keeps} | {it.why} |" in page


def test_a_message_and_what_belongs_to_it_are_kept_equally_long() -> None:
    assert {it.keep for it in load_policy().values() if it.rule == "messages"} == {timedelta(days=30)}


def test_what_only_grows_is_never_forgotten(office: Office, inbox: Inbox) -> None:
    office.open()
    found = purge(inbox, AT + 100 * YEAR, dry=False)
    kept = {it.policy.table: it.rows for it in found if it.policy.rule == "never"}
    assert kept == {"decision": 1, "case_event": 1, "access_event": 5}
    assert office.store.verify().ok and office.cases.verify().ok and len(office.people.list()) == 5


def test_messages_go_thirty_days_after_they_were_done_with(inbox: Inbox) -> None:
    inbox.put([Update("paper", str(it), it, "7", "7", "text", "一", {}) for it in (1, 2)], AT)
    it = inbox.take(("paper", "7"), AT)
    assert isinstance(it, Received)
    inbox.answer(it.id, [Part("问", (("是", "yes"),))], AT)
    inbox.take(("paper", "7"), AT)
    inbox.sent(1, "1")
    put(inbox, AttachmentRow(outgoing=1, name="a.docx", content=b"x"))
    assert gone(purge(inbox, AT + 30 * DAY, dry=False)) == {}
    assert gone(purge(inbox, AT + 31 * DAY, dry=False)) == {"incoming": 1, "outgoing": 1, "button": 1, "attachment": 1}
    assert inbox.depth().incoming == 1, "what waits is not forgotten, however old"


def test_chats_go_a_year_after_they_were_closed(inbox: Inbox) -> None:
    put(inbox, ChatRow(channel="paper", chat="open"), ChatRow(channel="paper", chat="1", blocked_at=stored_time(AT)))
    assert gone(purge(inbox, AT + YEAR, dry=False)) == {}
    assert gone(purge(inbox, LATER, dry=False)) == {"chat": 1}


def test_reminders_go_a_year_after_their_case_or_themselves(office: Office, inbox: Inbox) -> None:
    office.open()
    office.open()
    office.do("withdraw", case=2, reason="登记重了")
    put(inbox, reminder(1, LATER), reminder(2, LATER), snooze(1, LATER), snooze(2, LATER))
    assert gone(purge(inbox, AT + YEAR, dry=False)) == {}
    assert gone(purge(inbox, LATER, dry=False)) == {"reminder": 1, "snooze": 1}
    put(inbox, reminder(1, AT, "extension"), snooze(1, AT, "extension"))
    assert gone(purge(inbox, LATER, dry=False)) == {"reminder": 1, "snooze": 1}
    with inbox.session() as session:
        assert session.get(ReminderRow, ("telegram:1", 1, "answer", "2026-11-30", "7")) is not None, "its case goes on"


def test_what_somebody_had_open_goes_with_their_access(office: Office, inbox: Inbox) -> None:
    for person in ("telegram:1", "telegram:2", "console:alice"):
        put(inbox, FocusRow(person=person, case_number=1))
    assert gone(purge(inbox, AT, dry=False)) == {}
    for person in ("telegram:1", "telegram:2"):
        office.people.revoke(person, by="console:root", at=AT, reason="调离")
    office.enrol("telegram:2", "原平市司法局", Role.REGISTER)
    assert gone(purge(inbox, AT, dry=False)) == {"focus": 1}
    assert office.cases.focus("console:alice") == office.cases.focus("telegram:2") == (1, "")


def test_calendars_go_a_year_after_they_were_withdrawn(inbox: Inbox) -> None:
    at = stored_time(AT)
    put(inbox, CalendarRow(digest="a", unit="原平市司法局", made_by="telegram:1", made_at=at))
    put(inbox, CalendarRow(digest="b", unit="原平市司法局", made_by="telegram:1", made_at=at, withdrawn_at=at))
    assert gone(purge(inbox, AT + YEAR, dry=False)) == {}
    assert gone(purge(inbox, LATER, dry=False)) == {"calendar": 1}


def test_a_dry_run_counts_the_same_and_changes_nothing(inbox: Inbox) -> None:
    put(inbox, ChatRow(channel="paper", chat="1", blocked_at=stored_time(AT)))
    dry = [purge(inbox, LATER, dry=True) for _ in range(2)]
    assert dry[0] == dry[1] == purge(inbox, LATER, dry=False)
    assert gone(purge(inbox, LATER, dry=True)) == {}


def test_what_is_forgotten_leaves_the_file_and_the_file_shrinks(inbox: Inbox, tmp_path: Path) -> None:
    path = tmp_path / "yingsu.sqlite"
    put(inbox, OutgoingRow(channel="c", chat="1", text="", about="{}", state="sent", made_at=stored_time(AT)))
    put(inbox, AttachmentRow(outgoing=1, name="审批表.docx", content=b"secret" * 100_000))
    before = path.stat().st_size + (tmp_path / "yingsu.sqlite-wal").stat().st_size
    purge(inbox, LATER, dry=False)
    compact(path)
    left = path.read_bytes() + (tmp_path / "yingsu.sqlite-wal").read_bytes()
    assert len(left) < before - 500_000 and b"secret" not in left


def test_where_it_cannot_be_made_smaller_nothing_is_lost(office: Office, inbox: Inbox, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "yingsu.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(NotKept, match="数据没有损失"):
            compact(tmp_path / "yingsu.sqlite", patience=0)
