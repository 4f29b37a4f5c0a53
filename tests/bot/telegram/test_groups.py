"""Groups: look-ups only, only when addressed, only where allowed. Inline mode: clauses to quote."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.access import MOST_MESSAGES
from bot.channels.telegram import words as said
from knowledge.decide import Decider
from knowledge.laws import LawLibrary, Received
from knowledge.search import Searcher
from tests.bot.telegram.bot_api import BOT, BotApi, Fault
from tests.bot.telegram.house import GROUP, STRANGERS, ZHANG, House, house, message, user, words


@pytest.fixture
async def home(api: BotApi, tmp_path: Path, searcher: Searcher) -> AsyncIterator[House]:
    async with house(api, tmp_path, searcher) as running:
        yield running


def in_group(text: str, **more: Any) -> dict[str, Any]:
    return words(text, chat=GROUP, **more)


TO_US = {"message_id": 5, "date": 1, "chat": {"id": GROUP, "type": "supergroup", "title": "某群"}, "from": BOT}


@pytest.mark.parametrize(
    "update",
    [
        in_group("@yingsu_bot 第十九条"),
        in_group("第十九条 @Yingsu_Bot"),
        in_group("/ask 第十九条"),
        in_group("/ask@yingsu_bot 第十九条"),
        in_group("第十九条", reply_to_message=TO_US),
    ],
)
async def test_addressed_it_quotes_the_clause_as_a_reply(home: House, decider: Decider, update: dict[str, Any]) -> None:
    await home.receive(update)
    (shown,) = home.api.chats[GROUP]
    assert str(decider.cite("19").quote) in shown.text
    assert shown.reply_to == 900


@pytest.mark.parametrize(
    "update",
    [
        in_group("第十九条怎么说"),
        in_group("@other_bot 第十九条"),
        in_group("/ask@other_bot 第十九条"),
        in_group("/records"),
        in_group("第十九条", reply_to_message={**TO_US, "from": user(8)}),
        message(chat=GROUP, photo=[{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]),
    ],
)
async def test_not_addressed_it_is_silent(home: House, update: dict[str, Any]) -> None:
    await home.receive(update)
    assert home.api.chats == {}


async def test_what_is_said_to_others_is_not_even_kept(home: House, tmp_path: Path) -> None:
    await home.receive(in_group("老王家的案子怎么样了"))
    assert "老王家".encode() not in b"".join(it.read_bytes() for it in tmp_path.iterdir())


async def test_a_case_is_not_led_in_a_group_but_by_a_link_to_the_private_chat(home: House) -> None:
    await home.receive(in_group("@yingsu_bot 县政府被告了，住建局报批的"))
    assert home.guide.got == []
    (button,) = home.api.last(GROUP).buttons
    assert button == {"text": "开始登记", "url": "https://t.me/yingsu_bot?start=begin"}
    await home.receive(in_group("/help"))
    assert home.api.last(GROUP).text == said.GROUP_HELP


async def test_somebody_unknown_gets_no_clause_in_a_group(home: House) -> None:
    await home.receive(words("@yingsu_bot 第十九条", 8, GROUP))
    assert home.api.texts(GROUP) == [said.NOT_ENROLLED_HERE]


async def test_in_a_group_too_a_pause_is_told_with_its_reason(home: House) -> None:
    home.door.stop = "本助手暂停使用：核对。"
    await home.receive(in_group("@yingsu_bot 第十九条"))
    assert home.api.texts(GROUP) == ["本助手暂停使用：核对。"]


async def test_personal_data_in_a_group_is_refused(home: House, tmp_path: Path) -> None:
    await home.receive(in_group("@yingsu_bot 原告电话13834561234"))
    assert "手机号" in home.api.last(GROUP).text
    assert b"13834561234" not in b"".join(it.read_bytes() for it in tmp_path.iterdir())


async def test_unknown_groups_are_left_when_taken_in_and_when_spoken_in(home: House) -> None:
    member = {"user": BOT, "status": "member"}
    joined = {
        "chat": {"id": STRANGERS, "type": "group", "title": "某群"},
        "from": user(8),
        "date": 1,
        "old_chat_member": {"user": BOT, "status": "left"},
        "new_chat_member": member,
    }
    await home.receive({"update_id": 1, "my_chat_member": joined})
    await home.receive(words("@yingsu_bot 第十九条", chat=STRANGERS))
    assert home.api.made("leaveChat") == [{"chat_id": STRANGERS}] * 2
    assert home.api.chats == {}


async def test_leaving_is_tried_again_and_done_once_it_is_out(home: House) -> None:
    home.api.fail("leaveChat", Fault(502), Fault(403, "Forbidden: bot is not a member"))
    await home.receive(words("第十九条", chat=STRANGERS))
    assert len(home.api.made("leaveChat")) == 2


async def test_groups_it_may_be_in_are_not_left(home: House) -> None:
    member = {"user": BOT, "status": "member"}
    joined = {"chat": TO_US["chat"], "from": user(8), "date": 1, "old_chat_member": member, "new_chat_member": member}
    await home.receive({"update_id": 1, "my_chat_member": joined})
    assert home.api.made("leaveChat") == []


# ── a group that becomes a supergroup ────────────────────────────────────────────────────────────────────────────

BASIC, SUPER = -500, -1000000000600
BECAME = Fault(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to=SUPER)


@pytest.fixture
async def basic(api: BotApi, tmp_path: Path, searcher: Searcher) -> AsyncIterator[House]:
    async with house(api, tmp_path, searcher, groups=(BASIC,)) as running:
        yield running


@pytest.mark.parametrize(
    "said_so",
    [message(chat=BASIC, migrate_to_chat_id=SUPER), message(chat=SUPER, migrate_from_chat_id=BASIC)],
    ids=["in the old group", "in the new one"],
)
async def test_it_keeps_its_permission(basic: House, said_so: dict[str, Any]) -> None:
    await basic.receive(said_so, words("@yingsu_bot 第十九条", chat=SUPER))
    assert "第十九条" in basic.api.last(SUPER).text
    assert basic.api.made("leaveChat") == []


async def test_another_group_does_not_gain_one_that_way(basic: House) -> None:
    await basic.receive(message(chat=STRANGERS, migrate_to_chat_id=SUPER), words("@yingsu_bot 第十九条", chat=SUPER))
    assert SUPER not in basic.api.chats


async def test_what_happened_while_we_were_away_is_asked_for(basic: House) -> None:
    basic.api.fail("sendChatAction", BECAME)
    await basic.channel.find_groups()
    await basic.receive(words("@yingsu_bot 第十九条", chat=SUPER))
    assert "第十九条" in basic.api.last(SUPER).text


async def test_before_a_group_is_left_it_is_asked_whether_it_is_one_of_ours(basic: House) -> None:
    basic.api.fail("sendChatAction", BECAME)
    member = {"user": BOT, "status": "member"}
    there = {"chat": {"id": SUPER, "type": "supergroup", "title": "某群"}, "from": user(8), "date": 1}
    await basic.receive(
        {"update_id": 1, "my_chat_member": {**there, "old_chat_member": member, "new_chat_member": member}}
    )
    assert basic.api.made("leaveChat") == []
    await basic.receive(words("第十九条", chat=STRANGERS))
    assert basic.api.made("leaveChat") == [{"chat_id": STRANGERS}]


async def test_an_answer_to_the_old_group_goes_to_the_new_one(basic: House) -> None:
    basic.api.fail("sendMessage", BECAME)
    await basic.receive(words("@yingsu_bot 第十九条", chat=BASIC))
    assert [len(basic.api.chats[it]) for it in (BASIC, SUPER)] == [0, 1]


# ── other law ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def lawful(api: BotApi, tmp_path: Path, searcher: Searcher) -> AsyncIterator[House]:
    text = "第一条 渡口诉讼适用本法。\n第二条 被告应当在三十日内答辩。"
    received = Received(text, "lines", "1" * 64, "a.txt", "中华人民共和国行政诉讼法", "2022-05-01")
    LawLibrary.open(tmp_path / "laws").add(received, status="已废止")
    async with house(api, tmp_path, searcher, laws=tmp_path / "laws") as running:
        yield running


@pytest.mark.parametrize("place", [GROUP, ZHANG])
async def test_a_look_up_answers_from_other_law_too(lawful: House, place: int) -> None:
    await lawful.receive(words("/ask 行政诉讼法第二条", chat=place if place == GROUP else None))
    assert "被告应当在三十日内答辩。" in lawful.api.last(place).text
    assert "已废止" in lawful.api.last(place).text


async def test_inline_quotes_other_law_with_how_far_it_holds(lawful: House) -> None:
    (result,) = (await inline(lawful, "行政诉讼法第二条"))["results"]
    assert result["title"].startswith("《中华人民共和国行政诉讼法》（已废止") and result["title"].endswith("第二条")


# ── inline mode ──────────────────────────────────────────────────────────────────────────────────────────────────


async def inline(home: House, text: str, person: int = 7) -> dict[str, Any]:
    query = {"id": "i", "from": user(person), "query": text, "offset": ""}
    await home.receive({"update_id": 1, "inline_query": query})
    (answer,) = await asyncio.to_thread(home.api.wait_for, "answerInlineQuery")
    return answer


async def test_inline_offers_clauses_to_quote(home: House, decider: Decider) -> None:
    answer = await inline(home, "收到司法建议多久回复")
    first = answer["results"][0]
    assert first["title"] == "第十九条"
    assert str(decider.cite("19").quote) in first["input_message_content"]["message_text"]
    assert answer["is_personal"] is True


@pytest.mark.parametrize("text", ["原告电话13834561234", "今天天气"])
async def test_inline_offers_nothing_to_what_is_no_question(home: House, text: str) -> None:
    assert (await inline(home, text))["results"] == []


async def test_inline_is_for_people_who_are_enrolled(home: House) -> None:
    answer = await inline(home, "第十九条", 8)
    assert answer["results"] == []
    assert answer["button"]["text"] == said.INLINE_ENROL
    await home.say(f"/start {answer['button']['start_parameter']}", 8)
    assert home.api.texts(8) == ["您还没有开通。"]


async def test_inline_offers_nothing_while_everything_is_paused(home: House) -> None:
    home.door.stop = "本助手暂停使用：核对。"
    answer = await inline(home, "第十九条")
    assert answer["results"] == [] and "button" not in answer


async def test_inline_queries_are_not_kept(home: House) -> None:
    await inline(home, "收到司法建议多久回复")
    assert home.inbox.depth().incoming == 0


async def test_inline_queries_are_bounded(home: House) -> None:
    query = {"id": "i", "from": user(7), "query": "第十九条", "offset": ""}
    for number in range(MOST_MESSAGES + 5):
        await home.receive({"update_id": number, "inline_query": query})
    await home.receive({"update_id": 100, "inline_query": {**query, "from": user(8)}})
    await asyncio.gather(*home.channel._inline)
    assert len(home.api.made("answerInlineQuery")) == MOST_MESSAGES + 1, "another's is answered"
