"""The Bot API, called: how a call went, told apart by whether it may have had its effect."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import telegram
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot.inbox import Delivery
from bot.settings import Settings

POLL_SECONDS = 25
"""How long Telegram holds a poll open while there is nothing to tell."""

# Durations as timedelta, as the library's next release has them; without this each 429 warns of it.
os.environ.setdefault("PTB_TIMEDELTA", "true")

Bot = ExtBot[int]
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)


def make_bot(settings: Settings, read_timeout: float = 10.0) -> Bot:
    """Make the bot; it keeps to Telegram's limits of 30 messages a second, 20 a minute in a group.

    Raises:
        InputError: there is no token.
    """
    proxy = settings.telegram_proxy
    return ExtBot(
        settings.need_telegram_token(),
        base_url=f"{settings.telegram_api_url}/bot",
        base_file_url=f"{settings.telegram_api_url}/file/bot",
        request=HTTPXRequest(connection_pool_size=64, read_timeout=read_timeout, proxy=proxy),
        get_updates_request=HTTPXRequest(connection_pool_size=1, read_timeout=read_timeout, proxy=proxy),
        rate_limiter=AIORateLimiter(),
    )


async def attempt(call: Awaitable[telegram.Message | bool], moved: Callable[[int], None]) -> Delivery:
    """Make a call that shows a person something, and tell how it went.

    A call that timed out while waiting for its answer may have had its effect; one that never reached the other
    side, or that it answered with an error, has not.

    Args:
        call: the call.
        moved: is told the new number of a chat that became a supergroup; the call is to be made again, there.
    """
    try:
        did = await call
    except RetryAfter as fault:
        return Delivery("later", after=seconds(fault))
    except (Forbidden, InvalidToken) as fault:
        # A token that is wrong all of a sudden is the operator's to mend; nothing is lost meanwhile.
        return Delivery("blocked") if isinstance(fault, Forbidden) else Delivery("later", after=60.0)
    except ChatMigrated as fault:
        moved(fault.new_chat_id)
        return Delivery("later")
    except BadRequest as fault:
        # The message shows already what it should: an edit that was made twice.
        done = "not modified" in str(fault).lower()
        return Delivery("sent") if done else Delivery("dropped")
    except TimedOut as fault:
        return Delivery("later" if isinstance(fault.__cause__, _NOT_SENT) else "unsure")
    except (Conflict, NetworkError) as fault:
        if "too large" in str(fault).lower():  # a file, to something on the way that takes less than Telegram
            return Delivery("dropped")
        cause = fault.__cause__
        broken = isinstance(cause, httpx.HTTPError) and not isinstance(cause, _NOT_SENT)
        return Delivery("unsure" if broken else "later")
    return Delivery("sent", str(did.message_id) if isinstance(did, telegram.Message) else None)


def seconds(fault: RetryAfter) -> float:
    """How long Telegram asked us to wait."""
    wait = fault.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


async def try_once(call: Awaitable[object]) -> None:
    """Make a call whose loss nobody minds: that we are typing, that a button was pressed."""
    try:
        await call
    except TelegramError:
        return
