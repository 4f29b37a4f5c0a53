"""Backups: made while everything runs, whole or not at all; put back without deleting what was there."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from actions.cases import Cases
from actions.errors import BackupRefused, KeepingError, NotADatabase, NotKept, StoreMissing, StoreNotWritable
from actions.keeping import archive as archives
from actions.keeping.archive import DATABASE, HEADS, LAWS, TEMPLATES, About, Progress
from actions.keeping.files import sync, writing
from actions.keeping.heads import NAME, Finding, keep_heads, verify
from actions.keeping.places import Places
from actions.render import HERE
from actions.store import Store
from actions.store.database import SCHEMA
from knowledge.units import load_units

_PAGES = 512
"""Pages of the database that are copied between two words about how far it is."""

_WAL = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made, and read once more to its end.

    Attributes:
        path: The file.
        size: Bytes.
        files: How many files are in it.
        findings: Whether the chains in it are whole.
    """

    path: Path
    size: int
    files: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Restored:
    """What putting a backup back has done.

    Attributes:
        made_at: When the backup was made; UTC.
        aside: Where that is now which was there before.
        findings: What was found of the data now in place.
    """

    made_at: datetime
    aside: tuple[Path, ...]
    findings: tuple[Finding, ...]


def back_up(target: Path, places: Places, at: datetime, progress: Progress) -> Backup:
    """Make a backup; others may write meanwhile, it holds what was there when the copy of the database began.

    Args:
        target: The file, or a folder in which it is named by the time.
        places: Where the data are.
        at: Now; aware.
        progress: Is told how far it is.

    Raises:
        StoreMissing: There is no database.
        NotADatabase: The database is damaged.
        BackupRefused: There is a file of that name.
        NotKept: There is no room or no permission; nothing of it is left.
    """
    if not places.database.is_file():
        raise StoreMissing(f"没有找到数据库 {places.database}，没有什么可备份的，请检查位置。")
    if target.is_dir():
        target = target / f"yingsu-{_stamp(at)}.tar.gz"
    if target.exists():
        raise BackupRefused(f"已有 {target}，没有覆盖。请换一个文件名，或写文件夹。")
    with (
        writing("备份", target),
        tempfile.TemporaryDirectory(prefix=".yingsu-backup-", dir=target.parent, ignore_cleanup_errors=True) as name,
    ):
        folder = Path(name)
        files = _folders(places)
        if places.heads.is_file():  # before the database: what it says must lie in the copy's past
            files[HEADS] = Path(shutil.copyfile(places.heads, folder / HEADS))
        files[DATABASE] = folder / DATABASE
        _copy(places.database, files[DATABASE], target, progress)
        about, findings = _looked_at(files[DATABASE], files.get(HEADS, folder / HEADS), at, target)
        made = folder / "backup"
        archives.write(made, about, files, progress)
        archives.unpack(made, lambda name: None, progress)
        size = made.stat().st_size
        made.rename(target)
        sync(target.parent)
    return Backup(target, size, len(files), findings)


def restore(archive: Path, places: Places, at: datetime, progress: Progress, *, replace: bool = False) -> Restored:
    """Put a backup back: check all of it, bring its database up to date, and only then put it in place.

    Whoever calls has made sure that nobody serves from there.

    Args:
        archive: The backup.
        places: Where the data are to be.
        at: Now; aware.
        progress: Is told how far it is.
        replace: Move aside what is there, rather than refuse.

    Raises:
        BackupRefused: It is no whole backup of ours, data are in its way, or another program has them open.
        StoreUnavailable: The database in it cannot be used.
        NotKept: There is no room or no permission; what was there still is.
    """
    old = _old(places)
    if old and not replace:
        raise BackupRefused(f"{old[0]} 已有数据，没有恢复。确定要换的，加 --replace：原来的只移到旁边，不删。")
    _let_go(places.database)
    wanted = {DATABASE: places.database, LAWS: places.laws, TEMPLATES: places.templates}
    if places.heads.parent.is_dir() and not places.heads.exists():  # one that is there knows more
        wanted[HEADS] = places.heads
    staged = {name: path.with_name(f".{path.name}.restoring") for name, path in wanted.items()}

    def place(name: PurePosixPath) -> Path | None:
        under = staged.get(name.parts[0])
        return under.joinpath(*name.parts[1:]) if under else None

    with writing("恢复的数据", places.database), _cleared(staged.values()):
        about = archives.unpack(archive, place, progress)
        with _room(places.database), Store.open(staged[DATABASE], create=False) as store:  # brings it up to date
            if (store.head(), Cases(store, load_units()).head()) != (about.decisions, about.cases):
                raise BackupRefused(f"{archive} 里的数据库不是它写明的那一个，没有恢复，请换一份。")
        new = [(staged[name], path) for name, path in wanted.items() if staged[name].exists()]
        aside = _swap(old, new, _stamp(at))
    return Restored(about.at, aside, _after(places, at))


