"""Everything in one process, until it is told to stop: the assistant, the inbox, and each channel that is set up."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import secrets
import threading
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from telegram import Update

from actions.calendar_links import CalendarLinks
from actions.cases import Cases
from actions.keeping import load_policy
from actions.people import People
from actions.store.inbox import Inbox
from bot import logs
from bot.access import PeopleAccess
from bot.app import App
from bot.channels.telegram.api import make_bot
from bot.channels.telegram.channel import Telegram
from bot.channels.telegram.reading import NAME, Groups, Me
from bot.channels.telegram.receiving import Line, poll, set_webhook, surely, webhook
from bot.errors import InputError, RasaFault
from bot.inbox import Pause, Postroom, Times
from bot.keeping import keep_daily
from bot.metrics import Metrics, make_status_app
from bot.rasa_process import Limits, RasaProcess
from bot.reception import Door, Reception
from bot.reminding import remind
from bot.settings import Address, Settings
from bot.web import listening
from knowledge.units import load_units

if TYPE_CHECKING:
    from starlette.types import ASGIApp

RASA = Limits(stop=1.0)
"""Rasa is not waited for at the end: it loses nothing by being killed, since a turn is on disk when it is answered."""

END = 4.5
"""Seconds from the signal to the end, whatever is slow; more than what is waited for where nothing hangs."""

_LOOK, _MINUTE, _DAY = 5.0, 60.0, 24 * 3600.0

_log = logs.get(__name__)


async def serve(app: App, settings: Settings, stop: asyncio.Event, times: Times | None = None) -> None:
    """Run until `stop` is set; then end what has begun, and leave the rest in the inbox.

    Args:
        app: the assistant, made with `RASA` and not entered.
        settings: where things are, and which channels there are.
        stop: set to end.
        times: pauses after faults, and how long ending may take.

    Raises:
        StoreError, KnowledgeError: store or measure cannot be used.
        RasaMissing: the guided talk is not set up.
        InputError: no channel is set up, an address cannot be listened on, or another process serves from this home.
        ChannelRefused: Telegram does not know the token.
    """
    times, metrics, line = times or Times(), Metrics(), Line()
    async with AsyncExitStack() as stack:
        stack.enter_context(alone(settings.prepare_home()))
        await stack.enter_async_context(app)
        inbox = stack.enter_context(await asyncio.to_thread(Inbox.open, settings.store))
        units = load_units()
        door = PeopleAccess(People(inbox), settings.contact)
        metrics.watch(inbox_depth=lambda: inbox.depth().incoming, rasa_restarts=lambda: app.rasa.restarts)
        vital = {"store": lambda: inbox.depth().incoming >= 0, NAME: lambda: line.up}
        links, cases = CalendarLinks(inbox), Cases(inbox, units)
        others = {"rasa": lambda: app.guide.ready}
        status = make_status_app(metrics, vital, others, lambda token: links.calendar(token, cases.list, _now()))
        reception = Reception(app.dialogue, door, metrics)
        talking = run_telegram(settings, inbox, reception, door, metrics, line, times)
        _log.info("serving", channel=NAME, method="webhook" if settings.telegram_public_url else "polling")
        beside = _listen(status, settings.status)  # beside the talk, so that both come to their end at once
        heads = keep_daily(settings, _now, asyncio.sleep)
        await _until(stop, _together(talking, beside, app.opened(), keep_up(app.rasa, asyncio.sleep), heads))
        _log.info("stopping")


def end_in_time(seconds: float = END) -> None:
    """See that this process has ended after so many seconds, also where a thread hangs: on a disk, a name server.

    Nothing is lost by it: what has come in is on disk, and what is half done is undone, as after a kill. Rasa ends
    when this process does.
    """

    def end() -> None:
        _log.warning("cut_short")
        os._exit(0)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()


@contextlib.contextmanager
def alone(home: Path) -> Iterator[None]:
    """Keep others from serving from a home: of two that work one inbox off, each takes the other's work for lost.

    Raises:
        InputError: another process does. A lock ends with its process, however that ends.
    """
    with (home / "serve.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise InputError(
                f"已经有一个 yingsu serve 在用数据目录 {home}。请先停掉它，或另设 YINGSU_HOME。"
            ) from error
        yield


async def run_telegram(
    settings: Settings, inbox: Inbox, reception: Reception, door: Door, metrics: Metrics, line: Line, times: Times
) -> None:
    """Receive and answer, until cancelled.

    Args:
        settings: the channel's.
        inbox: where messages are kept.
        reception: leads private talks.
        door: who may come in.
        metrics: what counts.
        line: is told whether Telegram can be reached.
        times: pauses after faults, and how long ending may take.

    Raises:
        ChannelRefused: Telegram does not know the token.
        InputError: there is no token, or the webhook's address cannot be listened on.
    """
    bot = make_bot(settings)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(bot.shutdown)
        await surely(bot.initialize, asyncio.sleep, times)
        me = Me(bot.bot.id, bot.username, Groups(settings.telegram_groups))
        channel = Telegram(bot, me, reception, door, _now)
        await surely(channel.find_groups, asyncio.sleep, times)
        postroom = await stack.enter_async_context(Postroom(inbox, [channel], _now, times=times, metrics=metrics))

        async def receive(updates: Sequence[Update]) -> None:
            await channel.receive(postroom, updates)

        async def fetch() -> None:
            if settings.telegram_public_url is None:
                await poll(bot, receive, line, times=times)
                return
            secret = secrets.token_urlsafe(32)
            async with listening(webhook(bot, receive, secret), settings.telegram_webhook):
                await set_webhook(bot, settings.telegram_public_url, secret, asyncio.sleep, times)
                line.up = True
                await asyncio.Event().wait()

        reminding = remind(inbox, postroom, load_units(), metrics, _now, asyncio.sleep)
        await _together(fetch(), surely(channel.set_menu, asyncio.sleep, times), _forget(postroom), reminding)


async def _forget(postroom: Postroom) -> None:
    """Once a day, forget what was done with long ago, as the policy of purging says."""
    keep = load_policy()["incoming"].keep
    while True:
        await postroom.purge(_now() - keep)
        await asyncio.sleep(_DAY)


async def keep_up(rasa: RasaProcess, pause: Pause) -> None:
    """Start Rasa anew each minute where it has been given up; look-ups do without it meanwhile."""
    while True:
        try:
            await rasa.wait_ready()
            await pause(_LOOK)
        except RasaFault:
            _log.error("rasa_given_up", exc_info=True)
            await pause(_MINUTE)
            await rasa.stop()
            await rasa.start()


async def _listen(app: ASGIApp, address: Address) -> None:
    async with listening(app, address):
        await asyncio.Event().wait()


async def _until(stop: asyncio.Event, work: Coroutine[None, None, None]) -> None:
    """Run work until told to stop, or until it fails."""
    working, stopped = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            await working
    finally:
        for task in (working, stopped):
            task.cancel()
        await asyncio.wait({working, stopped})


async def _together(*work: Coroutine[None, None, None]) -> None:
    """Run all of it until it is done or one fails; none is left running."""
    tasks = [asyncio.create_task(it) for it in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


def _now() -> datetime:
    return datetime.now(UTC)
