"""Once a day, the heads of both chains go to the file that is meant for another disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from actions.cases import Cases
from actions.keeping import keep_heads
from actions.store import Store
from bot import logs
from bot.inbox import Pause
from bot.settings import Settings
from knowledge.units import load_units

_HOUR, _DAY = 3600.0, 24 * 3600.0

_log = logs.get(__name__)


async def keep_daily(settings: Settings, now: Callable[[], datetime], pause: Pause) -> None:
    """Keep the heads each day; where that fails the log says so, and an hour later it is tried again.

    Args:
        settings: where database and file are.
        now: the clock.
        pause: waits for so many seconds.
    """
    while True:
        try:
            await asyncio.to_thread(_keep, settings, now())
        except Exception:  # whatever is wrong with the file, people are served all the same
            _log.error("heads_not_kept", exc_info=True)
            await pause(_HOUR)
        else:
            await pause(_DAY)


def _keep(settings: Settings, now: datetime) -> None:
    with Store.open(settings.store) as store:
        keep_heads(settings.heads_file, store, Cases(store, load_units()), now)
