"""One message, from a channel to Rasa and back: cleaned, kept from forgery, answered with replies."""

from __future__ import annotations

import asyncio
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from actions.render import answer as rendered
from actions.talk import words
from bot.errors import RasaFault
from bot.messages import Incoming, Option, Reply
from knowledge.privacy import find_personal
from knowledge.search import Searcher

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

    async def send(self, sender: str, text: str, *, choice: bool = False) -> list[dict[str, Any]]:
        """Hand one message over and return the answer."""


class Dialogue:
    """Answers messages; one at a time for one person, people side by side.

    Args:
        guide: leads the guided talk.
        searcher: answers clause questions when the guide cannot.
    """

    def __init__(self, guide: Guide, searcher: Searcher) -> None:
        self._guide = guide
        self._searcher = searcher
        self._offers: dict[str, Mapping[str, str]] = {}
        self._turns: dict[str, asyncio.Lock] = {}

    async def answer(self, message: Incoming, *, wait: bool = True) -> list[Reply]:
        """Answer one message.

        Args:
            message: what came in.
            wait: wait for the guided talk while it starts; False answers a look-up at once instead.

        Returns:
            At least one reply. A fault of the guided talk is a reply too; a clause question is still answered.
        """
        text = clean(message.text)
        if not text:
            return [Reply(_EMPTY)]
        if len(text) > MOST:
            return [Reply(_TOO_LONG)]
        kind = find_personal(text)
        if kind is not None:
            return [Reply(_PERSONAL.format(kind=kind))]
        if not wait and not self._guide.ready and (found := self._look_up(text)):
            return [found]
        async with self._turns.setdefault(message.sender, asyncio.Lock()):
            try:
                await self._guide.wait_ready()
                return await self._guided(message.sender, text, pressed=message.pressed)
            except RasaFault:
                return [self._look_up(text) or Reply(words.GUIDANCE_RESTS)]

    def _look_up(self, text: str) -> Reply | None:
        found = self._searcher.ask(text)
        return Reply(rendered(found)) if found.answered else None

    async def _guided(self, sender: str, text: str, *, pressed: bool) -> list[Reply]:
        payload = self._pressed(sender, text)
        if payload is None and pressed:
            return [Reply(words.STALE)]
        offered = self._offers.get(sender)
        if payload is None and offered and _NUMBER.fullmatch(unicodedata.normalize("NFKC", text)):
            return [Reply(_NOT_OFFERED.format(number=text))]
        messages = await self._guide.send(sender, payload or text, choice=payload is not None)
        replies = [_reply(message) for message in messages if message.get("text")]
        if not replies:
            raise RasaFault("引导对话没有给出回答：请稍后把这句话再发一次。")
        offered = {option.value: payload for _, offers in replies for option, payload in offers}
        if offered:
            self._offers[sender] = offered | _spoken(replies[-1][1])
        return [reply for reply, _ in replies]

    def _pressed(self, sender: str, text: str) -> str | None:
        """The payload that a text stands for: a value, label or number of what is on offer."""
        return self._offers.get(sender, {}).get(unicodedata.normalize("NFKC", text))


def clean(text: str) -> str:
    """Text without control, invisible and direction marks, its edges trimmed."""
    return "".join(mark for mark in text if mark in "\n\t" or unicodedata.category(mark) not in _UNSEEN).strip()


def _reply(message: Mapping[str, Any]) -> tuple[Reply, tuple[tuple[Option, str], ...]]:
    buttons: Sequence[Mapping[str, str]] = message.get("buttons") or ()
    offers = tuple((Option(it["title"], value(it["payload"])), it["payload"]) for it in buttons)
    return Reply(str(message["text"]), tuple(option for option, _ in offers)), offers


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
