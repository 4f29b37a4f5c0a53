"""Two ways in, polling and webhook; on either an update is written down before Telegram is told that it came."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import telegram
from fastapi import FastAPI, Request, Response
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from actions.errors import StoreUnavailable
from bot import logs
from bot.channels.telegram.api import POLL_SECONDS, Bot, seconds
from bot.channels.telegram.reading import ALLOWED, NAME
from bot.errors import ChannelRefused
from bot.inbox import Pause, Times

Receive = Callable[[Sequence[telegram.Update]], Awaitable[None]]

PATH = "/telegram"
_SECRET = "x-telegram-bot-api-secret-token"  # noqa: S105 - the name of a header
_BYTES = 1_000_000
_UNKNOWN = "Telegram 不认这个令牌。请核对 YINGSU_TELEGRAM_TOKEN，或向 @BotFather 另要一个。"

_log = logs.get(__name__)


@dataclass(slots=True)
class Line:
    """Whether Telegram reaches us, or we it, as far as is known."""

    up: bool = False


async def surely(call: Callable[[], Awaitable[object]], pause: Pause, times: Times) -> None:
    """Make a call until it succeeds, with growing pauses.

    Raises:
        ChannelRefused: the token is wrong; trying again would not help.
    """
    tried = 0
    while True:
        try:
            await call()
            return
        except TelegramError as fault:
            tried += 1
            await pause(_after(fault, times, tried))


async def poll(
    bot: Bot, receive: Receive, line: Line, pause: Pause = asyncio.sleep, times: Times | None = None
) -> None:
    """Fetch updates until cancelled.

    A batch is confirmed by the next call's offset, which is sent only once the batch is on disk. The offset is not
    kept: after a week's silence Telegram numbers anew, perhaps lower, and an old offset would lose what came.

    Args:
        bot: the bot.
        receive: writes updates down.
        line: is told whether it goes well.
        pause: waits for so many seconds.
        times: the pauses after a fault.

    Raises:
        ChannelRefused: the token is wrong.
    """
    times = times or Times()
    await surely(lambda: bot.delete_webhook(drop_pending_updates=False), pause, times)
    offset: int | None = None
    tried = 0
    while True:
        try:
            wait = POLL_SECONDS if line.up else 0  # at first, and after a fault, find out soon that it works
            updates = await bot.get_updates(offset=offset, timeout=wait, allowed_updates=ALLOWED)
            await receive(updates)
        except TelegramError as fault:
            line.up = False
            tried += 1
            if isinstance(fault, Conflict) and tried == 1:
                _log.error("second_poller", channel=NAME)
            await pause(_after(fault, times, tried))
        except StoreUnavailable:
            line.up = False
            tried += 1
            _log.error("not_confirmed", channel=NAME, exc_info=True)
            await pause(times.pause(tried))
        else:
            line.up, tried = True, 0
            offset = max(it.update_id for it in updates) + 1 if updates else None


def webhook(bot: Bot, receive: Receive, secret: str) -> FastAPI:
    """Make the web application that Telegram calls.

    It answers 403 without the secret, 400 to what is no update, 413 to what is too long, 503 where nothing could be
    written down, so that Telegram comes again, and 200 when it is on disk.
    """
    app = FastAPI(openapi_url=None)
    expected = secret.encode()

    @app.post(PATH)
    async def update(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get(_SECRET, "").encode(), expected):
            return Response(status_code=403)
        body = await request.body()
        if len(body) > _BYTES:
            return Response(status_code=413)
        try:
            it = telegram.Update.de_json(json.loads(body), bot)
        except (ValueError, TypeError, KeyError, AttributeError):
            return Response(status_code=400)
        try:
            await receive([it])
        except StoreUnavailable:
            _log.error("not_confirmed", channel=NAME, exc_info=True)
            return Response(status_code=503)
        return Response()

    return app


async def set_webhook(bot: Bot, public_url: str, secret: str, pause: Pause, times: Times) -> None:
    """Ask Telegram to call us, one update at a time so that they come in order."""
    await surely(
        lambda: bot.set_webhook(
            url=public_url.rstrip("/") + PATH,
            secret_token=secret,
            max_connections=1,
            allowed_updates=ALLOWED,
            drop_pending_updates=False,
        ),
        pause,
        times,
    )


def _after(fault: TelegramError, times: Times, tried: int) -> float:
    """How long to wait after a fault.

    Raises:
        ChannelRefused: the token is wrong.
    """
    if isinstance(fault, InvalidToken):
        raise ChannelRefused(_UNKNOWN) from fault
    if isinstance(fault, RetryAfter):
        return max(seconds(fault), times.pause(tried))
    # A second poller would be thrown out by us as we are by it: leave it the time to end.
    return times.pauses[-1] if isinstance(fault, Conflict) else times.pause(tried)
