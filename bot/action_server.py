"""The door through which Rasa calls our actions back: a loopback port, open from the first moment."""

from __future__ import annotations

import asyncio
import importlib
import socket
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from actions.rasa.ports import Talk

if TYPE_CHECKING:
    import uvicorn


class ActionServer:
    """Serves the actions on a free loopback port, inside the running event loop.

    Use it as an asynchronous context manager; `url` is what Rasa needs. The talk is made when `begin` or `up` is
    called: a call that comes before waits, the person who only looks something up does not.
    """

    def __init__(self, make_talk: Callable[[], Talk], token: str) -> None:
        """Open the port.

        Args:
            make_talk: makes what the actions call; run once, in a thread, beside everything else.
            token: what a caller must show.
        """
        # Named as TCP, or asyncio leaves Nagle's delay of 40 ms switched on.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(128)  # from now on a call waits instead of being refused
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/webhook"
        self._make_talk, self._token = make_talk, token
        self._loading: asyncio.Task[uvicorn.Server] | None = None
        self._serving: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._loading is not None and self._serving is not None:
            # A thread cannot be stopped half-way: wait for what it makes, so that it is taken down too.
            await asyncio.wait({self._loading})
            if not self._loading.cancelled() and self._loading.exception() is None:
                self._loading.result().should_exit = True
            await asyncio.wait({self._serving})
            self._serving.exception()  # told by `up`, where somebody asked
        self._socket.close()

    def begin(self) -> asyncio.Task[uvicorn.Server]:
        """Begin to make the talk and to answer, once."""
        if self._loading is None:
            self._loading = asyncio.create_task(asyncio.to_thread(self._load))
            self._serving = asyncio.create_task(self._serve(self._loading))
        return self._loading

    async def up(self) -> None:
        """Begin, and return when calls are answered.

        Raises:
            Whatever `make_talk` raised: the store that cannot be opened, the measure that cannot be read.
        """
        await asyncio.shield(self.begin())

    def _load(self) -> uvicorn.Server:
        talk = self._make_talk()
        server: uvicorn.Server = importlib.import_module("bot.action_app").create_server(talk, self._token)
        return server

    async def _serve(self, loading: asyncio.Task[uvicorn.Server]) -> None:
        server = await loading
        await server.serve(sockets=[self._socket])
