"""The heads of both chains in a file meant for another disk: what a chain alone cannot show, they do.

A cut tail, a chain written anew and another database in the place of ours are chains without a fault; they only do not
lead where the chain once led. A line of the file is canonical JSON with its own hash and the hash of the line before:
whoever changes the file has to change it to its end.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from actions.cases import Cases
from actions.errors import HeadsRefused, InvalidDecision
from actions.keeping.files import sync, writing
from actions.render import when
from actions.store import GENESIS, Head, Store, VerifyReport
from actions.store.canonical import canonical, sha256_of
from actions.store.decisions import stored_time

NAME = "链尾文件"

_DAILY = timedelta(hours=20)
"""A line that says the same as the last, younger than this, is not written: a restart makes none."""


@dataclass(frozen=True, slots=True)
class Heads:
    """A line of the file.

    Attributes:
        at: When it was written; UTC.
        decisions: The last decision's number and hash then.
        cases: The last case event's.
        restored: Whether a backup was put in place then: the lines before it hold for other data.
        hash: SHA-256 over all of it and the hash of the line before.
    """

    at: datetime
    decisions: Head
    cases: Head
    restored: bool
    hash: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one thing.

    Attributes:
        what: The decisions, the case events, or the file of heads.
        ok: Whether it is as it was written.
        words: What is whole or what is wrong, for people.
    """

    what: str
    ok: bool
    words: str


def keep_heads(path: Path, store: Store, cases: Cases, at: datetime, *, restored: bool = False) -> bool:
    """Add a line to the file, unless it would say what the last has said today.

    Args:
        path: The file; its folder is there.
        store: The decisions.
        cases: The cases beside them.
        at: Now; aware.
        restored: A backup has just been put in place: the records need not continue the lines before.

    Returns:
        Whether it was added.

    Raises:
        HeadsRefused: A chain is broken or does not continue the file, or the file is damaged; nothing was written.
        NotKept: The file cannot be written.
        StoreUnavailable: The database cannot be read.
    """
    with _locked(path) as descriptor:
        lines, problem = _parsed(_read(descriptor))
        if problem is not None:
            raise HeadsRefused(f"{NAME} {path} {problem}没有再写。请用 yingsu verify 查明，另换一个文件。")
        kept = () if restored else _that_count(lines)
        decisions = store.verify(*(it.decisions for it in kept))
        events = cases.verify(*(it.cases for it in kept))
        broken = next((it.problem for it in (decisions, events) if not it.ok), None)
        if broken is not None:
            raise HeadsRefused(f"记录链有问题，没有写{NAME}：{broken}请用 yingsu verify 查看。")
        last = lines[-1] if lines else None
        if (
            last is not None
            and not restored
            and (last.decisions, last.cases) == (decisions.head, events.head)
            and at - last.at < _DAILY
        ):
            return False
        line = _line(decisions.head, events.head, at, last.hash if last else GENESIS, restored=restored)
        _append(descriptor, line)
        sync(path.parent)
    return True


def read_heads(path: Path) -> tuple[tuple[Heads, ...], str | None]:
    """Read the file.

    Args:
        path: The file; one that is not there has no lines.

    Returns:
        Its lines up to the first fault, and that fault in words.

    Raises:
        HeadsRefused: The file cannot be read.
    """
    try:
        return _parsed(path.read_bytes())
    except FileNotFoundError:
        return (), None
    except OSError as error:
        raise HeadsRefused(f"读不到{NAME} {path}，请检查路径和权限。") from error


def verify(store: Store, cases: Cases, path: Path) -> tuple[Finding, ...]:
    """Check both chains, against each line of the file of heads that counts.

    Args:
        store: The decisions.
        cases: The cases beside them.
        path: The file of heads; without it a cut tail, a rewritten chain and another database are not found.

    Returns:
        What was found of decisions, case events and file, in that order.

    Raises:
        HeadsRefused: The file cannot be read.
        StoreUnavailable: The database cannot be read.
    """
    lines, problem = read_heads(path)
    kept = _that_count(lines)
    return (
        _found("决定", store.verify(*(it.decisions for it in kept))),
        _found("案件记录", cases.verify(*(it.cases for it in kept))),
        Finding(NAME, problem is None, f"{path} {problem or _told(lines)}"),
    )


