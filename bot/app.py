"""The whole assistant in one process, with Rasa beside it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from actions.render import HERE
from bot.action_server import ActionServer
from bot.dialogue import Dialogue
from bot.glance import may_be_stopped
from bot.messages import Incoming, Reply
from bot.rasa_process import Limits, RasaFiles, RasaProcess, new_token
from bot.searcher import open_searcher
from bot.settings import CHECKOUT, Settings
from knowledge.bundled import begin_loading_encoder, load_decider
from knowledge.look_up import LookUp
from knowledge.search import load_titles

if TYPE_CHECKING:
    from actions.case_talk import CaseDesk
    from actions.rasa.ports import Talk
    from actions.store import Store
    from bot.access import Access


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

    async def send(self, sender: str, text: str, *, choice: bool = False, key: str = "") -> list[dict[str, Any]]:
        """Hand one message over and return the answer; the same key again gets the same answer."""
        return await self._rasa.send(sender, text, choice=choice, key=key)


class App:
    """Store, talk, action server and Rasa; an asynchronous context manager that leaves nothing running.

    Look-ups answer as soon as it is entered. What only the guided talk needs is made in a thread, when `opened` or the
    first message that is no look-up asks for it; `opened` tells whether it could be. Look-up is loaded as it is
    constructed: for another encoder that may take minutes, and outside an event loop Ctrl-C breaks it off at once.

    Args:
        settings: where things are.
        now: the clock.
        new_id: ids for new cases.
        limits: how long to wait for Rasa.

    Raises:
        HomeNotWritable, KnowledgeError: look-up cannot be loaded.
    """

    def __init__(
        self,
        settings: Settings,
        now: Callable[[], datetime] = _now,
        new_id: Callable[[], str] = lambda: secrets.token_hex(8),
        limits: Limits | None = None,
    ) -> None:
        self._settings = settings
        self._limits = limits
        self._look_up = LookUp(
            open_searcher(settings), settings.laws, load_titles(), lambda: now().astimezone(HERE).date()
        )
        self._now = now
        self._new_id = new_id
        self._store: Store | None = None
        self._desk: CaseDesk | None = None
        self._access: Future[Access] = Future()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            home = self._settings.prepare_home()
            token = new_token()
            stack.callback(self._close_store)
            self._actions = await stack.enter_async_context(ActionServer(self._make_talk, token))
            self.rasa = RasaProcess(RasaFiles.in_checkout(CHECKOUT), home, self._actions.url, token, self._limits)
            stack.push_async_callback(self.rasa.stop)
            await self.rasa.start()
            self.guide = Guided(self.rasa, self._actions)
            self.dialogue = Dialogue(self.guide, self._look_up, lambda: self._desk)
            self._stack = stack.pop_all()
        return self

    async def opened(self) -> None:
        """Return when the store is open and the talk is made.

        Raises:
            StoreError, KnowledgeError: one of them cannot be.
        """
        await self._actions.up()

    async def answer(self, message: Incoming, *, wait: bool = True, alone: bool = True) -> list[Reply]:
        """Answer a message of one of the machine's own channels: they need no enrolment, but a pause reaches them too.

        Args:
            message: what came in.
            wait: wait for the guided talk while it starts; False answers a look-up at once instead.
            alone: answer without the guided talk where it has a fault.

        Raises:
            RasaFault: the guided talk has a fault; only where not `alone`.
            StoreError: whether there is a pause cannot be read.
        """
        unopened = not self._access.done() and not may_be_stopped(self._settings.store)
        if not wait and unopened and (found := self.dialogue.at_once(message)):
            return found
        self._actions.begin()
        access = await asyncio.shield(asyncio.wrap_future(self._access))
        if (refused := await asyncio.to_thread(access.may, message.sender, "look_up")) is not None:
            return [Reply(refused.words)]
        if wait:
            await self.opened()  # the case desk answers without Rasa, but not before the store is open
        if (paused := await asyncio.to_thread(access.may, message.sender, "register")) is not None:
            return await self.dialogue.while_paused(message, Reply(paused.words))
        if (said := await self.dialogue.at_desk(message)) is not None:
            return said
        return await self.dialogue.answer(message, wait=wait, alone=alone)

    def _make_talk(self) -> Talk:
        try:
            self._store, access = self._open_store()
        except BaseException as fault:
            self._access.set_exception(fault)
            raise
        self._access.set_result(access)
        from actions.case_talk import CaseDesk
        from actions.cases import Cases
        from actions.talk.service import TalkService
        from actions.understanding.meaning import Meaning

        decider = load_decider()
        cases = Cases(self._store, decider.units)
        self._desk = CaseDesk(self._store, cases, decider, self._now, self._settings.templates)
        meaning = Meaning(begin_loading_encoder().result())  # the bundled one: its thresholds hold for no other
        return TalkService(decider, self._look_up, self._store, self._now, self._new_id, meaning, cases)

    def _open_store(self) -> tuple[Store, Access]:
        from actions.people import People
        from actions.store import Store
        from bot.access import PeopleAccess

        store = Store.open(self._settings.store)
        return store, PeopleAccess(People(store), self._settings.contact)

    def _close_store(self) -> None:
        if self._store is not None:
            self._store.close()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()
