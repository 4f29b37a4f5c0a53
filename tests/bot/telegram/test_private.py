"""The private chat: a case by buttons, numbers and words; what cannot be read; who may."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.access import MOST_MESSAGES
from bot.channels.telegram import words as said
from bot.errors import RasaFault
from bot.inbox import TOO_MANY, Times
from bot.reception import COMING
from knowledge.search import Searcher
from tests.bot.telegram.bot_api import BotApi
from tests.bot.telegram.house import CHOOSE, CONFIRM, ZHANG, House, house, message, pressed, words


@pytest.fixture
async def home(api: BotApi, tmp_path: Path, searcher: Searcher) -> AsyncIterator[House]:
    async with house(api, tmp_path, searcher) as running:
        yield running


async def test_a_case_by_buttons_leaves_a_chat_that_reads_as_a_record(home: House) -> None:
    await home.say("县政府被告了")
    await home.press("没有")
    await home.press("确认并登记")
    assert home.guide.heard == ["县政府被告了", CHOOSE, CONFIRM]
    assert home.api.texts(ZHANG) == [
        "经过行政复议吗？\n\n已选：没有",
        "【承办】县住房和城乡建设局\n\n已选：确认并登记",
        "已登记：编号0001。",
    ]
    assert [shown.buttons for shown in home.api.chats[ZHANG]] == [[], [], []]


async def test_a_number_or_a_label_chooses_as_a_button_does(home: House) -> None:
    await home.say("县政府被告了")
    await home.say("１")
    assert home.api.chats[ZHANG][0].text.endswith("已选：没有")
    await home.say("确认并登记")
    assert home.api.chats[ZHANG][1].text.endswith("已选：确认并登记")
    assert home.guide.heard == ["县政府被告了", CHOOSE, CONFIRM]


async def test_other_words_take_the_buttons_away_once_something_new_is_offered(home: House) -> None:
    await home.say("县政府被告了")
    await home.say("谢谢")
    assert len(home.api.chats[ZHANG][0].buttons) == 2, "nothing new is offered: they still count"
    home.guide.answers["没经过"] = home.guide.answers[CHOOSE]
    await home.say("没经过")
    assert home.api.chats[ZHANG][0].text == "经过行政复议吗？", "nothing was chosen by name"
    assert home.api.chats[ZHANG][0].buttons == []


async def test_buttons_are_numbered_and_carry_no_more_than_a_token(home: House) -> None:
    await home.say("县政府被告了")
    buttons = home.api.last(ZHANG).buttons
    assert [it["text"] for it in buttons] == ["1 没有", "2 为什么问"]
    assert all(len(it["callback_data"].encode()) <= 64 for it in buttons)
    assert not any("reviewed" in it["callback_data"] or "none" in it["callback_data"] for it in buttons)


async def test_a_button_survives_a_restart(api: BotApi, tmp_path: Path, searcher: Searcher) -> None:
    async with house(api, tmp_path, searcher) as before:
        await before.say("县政府被告了")
        data = before.button("没有")
    async with house(api, tmp_path, searcher) as after:
        await after.receive(pressed(data))
        assert after.guide.heard == [CHOOSE]
        await after.say("2")
        assert after.guide.heard == [CHOOSE, CONFIRM]


async def test_a_stale_button_is_told_so_and_offered_the_present_question(home: House) -> None:
    await home.say("县政府被告了")
    old = home.button("为什么问")
    await home.press("没有")
    await home.receive(pressed(old))
    assert home.guide.heard == ["县政府被告了", CHOOSE], "it answered nothing"
    assert "已经过时" in home.api.texts(ZHANG)[-2]
    assert home.api.last(ZHANG).text == "【承办】县住房和城乡建设局"
    assert home.api.chats[ZHANG][1].buttons == [], "one question is open, not two"
    assert "已经过时" in str(home.api.made("answerCallbackQuery")[-1]["text"])
    await home.press("确认并登记")
    assert home.guide.heard[-1] == CONFIRM


async def test_a_button_expires(home: House) -> None:
    await home.say("县政府被告了")
    data = home.button("没有")
    await home.clock.pause(8 * 24 * 3600)
    await home.receive(pressed(data))
    assert home.guide.heard == ["县政府被告了"]
    assert "已经过时" in home.api.texts(ZHANG)[-2]
    await home.press("没有")
    assert home.guide.heard[-1] == CHOOSE, "put once more, it counts"


async def test_a_button_pressed_twice_counts_once_and_says_nothing(home: House) -> None:
    await home.say("县政府被告了")
    data = home.button("没有")
    await home.receive(pressed(data), pressed(data))
    assert home.guide.heard == ["县政府被告了", CHOOSE]
    assert len(home.api.chats[ZHANG]) == 2
    assert len(home.api.made("answerCallbackQuery")) == 2, "no button is left waiting"


async def test_anothers_button_and_a_made_up_one_are_stale(home: House) -> None:
    home.door.known.add("telegram:8")
    await home.say("县政府被告了")
    data = home.button("没有")
    await home.receive(pressed(data, 8), pressed("b/confirm_case", 8), pressed("x" * 64, 8))
    assert home.guide.heard == ["县政府被告了"]
    assert all("已经过时" in text for text in home.api.texts(8))


async def test_what_people_write_is_text_and_never_markup(home: House) -> None:
    await home.say("<b>粗</b>&amp;<a href='x'>")
    assert home.api.last(ZHANG).text == "听到：<b>粗</b>&amp;<a href='x'>"


async def test_a_long_answer_comes_in_parts_that_fit_with_its_buttons_under_the_last(home: House) -> None:
    sentence = "应诉承办单位应当在法定期限内提交应诉材料。"
    home.guide.answers["长"] = [{**home.guide.answers[CHOOSE][0], "text": sentence * 500}]
    await home.say("长")
    shown = home.api.chats[ZHANG]
    assert len(shown) == 3
    assert "".join(it.text for it in shown) == sentence * 500
    assert all(it.text.endswith("。") for it in shown), "cut between sentences"
    assert [bool(it.buttons) for it in shown] == [False, False, True]


async def test_it_types_while_it_works(home: House) -> None:
    home.guide.hold = asyncio.Event()
    working = asyncio.create_task(home.say("县政府被告了"))
    (typing,) = await asyncio.to_thread(home.api.wait_for, "sendChatAction")
    assert typing == {"chat_id": ZHANG, "action": "typing"}
    assert home.api.chats[ZHANG] == []
    home.guide.hold.set()
    await working
    assert len(home.api.chats[ZHANG]) == 1


FILE = {"file_id": "f", "file_unique_id": "u"}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"voice": {**FILE, "duration": 3}}, "voice"),
        ({"video_note": {**FILE, "duration": 3, "length": 9}}, "voice"),
        ({"photo": [{**FILE, "width": 1, "height": 1}], "caption": "原告张三"}, "photo"),
        (
            {
                "sticker": {
                    **FILE,
                    "width": 1,
                    "height": 1,
                    "is_animated": False,
                    "is_video": False,
                    "type": "regular",
                }
            },
            "sticker",
        ),
        ({"location": {"longitude": 112.7, "latitude": 38.4}}, "location"),
        ({"contact": {"phone_number": "13834561234", "first_name": "张三"}}, "contact"),
        ({"document": FILE}, "document"),
        (
            {
                "text": "转来的话",
                "forward_origin": {"type": "hidden_user", "date": 1_700_000_000, "sender_user_name": "李"},
            },
            "forwarded",
        ),
    ],
)
async def test_a_message_without_words_gets_one_helpful_sentence(
    home: House, content: dict[str, Any], kind: str
) -> None:
    await home.receive(message(**content))
    assert home.api.texts(ZHANG) == [said.UNREADABLE[kind]]
    assert home.guide.got == []


async def test_what_telegram_says_by_itself_is_not_answered(home: House) -> None:
    pinned = message(pinned_message={**message(text="…")["message"]})
    await home.receive(pinned, {"update_id": 4, "edited_message": words("改了")["message"]})
    assert home.api.chats == {}


@pytest.mark.parametrize(
    ("command", "meant"),
    [
        ("/begin", "开始登记"),
        ("/start begin", "开始登记"),
        ("/records", "我的记录"),
        ("/back", "返回"),
        ("/help@yingsu_bot", "帮助"),
    ],
)
async def test_commands_of_the_menu_stand_for_words(home: House, command: str, meant: str) -> None:
    await home.say(command)
    assert home.guide.heard == [meant]


async def test_ask_looks_up_without_the_guided_talk(home: House) -> None:
    await home.say("/ask 第十九条")
    assert home.api.last(ZHANG).text.startswith("第十九条：“")
    await home.say("/ask")
    assert home.api.last(ZHANG).text == said.ASK_WHAT
    assert home.guide.got == []


async def test_a_command_that_is_none_presses_nothing(home: House) -> None:
    await home.say("/confirm_case")
    assert home.guide.got == []
    assert home.api.last(ZHANG).text == said.NO_COMMAND


async def test_the_menu_is_chinese_and_differs_by_scope(home: House) -> None:
    await home.channel.set_menu()
    set_for = {it["scope"]["type"]: {one["command"] for one in it["commands"]} for it in home.api.made("setMyCommands")}
    assert set_for["all_private_chats"] == set(said.PRIVATE)
    assert set_for["all_group_chats"] == set_for["all_chat_administrators"] == set(said.GROUP)
    assert all(not one["description"].isascii() for it in home.api.made("setMyCommands") for one in it["commands"])


async def test_while_rasa_starts_a_question_is_looked_up_and_a_story_waits(home: House) -> None:
    home.guide.ready = False
    await home.say("收到司法建议多久回复？")
    assert "第十九条：“" in home.api.last(ZHANG).text
    assert home.guide.got == []
    pauses = home.clock.pauses

    async def pause(seconds: float) -> None:
        home.guide.ready = len(pauses) > 5
        await type(home.clock).pause(home.clock, seconds)

    home.postroom._pause = pause
    await home.say("县政府被告了")
    assert home.guide.heard == ["县政府被告了"]
    assert home.api.texts(ZHANG)[1:] == [COMING, "经过行政复议吗？"], "told once, then answered"


async def test_where_rasa_does_not_come_back_that_is_told_and_the_story_can_be_told_again(home: House) -> None:
    home.guide.ready = False
    await home.say("县政府被告了")
    assert [home.api.texts(ZHANG)[0], "暂时用不了" in home.api.texts(ZHANG)[1]] == [COMING, True]
    assert sum(home.clock.pauses) == pytest.approx(Times().patience, abs=1)
    home.guide.ready = True
    await home.say("县政府被告了")
    assert home.api.last(ZHANG).text == "经过行政复议吗？"


# ── who may ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_somebody_unknown_is_told_how_to_enrol_and_nothing_else(home: House) -> None:
    voice = message(8, voice={**FILE, "duration": 3})
    for update in (words("县政府被告了", 8), words("/help", 8), words("/ask 第十九条", 8), words("/start", 8), voice):
        await home.receive(update)
    assert set(home.api.texts(8)) == {"您还没有开通。"}
    assert home.guide.got == []


async def test_a_code_enrols_once(home: House) -> None:
    await home.say("/start ABCD-1234", 8)
    await home.say("/start ABCD-1234", 9)
    assert home.api.texts(8) == ["已开通。"]
    assert home.api.texts(9) == ["没有这个开通码。"]
    await home.say("县政府被告了", 8)
    assert home.guide.heard == ["县政府被告了"]


async def test_whoami_is_answered_to_everybody(home: House) -> None:
    await home.say("/whoami", 8)
    assert home.api.texts(8) == ["您的编号是 telegram:8。"]


async def test_who_may_not_register_still_looks_up(home: House) -> None:
    await home.say("县政府被告了")
    home.door.refused["register"] = "您不能登记案件。"
    await home.press("没有")
    assert home.api.last(ZHANG).text == "您不能登记案件。"
    await home.say("第十九条")
    assert home.api.last(ZHANG).text.startswith("第十九条：“")
    await home.say("确认")
    assert home.api.last(ZHANG).text == "您不能登记案件。"
    assert home.guide.heard == ["县政府被告了"]


async def test_while_it_is_paused_a_story_is_told_the_reason_and_a_question_is_looked_up(home: House) -> None:
    home.door.pause = "引导登记暂停：核对规则。"
    await home.say("县政府被告了")
    assert home.api.texts(ZHANG)[0] == "引导登记暂停：核对规则。"
    before = len(home.api.texts(ZHANG))
    await home.say("第十九条")
    (looked_up,) = home.api.texts(ZHANG)[before:]
    assert looked_up.startswith("第十九条：“")
    assert home.guide.got == []


async def test_personal_data_is_refused_and_neither_kept_nor_handed_on(home: House, tmp_path: Path) -> None:
    await home.say("原告电话13834561234，县政府被告了")
    assert "手机号" in home.api.last(ZHANG).text
    assert home.guide.got == []
    kept = b"".join(it.read_bytes() for it in tmp_path.iterdir())
    assert b"13834561234" not in kept
    assert "原告电话".encode() not in kept


async def test_too_many_are_told_so_once_and_others_go_on(home: House) -> None:
    home.door.known.add("telegram:8")
    for number in range(MOST_MESSAGES + 5):
        await home.say(f"话{number}")
    await home.say("我也问", 8)
    assert home.guide.heard == [*(f"话{number}" for number in range(MOST_MESSAGES)), "我也问"]
    assert home.api.texts(ZHANG)[MOST_MESSAGES:] == [TOO_MANY]
    await home.clock.pause(60)
    await home.say("又来")
    assert home.guide.heard[-1] == "又来"


async def test_a_guided_talk_that_fails_once_is_asked_again(home: House) -> None:
    await home.say("县政府被告了")
    home.guide.faults = [RasaFault("没有回应")]
    await home.press("没有")
    assert home.guide.heard == ["县政府被告了", CHOOSE]
    assert home.api.last(ZHANG).text == "【承办】县住房和城乡建设局"
    assert home.clock.pauses == pytest.approx([1.0])


async def test_a_guided_talk_at_rest_says_so_and_leaves_the_question_open(home: House) -> None:
    await home.say("县政府被告了")
    home.guide.faults = [RasaFault("没有回应")] * 4
    await home.press("没有")
    assert "暂时用不了" in home.api.last(ZHANG).text
    await home.press("没有")
    assert home.guide.heard == ["县政府被告了", CHOOSE]
