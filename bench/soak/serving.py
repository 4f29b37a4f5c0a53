"""`yingsu serve` as a process of its own, killed and started again, and its Rasa killed under it."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.processes import free_port
from bot.settings import CHECKOUT
from tests.bot.telegram.bot_api import TOKEN

_COMMAND = "import sys; sys.argv[0] = 'yingsu'; from bot.cli import main; main()"
_EVERY = (150, 450)
_GRACE = 8.0
_MOST_ENDS = 3


class SoakError(Exception):
    """The soak cannot go on."""


class Served:
    """The process, through all its lives.

    Args:
        home: its data.
        api_url: the Bot API.
        chance: decides whom a kill hits, and when; seeded.
    """

    def __init__(self, home: Path, api_url: str, chance: random.Random) -> None:
        self._home, self._chance = home, chance
        self._env = {
            **{name: it for name, it in os.environ.items() if "proxy" not in name.lower()},
            "YINGSU_HOME": str(home),
            "YINGSU_TELEGRAM_TOKEN": TOKEN,
            "YINGSU_TELEGRAM_API_URL": api_url,
            "YINGSU_STATUS": f"127.0.0.1:{free_port()}",
            "PYTHONUTF8": "1",
        }
        self.kills = {"serve": 0, "rasa": 0}
        self.ended_by_itself = 0
        self._next = chance.randint(*_EVERY)
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", _COMMAND, "serve"]
        with (self._home / "serve.log").open("ab") as log:
            return subprocess.Popen(command, cwd=CHECKOUT, env=self._env, stdin=subprocess.DEVNULL, stderr=log)

    def strike(self, messages: int) -> None:
        """Kill one of the two if its time has come; start what has ended.

        Args:
            messages: how many people have sent so far.

        Raises:
            SoakError: it keeps ending by itself.
        """
        if self._process.poll() is not None:
            self.ended_by_itself += 1
            if self.ended_by_itself > _MOST_ENDS:
                log = (self._home / "serve.log").read_text(encoding="utf-8", errors="replace")
                raise SoakError(f"yingsu serve 自己停了{self.ended_by_itself}次，日志的最后几行：\n{log[-2000:]}")
            self._process = self._start()
        if messages < self._next:
            return
        self._next = messages + self._chance.randint(*_EVERY)
        rasa = _rasa_under(self._process.pid)
        if rasa is not None and self._chance.random() < 0.5:
            with contextlib.suppress(ProcessLookupError):
                os.kill(rasa, signal.SIGKILL)
                self.kills["rasa"] += 1
            return
        self._process.kill()
        self._process.wait()
        self.kills["serve"] += 1
        self._process = self._start()

    def restart(self) -> float:
        """Ask it to end and start it again; return how many seconds the end took."""
        took = self.stop()
        self._process = self._start()
        return took

    def stop(self) -> float:
        """Ask it to end; return how many seconds that took."""
        began = time.monotonic()
        self._process.terminate()
        try:
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        return time.monotonic() - began


@contextlib.contextmanager
def served(home: Path, api_url: str, chance: random.Random) -> Iterator[Served]:
    """Serve for as long as the block lasts."""
    running = Served(home, api_url, chance)
    try:
        yield running
    finally:
        running.stop()


def _rasa_under(pid: int) -> int | None:
    """The Rasa process of a serving one; None where it is just not there."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(file.read_text().rpartition(")")[2].split()[1])
            if parent == pid and b"serve.py" in (file.parent / "cmdline").read_bytes():
                return int(file.parent.name)
    return None
