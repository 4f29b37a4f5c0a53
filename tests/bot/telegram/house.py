"""The Telegram channel with all behind it but Rasa, on a loopback Bot API; and updates as Telegram sends them."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import telegram

from actions.case_talk import CaseDesk, Shown
from actions.errors import CodeRefused
from actions.store.inbox import Inbox
from bot.access import Refusal
from bot.channels.telegram.api import Bot, make_bot
from bot.channels.telegram.channel import Telegram
from bot.channels.telegram.reading import Groups, Me
from bot.dialogue import Dialogue
from bot.errors import RasaFault
from bot.inbox import Postroom, Times
from bot.reception import Reception
from bot.settings import Settings
from knowledge.look_up import LookUp
from knowledge.search import Searcher
from tests.bot.telegram.bot_api import BOT, NOW, TOKEN, BotApi, Json

ZHANG, GROUP, STRANGERS = 7, -1001, -1002
CHOOSE = '/choose{"fact": "reviewed", "value": "none"}'
CONFIRM = "/confirm_case"


def question(text: str, *buttons: tuple[str, str]) -> Json:
    return {"text": text, "buttons": [{"title": title, "payload": payload} for title, payload in buttons]}


REVIEWED = question("经过行政复议吗？", ("没有", CHOOSE), ("为什么问", "/why"))
OUTCOME = question("【承办】县住房和城乡建设局", ("材料", '/show{"section": "materials"}'), ("确认并登记", CONFIRM))
RECORDED: Json = {"text": "已登记：编号0001。"}


@dataclass
class FakeGuide:
    """Stands where Rasa's process stands: three turns of one case, and what reached it."""

    answers: dict[str, list[Json]] = field(
        default_factory=lambda: {"县政府被告了": [REVIEWED], CHOOSE: [OUTCOME], CONFIRM: [RECORDED]}
    )
    ready: bool = True
    got: list[tuple[str, str]] = field(default_factory=list)
    hold: asyncio.Event | None = None
    faults: list[RasaFault] = field(default_factory=list)
    last: dict[str, tuple[str, list[Json]]] = field(default_factory=dict)

    async def wait_ready(self) -> None:
        return

    async def send(self, sender: str, text: str, *, choice: bool = False, key: str = "") -> list[Json]:
        if key and self.last.get(sender, ("", []))[0] == key:
            return self.last[sender][1]
        if self.faults:
            raise self.faults.pop()
        self.got.append((sender, text))
        if self.hold is not None:
            await self.hold.wait()
        said = self.answers.get(text, [{"text": f"听到：{text}"}])
        self.last[sender] = (key, said)
        return said

    @property
    def heard(self) -> list[str]:
        return [text for _, text in self.got]


@dataclass
class FakeDesk:
    """Stands where the case desk stands: what it says to which words."""

    says: dict[str, Shown] = field(default_factory=dict)

    def answer(self, person: str, text: str, key: str = "") -> Shown | None:
        return self.says.get(text)


@dataclass
class FakeDoor:
    """Stands where the register of people stands."""

    known: set[str] = field(default_factory=lambda: {f"telegram:{ZHANG}"})
    refused: dict[str, str] = field(default_factory=dict)
    codes: set[str] = field(default_factory=lambda: {"ABCD-1234"})
    pause: str | None = None
    stop: str | None = None

    def may(self, person: str, what: str) -> Refusal | None:
        if person not in self.known:
            return Refusal("not_enrolled", "您还没有开通。")
        if self.stop is not None:
            return Refusal("paused", self.stop)
        if self.pause is not None and what == "register":
            return Refusal("paused", self.pause)
        return Refusal("no_role", self.refused[what]) if what in self.refused else None

    def enrol(self, person: str, code: str, at: datetime) -> str:
        if code not in self.codes:
            raise CodeRefused("没有这个开通码。")
        self.codes.discard(code)
        self.known.add(person)
        return "已开通。"

    def whoami(self, person: str) -> str:
        return f"您的编号是 {person}。"


@dataclass
class Clock:
    """Time that passes only when somebody waits for it."""

    at: datetime = datetime(2026, 11, 24, tzinfo=UTC)
    pauses: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.at

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.at += timedelta(seconds=seconds)
        await asyncio.sleep(0)


