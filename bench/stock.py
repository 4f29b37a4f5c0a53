"""Stock Rasa: `rasa run` and `rasa_sdk` as they come, the same model, the conversations in memory."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.drive import Door, first_answer
from bench.processes import free_port, running
from bot.rasa_process import RasaFiles
from bot.settings import CHECKOUT


@contextmanager
def serving(folder: Path) -> Iterator[tuple[Door, list[int], float]]:
    """Serves the talk for as long as the block lasts.

    Two things are not as they come, so that nothing leaves this machine: the action server listens on loopback
    (SANIC_HOST; by itself it takes every interface), and Rasa's telemetry is off.

    Args:
        folder: An empty folder for its files.

    Yields:
        Its door, its processes, and the seconds from starting both to the first answer.
    """
    files = RasaFiles.in_checkout(CHECKOUT)
    port, actions_port = free_port(), free_port()
    (folder / "endpoints.yml").write_text(f"action_endpoint:\n  url: http://127.0.0.1:{actions_port}/webhook\n")
    (folder / "credentials.yml").write_text("rest:\n")
    common = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "YINGSU_"))}
    sdk = (sys.executable, "-m", "rasa_sdk", "--actions", "bench.stock_actions", "--port", str(actions_port))
    rasa = (
        *(str(files.python), "-m", "rasa", "run", "-i", "127.0.0.1", "-p", str(port), "-m", str(files.model)),
        *("--endpoints", "endpoints.yml", "--credentials", "credentials.yml"),
    )
    # config.yml names a component of ours that lies in nlu/.
    rasa_env = {"RASA_TELEMETRY_ENABLED": "false", "PYTHONPATH": str(CHECKOUT / "nlu")}
    sdk_env = {"SANIC_HOST": "127.0.0.1", "YINGSU_HOME": str(folder), "PYTHONPATH": str(CHECKOUT)}
    door = Door(port, "/webhooks/rest/webhook", {}, choices=False)
    began = time.monotonic()
    with (
        running(sdk, folder, "rasa_sdk.log", {**common, **sdk_env}) as actions,
        running(rasa, folder, "rasa.log", {**common, **rasa_env}) as server,
    ):
        first_answer(door, lambda: actions.poll() is None and server.poll() is None)
        yield door, [actions.pid, server.pid], time.monotonic() - began
