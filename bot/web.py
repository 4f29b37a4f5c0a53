"""Web applications inside the running event loop, each on an address of its own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import uvicorn

from bot.errors import InputError
from bot.settings import Address

if TYPE_CHECKING:
    from starlette.types import ASGIApp

GRACE = 1
"""Seconds that calls which have begun may take to come to an end."""


@contextlib.asynccontextmanager
async def listening(app: ASGIApp, address: Address) -> AsyncIterator[int]:
    """Serve an application within the block; gives the port.

    Raises:
        InputError: nothing can listen there.
    """
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((address.host, address.port))
        except OSError as error:
            raise InputError(
                f"监听不了 {address.host}:{address.port}：地址不对，或已被占用。请改正设置，或停掉占用它的程序。"
            ) from error
        config = uvicorn.Config(
            app, lifespan="off", log_level="warning", access_log=False, log_config=None, timeout_graceful_shutdown=GRACE
        )
        server = _Server(config)
        serving = asyncio.create_task(server.serve(sockets=[sock]))
        try:
            yield sock.getsockname()[1]
        finally:
            server.should_exit = True
            await serving


class _Server(uvicorn.Server):
    """A server that leaves signals to the program it is part of."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
