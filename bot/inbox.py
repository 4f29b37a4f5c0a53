"""Works the inbox off: one message at a time for a chat, chats side by side, answers sent in order and known to be.

Between any two steps the process may be killed. What came in stays `waiting` until its answers are on disk; an
answer that was being sent is sent again with a word that it may be a repetition; one known to have arrived is not.
A message that needs something which is only just starting waits too, and holds up nobody but its own chat.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Literal, ParamSpec, Protocol, Self, TypeVar

from actions.errors import StoreUnavailable
from actions.store.inbox import Inbox
from actions.store.mail import Button, Key, Outgoing, Part, Received, Update, Wait
from bot import logs
from bot.access import MOST_MESSAGES, Allowance
from bot.errors import NotYet
from bot.metrics import Metrics

GIVEN_UP = "这条没能处理，请换个说法再发一次；还不行的，请告诉管理员。"
TOO_MANY = f"发得太快，一分钟最多答{MOST_MESSAGES}条。从这条起没有处理，请过一分钟再发。"

_log = logs.get(__name__)
Pause = Callable[[float], Awaitable[object]]
"""Waits for so many seconds; tests pass in one that only counts them."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a message comes to.

    Attributes:
        parts: what is sent, in order.
        chosen: the button that the message pressed, or named by its number or words.
        offers: what is on offer in the chat from now on; None leaves it.
    """

    parts: tuple[Part, ...] = ()
    chosen: Button | None = None
    offers: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """How sending went.

    Attributes:
        state: `sent`; `later`, surely not arrived; `unsure`, perhaps arrived; `blocked`, the chat is closed to us;
            `dropped`, will never arrive.
        message_id: the channel's number of what was sent.
        after: seconds that the other side asked us to wait.
    """

    state: Literal["sent", "later", "unsure", "blocked", "dropped"]
    message_id: str | None = None
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class _Job:
    """Something to be done on disk, and who waits for it."""

    do: Callable[[], Any]
    done: Future[Any]

    def alone(self) -> None:
        """Do it by itself."""
        try:
            self.done.set_result(self.do())
        except BaseException as fault:
            self.done.set_exception(fault)


class Channel(Protocol):
    """What the inbox asks of a channel."""

    @property
    def name(self) -> str:
        """Its name, as its updates carry it."""

    async def answer(self, received: Received) -> Answer:
        """Answer a message; called again where it raised, or where the process died before the answer was kept.

        Raises:
            NotYet: it has to wait; that is no try of those after which it is given up.
        """

    async def deliver(self, outgoing: Outgoing) -> Delivery:
        """Send one message; raises nothing that the channel's own transport may raise."""


@dataclass(frozen=True, slots=True)
class Times:
    """How long to wait, in seconds, and how often to try.

    Attributes:
        pauses: before each new try; the last one again and again.
        tries: how often a message is begun until it is given up.
        unsure: how often a message that may have arrived is sent again: for eight minutes, or a line that takes
            everything in and gives nothing back would cost people their answers.
        patience: how long a message waits for what is starting, from the moment that the person was told so.
        look: between two looks whether it has started.
        stop: how long work that has begun may take to come to an end.
    """

    pauses: tuple[float, ...] = (1.0, 2.0, 5.0, 15.0, 60.0)
    tries: int = 5
    unsure: int = 12
    patience: float = 120.0
    look: float = 0.25
    stop: float = 2.0

    def pause(self, tried: int) -> float:
        """The pause after so many tries."""
        return self.pauses[min(tried, len(self.pauses)) - 1]


