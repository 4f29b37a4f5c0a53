"""A backup as a file: a tar.gz that other tools read too, its first member what it is, its last the sums of all others.

about.json       format, schema, when, and the heads of both chains
yingsu.sqlite    the database, as it was at one moment
heads.jsonl      the file of heads, where there was one
laws/ templates/ law texts and the installation's own papers
SHA256SUMS       as `sha256sum -c` reads it
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import tarfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Protocol

from actions.errors import BackupRefused
from actions.keeping.files import sync
from actions.store import Head
from actions.store.canonical import canonical
from actions.store.database import SCHEMA
from actions.store.decisions import stored_time

Progress = Callable[[str, int, int], None]
"""Is told what is done, how much of it is, and how much there is."""

DATABASE, HEADS, LAWS, TEMPLATES = "yingsu.sqlite", "heads.jsonl", "laws", "templates"

_ABOUT, _SUMS = "about.json", "SHA256SUMS"
_FORMAT = 1
_AT_A_TIME = 1 << 20
_LONGEST_SUMS = 1 << 24
_NOT_WHOLE = "不是完整的备份，可能没有拷全或已损坏，请换一份。"


@dataclass(frozen=True, slots=True)
class About:
    """What a backup is.

    Attributes:
        at: When it was made; UTC.
        schema: The newest migration of its database.
        decisions: The last decision's number and hash.
        cases: The last case event's.
    """

    at: datetime
    schema: str
    decisions: Head
    cases: Head


def write(place: Path, about: About, files: Mapping[str, Path], progress: Progress) -> None:
    """Write a backup; its owner alone may read it, and it is on disk when this returns.

    Args:
        place: The file; it is not there yet.
        about: What it is.
        files: What goes in: where each file is, by its name in the archive.
        progress: Is told how many bytes are in.

    Raises:
        OSError: It cannot be written, or a file cannot be read.
    """
    total = sum(path.stat().st_size for path in files.values())
    done = 0
    sums: dict[str, str] = {}
    with _new(place) as stream, tarfile.open(fileobj=stream, mode="w:gz") as tar:

        def add(name: str, content: IO[bytes], size: int) -> None:
            nonlocal done
            member = tarfile.TarInfo(name)
            member.size, member.mode, member.mtime = size, 0o600, int(about.at.timestamp())
            reading = _Reading(content)
            tar.addfile(member, reading)
            sums[name] = reading.sum.hexdigest()

        said = _written(about)
        add(_ABOUT, BytesIO(said), len(said))
        for name, path in files.items():
            size = path.stat().st_size
            with path.open("rb") as file:
                add(name, file, size)
            done += size
            progress("写入备份", done, total)
        text = "".join(f"{digest}  {name}\n" for name, digest in sums.items()).encode()
        add(_SUMS, BytesIO(text), len(text))
    sync(place)


def unpack(archive: Path, place: Callable[[PurePosixPath], Path | None], progress: Progress) -> About:
    """Read a backup to its end, and put its files where they are wanted.

    Args:
        archive: The file.
        place: Where the file of a name in the archive goes; None to read it only.
        progress: Is told how many bytes of the archive are read.

    Returns:
        What it is. Every file was in it, and as it was written.

    Raises:
        BackupRefused: It cannot be read, is not whole, is none of ours or a later version's, or has something in it
            that we never put there.
        OSError: A file cannot be written.
    """
    about: About | None = None
    listed: dict[str, str] | None = None
    sums: dict[str, str] = {}
    for member, content in _members(archive, progress):
        if about is None and member.name != _ABOUT:
            raise BackupRefused(f"{archive} 不是本程序的备份，请换一个文件。")
        if listed is not None or member.name in sums:
            raise BackupRefused(f"{archive} 里有多出来的文件，不是本程序写的备份，没有恢复。")
        if member.name == _SUMS:
            listed = _listed(content.read(_LONGEST_SUMS))
        elif member.name == _ABOUT:
            said = content.read(_AT_A_TIME)
            about = _read_about(said, archive)
            sums[_ABOUT] = hashlib.sha256(said).hexdigest()
        else:
            sums[member.name] = _put(content, place(_name(member, archive)))
    if about is None or listed != sums or DATABASE not in sums:
        raise BackupRefused(f"{archive} {_NOT_WHOLE}")
    return about


# ── writing ────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Content(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Reading:
    """A file that is summed up as it is read."""

    def __init__(self, content: _Content) -> None:
        self._content = content
        self.sum = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        """Read on."""
        part = self._content.read(size)
        self.sum.update(part)
        return part


@contextmanager
def _new(place: Path) -> Iterator[IO[bytes]]:
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        yield stream


def _written(about: About) -> bytes:
    def head(it: Head) -> dict[str, object]:
        return {"number": it[0], "hash": it[1]}

    said = {
        "format": _FORMAT,
        "schema": about.schema,
        "at": stored_time(about.at),
        "decisions": head(about.decisions),
        "cases": head(about.cases),
    }
    return (canonical(said) + "\n").encode()


# ── reading ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _members(archive: Path, progress: Progress) -> Iterator[tuple[tarfile.TarInfo, _Content]]:
    """Every file of an archive, front to back.

    Raises:
        BackupRefused: It cannot be read, or holds something else than files.
    """
    try:
        stream = archive.open("rb")
        size = archive.stat().st_size
    except OSError as error:
        raise BackupRefused(f"读不到备份 {archive}，请检查路径和权限。") from error
    with stream, _faults_told(archive), tarfile.open(fileobj=stream, mode="r|gz") as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isreg() else None
            if content is None:
                raise BackupRefused(f"{archive} 里有链接或文件以外的东西，不是本程序写的备份，没有恢复。")
            yield member, _Told(content, archive)
            progress("核对备份", stream.tell(), size)


@contextmanager
def _faults_told(archive: Path) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, zlib.error, gzip.BadGzipFile, EOFError) as error:
        raise BackupRefused(f"{archive} {_NOT_WHOLE}") from error


class _Told:
    """A member whose faults in reading are told apart from those in writing what is read."""

    def __init__(self, content: IO[bytes], archive: Path) -> None:
        self._content, self._archive = content, archive

    def read(self, size: int, /) -> bytes:
        """Read on."""
        with _faults_told(self._archive):
            return self._content.read(size)


def _name(member: tarfile.TarInfo, archive: Path) -> PurePosixPath:
    """A member's name, if it is one that we give.

    Raises:
        BackupRefused: It leads elsewhere, or is unknown.
    """
    name = PurePosixPath(member.name)
    known = str(name) in (DATABASE, HEADS) or (len(name.parts) > 1 and name.parts[0] in (LAWS, TEMPLATES))
    if not known or ".." in name.parts or str(name) != member.name or "\0" in member.name:
        raise BackupRefused(f"{archive} 里有放到别处去的文件，不是本程序写的备份，没有恢复。")
    return name


def _put(content: _Content, path: Path | None) -> str:
    """Write a file, or only read it; tells its sum."""
    reading = _Reading(content)
    if path is None:
        while reading.read(_AT_A_TIME):
            pass
    else:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _new(path) as stream:
            while part := reading.read(_AT_A_TIME):
                stream.write(part)
        sync(path)
    return reading.sum.hexdigest()


def _listed(text: bytes) -> dict[str, str]:
    """The sums by name; whatever else stands there is none."""
    lines = re.findall(r"^([0-9a-f]{64})  (.+)$", text.decode("utf-8", "replace"), re.M)
    return {name: digest for digest, name in lines}


def _read_about(text: bytes, archive: Path) -> About:
    """What a backup says of itself.

    Raises:
        BackupRefused: A later version made it, or it says nothing that we know.
    """
    try:
        said = json.loads(text)
        if said["format"] > _FORMAT or said["schema"] > SCHEMA:
            raise BackupRefused(f"{archive} 由更新的版本写成（{said['schema']}），请先升级本程序再恢复。")
        decisions, cases = said["decisions"], said["cases"]
        return About(
            at=datetime.fromisoformat(said["at"]),
            schema=said["schema"],
            decisions=(int(decisions["number"]), str(decisions["hash"])),
            cases=(int(cases["number"]), str(cases["hash"])),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BackupRefused(f"{archive} {_NOT_WHOLE}") from error
