"""One message, from a channel to Rasa and back: cleaned, kept from forgery, answered with replies."""

from __future__ import annotations

import asyncio
import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from actions import render_clauses as render
from actions.talk import words
from bot.errors import RasaFault
from bot.messages import Incoming, Option, Reply
from knowledge.citation import find_references
from knowledge.look_up import Found, LookUp
from knowledge.privacy import find_personal

if TYPE_CHECKING:
    from actions.case_talk import Shown

MOST = 2000
# Control characters, those that cannot be seen (joiners, direction, tags), and halves of a character.
_UNSEEN = ("Cc", "Cf", "Cs")
_NUMBER = re.compile(r"\d{1,2}")
_NOT_OFFERED = "上面没有第{number}项，请从列出的选项里选。"
_EMPTY = "没有看到文字。请用文字说案情或问题。"
_TOO_LONG = f"太长了，一次最多{MOST}字。请分几次说。"
_PERSONAL = "里面像是有{kind}，没有保存。请去掉个人信息再发：案件用案号和单位名称就够。"


class Guide(Protocol):
    """Whatever leads the guided talk: Rasa, behind its own process."""

    @property
    def ready(self) -> bool:
        """Whether it answers now."""

    async def wait_ready(self) -> None:
        """Return as soon as it answers."""

    async def send(self, sender: str, text: str, *, choice: bool = False, key: str = "") -> list[dict[str, Any]]:
        """Hand one message over and return the answer; the same key again gets the same answer."""


class Desk(Protocol):
    """Whatever keeps cases and answers for them, without the guided talk."""

    def answer(self, person: str, text: str, key: str = "") -> Shown | None:
        """Answer what is asked of it; None where nothing is."""


_REPLY = 4
"""Characters up to which words may but answer the guided talk: 确认, 没有, though a clause has one of them."""


class Dialogue:
    """Answers messages; one at a time for one person, people side by side.

    Args:
        guide: leads the guided talk.
        look_up: answers clause questions when the guide cannot, or may not.
        desk: gives the case desk; None while it is not open.

    Attributes:
        offers: what is on offer to each sender: what they may send, and the button's payload that it stands for.
            A channel that outlives the process keeps it and puts it back.
    """

    def __init__(self, guide: Guide, look_up: LookUp, desk: Callable[[], Desk | None] = lambda: None) -> None:
        self._guide = guide
        self._texts = look_up
        self._desk = desk
        self.offers: dict[str, Mapping[str, str]] = {}
        self._turns: dict[str, asyncio.Lock] = {}

    @property
    def guided(self) -> bool:
        """Whether the guided talk answers now."""
        return self._guide.ready

    async def answer(
        self, message: Incoming, *, wait: bool = True, alone: bool = True, unguided: Reply | None = None
    ) -> list[Reply]:
        """Answer one message.

        Args:
            message: what came in.
            wait: wait for the guided talk while it starts; False answers a look-up at once instead.
            alone: answer without the guided talk where it has a fault; False lets the caller try again.
            unguided: why this person may not be guided now; a look-up is answered all the same.

        Returns:
            At least one reply. A fault of the guided talk is a reply too; a clause question is still answered.

        Raises:
            RasaFault: the guided talk has a fault; only where not `alone`.
        """
        text = clean(message.text)
        if (unfit := _unfit(text)) is not None:
            return [unfit]
        if unguided is not None:
            return [(None if message.pressed else self._found(text)) or unguided]
        if not wait and not self._guide.ready and (found := self._found(text)):
            return [found]
        async with self._turns.setdefault(message.sender, asyncio.Lock()):
            try:
                await self._guide.wait_ready()
                return await self._guided(message, text)
            except RasaFault:
                if not alone:
                    raise
                return [self._found(text) or Reply(words.GUIDANCE_RESTS)]

    async def at_desk(self, message: Incoming) -> list[Reply] | None:
        """Answer what is asked of the case desk; None where nothing is, or while it is not open."""
        desk, sender, text = self._desk(), message.sender, clean(message.text)
        if desk is None or _unfit(text) is not None:
            return None
        said = self.offers.get(sender, {}).get(unicodedata.normalize("NFKC", text), text)
        async with self._turns.setdefault(sender, asyncio.Lock()):
            shown = await asyncio.to_thread(desk.answer, sender, said, message.key)
        if shown is None:
            return None
        offers = [(Option(label, command), command) for label, command in shown.choices]
        if offers:
            self.offers[sender] = {command: command for _, command in offers} | _spoken(offers)
        elif shown.asks:  # what is written next answers the desk; what was on offer before can still be pressed
            before = self.offers.get(sender, {})
            self.offers[sender] = {
                name: it for name, it in before.items() if name == (value(it) if it[0] == "/" else it)
            }
        return [Reply(shown.text, tuple(option for option, _ in offers), shown.documents)]

    def at_once(self, message: Incoming) -> list[Reply]:
        """The look-up that answers a message, if one does; without the guided talk."""
        text = clean(message.text)
        found = None if _unfit(text) else self._found(text)
        return [found] if found else []

    async def while_paused(self, message: Incoming, paused: Reply) -> list[Reply]:
        """Answer one message while the guided talk is paused, for whatever tells of a case with the reason before all.

        Args:
            message: what came in.
            paused: the reason.
        """
        replies = await self.answer(message, unguided=paused)
        text = clean(message.text)
        told = paused in replies or surely_asks(text) or _unfit(text) is not None
        return replies if told else [paused, *replies]

    def look_up(self, text: str) -> Reply:
        """The clauses that answer a question, or that no text says; without the guided talk."""
        return Reply(render.found(self._texts.ask(text)))

    def clauses(self, text: str) -> list[tuple[str, str]]:
        """The clauses that answer a question: their places, with another text's name and how far it holds; words."""
        found = self._texts.ask(text)
        own = [(str(hit.citation), hit.quote) for hit in found.answer.hits]
        named = found.laws if found.named else ()
        return own + [
            (f"{group.law.title}{f'（{group.law.mark}）' if group.law.mark else ''}{hit.citation}", hit.quote)
            for group in named
            for hit in group.hits
        ]

    def _found(self, text: str) -> Reply | None:
        """What answers a question, or that no text says; None where it may be no question and nothing answers."""
        if len(text) <= _REPLY and _replies(text):
            return None
        found = self._texts.ask(text)
        return Reply(render.found(found)) if _answers(found) or surely_asks(text) else None

    async def _guided(self, message: Incoming, text: str) -> list[Reply]:
        sender = message.sender
        payload = self._pressed(sender, text)
        if payload is None and message.pressed:
            return [Reply(words.STALE)]
        offered = self.offers.get(sender)
        if payload is None and offered and _NUMBER.fullmatch(unicodedata.normalize("NFKC", text)):
            return [Reply(_NOT_OFFERED.format(number=text))]
        said = await self._guide.send(sender, payload or text, choice=payload is not None, key=message.key)
        replies = [_reply(it) for it in said if it.get("text")]
        if not replies:
            raise RasaFault("引导对话没有给出回答：请稍后把这句话再发一次。")
        offered = {option.value: payload for _, offers in replies for option, payload in offers}
        if offered:
            self.offers[sender] = offered | _spoken(replies[-1][1])
        return [reply for reply, _ in replies]

    def _pressed(self, sender: str, text: str) -> str | None:
        """The payload that a text stands for: a value, label or number of what the guided talk has on offer."""
        meant = self.offers.get(sender, {}).get(unicodedata.normalize("NFKC", text))
        return meant if meant is not None and meant.startswith("/") else None