class Postroom:
    """Takes updates in and sees that each is answered once. An asynchronous context manager.

    Args:
        inbox: where messages are kept; whoever opened it closes it.
        channels: those whose messages it holds.
        now: the clock; an aware time.
        pause: waits for so many seconds.
        times: how long to wait.
        at_once: how many messages are answered at the same time.
        sends_at_once: how many messages are sent at the same time.
        metrics: what counts them.
    """

    def __init__(
        self,
        inbox: Inbox,
        channels: Iterable[Channel],
        now: Callable[[], datetime],
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
        times: Times | None = None,
        at_once: int = 8,
        sends_at_once: int = 16,
        metrics: Metrics | None = None,
    ) -> None:
        self._inbox = inbox
        self._channels = {channel.name: channel for channel in channels}
        self._now, self._pause, self._times = now, pause, times or Times()
        self._places, self._metrics = asyncio.Semaphore(at_once), metrics or Metrics()
        # What is being sent when the process dies may have arrived; what only waits its turn has not.
        self._lines = asyncio.Semaphore(sends_at_once)
        self._allowance = Allowance(now)
        self._thread = ThreadPoolExecutor(1, "inbox")
        self._jobs: deque[_Job] = deque()
        self._working: dict[Key, asyncio.Task[None]] = {}
        self._more: set[Key] = set()
        self._pausing: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def __aenter__(self) -> Self:
        for key in await self._on_disk(self._inbox.recover):
            self._begin(key)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping = True
        for task in self._pausing:
            task.cancel()
        if self._working:
            await asyncio.wait(self._working.values(), timeout=self._times.stop)
        for task in self._working.values():
            task.cancel()
        await asyncio.gather(*self._working.values(), return_exceptions=True)
        await asyncio.to_thread(self._thread.shutdown)

    async def receive(self, updates: Sequence[Update]) -> None:
        """Write updates down and begin to answer them; when it returns they are on disk.

        Raises:
            StoreUnavailable: they are not; the channel must not confirm them.
        """
        for key in await self._on_disk(self._inbox.put, updates, self._now()):
            self._begin(key)
        for it in updates:
            self._metrics.received(it.channel, it.kind)

    def wake(self, keys: Iterable[Key]) -> None:
        """Look into chats for which something was written into the inbox by somebody else, such as a reminder."""
        for key in keys:
            self._begin(key)

    async def purge(self, before: datetime) -> None:
        """Forget what was done with before then."""
        await self._surely(self._inbox.purge, before)

    async def idle(self) -> None:
        """Return when nothing is left to do."""
        while self._working:
            await asyncio.wait(list(self._working.values()))

    def _begin(self, key: Key) -> None:
        if self._stopping or key[0] not in self._channels:
            return
        if key in self._working:
            self._more.add(key)  # it may just have found nothing left
        else:
            self._working[key] = asyncio.create_task(self._work(key))

    async def _work(self, key: Key) -> None:
        try:
            while not self._stopping:
                try:
                    if not await self._step(key):
                        return
                except Exception:
                    _log.error("chat_stands_still", channel=key[0], exc_info=True)
                    await self._rest(self._times.pauses[-1])
        finally:
            del self._working[key]

    async def _step(self, key: Key) -> bool:
        """Do what is next in a chat; False when nothing is left."""
        self._more.discard(key)
        async with self._lines:
            if self._stopping:
                return False
            it = await self._surely(self._inbox.take, key, self._now())
            if isinstance(it, Outgoing):
                await self._deliver(it)
                return True
        if it is None:
            return key in self._more
        if isinstance(it, Wait):
            await self._rest((it.until - self._now()).total_seconds())
        else:
            with logs.message(f"{it.id:08x}"):
                await self._answer(it)
        return True

    async def _answer(self, it: Received) -> None:
        answer = Answer((Part(GIVEN_UP),))
        if (over := self._over(it)) > 0:
            answer = Answer((Part(TOO_MANY),) if over == 1 else ())
        elif it.tries <= self._times.tries:
            try:
                async with self._places:
                    if self._stopping:  # it has not begun, so that was no try
                        await self._surely(self._inbox.hold, it.id, self._now(), self._now())
                        return
                    with self._metrics.stage("answer"):
                        answer = await self._channels[it.update.channel].answer(it)
            except NotYet as fault:
                if await self._comes(it, fault):
                    return
                answer = Answer((Part(fault.otherwise),))
            except Exception:
                _log.error("not_answered", tries=it.tries, exc_info=True)
                await self._surely(self._inbox.put_off, it.id, self._after(self._times.pause(it.tries)))
                return

        def keep() -> None:
            self._inbox.answer(it.id, answer.parts, self._now(), chosen=answer.chosen, offers=answer.offers)

        await self._surely(keep)

    def _over(self, it: Received) -> int:
        """How many too many a person's messages are with this one; one that is begun again is not counted again."""
        again = it.tries > 1 or it.told_to_wait is not None
        over = 0 if again else self._allowance.count(f"{it.update.channel}:{it.update.person}")
        if over:
            self._metrics.refused("too_many")
        return over

    async def _comes(self, it: Received, fault: NotYet) -> bool:
        """Have the person told that their message waits, or, once they know, wait; False where that is in vain."""
        told = it.told_to_wait
        meanwhile = Part(fault.meanwhile) if told is None else None
        until = self._after(self._times.look if told is None else 0.0)
        await self._surely(self._inbox.hold, it.id, self._now(), until, meanwhile)
        if told is None:
            return True
        end = told + timedelta(seconds=self._times.patience)
        while not fault.ready() and self._now() < end:
            await self._rest(self._times.look)
        return fault.ready()

    async def _deliver(self, it: Outgoing) -> None:
        with self._metrics.stage("send"):
            did = await self._channels[it.channel].deliver(it)
        again = max(did.after, self._times.pause(it.tries))
        if did.state == "sent":
            await self._surely(self._inbox.sent, it.id, did.message_id)
        elif did.state == "blocked":
            await self._surely(self._inbox.block, (it.channel, it.chat), self._now())
        elif did.state == "later" or (did.state == "unsure" and it.unsure < self._times.unsure):
            await self._surely(self._later, it.id, self._after(again), did.state == "unsure")
        else:
            _log.warning("not_sent", channel=it.channel, state=did.state, tries=it.tries)
            await self._surely(self._inbox.drop, it.id)

    def _later(self, outgoing: int, until: datetime, unsure: bool) -> None:
        self._inbox.send_later(outgoing, until, unsure=unsure)

    def _after(self, seconds: float) -> datetime:
        return self._now() + timedelta(seconds=seconds)

    async def _rest(self, seconds: float) -> None:
        task = asyncio.current_task()
        if self._stopping:
            raise asyncio.CancelledError  # what waits will wait on disk
        if task is None or seconds <= 0:
            return
        self._pausing.add(task)
        try:
            await self._pause(seconds)
        finally:
            self._pausing.discard(task)

    async def _surely(self, do: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Do something on disk, as often as it takes: what was answered must not be answered anew."""
        tried = 0
        while True:
            try:
                return await self._on_disk(do, *args, **kwargs)
            except StoreUnavailable:
                if self._stopping:
                    raise
                tried += 1
                _log.error("inbox_unavailable", exc_info=True)
                await self._rest(self._times.pause(tried))

    async def _on_disk(self, do: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        # One thread: what it has begun it ends, even where nobody waits for it any more.
        done: Future[_T] = Future()
        self._jobs.append(_Job(lambda: do(*args, **kwargs), done))
        self._thread.submit(self._work_off)
        return await asyncio.wrap_future(done)

    def _work_off(self) -> None:
        """Do all that is to be done on disk in one transaction: waiting for the disk is what takes the time."""
        jobs = []
        while self._jobs:
            job = self._jobs.popleft()
            if job.done.set_running_or_notify_cancel():
                jobs.append(job)
        if not jobs:
            return  # an earlier call has done them
        try:
            with self._inbox.together():
                results = [job.do() for job in jobs]
        except Exception as fault:
            if len(jobs) == 1:
                jobs[0].done.set_exception(fault)
                return
            for job in jobs:  # nothing is written: each for itself, so that one fails for no other
                job.alone()
        except BaseException as fault:
            for job in jobs:
                job.done.set_exception(fault)
        else:
            for job, result in zip(jobs, results, strict=True):
                job.done.set_result(result)
