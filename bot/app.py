"""The whole assistant in one process, with Rasa beside it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from actions.store import Store
from actions.talk import TalkService
from bot.action_server import ActionServer
from bot.dialogue import Dialogue
from bot.rasa_process import RasaFiles, RasaProcess, new_token
from bot.settings import CHECKOUT, Settings
from knowledge.bundled import load_decider, load_searcher


def _now() -> datetime:
    return datetime.now(UTC)


class App:
    """Store, talk, action server and Rasa; an asynchronous context manager that leaves nothing running.

    Args:
        settings: where things are.
        now: the clock.
        new_id: ids for new cases.
    """

    def __init__(
        self,
        settings: Settings,
        now: Callable[[], datetime] = _now,
        new_id: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        self._settings = settings
        self._now = now
        self._new_id = new_id
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            home = self._settings.prepare_home()
            searcher = load_searcher()
            store = stack.enter_context(Store.open(self._settings.store))
            talk = TalkService(load_decider(), searcher, store, self._now, self._new_id)
            token = new_token()
            actions = await stack.enter_async_context(ActionServer(talk, token))
            self.rasa = RasaProcess(RasaFiles.in_checkout(CHECKOUT), home, actions.url, token)
            stack.push_async_callback(self.rasa.stop)
            await self.rasa.start()
            self.dialogue = Dialogue(self.rasa, searcher)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()