@dataclass
class House:
    """One running process of ours, as far as Telegram sees it."""

    api: BotApi
    bot: Bot
    inbox: Inbox
    postroom: Postroom
    channel: Telegram
    guide: FakeGuide
    desk: FakeDesk
    door: FakeDoor
    clock: Clock

    async def receive(self, *updates: Json) -> None:
        """Take updates in, and work them off."""
        await self.take_in(telegram.Update.de_list(list(updates), self.bot))
        await self.postroom.idle()

    async def take_in(self, updates: Sequence[telegram.Update]) -> None:
        await self.channel.receive(self.postroom, updates)

    async def say(self, text: str, person: int = ZHANG) -> None:
        await self.receive(words(text, person))

    async def press(self, label: str, person: int = ZHANG) -> None:
        """Press the newest button that says so."""
        await self.receive(pressed(self.button(label, person), person))

    def button(self, label: str, person: int = ZHANG) -> str:
        """What the newest button that says so sends."""
        for shown in reversed(self.api.chats[person]):
            for it in shown.buttons:
                if label in it["text"]:
                    return str(it["callback_data"])
        raise AssertionError(f"no button {label}")


def settings_for(api: BotApi, folder: Path, **others: Any) -> Settings:
    """Settings that lead to a Bot API of the tests' own."""
    return Settings(home=folder, telegram_token=TOKEN, telegram_api_url=api.url, **others)


@asynccontextmanager
async def house(
    api: BotApi,
    folder: Path,
    searcher: Searcher,
    guide: FakeGuide | None = None,
    door: FakeDoor | None = None,
    clock: Clock | None = None,
    wrap: Callable[[Any], Any] = lambda inbox: inbox,
    read_timeout: float = 5.0,
    groups: Sequence[int] = (GROUP,),
    laws: Path | None = None,
    case_desk: CaseDesk | None = None,
) -> AsyncIterator[House]:
    """Start one, with a desk that says what it is told unless there is a real one; what is in `folder` outlives it."""
    guide, desk, door, clock = guide or FakeGuide(), FakeDesk(), door or FakeDoor(), clock or Clock()
    settings = settings_for(api, folder)
    bot = make_bot(settings, read_timeout)
    await bot.initialize()
    with Inbox.open(folder / "inbox.sqlite") as inbox:
        reception = Reception(Dialogue(guide, LookUp(searcher, laws), lambda: case_desk or desk), door)
        channel = Telegram(bot, Me(bot.bot.id, bot.username, Groups(groups)), reception, door, clock.now)
        async with Postroom(wrap(inbox), [channel], clock.now, clock.pause, Times()) as postroom:
            yield House(api, bot, inbox, postroom, channel, guide, desk, door, clock)
    await bot.shutdown()


# ── updates ──────────────────────────────────────────────────────────────────────────────────────────────────────

_numbers = itertools.count(100)


def user(person: int) -> Json:
    return {"id": person, "is_bot": False, "first_name": "某"}


def message(person: int = ZHANG, chat: int | None = None, number: int | None = None, **content: Any) -> Json:
    """An update with a message; in a private chat unless a group is named."""
    place = {"id": person, "type": "private", "first_name": "某"}
    if chat is not None:
        place = {"id": chat, "type": "supergroup", "title": "某群"}
    it = {"message_id": 900, "date": NOW, "from": user(person), "chat": place, **content}
    return {"update_id": next(_numbers) if number is None else number, "message": it}


def words(text: str, person: int = ZHANG, chat: int | None = None, number: int | None = None, **more: Any) -> Json:
    """An update with words; commands and mentions are marked as Telegram marks them."""
    command = re.match(r"/\S+", text)
    marks = [{"type": "bot_command", "offset": 0, "length": command.end()}] if command else []
    mentions = re.finditer(r"(?<!\S)@\S+", text)
    marks += [{"type": "mention", "offset": it.start(), "length": it.end() - it.start()} for it in mentions]
    return message(person, chat, number, text=text, entities=marks, **more)


def pressed(data: str, person: int = ZHANG, number: int | None = None) -> Json:
    """An update with a pressed button."""
    query = {
        "id": "q1",
        "from": user(person),
        "chat_instance": "c",
        "data": data,
        "message": {**message(person, text="…")["message"], "from": BOT},
    }
    return {"update_id": next(_numbers) if number is None else number, "callback_query": query}
