"""Files over Telegram: what goes with them, what Telegram does not take, and none lost or doubled in silence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import telegram

from actions.case_talk import Shown
from actions.document import Document
from bot.channels.telegram import words as said
from bot.channels.telegram.markup import CAPTION, FILE, length
from bot.inbox import Times
from knowledge.search import Searcher
from tests.bot.telegram.bot_api import DONE_BUT_SILENT, BotApi, Fault
from tests.bot.telegram.house import ZHANG, House, house, words

FORM = Document("出庭应诉人员审批表-第3号案件.docx", b"PK\x03\x04\r\n\r\n\x00form")
DATES = Document("期限.ics", b"BEGIN:VCALENDAR\r\n")


@pytest.fixture
async def home(api: BotApi, tmp_path: Path, searcher: Searcher) -> AsyncIterator[House]:
    async with house(api, tmp_path, searcher) as running:
        yield running


async def test_a_file_comes_whole_by_its_own_name_with_the_text_as_its_caption(home: House) -> None:
    home.desk.says["审批表"] = Shown("【审批表】请盖章<后>", documents=(FORM, DATES))
    await home.say("审批表")
    assert [(it.text, it.file) for it in home.api.chats[ZHANG]] == [("【审批表】请盖章<后>", FORM), ("", DATES)]
    (first, second) = home.api.made("sendDocument")
    assert first["caption"] == "<b>【审批表】</b>请盖章&lt;后&gt;"
    assert "caption" not in second


async def test_text_that_is_too_long_for_a_caption_goes_first(home: House) -> None:
    most = "😀" * (CAPTION // 2)
    home.desk.says["审批表"] = Shown(most, documents=(FORM,))
    await home.say("审批表")
    assert length(most) == CAPTION, "with the word that it may be a repetition it would not fit"
    assert [(it.text, it.file) for it in home.api.chats[ZHANG]] == [(most, None), ("", FORM)]


async def test_text_with_buttons_goes_first_and_is_edited_when_one_is_pressed(home: House) -> None:
    home.desk.says["审批表"] = Shown("还要什么？", (("期限", "期限"),), documents=(FORM,))
    home.desk.says["期限"] = Shown("都在里面", documents=(DATES,))
    await home.say("审批表")
    await home.press("期限")
    chat = [(it.text, it.file) for it in home.api.chats[ZHANG]]
    assert chat == [("还要什么？\n\n已选：期限", None), ("", FORM), ("都在里面", DATES)]


async def test_a_file_that_telegram_does_not_take_is_told_and_the_others_come(home: House) -> None:
    home.desk.says["全部"] = Shown("案卷", documents=(Document("案卷.zip", bytes(FILE + 1)), FORM))
    await home.say("全部")
    told = said.FILE_TOO_BIG.format(name="案卷.zip", most=50)
    assert [(it.text, it.file) for it in home.api.chats[ZHANG]] == [("案卷", None), (told, None), ("", FORM)]


@pytest.mark.parametrize(
    ("text", "before", "caption", "again"),
    [
        ("请盖章", [], "请盖章", f"{said.PROBABLY_TWICE}\n请盖章"),
        ("文" * CAPTION, ["文" * CAPTION], "", said.PROBABLY_TWICE),
    ],
)
async def test_a_file_that_may_have_arrived_is_sent_again_and_its_caption_says_so(
    home: House, text: str, before: list[str], caption: str, again: str
) -> None:
    home.desk.says["审批表"] = Shown(text, documents=(FORM, DATES))
    home.api.fail("sendDocument", DONE_BUT_SILENT)
    await home.say("审批表")
    first = [(it, None) for it in before]
    chat = [(it.text, it.file) for it in home.api.chats[ZHANG]]
    assert chat == [*first, (caption, FORM), (again, FORM), ("", DATES)]
    assert home.inbox.depth().outgoing == 0


async def test_a_file_that_surely_has_not_arrived_is_sent_again_without_a_word(home: House) -> None:
    home.desk.says["审批表"] = Shown("请盖章", documents=(FORM,))
    home.api.fail("sendDocument", *[Fault(502)] * 3, Fault(429, retry_after=7))
    await home.say("审批表")
    assert [(it.text, it.file) for it in home.api.chats[ZHANG]] == [("请盖章", FORM)]
    assert home.clock.pauses == pytest.approx([*Times().pauses[:3], 15.0])


@pytest.mark.parametrize("fault", [Fault(400, "Bad Request: wrong file"), Fault(413, "Request Entity Too Large")])
async def test_a_file_that_is_refused_does_not_hold_up_the_rest(home: House, fault: Fault) -> None:
    home.desk.says["审批表"] = Shown("请盖章", documents=(FORM, DATES))
    home.api.fail("sendDocument", fault)
    await home.say("审批表")
    assert [it.file for it in home.api.chats[ZHANG]] == [DATES]
    assert home.clock.pauses == []


async def test_a_file_outlives_our_process(api: BotApi, tmp_path: Path, searcher: Searcher) -> None:
    pausing = asyncio.Event()

    async def for_ever(seconds: float) -> None:
        pausing.set()
        await asyncio.Event().wait()

    async with house(api, tmp_path, searcher) as home:
        home.desk.says["审批表"] = Shown("请盖章", documents=(FORM,))
        home.postroom._pause = for_ever
        api.fail("sendDocument", Fault(502))
        await home.take_in(telegram.Update.de_list([words("审批表")], home.bot))
        await pausing.wait()
    assert api.chats[ZHANG] == []
    async with house(api, tmp_path, searcher) as home:
        await home.postroom.idle()
    assert [(it.text, it.file) for it in api.chats[ZHANG]] == [("请盖章", FORM)]