# ── making ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _folders(places: Places) -> dict[str, Path]:
    """The files of both folders by their names in the archive; nothing that only points elsewhere."""
    found = {}
    for name, folder in ((LAWS, places.laws), (TEMPLATES, places.templates)):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                found[str(PurePosixPath(name, *path.relative_to(folder).parts))] = path
    return found


def _copy(source: Path, copy: Path, target: Path, progress: Progress) -> None:
    """Copy the database as it is at this moment."""
    try:
        with closing(sqlite3.connect(source, isolation_level=None)) as from_, closing(sqlite3.connect(copy)) as to:
            copy.chmod(0o600)
            from_.execute("BEGIN")
            from_.execute("SELECT count(*) FROM sqlite_master").fetchone()  # what is written from now on is not in it
            from_.backup(to, pages=_PAGES, progress=lambda _, left, of: progress("复制数据库", of - left, of))
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            raise NotADatabase(f"{source} 不是数据库或已损坏，没有备份，请用早先的备份恢复。") from error
        raise _no_room(target) from error


def _looked_at(copy: Path, heads: Path, at: datetime, target: Path) -> tuple[About, tuple[Finding, ...]]:
    """What the copy is, and whether its chains are whole."""
    with _room(target), Store.open(copy, create=False) as store:
        cases = Cases(store, load_units())
        decisions, events = store.head(), cases.head()
        findings = verify(store, cases, heads)[:2]
    return About(at, SCHEMA, decisions, events), findings


@contextmanager
def _room(place: Path) -> Iterator[None]:
    try:
        yield
    except StoreNotWritable as error:
        raise _no_room(place) from error


def _no_room(place: Path) -> NotKept:
    return NotKept(f"写不下 {place}，磁盘已满或没有权限，没有留下半个文件。请腾出空间或检查权限后再试。")


# ── putting back ───────────────────────────────────────────────────────────────────────────────────────────────────


def _old(places: Places) -> list[Path]:
    """What of ours is there now."""
    database = [places.database.with_name(places.database.name + it) for it in _WAL]
    return [it for it in (*database, places.laws, places.templates) if it.exists()]


def _let_go(database: Path) -> None:
    """Make sure that nobody has the database open: what they wrote would go aside with it.

    Raises:
        BackupRefused: Somebody has.
    """
    if not database.exists():
        return
    try:
        with closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as connection:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN IMMEDIATE")  # only who is alone with it may
            connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise BackupRefused(f"{database} 正被别的程序打开，没有恢复。请先关掉 yingsu chat 等程序再试。") from error
        raise _no_room(database) from error
    except sqlite3.DatabaseError:
        return  # damaged: that is what backups are for


@contextmanager
def _cleared(paths: Iterable[Path]) -> Iterator[None]:
    """Leave nothing at these places, before and after."""

    def clear() -> None:
        for path in paths:
            shutil.rmtree(path, ignore_errors=True)
            for end in _WAL:
                with suppress(OSError):
                    path.with_name(path.name + end).unlink()

    clear()
    try:
        yield
    finally:
        clear()


def _swap(old: list[Path], new: list[tuple[Path, Path]], stamp: str) -> tuple[Path, ...]:
    """Move what is old aside and what is new in place: all of it, or nothing."""
    aside = [(path, path.with_name(_aside(path.name, stamp))) for path in old]
    moved: list[tuple[Path, Path]] = []
    try:
        for source, target in (*aside, *new):
            source.rename(target)
            moved.append((source, target))
        for folder in {target.parent for _, target in new}:
            sync(folder)
    except BaseException:
        for source, target in reversed(moved):
            target.rename(source)
        raise
    return tuple(target for _, target in aside)


def _aside(name: str, stamp: str) -> str:
    """A name beside; what SQLite keeps beside a database must still bear its name."""
    end = next((it for it in _WAL[1:] if name.endswith(it)), "")
    return f"{name.removesuffix(end)}.replaced-{stamp}{end}"


def _after(places: Places, at: datetime) -> tuple[Finding, ...]:
    """Note in the file of heads that a backup was put back, and check what is there now."""
    with Store.open(places.database, create=False) as store:
        cases = Cases(store, load_units())
        try:
            keep_heads(places.heads, store, cases, at, restored=True)
        except KeepingError as error:
            return *verify(store, cases, places.heads)[:2], Finding(NAME, False, str(error))
        return verify(store, cases, places.heads)


def _stamp(at: datetime) -> str:
    return at.astimezone(HERE).strftime("%Y%m%dT%H%M%S")
