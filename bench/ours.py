"""Ours: `bot.app.App` in a process of its own, as `yingsu chat` runs it, with its Rasa beside it.

`python -m bench.ours HOME` is that process. It says on standard output, one JSON object a line, when the first
look-up is answered and when the guided talk is ready; for each line `TURNS` on standard input it leads so many
turns through `Dialogue`, the way of a channel's message, and says how long each took; it ends when standard
input does.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from bench.drive import Door, first_answer
from bench.flow import FLOW, LOOK_UPS, FlowError, answered
from bench.processes import running
from bot.settings import CHECKOUT


@dataclass(frozen=True, slots=True)
class Ours:
    """Our side while it serves.

    Attributes:
        door: Its Rasa's.
        pids: Its processes; what they started belongs to them.
        start: From starting it to the first answer of a talk over REST, seconds.
        look_up: From starting it to the first look-up answered, seconds.
    """

    door: Door
    pids: list[int]
    start: float
    look_up: float
    _asks: IO[str]
    _tells: IO[str]

    def through_dialogue(self, turns: int) -> list[float]:
        """Leads intakes through `Dialogue`; seconds of each turn."""
        self._asks.write(f"{turns}\n")
        self._asks.flush()
        return list(_told(self._tells)["turns"])


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Ours]:
    """Serves the talk for as long as the block lasts, with its data in an empty folder."""
    env = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    began = time.monotonic()
    with running((sys.executable, "-m", "bench.ours", str(folder)), folder, "ours.log", env, talks=True) as it:
        asks, tells = it.stdin, it.stdout
        if asks is None or tells is None:
            raise FlowError("服务没有启动起来。")
        _told(tells)
        look_up = time.monotonic() - began
        ready = _told(tells)
        headers = {"Authorization": f"Bearer {ready['token']}"}
        door = Door(ready["port"], "/webhooks/talk/webhook", headers, choices=True)
        first_answer(door, lambda: it.poll() is None)
        yield Ours(door, [it.pid], time.monotonic() - began, look_up, asks, tells)


def _told(tells: IO[str]) -> dict[str, Any]:
    line = tells.readline()
    if not line:
        raise FlowError("服务没有启动起来。")
    told: dict[str, Any] = json.loads(line)
    return told


async def serve(home: Path) -> None:
    """Runs the assistant until standard input ends, or until it is told to end; Rasa ends with it."""
    from bot.app import App
    from bot.dialogue import value
    from bot.messages import Incoming
    from bot.settings import Settings

    ending = asyncio.current_task()
    if ending is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ending.cancel)
    async with App(Settings(home=home)) as app:

        async def led(intake: int) -> list[float]:
            times = []
            for step in FLOW:
                text = value(step.text) if step.pressed else step.text
                message = Incoming("bench", f"whole way {intake}", text, pressed=step.pressed)
                began = time.perf_counter()
                replies = await app.dialogue.answer(message)
                times.append(time.perf_counter() - began)
                answered(step, [{"text": reply.text} for reply in replies])
            return times

        replies = await app.dialogue.answer(Incoming("bench", "first", LOOK_UPS[0]), wait=False)
        tell({"look_up": replies[0].text})
        await app.guide.wait_ready()
        tell({"port": app.rasa.port, "token": app.rasa.token})
        while line := await asyncio.to_thread(sys.stdin.readline):
            await led(-1)
            turns = [one for intake in range(int(line) // len(FLOW)) for one in await led(intake)]
            tell({"turns": turns})


def tell(what: dict[str, Any]) -> None:
    """Writes one line for whoever started this process."""
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(serve(Path(sys.argv[1])))
