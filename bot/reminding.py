"""Reminders and calendars of cases, as part of the process that serves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from actions.cases import Cases
from actions.people import People
from actions.reminding import Reminder, Reminders
from actions.store.inbox import Inbox
from bot import logs
from bot.inbox import Pause, Postroom
from bot.metrics import Metrics
from knowledge.units import Units

_MINUTE = 60.0
_AT_A_TIME = 50

_log = logs.get(__name__)


async def remind(
    inbox: Inbox, postroom: Postroom, units: Units, metrics: Metrics, now: Callable[[], datetime], pause: Pause
) -> None:
    """Send each minute what is to be reminded of, until cancelled.

    What one round cannot send, the next does: a fault ends nothing. While everything is paused (`yingsu pause
    --everything`) nothing is sent; then the latest stage of each date is.

    Args:
        inbox: Where messages, cases and people are kept.
        postroom: Is told in which chats something waits to be sent.
        units: The units there are.
        metrics: What counts reminders.
        now: The clock; an aware time.
        pause: Waits for so many seconds.
    """
    people, cases, reminders = People(inbox), Cases(inbox, units), Reminders(inbox)

    def look() -> list[Reminder]:
        paused = people.pause()
        if paused is not None and paused.everything:
            return []
        return reminders.due_now(cases.list(), people.list(), units, now())

    while True:
        try:
            due = await asyncio.to_thread(look)
            for start in range(0, len(due), _AT_A_TIME):
                sent = await asyncio.to_thread(reminders.claim, due[start : start + _AT_A_TIME], inbox, now())
                postroom.wake(it.chat for it in sent)
                for it in sent:
                    metrics.reminded(it.kind)
        except Exception:
            _log.error("not_reminded", exc_info=True)
        await pause(_MINUTE)
