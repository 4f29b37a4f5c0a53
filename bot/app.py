"""The whole assistant in one process, with Rasa beside it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from bot.action_server import ActionServer
from bot.dialogue import Dialogue
from bot.rasa_process import RasaFiles, RasaProcess, new_token
from bot.settings import CHECKOUT, Settings
from knowledge.bundled import load_decider, load_searcher

if TYPE_CHECKING:
    from actions.rasa.ports import Talk
    from actions.store import Store
    from knowledge.search import Searcher


def _now() -> datetime:
    return datetime.now(UTC)


class Guided:
    """Rasa with the actions that it calls: it leads the talk when both are up."""

    def __init__(self, rasa: RasaProcess, actions: ActionServer) -> None:
        self._rasa = rasa
        self._actions = actions

    @property
    def ready(self) -> bool:
        """Whether it answers now."""
        return self._rasa.ready

    async def wait_ready(self) -> None:
        """Return as soon as it answers.

        Raises:
            RasaFault: Rasa does not come up.
            Whatever kept the talk from being made, such as a store that cannot be opened.
        """
        await self._actions.up()
        await self._rasa.wait_ready()

    async def send(self, sender: str, text: str, *, choice: bool = False) -> list[dict[str, Any]]:
        """Hand one message over and return the answer."""
        return await self._rasa.send(sender, text, choice=choice)


class App:
    """Store, talk, action server and Rasa; an asynchronous context manager that leaves nothing running.

    Look-ups answer as soon as it is entered. What only the guided talk needs is made beside that, in a thread;
    `opened` tells whether it could be.

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
        self._store: Store | None = None
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            home = self._settings.prepare_home()
            searcher = load_searcher()
            token = new_token()
            stack.callback(self._close_store)
            self._actions = await stack.enter_async_context(ActionServer(lambda: self._make_talk(searcher), token))
            self.rasa = RasaProcess(RasaFiles.in_checkout(CHECKOUT), home, self._actions.url, token)
            stack.push_async_callback(self.rasa.stop)
            await self.rasa.start()
            self.guide = Guided(self.rasa, self._actions)
            self.dialogue = Dialogue(self.guide, searcher)
            self._stack = stack.pop_all()
        return self

    async def opened(self) -> None:
        """Return when the store is open and the talk is made.

        Raises:
            StoreError, KnowledgeError: one of them cannot be.
        """
        await self._actions.up()

    def _make_talk(self, searcher: Searcher) -> Talk:
        from actions.store import Store
        from actions.talk.service import TalkService

        self._store = Store.open(self._settings.store)
        return TalkService(load_decider(), searcher, self._store, self._now, self._new_id)

    def _close_store(self) -> None:
        if self._store is not None:
            self._store.close()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()
