"""Rasa as a process of ours: started, watched, restarted, stopped, and spoken to.

Rasa lives in an environment of its own (nlu/.venv) and is entered through nlu/serve.py. It is bound to
loopback, wants a token, and ends when this process does, however that happens: it watches a pipe that only we
hold open.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import os
import secrets
import signal
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from bot.errors import RasaFault, RasaMissing, RasaNotStarted, RasaResting

if TYPE_CHECKING:
    import httpx

_LOG_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class RasaFiles:
    """What a Rasa process is made of.

    Attributes:
        python: The interpreter of Rasa's environment.
        entry: Our entry to Rasa.
        model: The trained model.
    """

    python: Path
    entry: Path
    model: Path

    @classmethod
    def in_checkout(cls, root: Path) -> RasaFiles:
        """Where `make setup` puts them, below the root of the checkout."""
        nlu = root / "nlu"
        return cls(nlu / ".venv" / "bin" / "python", nlu / "serve.py", nlu / "models" / "model.tar.gz")

    def check(self) -> None:
        """Raises RasaMissing where something is not there."""
        if not self.python.exists():
            raise RasaMissing(f"没有 Rasa 的运行环境（{self.python}）：请运行 make setup。")
        if not self.entry.is_file():
            raise RasaMissing(f"没有 Rasa 的入口程序（{self.entry}）：请检查代码是否完整。")
        if not self.model.is_file():
            raise RasaMissing(f"没有训练好的对话模型（{self.model}）：请运行 make setup。")


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait, in seconds.

    Attributes:
        start: From starting the process until it answers.
        answer: For the answer to one message.
        poll: Between two looks whether it is ready.
        stop: From asking it to end until it is killed.
        pauses: Before each restart; when all are used up it rests. A process that has never answered gets the
            first only, and one that has answered for `steady` gets all of them again.
        steady: What counts as a life.
    """

    start: float = 60.0
    answer: float = 30.0
    poll: float = 0.05
    stop: float = 5.0
    pauses: tuple[float, ...] = (0.2, 1.0, 5.0, 15.0, 60.0)
    steady: float = 30.0


