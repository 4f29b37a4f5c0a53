"""The door through which Rasa calls our actions back: a loopback port, open from the first moment."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import socket
from types import TracebackType
from typing import TYPE_CHECKING, Self

from actions.rasa.ports import Talk

if TYPE_CHECKING:
    import uvicorn


class ActionServer:
    """Serves the actions on a free loopback port, inside the running event loop.

    Use it as an asynchronous context manager; `url` is what Rasa needs. Calls that come before the web
    libraries are imported wait: the person who only looks something up does not.
    """

    def __init__(self, talk: Talk, token: str) -> None:
        # Named as TCP, or asyncio leaves Nagle's delay of 40 ms switched on.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(128)  # from now on a call waits instead of being refused
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/webhook"
        self._talk, self._token = talk, token
        self._server: uvicorn.Server | None = None
        self._serving: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._serving = asyncio.create_task(self._serve())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._serving is not None:
            if self._server is None:
                self._serving.cancel()
            else:
                self._server.should_exit = True
            with contextlib.suppress(asyncio.CancelledError):
                await self._serving
        self._socket.close()

    async def _serve(self) -> None:
        app = await asyncio.to_thread(importlib.import_module, "bot.action_app")
        self._server = app.create_server(self._talk, self._token)
        await self._server.serve(sockets=[self._socket])
