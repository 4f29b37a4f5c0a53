"""A private talk on any channel whose messages go through the inbox: who may, which button is meant, what is said."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from actions.store.inbox import PRESS
from actions.store.mail import Button, Received, Shown, Update
from actions.talk import words
from actions.understanding import is_question
from bot.access import Access, Refusal, What
from bot.dialogue import Dialogue, personal_refused, surely_asks
from bot.errors import NotYet
from bot.messages import Incoming, Option, Reply
from bot.metrics import Metrics

_TRIES = 3
"""How often the guided talk, though it is there, is asked for an answer until the person is told that it rests."""

COMING = "稍等，引导对话正在恢复，您的话已收到，恢复后接着答。"


class Door(Access, Protocol):
    """Who may come in, and how."""

    def enrol(self, person: str, code: str, at: datetime) -> str:
        """Enrol by a code; its answer is for the person. Raises PeopleError, whose message is too."""

    def whoami(self, person: str) -> str:
        """Tell a person who they are here."""


@dataclass(frozen=True, slots=True)
class Said:
    """What is said to a message, before any channel lays it out; see `bot.inbox.Answer`."""

    replies: tuple[Reply, ...]
    chosen: Button | None = None
    offers: Mapping[str, str] | None = None


class Reception:
    """Leads private talks.

    Args:
        dialogue: what answers.
        door: who may.
        metrics: what counts refusals.
    """

    def __init__(self, dialogue: Dialogue, door: Door, metrics: Metrics | None = None) -> None:
        self._dialogue, self._door, self._metrics = dialogue, door, metrics or Metrics()

    async def refusal(self, sender: str) -> Refusal | None:
        """Why a person may not even look something up; None where they may."""
        refused = await self._refused(sender, What.LOOK_UP)
        if refused is not None:
            self._metrics.refused(refused.reason)
        return refused

    def look_up(self, text: str) -> Reply:
        """The clauses for a question, or that no text says."""
        return self._dialogue.look_up(text)

    def clauses(self, text: str) -> list[tuple[str, str]]:
        """The clauses that answer a question: their places and words."""
        return self._dialogue.clauses(text)

    async def talk(self, received: Received, text: str | None = None) -> Said:
        """Answer a message of a private chat.

        Args:
            received: the message.
            text: what to take it for, where that is not its own text: a command's words.

        Raises:
            RasaFault: the guided talk did not answer; only the first times that the message is begun.
            NotYet: the guided talk is starting, and this cannot be answered without it.
        """
        it = received.update
        sender = f"{it.channel}:{it.person}"
        if (refused := await self.refusal(sender)) is not None:
            return Said((Reply(refused.words),))
        if received.refused is not None:
            self._metrics.refused("personal_data")
            return Said((Reply(personal_refused(received.refused)),))
        if it.kind == PRESS and (dead := _dead(received)) is not None:
            return dead
        button = received.pressed
        said = button.value if button is not None else it.text if text is None else text
        chosen = button or (_named(said, received) if said else None)
        message = Incoming(it.channel, it.person, said, button is not None, _key(it))
        # What is on disk counts: the process that offered it may have been another.
        self._dialogue.offers[sender] = received.offers
        unguided = await self._refused(sender, What.REGISTER)
        paused = unguided is not None and unguided.reason == "paused"
        if not paused and (replies := await self._dialogue.at_desk(message)) is not None:
            return Said(tuple(replies), chosen, self._dialogue.offers[sender])
        if unguided is None:
            return await self._through(received, message, chosen)
        why = Reply(unguided.words)
        without = self._dialogue.while_paused(message, why) if paused else self._dialogue.answer(message, unguided=why)
        replies = await without
        if why in replies:
            self._metrics.refused(unguided.reason)
        return Said(tuple(replies))

    async def _refused(self, sender: str, what: What) -> Refusal | None:
        return await asyncio.to_thread(self._door.may, sender, what)

    async def _through(self, received: Received, message: Incoming, chosen: Button | None) -> Said:
        offers = self._dialogue.offers
        asks = not message.pressed and (is_question(message.text) or surely_asks(message.text))
        if not self._dialogue.guided:
            coming = Reply(COMING)
            found = await self._dialogue.answer(message, unguided=coming) if asks else [coming]
            if found == [coming]:
                raise NotYet(lambda: self._dialogue.guided, COMING, words.GUIDANCE_RESTS)
            return Said(tuple(found))
        # A story or an answer is tried again: the guided talk may have been killed in the middle of it.
        alone = asks or received.tries > _TRIES
        replies = await self._dialogue.answer(message, wait=not asks, alone=alone)
        first = replies[0].text
        if message.pressed and first == words.STALE:
            return _stale(received.shown)
        if first == words.GUIDANCE_RESTS:
            return Said(tuple(replies))  # nothing was answered: its button can be pressed again
        return Said(tuple(replies), chosen, offers[message.sender])


def _key(it: Update) -> str:
    return f"{it.channel}:{it.update_id}"


def _named(text: str, received: Received) -> Button | None:
    """The button that words name: by its number or label, on the newest message."""
    said = unicodedata.normalize("NFKC", text).strip()
    if said not in received.offers or not received.shown:
        return None
    names = ((it, (str(it.number), unicodedata.normalize("NFKC", it.label))) for it in received.shown[-1].buttons)
    return next((it for it, names in names if said in names), None)


def _dead(received: Received) -> Said | None:
    """What is said to a button that counts no more; None where it counts."""
    button = received.pressed
    if button is not None and button.state == "pressed":
        return Said(())  # a second tap of the same finger
    return _stale(received.shown) if button is None or button.state == "stale" else None


def _stale(shown: tuple[Shown, ...]) -> Said:
    """Say that a button is stale, and put the present question once more."""
    again = [Reply(it.text, tuple(Option(one.label, one.value) for one in it.buttons)) for it in shown[-1:]]
    return Said((Reply(words.STALE), *again))
