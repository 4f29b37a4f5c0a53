"""Telegram on loopback, in bad weather: calls fail in every way they can, updates come twice and out of order."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler

from actions.document import Document
from bot.channels.telegram.words import PROBABLY_TWICE
from tests.bot.telegram.bot_api import DONE_BUT_SILENT, NO_ANSWER, SILENCE, BotApi, Fault, Json, Shown

BATCH = 100
"""How many updates Telegram hands out at once, at most."""

FAULTS: tuple[tuple[str, float, Fault], ...] = (
    ("429", 0.010, Fault(429, "Too Many Requests: retry after 2", retry_after=2)),
    ("502", 0.010, Fault(502, "Bad Gateway")),
    ("broken before", 0.004, SILENCE),
    ("broken after", 0.004, DONE_BUT_SILENT),
    ("no answer", 0.001, NO_ANSWER),
)
"""How calls that show a person something fail: what it is called, how likely, and how."""

_SHOWS = ("sendMessage", "editMessageText")
_POLL_FAULTS = (("429", 0.01, Fault(429, retry_after=1)), ("502", 0.01, Fault(502)), ("broken", 0.01, SILENCE))
_AGAIN = 0.05
"""How likely a poll repeats updates that were confirmed."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person sees appear in their chat."""

    chat: int
    shown: Shown


class Weather(BotApi):
    """A Bot API that fails by chance.

    Attributes:
        failed: how many calls failed, by method and how.
        shown: how many new messages appeared, by chat and whether they said that they may be a repetition.
        repeated: how many updates were handed out that had been confirmed.
        reordered: how many batches were out of order.
        calm: nothing fails any more.

    Args:
        chance: decides what fails; seeded.
        sees: is told of each new message that a person sees; called from the server's threads, one at a time.
    """

    def __init__(self, chance: random.Random, sees: Callable[[Seen], None]) -> None:
        super().__init__()
        self._chance, self._sees = chance, sees
        self._given: list[Json] = []
        self.failed: Counter[str] = Counter()
        self.shown: Counter[tuple[int, bool]] = Counter()
        self.repeated = self.reordered = 0
        self.calm = False

    def serve(self, handler: BaseHTTPRequestHandler, path: str, raw: Mapping[str, str | Document]) -> None:
        """Answer a call, or fail it."""
        method = path.rsplit("/", 1)[-1]
        with self._changed:
            self.calls.clear()  # a test's record; here it would grow without end
            kinds = FAULTS if method in _SHOWS else _POLL_FAULTS if method == "getUpdates" else ()
            fate = self._chance.random()
            for name, share, fault in () if self.calm else kinds:
                fate -= share
                if fate < 0:
                    self.failed[f"{method}: {name}"] += 1
                    self.faults[method].append(fault)
                    break
        super().serve(handler, path, raw)

    def on_getUpdates(self, offset: int = 0, timeout: int = 0, **more: object) -> list[Json]:
        """Hand updates out: some that were confirmed once more, and none in order."""
        fresh = super().on_getUpdates(offset, timeout, **more)[:BATCH]
        with self._changed:
            again: list[Json] = []
            if self._given and not self.calm and self._chance.random() < _AGAIN:
                again = self._chance.sample(self._given, min(3, len(self._given)))
            self.repeated += len(again)
            self._given = [*self._given, *fresh][-BATCH:]
            mixed = [*fresh, *again]
            self._chance.shuffle(mixed)
            self.reordered += mixed[: len(fresh)] != fresh
        return mixed

    def on_sendMessage(self, chat_id: int, text: str, **more: object) -> Json:
        """Show a message, and let the person see it."""
        sent = super().on_sendMessage(chat_id, text, **more)
        with self._changed:
            shown = next(it for it in reversed(self.chats[chat_id]) if it.message_id == sent["message_id"])
            # Now: an edit may take the mark away.
            self.shown[chat_id, shown.text.startswith(PROBABLY_TWICE)] += 1
            self._sees(Seen(chat_id, shown))
        return sent
