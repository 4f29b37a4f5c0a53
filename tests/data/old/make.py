"""Write an old database, with the code of an old commit on the path: see README.md beside this file."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, event

from actions.report import outcome_data, trace_data
from actions.store import NewDecision, Store, database
from knowledge.bundled import load_decider

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
BUREAU = "原平市住房和城乡建设局"
DEPARTMENT = {"defendants": "county_department", "defendant_units": BUREAU, "received_on": "2026-11-18"}
COUNTY = {
    "defendants": "county_government",
    "defendant_units": "原平市人民政府",
    "challenged": "act_in_its_name",
    "reported_by": "county_department",
    "reporter": BUREAU,
    "received_on": "2026-11-18",
}
CORRECTED = {**COUNTY, "received_on": "2026-11-19"}


def migrate(place: Path, version: str) -> None:
    """Bring a new file to one migration, by that commit's own."""
    config = Config()
    config.set_main_option("script_location", "actions.store:migrations")
    engine = create_engine(f"sqlite:///{place}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
    engine.dispose()


def opened(kind: Any, place: Path, version: str) -> Any:
    """That commit's store or inbox, without bringing the file any further."""
    if version == database.SCHEMA:
        return kind.open(place)
    url = database.as_url(place)
    engine = create_engine(url)
    event.listen(engine, "connect", database._set_up_sqlite)
    event.listen(engine, "begin", database._begin)
    return kind(engine, url)


def decide(store: Store) -> None:
    """Three decisions, the third in the place of the first."""
    decider = load_decider()
    for number, facts in enumerate((COUNTY, DEPARTMENT, CORRECTED), 1):
        it = decider.decide(facts, date(2026, 11, 20))
        new = NewDecision(
            key=f"case-{number}",
            person="telegram:2",
            decided_at=NOW + timedelta(minutes=number),
            facts=facts,
            outcome=outcome_data(it),
            trace=trace_data(it.trace),
            measure_id=decider.measure.id,
            measure_sha256=decider.measure.sha256,
            table_sha256=decider.table.sha256,
            supersedes=1 if facts is CORRECTED else None,
            reason="收到日抄错了" if facts is CORRECTED else None,
        )
        store.record(new)


def write_messages(place: Path, version: str) -> None:
    """An open question, a message that waits, and a chat that is closed."""
    from actions.store.inbox import Inbox
    from actions.store.mail import Part, Update

    def said(number: int, text: str, chat: str = "2") -> Update:
        return Update("telegram", str(number), number, chat, chat, "text", text, {"message": number})

    asked, closed = ("telegram", "2"), ("telegram", "9")
    with opened(Inbox, place, version) as inbox:
        inbox.put([said(1, "原平市政府被告了"), said(2, "第十一条"), said(3, "谁能用", "9")], NOW)
        question = Part("是以政府名义作出的吗", (("是", "yes"), ("不是", "no")))
        inbox.answer(inbox.take(asked, NOW).id, [question], NOW)
        inbox.sent(inbox.take(asked, NOW).id, "70")
        inbox.answer(inbox.take(closed, NOW).id, [], NOW)
        inbox.block(closed, NOW)


def enrol(store: Store) -> None:
    """Two people who are enrolled, one who was revoked, and a code that nobody has used."""
    from actions.people import People, Post, Role
    from knowledge.units import load_units

    units, people = load_units(), People(store)
    for person, name, unit, role in (
        ("telegram:1", "管理岗", "原平市司法局", Role.ADMINISTER),
        ("telegram:2", "收文岗", BUREAU, Role.REGISTER),
        ("telegram:3", "收文岗", BUREAU, Role.REGISTER),
    ):
        people.add(person, Post.read(units, name, unit, [role]), by="console:root", at=NOW)
    people.revoke("telegram:3", by="console:root", at=NOW, reason="调离")
    unused = Post.read(units, "法制岗", "原平市司法局", [Role.PROPOSE])
    people.issue(unused, by="console:root", at=NOW, random=lambda most: 7 % most)


def main() -> None:
    """Write the file that the arguments name: VERSION PLACE."""
    version, place = sys.argv[1], Path(sys.argv[2])
    migrate(place, version)
    with opened(Store, place, version) as store:
        decide(store)
    if version >= "0002":
        write_messages(place, version)
    if version >= "0003":
        with opened(Store, place, version) as store:
            enrol(store)
    with closing(sqlite3.connect(place)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("VACUUM")


if __name__ == "__main__":
    main()
