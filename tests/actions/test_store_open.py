"""Opening: a new file, an older, a newer, a foreign one, and places that cannot be used."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from actions.errors import (
    NewerDatabase,
    NotADatabase,
    StoreBusy,
    StoreMissing,
    StoreNotWritable,
    StoreUnavailable,
)
from actions.store import NewDecision, Store, database
from actions.store.models import Base

ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "yingsu.db"


def new() -> NewDecision:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    return NewDecision("k", "console:alice", now, {}, {}, [], "m", "a" * 64, "b" * 64)


@contextmanager
def without_privileges() -> Iterator[None]:
    """Be somebody to whom file permissions apply; a no-op for anybody but root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_the_first_opening_makes_the_folder_the_file_and_the_schema(tmp_path: Path) -> None:
    place = tmp_path / "数据" / "50%" / "yingsu.db"
    with Store.open(str(place)) as store:
        assert store.count() == 0
    assert [entry.name for entry in place.parent.iterdir()] == ["yingsu.db"]
    if os.name == "posix":
        assert place.stat().st_mode & 0o077 == 0


def test_a_path_and_its_url_are_the_same_database(path: Path) -> None:
    with Store.open(path) as store:
        store.record(new())
    with Store.open(f"sqlite:///{path}") as store:
        assert store.count() == 1


def test_models_and_migrations_agree(path: Path) -> None:
    Store.open(path).close()
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    engine.dispose()
    assert differences == []


def test_the_schema_named_in_code_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", "actions.store:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [database.SCHEMA]


def test_every_connection_is_durable_and_checks_references(path: Path) -> None:
    engine = database.connect(database.as_url(path), create=True)
    with engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


def test_a_current_database_opens_without_loading_alembic(path: Path) -> None:
    with Store.open(path) as store:
        store.record(new())
    program = (
        "import sys; from actions.store import Store\n"
        "with Store.open(sys.argv[1]) as store: print(store.count(), 'alembic' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert ran.stdout == "1 False\n"


def test_a_newer_database_is_left_alone(path: Path) -> None:
    Store.open(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.execute("CREATE TABLE from_the_future (id INTEGER)")
    with pytest.raises(NewerDatabase, match=r"9999.*升级本程序"):
        Store.open(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)


@pytest.mark.parametrize("content", [b"not a database, but long enough to be looked at" * 40, b"\x00" * 4096])
def test_a_file_of_another_kind_is_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(NotADatabase, match=r"yingsu\.db"):
        Store.open(path)
    assert path.read_bytes() == content


def test_another_programs_database_is_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE notes (id INTEGER)")
    with pytest.raises(NotADatabase, match="别的程序"):
        Store.open(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("notes",)]


def test_an_empty_file_becomes_a_database(path: Path) -> None:
    path.touch()
    with Store.open(path, create=False) as store:
        assert store.count() == 0


def test_nothing_is_made_where_nothing_may_be_made(path: Path) -> None:
    with pytest.raises(StoreMissing, match=r"yingsu\.db"):
        Store.open(path, create=False)
    assert not path.exists()


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreNotWritable, match="文件夹"):
        Store.open(tmp_path)


def test_a_place_below_a_file_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreNotWritable, match="写权限"):
        Store.open(tmp_path / "file" / "yingsu.db")


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder that an unprivileged user can reach: pytest's own belong to whoever runs the tests."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="file permissions are POSIX's here")
def test_a_folder_without_write_permission(open_to_all: Path) -> None:
    open_to_all.chmod(0o555)
    with without_privileges(), pytest.raises(StoreNotWritable, match="写权限"):
        Store.open(open_to_all / "yingsu.db")
    assert list(open_to_all.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="file permissions are POSIX's here")
def test_a_file_without_write_permission(open_to_all: Path) -> None:
    path = open_to_all / "yingsu.db"
    Store.open(path).close()
    path.chmod(0o444)
    open_to_all.chmod(0o555)
    with without_privileges(), pytest.raises(StoreNotWritable, match="写权限"):
        Store.open(path)


def test_a_database_held_by_another_program(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 20)
    with Store.open(path) as store, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy, match="占用"):
            store.record(new())
        assert store.count() == 0
        other.rollback()
        assert store.record(new())[1]


def test_a_new_file_that_another_program_is_writing_is_waited_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waits: list[float] = []

        def let_go(seconds: float) -> None:
            waits.append(seconds)
            other.rollback()

        monkeypatch.setattr("actions.store.database.time.sleep", let_go)
        with Store.open(path) as store:
            assert store.count() == 0
        assert len(waits) == 1


def test_a_damaged_database_is_said_to_be_damaged(path: Path) -> None:
    Store.open(path).close()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))
    with pytest.raises(NotADatabase, match="备份"), Store.open(path) as store:
        store.verify()


@pytest.mark.parametrize("url", ["mysql://host/name", "no-such-kind://host/name", "postgresql://host:port/name"])
def test_an_address_that_cannot_be_used(url: str) -> None:
    with pytest.raises(StoreUnavailable):
        Store.open(url)
