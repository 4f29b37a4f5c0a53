"""Files that earlier versions wrote come up to date and say what they said; tests/data/old has how they arose."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from actions.cases import Cases, actor
from actions.people import People
from actions.store import Store
from actions.store.database import SCHEMA
from actions.store.inbox import Inbox
from actions.store.mail import Depth, Received
from actions.store.models import Base
from knowledge.units import load_units

FOLDER = Path(__file__).parents[1] / "data" / "old"
FILES = sorted(FOLDER.glob("v*.sqlite"))


@pytest.fixture(params=FILES, ids=lambda it: it.stem)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of an old file, named as its version."""
    file: Path = request.param
    return Path(shutil.copy(file, tmp_path / file.name))


def version(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def test_there_is_a_file_of_every_earlier_version() -> None:
    config = Config()
    config.set_main_option("script_location", "actions.store:migrations")
    known = {it.revision for it in ScriptDirectory.from_config(config).walk_revisions()}
    assert {it.stem.removeprefix("v") for it in FILES} == known - {SCHEMA}
    assert all(version(it) == it.stem.removeprefix("v") for it in FILES)


def test_decisions_read_and_verify_as_they_were(old: Path) -> None:
    with closing(sqlite3.connect(old)) as connection:
        head = connection.execute("SELECT number, hash FROM decision ORDER BY number DESC").fetchone()
    with Store.open(old) as store:
        assert store.verify(head).ok
        third, second, first = store.list()
        assert (third.supersedes, third.reason, first.superseded_by) == (1, "收到日抄错了", 3)
        assert third.outcome["handling_units"] == ["原平市住房和城乡建设局"]
        assert second.facts["defendant_units"] == "原平市住房和城乡建设局"
        assert second.decided_at == datetime(2026, 11, 20, 1, 32, tzinfo=UTC)
    assert version(old) == SCHEMA


def test_the_schema_is_that_of_a_new_file(old: Path) -> None:
    Store.open(old).close()
    engine = create_engine(f"sqlite:///{old}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()
    new = old.with_name("new.sqlite")
    Store.open(new).close()
    assert guards(old) == guards(new) != []


def guards(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name").fetchall()


def test_it_is_worked_with_as_with_a_new_one(old: Path) -> None:
    with Store.open(old) as store:
        units = load_units()
        cases, people = Cases(store, units), People(store)
        local = actor(people, "console:alice", local=True)
        assert local is not None
        now = datetime(2026, 11, 24, tzinfo=UTC)
        case = cases.open(store.get(3), local, at=now)
        assert [it.unit for it in case.parties] == ["原平市人民政府"]
        assert cases.do(case.number, "answer", {"day": "2026-11-23"}, local, at=now, key="k").stage == "waiting"
        assert cases.verify().ok and store.verify().ok


@pytest.mark.parametrize("name", ["v0002", "v0003"])
def test_what_waited_in_the_inbox_is_answered_still(tmp_path: Path, name: str) -> None:
    path = Path(shutil.copy(FOLDER / f"{name}.sqlite", tmp_path))
    now = datetime(2026, 11, 24, tzinfo=UTC)
    with Inbox.open(path) as inbox:
        assert (inbox.depth(), inbox.blocked()) == (Depth(1, 0), [("telegram", "9")])
        assert inbox.recover() == [("telegram", "2")]
        it = inbox.take(("telegram", "2"), now)
        assert isinstance(it, Received)
        (shown,) = it.shown
        assert (it.update.text, shown.text) == ("第十一条", "是以政府名义作出的吗")
        assert [button.label for button in shown.buttons] == ["是", "不是"]


def test_people_are_who_they_were(tmp_path: Path) -> None:
    path = Path(shutil.copy(FOLDER / "v0003.sqlite", tmp_path))
    with Store.open(path) as store:
        people = People(store)
        known = {it.id: (it.post.unit, it.post.name) for it in people.list()}
        assert known == {"telegram:1": ("原平市司法局", "管理岗"), "telegram:2": ("原平市住房和城乡建设局", "收文岗")}
        assert [it.what for it in people.history("telegram:3")] == ["enrolled", "revoked"]
        (code,) = people.codes(datetime(2026, 11, 21, tzinfo=UTC))
        assert code.post.name == "法制岗"