def _that_count(lines: Sequence[Heads]) -> Sequence[Heads]:
    """The lines since a backup was put in place the last time."""
    since = max((place for place, it in enumerate(lines) if it.restored), default=0)
    return lines[since:]


def _found(what: str, report: VerifyReport) -> Finding:
    number, digest = report.head
    return Finding(what, report.ok, report.problem or f"链完整，共{report.count}条，链尾 {number}:{digest}")


def _told(lines: Sequence[Heads]) -> str:
    if not lines:
        return "还没有：末尾被截掉、整条链被改写、换成别的数据库，这次查不出来。用 yingsu verify --export 写第一行。"
    restored = next((it for it in reversed(lines) if it.restored), None)
    since = f"；{when(restored.at)}从备份恢复过，只核对那以后的" if restored else ""
    return f"共{len(lines)}行，最后一行写于{when(lines[-1].at)}{since}"


# ── the file ───────────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """Open the file to append, for one writer at a time."""
    with writing(NAME, path):
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)


def _read(descriptor: int) -> bytes:
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0)


def _append(descriptor: int, line: bytes) -> None:
    """Write a line, whole or not at all; one that a crash has cut off before it is ended first."""
    size = os.fstat(descriptor).st_size
    ended = size == 0 or os.pread(descriptor, 1, size - 1) == b"\n"
    rest = line if ended else b"\n" + line
    try:
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, size)
        raise


def _line(decisions: Head, cases: Head, at: datetime, previous_hash: str, *, restored: bool) -> bytes:
    said: dict[str, object] = {
        "at": stored_time(at),
        "decisions": {"number": decisions[0], "hash": decisions[1]},
        "cases": {"number": cases[0], "hash": cases[1]},
        "restored": restored,
        "previous_hash": previous_hash,
    }
    return (canonical({**said, "hash": sha256_of(said)}) + "\n").encode()


def _parsed(content: bytes) -> tuple[tuple[Heads, ...], str | None]:
    """The lines up to the first fault, and that fault.

    What a crash has left of a line is none: the next one continues the last whole one, which shows that none is
    missing.
    """
    lines: list[Heads] = []
    last, cut_off = GENESIS, 0
    texts = content.split(b"\n")
    for number, text in enumerate(texts[:-1], 1):
        said = _said(text)
        if said is None:
            cut_off = number
            continue
        heads = _heads(said)
        if heads is None:
            return tuple(lines), f"第{number}行的内容与它的哈希不符，已被改动。"
        if said.get("previous_hash") != last:
            fits = "接不上前一行，有行被删去、插入或调换" if lines else "不是开头，前面的行被删去或调换"
            return tuple(lines), f"第{number}行{fits}。"
        lines.append(heads)
        last, cut_off = heads.hash, 0
    return tuple(lines), f"第{cut_off}行读不懂，已被改动。" if cut_off else None


def _said(text: bytes) -> dict[str, object] | None:
    try:
        said = json.loads(text)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _heads(said: Mapping[str, object]) -> Heads | None:
    """The line, if it is as it was written."""
    content = {name: value for name, value in said.items() if name != "hash"}
    try:
        if said["hash"] != sha256_of(content):
            return None
        at = datetime.fromisoformat(str(said["at"]))
        if at.tzinfo is None:
            return None
        return Heads(
            at=at,
            decisions=_head(said["decisions"]),
            cases=_head(said["cases"]),
            restored=bool(said["restored"]),
            hash=str(said["hash"]),
        )
    except (KeyError, TypeError, ValueError, InvalidDecision):
        return None


def _head(said: object) -> Head:
    if not isinstance(said, dict):
        raise TypeError("no head")
    return int(said["number"]), str(said["hash"])
