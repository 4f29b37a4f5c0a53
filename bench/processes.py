"""Processes of the comparison: started in groups of their own, measured, and ended."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

_PATIENCE = 8.0


@contextlib.contextmanager
def running(
    argv: Sequence[str], folder: Path, log: str, env: Mapping[str, str], *, talks: bool = False
) -> Iterator[subprocess.Popen[str]]:
    """Runs a command for as long as the block lasts.

    Args:
        argv: The command.
        folder: Where it runs and where its log goes.
        log: The log's name.
        env: Its whole environment.
        talks: Its standard output is a pipe to the block instead of part of the log.

    Yields:
        The process; its standard input is a pipe. However the block is left, the process and all that belong
        to its group have ended then.
    """
    with (folder / log).open("ab") as out:
        process = subprocess.Popen(
            list(argv),
            cwd=folder,
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if talks else out,
            stderr=out,
            text=True,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """Asks the process to end, then kills what is left of its group."""
    if process.stdin is not None:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_PATIENCE)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def memory(pids: Sequence[int], proc: Path = Path("/proc")) -> int | None:
    """Sums up what processes and their descendants hold in memory.

    Args:
        pids: The processes.
        proc: Where the kernel tells about processes.

    Returns:
        Bytes of resident memory (RSS); None on a system that does not tell it this way.
    """
    pages = [int(fields[21]) for fields in _family(pids, proc)]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE") if pages else None


def cpu_seconds(pids: Sequence[int], proc: Path = Path("/proc")) -> float | None:
    """Sums up the processor time that processes and their descendants have spent; None as for `memory`."""
    ticks = [int(fields[11]) + int(fields[12]) for fields in _family(pids, proc)]
    return sum(ticks) / os.sysconf("SC_CLK_TCK") if ticks else None


def _family(pids: Sequence[int], proc: Path) -> list[list[str]]:
    """What `/proc/PID/stat` says of processes and their descendants, from the third field (state) on."""
    known: dict[int, list[str]] = {}
    for file in proc.glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            known[int(file.parent.name)] = file.read_text().rpartition(")")[2].split()
    wanted = set(pids)
    while more := {pid for pid, fields in known.items() if int(fields[1]) in wanted} - wanted:
        wanted |= more
    return [known[pid] for pid in wanted if pid in known]


def free_port() -> int:
    """A loopback port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
