"""A private talk, whole, on a Telegram that nobody here wrote: tg-auto-test, real Rasa, `make test-telegram`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import telegram
from telegram.ext import Application, ApplicationBuilder, ExtBot, TypeHandler

from actions.people import People, Post, Role
from actions.store import Store
from actions.store.inbox import Inbox
from bot.access import PeopleAccess
from bot.app import App
from bot.channels.telegram.channel import Telegram
from bot.channels.telegram.reading import Me
from bot.errors import RasaMissing
from bot.inbox import Postroom
from bot.rasa_process import RasaFiles
from bot.reception import Reception
from bot.settings import CHECKOUT, Settings
from knowledge.decide import Decider

auto = pytest.importorskip(
    "tg_auto_test.test_utils.serverless_telegram_client",
    reason="tg-auto-test needs Python 3.12; it is run by make test-telegram",
)
pytestmark = [pytest.mark.rasa, pytest.mark.xdist_group("rasa")]


@dataclass
class Phone:
    """What an official has in hand: the messages of the chat, as they stand now."""

    client: Any
    shown: dict[int, Any] = field(default_factory=dict)

    async def say(self, text: str) -> list[str]:
        """Send words; gives what came in answer."""
        async with self.client.conversation("bot") as talk:
            await talk.send_message(text)
            return await self._read(talk)

    async def press(self, label: str) -> list[str]:
        """Press the newest button that says so."""
        for message in sorted(self.shown.values(), key=lambda it: -it.id):
            for button in (it for row in message.buttons or () for it in row):
                if label in button.text:
                    async with self.client.conversation("bot") as talk:
                        await message.click(data=button.data)
                        return await self._read(talk)
        raise AssertionError(f"no button {label}: {[it.text for it in self.shown.values()]}")

    async def _read(self, talk: Any) -> list[str]:
        came: list[str] = []
        for read in (talk.get_response, talk.get_edit):
            while True:
                try:
                    message = await read()
                except RuntimeError:
                    break  # nothing more
                self.shown[message.id] = message
                if read == talk.get_response:
                    came.append(message.text)
        return came


@pytest.fixture
async def phone(tmp_path: Path) -> AsyncIterator[Phone]:
    try:
        RasaFiles.in_checkout(CHECKOUT).check()
    except RasaMissing as missing:
        pytest.skip(str(missing))
    settings = Settings(home=tmp_path)
    async with AsyncExitStack() as stack:
        inbox = stack.enter_context(Inbox.open(settings.store))
        app = await stack.enter_async_context(App(settings))
        door = PeopleAccess(People(inbox), settings.contact)
        rooms: list[tuple[Telegram, Postroom]] = []

        async def receive(update: telegram.Update, _: object) -> None:
            ((channel, postroom),) = rooms
            await channel.receive(postroom, [update])
            await postroom.idle()

        def build(
            builder: ApplicationBuilder[Any, Any, Any, Any, Any, Any],
        ) -> Application[Any, Any, Any, Any, Any, Any]:
            application = builder.build()
            application.add_handler(TypeHandler(telegram.Update, receive))
            return application

        client = auto.ServerlessTelegramClient(build, bot_username="yingsu_bot")
        await client.connect()
        stack.push_async_callback(client.disconnect)
        bot = client._application.bot
        assert isinstance(bot, ExtBot)

        def now() -> datetime:
            return datetime.now(UTC)

        channel = Telegram(bot, Me(bot.id, bot.username), Reception(app.dialogue, door), door, now)
        rooms.append((channel, await stack.enter_async_context(Postroom(inbox, [channel], now))))
        await app.guide.wait_ready()
        yield Phone(client)


async def test_a_case_from_the_code_to_the_record(phone: Phone, tmp_path: Path, decider: Decider) -> None:
    with Store.open(tmp_path / "yingsu.sqlite") as store:
        post = Post("收文岗", "原平市住房和城乡建设局", frozenset({Role.REGISTER}))
        _, code = People(store).issue(post, by="console:root", at=datetime.now(UTC), random=lambda most: 7)
    (stranger,) = await phone.say("县政府被告了")
    assert "开通码" in stranger
    (enrolled,) = await phone.say(f"/start {code}")
    assert enrolled.startswith("已开通。您是原平市住房和城乡建设局的收文岗")
    clauses = await phone.say("司法建议多久要回")
    assert str(decider.cite("19").quote) in "".join(clauses)

    await phone.say("代县政府被告了，住建局报县政府批准的征收决定，11月23日收到的通知书")
    await phone.press("对")
    await phone.press("只有代县人民政府")
    aside = await phone.say("负责人能不能委托别人出庭？")
    assert len(aside) > 0, "a question in the middle is answered"
    outcome = await phone.press("1")  # its choices are too long for buttons: they are listed, by number
    assert "【承办】代县住房和城乡建设局" in "\n".join(outcome)
    assert "第十一条第（三）项" in "\n".join(outcome)
    await phone.press("材料")
    (recorded,) = await phone.press("确认并登记")
    assert recorded.startswith("已登记：编号0001")
    record = [it.text for it in phone.shown.values() if "已选：" in it.text]
    assert any("已选：只有代县人民政府" in text for text in record), "the chat reads as a record"
    assert all(not it.buttons for it in phone.shown.values() if "已选：" in it.text)
    (refused,) = await phone.say("原告电话13834561234，县政府被告了")
    assert "手机号" in refused
    records = await phone.say("/records")
    assert "0001" in "\n".join(records)
    with Store.open(tmp_path / "yingsu.sqlite") as store:
        assert store.verify().count == 1