class RasaProcess:
    """One Rasa, kept alive.

    Attributes:
        token: What Rasa must be shown, and shows to the action endpoint.
        log: Where it writes what goes wrong; never what a person said.
        tracker: The file of open conversations.
        port: Where it listens; another one after each restart.
        restarts: How often it was started again.
    """

    def __init__(
        self, files: RasaFiles, home: Path, actions_url: str, token: str, limits: Limits | None = None
    ) -> None:
        """Describes the process; `start` starts it.

        Args:
            files: What it is made of.
            home: A folder of this installation's own, for the log and the open conversations.
            actions_url: Where Rasa calls our actions.
            token: See `new_token`.
            limits: How long to wait.
        """
        self.token = token
        self.log = home / "rasa.log"
        self.tracker = home / "talks.sqlite"
        self._files = files
        self._actions_url = actions_url
        self.port = 0
        self.restarts = 0
        self._limits = limits or Limits()
        self._client: httpx.AsyncClient | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._ready = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None

    @property
    def ready(self) -> bool:
        """Whether it answers now."""
        return self._ready.is_set()

    @property
    def pid(self) -> int | None:
        """The process's number, while there is one."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    async def start(self) -> None:
        """Begins to start it and returns at once; from now on it is watched and restarted.

        Raises:
            RasaMissing: The environment or the model is not there.
        """
        if self._keeping is None:
            self._files.check()
            self.log.parent.mkdir(parents=True, exist_ok=True)
            self._keeping = asyncio.create_task(self._keep())

    async def wait_ready(self) -> None:
        """Returns as soon as it answers.

        Raises:
            RasaNotStarted: It was given up: it kept ending, or was not ready in time.
            RasaResting: It was never started, or has been stopped.
        """
        if self._keeping is None:
            raise RasaResting("引导对话没有启动：请先启动服务。")
        waiting = asyncio.create_task(self._ready.wait())
        try:
            await asyncio.wait({waiting, self._keeping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
        if not self.ready:
            raise RasaNotStarted(f"引导对话启动不了：请查看日志 {self.log}，或运行 yingsu doctor。")

    async def send(self, sender: str, text: str, *, choice: bool = False, key: str = "") -> list[dict[str, Any]]:
        """Hands one message over and returns the answer.

        Args:
            sender: Who speaks; one conversation each.
            text: What they said, or a button's payload.
            choice: It is the payload of a button that we made. Anything else that begins with "/" is text.
            key: Names the message, or is empty. The same key again, while it is the sender's last, gets the answer
                that the first got, also after either process has died in between.

        Returns:
            At least one message: `text`, `buttons` (`title`, `payload`) and `custom`, where it has them.

        Raises:
            RasaResting: It is not running now, or not yet.
            RasaFault: No answer in time, an error, or an empty answer, which is how Rasa shows that an action
                could not be reached. The message may be sent again.
        """
        if self._client is None or not self.ready:
            raise RasaResting("引导对话正在休息：查条文和已登记的记录可以照常使用，请稍后再试。")
        import httpx

        body = {"sender": sender, "message": text, "choice": choice, "key": key}
        try:
            response = await self._client.post("webhook", json=body, timeout=self._limits.answer)
            response.raise_for_status()
            messages: list[dict[str, Any]] = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise RasaFault("引导对话没有回应：请稍后把这句话再发一次。") from error
        if not messages:
            raise RasaFault("引导对话没有给出回答：请稍后把这句话再发一次。")
        return messages

    async def stop(self) -> None:
        """Ends it: asks first, then kills. No process is left when this returns."""
        if self._keeping is not None:
            self._keeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeping
            self._keeping = None

    async def _keep(self) -> None:
        """Keeps it running until the pauses are used up; ends it when cancelled."""
        clock = asyncio.get_running_loop().time
        pauses, ever_answered = list(self._limits.pauses[:1]), False
        while True:
            try:
                client = await self._launch()
                if await self._answers(client, clock() + self._limits.start):
                    self._ready.set()
                    since = clock()
                    if not ever_answered:
                        pauses, ever_answered = list(self._limits.pauses), True
                    await self._ended()
                    if clock() - since > self._limits.steady:
                        pauses = list(self._limits.pauses)
            except OSError as error:
                self._note(f"cannot start: {type(error).__name__}")
            finally:
                self._ready.clear()
                await self._end()
            if not pauses:
                return
            await asyncio.sleep(pauses.pop(0))
            self.restarts += 1

    async def _launch(self) -> httpx.AsyncClient:
        self.port = _free_port()
        with self._open_log() as log:
            self._process = await asyncio.create_subprocess_exec(
                *(str(self._files.python), str(self._files.entry), "run", "--die-with-parent"),
                *("--port", str(self.port), "--model", str(self._files.model)),
                *("--actions", self._actions_url, "--tracker", str(self.tracker)),
                env=_environment(os.environ, self.token),
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        # A quarter of a second, which nobody waits for while Rasa starts.
        http = await asyncio.to_thread(importlib.import_module, "httpx")
        base = f"http://127.0.0.1:{self.port}/webhooks/talk/"
        # Straight to loopback, whatever proxies the environment names.
        headers = {"Authorization": f"Bearer {self.token}"}
        client: httpx.AsyncClient = http.AsyncClient(base_url=base, headers=headers, trust_env=False)
        self._client = client
        return client

    async def _answers(self, client: httpx.AsyncClient, deadline: float) -> bool:
        """Waits until it answers; False where it has ended or is too late."""
        import httpx

        clock = asyncio.get_running_loop().time
        while self.pid is not None:
            with contextlib.suppress(httpx.HTTPError):
                if (await client.get("", timeout=1.0)).status_code == httpx.codes.OK:
                    return True
            if clock() > deadline:
                self._note(f"not ready after {self._limits.start:.0f} s")
                return False
            await asyncio.sleep(self._limits.poll)
        await self._ended()
        return False

    async def _ended(self) -> None:
        if self._process is not None:
            await self._process.wait()
            self._note(f"ended with {self._process.returncode}")

    async def _end(self) -> None:
        process, client, self._client = self._process, self._client, None
        if client is not None:
            await client.aclose()
        if process is None or process.returncode is not None:
            return
        for number, patience in ((signal.SIGTERM, self._limits.stop), (signal.SIGKILL, None)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), patience)
                return

    def _open_log(self) -> IO[bytes]:
        if self.log.exists() and self.log.stat().st_size > _LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        return open(self.log, "ab", opener=lambda path, flags: os.open(path, flags, 0o600))

    def _note(self, words: str) -> None:
        with self._open_log() as log:
            log.write(f"rasa process: {words}\n".encode())


def new_token() -> str:
    """Makes a token that nobody can guess."""
    return secrets.token_urlsafe(32)


def _environment(ours: Mapping[str, str], token: str) -> dict[str, str]:
    """Hands on what a process needs of our environment, without our interpreter's settings."""
    ours_alone = ("PYTHON", "VIRTUAL_ENV", "COVERAGE", "YINGSU_")
    return {k: v for k, v in ours.items() if not k.startswith(ours_alone)} | {
        "YINGSU_RASA_TOKEN": token,
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