def surely_asks(text: str) -> bool:
    """Whether words ask for a clause and tell of no case: they name one, or ask."""
    from actions.understanding import (
        asks_only,
    )  # here, not above: a fifth of a second that the first look-up need not pay

    return asks_only(text) or bool(find_references(text))


def _unfit(text: str) -> Reply | None:
    """What is said to words that nothing is done with."""
    if not text:
        return Reply(_EMPTY)
    if len(text) > MOST:
        return Reply(_TOO_LONG)
    kind = find_personal(text)
    return Reply(personal_refused(kind)) if kind is not None else None


def _replies(text: str) -> bool:
    """Whether words answer a question of the guided talk and ask for no clause."""
    from actions.talk.answering import NO, YES
    from actions.understanding import plain

    return bool(YES.fullmatch(plain(text)) or NO.fullmatch(plain(text)))


def _answers(it: Found) -> bool:
    """Whether clauses answer; words that are only near do not."""
    return it.answer.answered or it.answer.card is not None or it.named


def personal_refused(kind: str) -> str:
    """What is said to a message with a personal number of that kind."""
    return _PERSONAL.format(kind=kind)


def clean(text: str) -> str:
    """Text without control, invisible and direction marks, its edges trimmed."""
    return "".join(mark for mark in text if mark in "\n\t" or unicodedata.category(mark) not in _UNSEEN).strip()


def _reply(message: Mapping[str, Any]) -> tuple[Reply, tuple[tuple[Option, str], ...]]:
    buttons: Sequence[Mapping[str, str]] = message.get("buttons") or ()
    offers = tuple((Option(it["title"], value(it["payload"])), it["payload"]) for it in buttons)
    options = tuple(option for option, _ in offers)
    return Reply(str(message["text"]), options, data=dict(message.get("custom") or {})), offers


def _spoken(offers: Sequence[tuple[Option, str]]) -> dict[str, str]:
    """What a person may say instead of pressing: the last message's labels and their numbers."""
    labels = {unicodedata.normalize("NFKC", option.label): payload for option, payload in offers}
    return labels | {str(number): payload for number, (_, payload) in enumerate(offers, 1)}


def value(payload: str) -> str:
    """A button's public value: `/choose{"fact": "reviewed", "value": "none"}` → `reviewed=none`."""
    intent, _, rest = payload.removeprefix("/").partition("{")
    entities: Mapping[str, str] = json.loads("{" + rest) if rest else {}
    if intent == "choose":
        return f"{entities['fact']}={entities['value']}"
    return ":".join([intent, *entities.values()])
