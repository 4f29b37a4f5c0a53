"""The database under the store: reached, kept durable, brought up to date, and its faults put into words."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlmodel import Session

from actions.errors import (
    ActionError,
    NewerDatabase,
    NotADatabase,
    StoreBusy,
    StoreMissing,
    StoreNotWritable,
    StoreUnavailable,
)

SCHEMA = "0004"
"""The newest migration. Kept here so that opening a current database need not load Alembic (tested)."""

BUSY_TIMEOUT_MS = 10_000
"""How long one writer waits for another."""

_WRITES = "yingsu_writes"
_LOCK = 0x79696E67  # any constant of our own: one writer at a time on PostgreSQL


class Database:
    """One database, open. Threads and processes may share it; each process opens its own.

    Use it as a context manager, or call `close`.
    """

    def __init__(self, engine: Engine, url: URL) -> None:
        """Wrap an engine that `connect` has made; `open` is the door."""
        self._engine = engine
        self._writing = writing(engine)
        self._url = url
        self._shared = threading.local()

    @classmethod
    def open(cls, place: str | Path, *, create: bool = True) -> Self:
        """Open a database and bring its schema up to date.

        Args:
            place: A file's path, or a URL (`sqlite:///…`, `postgresql+psycopg://…`).
            create: Whether a file that does not exist may be made, with its folder.

        Returns:
            The database.

        Raises:
            StoreMissing: No such file, and `create` is false.
            StoreNotWritable: No permission to write, or the path cannot be a file.
            NotADatabase: The file is something else.
            NewerDatabase: A later version of this program has written it.
            StoreUnavailable: Any other reason why it cannot be reached.
        """
        url = as_url(place)
        return cls(connect(url, create=create), url)

    def close(self) -> None:
        """Let go of the database. Closing twice is harmless."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        """Return the database itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Have what this thread does inside the block written in one transaction: all of it or nothing.

        Raises:
            StoreUnavailable: Nothing was written.
        """
        with self._transaction(writes=True) as session:
            self._shared.session = session
            try:
                yield
            finally:
                self._shared.session = None

    @property
    def sharing(self) -> bool:
        """Whether this thread is inside `together`, so that what it reads may yet be undone."""
        return getattr(self._shared, "session", None) is not None

    @contextmanager
    def session(self, *, writes: bool = False) -> Iterator[Session]:
        """One transaction: committed at the end of the block, undone if it raises; or a part of the thread's own.

        Args:
            writes: Whether it is going to write; it then waits here for its turn.

        Raises:
            StoreUnavailable: The database cannot be used now; nothing was written.
        """
        shared: Session | None = getattr(self._shared, "session", None)
        if shared is None:
            with self._transaction(writes=writes) as own:
                yield own
        else:
            yield shared
            shared.flush()

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Session]:
        with (
            explained(self._url),
            Session(self._writing if writes else self._engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session


def as_url(place: str | Path) -> URL:
    """Turn a file's path or a database's URL into a URL.

    Raises:
        StoreUnavailable: The URL cannot be read, or names a kind of database that is not supported.
    """
    if isinstance(place, Path) or "://" not in place:
        return URL.create("sqlite", database=str(Path(place).expanduser()))
    try:
        url = make_url(place)
    except (ArgumentError, ValueError) as error:  # ValueError: a port that is no number
        raise StoreUnavailable("数据库地址写法不对，应形如 postgresql+psycopg://主机/库名。") from error
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreUnavailable(f"不支持 {url.get_backend_name()} 数据库，请用 SQLite 文件或 PostgreSQL。")
    return url


def connect(url: URL, *, create: bool) -> Engine:
    """Reach the database and bring its schema up to date.

    Args:
        url: Where it is.
        create: Whether a SQLite file that does not exist may be made, with its folder.

    Returns:
        An engine whose schema is `SCHEMA`. On SQLite every connection has WAL, synchronous=FULL and foreign
        keys.

    Raises:
        StoreUnavailable: One of its kinds; the schema is then as it was.
    """
    if url.get_backend_name() == "sqlite":
        _prepare_file(Path(url.database or ""), create=create)
    try:
        engine = create_engine(url)
    except (ImportError, NoSuchModuleError) as error:
        raise StoreUnavailable(f"没有装 {url.drivername} 的驱动，请安装后再试（PostgreSQL 用 psycopg）。") from error
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin)
    try:
        with explained(url):
            with engine.connect() as connection:
                current = _version(connection, url) == SCHEMA
            with writing(engine).begin() as connection:  # also finds out now whether it can be written
                if not current:
                    _migrate(connection, url)
    except ActionError:
        engine.dispose()
        raise
    return engine


def writing(engine: Engine) -> Engine:
    """Return the same engine, whose transactions take the write lock at once: BEGIN IMMEDIATE on SQLite."""
    return engine.execution_options(**{_WRITES: True})


@contextmanager
def explained(url: URL) -> Iterator[None]:
    """Turn the driver's faults inside the block into ours.

    Raises:
        StoreUnavailable: One of its kinds.
    """
    try:
        yield
    except DBAPIError as error:
        raise _explain(error, url) from error


def _explain(error: DBAPIError, url: URL) -> Exception:
    """Choose the error that tells a person what to do; a fault of ours stays what it is."""
    if not isinstance(error.orig, sqlite3.Error):
        if isinstance(error, OperationalError):
            return StoreUnavailable(f"连不上数据库 {url.render_as_string()}，请检查地址、网络和权限。")
        return error
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return NotADatabase(f"{url.database} 不是数据库或已损坏，请换一个位置，或用备份恢复。")
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreBusy(f"数据库 {url.database} 正被其他程序占用，请稍后再试。")
    if code == sqlite3.SQLITE_FULL:
        return StoreNotWritable(f"磁盘已满，写不进 {url.database}，请腾出空间后再试。")
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR):
        return _not_writable(Path(url.database or ""))
    return error


def _not_writable(path: Path) -> StoreNotWritable:
    return StoreNotWritable(f"写不进 {path}，请检查该文件和所在文件夹的写权限，或换一个位置。")


def _prepare_file(path: Path, *, create: bool) -> None:
    """Make sure that there is a file, readable by its owner only: it holds facts of cases."""
    try:
        if path.is_dir():
            raise StoreNotWritable(f"{path} 是文件夹，不能当数据库文件，请换一个位置。")
        if path.exists():
            return
        if not create:
            raise StoreMissing(f"没有找到数据库 {path}，请检查位置，或先登记一件决定。")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise _not_writable(path) from error


def _set_up_sqlite(connection: Any, _record: object) -> None:
    """Set up one SQLite connection; `_begin` alone begins transactions on it."""
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # words that are forgotten leave the file too
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            # While another writes to a file not yet in WAL, SQLite gives up at once, whatever the timeout.
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _begin(connection: Connection) -> None:
    """Begin a transaction; one that is going to write waits here for its turn, not half-way."""
    writes = connection.get_execution_options().get(_WRITES, False)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
    elif writes:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def _version(connection: Connection, url: URL) -> str | None:
    """Read which migration the database is at; None for an empty one.

    Raises:
        NotADatabase: It has tables, but not ours.
    """
    tables = set(inspect(connection).get_table_names())
    if not tables:
        return None
    if "alembic_version" in tables:
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if version is not None:
            return str(version)
    raise NotADatabase(f"{url.render_as_string()} 里是别的程序的数据，请换一个位置。")


def _migrate(connection: Connection, url: URL) -> None:
    """Run the migrations that are missing, all or none.

    Raises:
        NewerDatabase: The database is at a migration that this program does not have.
    """
    version = _version(connection, url)  # again, now that nobody else can write
    if version == SCHEMA:
        return

    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "actions.store:migrations")
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise NewerDatabase(f"数据库 {url.render_as_string()} 由更新的版本写成（{version}），请先升级本程序再打开。")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
