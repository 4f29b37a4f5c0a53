"""Sending, while Telegram fails in each way that it can: nothing lost, nothing sent twice that is known to be there."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.channels.telegram import words as said
from bot.inbox import Times
from knowledge.search import Searcher
from tests.bot.telegram.bot_api import DONE_BUT_SILENT, NO_ANSWER, SILENCE, BotApi, Fault
from tests.bot.telegram.house import CHOOSE, ZHANG, house


async def test_told_to_wait_it_waits_as_long_as_told(api: BotApi, tmp_path: Path, searcher: Searcher) -> None:
    async with house(api, tmp_path, searcher) as home:
        api.fail("sendMessage", Fault(429, retry_after=33))
        await home.say("你好")
        assert api.texts(ZHANG) == ["听到：你好"]
        assert home.clock.pauses == pytest.approx([33.0])


@pytest.mark.parametrize("code", [500, 502, 503, 504])
async def test_a_fault_of_telegrams_is_tried_again_with_growing_pauses(
    api: BotApi, tmp_path: Path, searcher: Searcher, code: int
) -> None:
    async with house(api, tmp_path, searcher) as home:
        api.fail("sendMessage", *[Fault(code)] * 6)
        await home.say("你好")
        assert api.texts(ZHANG) == ["听到：你好"]
        assert home.clock.pauses == pytest.approx([1.0, 2.0, 5.0, 15.0, 60.0, 60.0])


async def test_answers_stay_in_order_behind_one_that_waits(api: BotApi, tmp_path: Path, searcher: Searcher) -> None:
    async with house(api, tmp_path, searcher) as home:
        home.guide.answers["两条"] = [{"text": "一"}, {"text": "二"}]
        api.fail("sendMessage", Fault(429, retry_after=5))
        await home.say("两条")
        assert api.texts(ZHANG) == ["一", "二"]


async def test_a_message_that_may_have_arrived_is_sent_again_and_says_so(
    api: BotApi, tmp_path: Path, searcher: Searcher
) -> None:
    async with house(api, tmp_path, searcher) as home:
        api.fail("sendMessage", DONE_BUT_SILENT)
        await home.say("你好")
        assert api.texts(ZHANG) == ["听到：你好", f"{said.PROBABLY_TWICE}\n听到：你好"]


async def test_a_message_that_was_lost_arrives(api: BotApi, tmp_path: Path, searcher: Searcher) -> None:
    async with house(api, tmp_path, searcher) as home:
        api.fail("sendMessage", SILENCE)
        await home.say("你好")
        assert api.texts(ZHANG) == [f"{said.PROBABLY_TWICE}\n听到：你好"]


async def test_a_message_that_never_is_confirmed_is_not_sent_for_ever(
    api: BotApi, tmp_path: Path, searcher: Searcher
) -> None:
    async with house(api, tmp_path, searcher) as home:
        api.fail("sendMessage", *[DONE_BUT_SILENT] * 30)
        await home.say("你好")
        assert len(api.texts(ZHANG)) == 1 + Times().unsure
        assert sum(home.clock.pauses) > 300, "for minutes, since a line may be down as long"
        assert home.inbox.depth().outgoing == 0


async def test_an_edit_that_may_have_been_made_is_made_again(api: BotApi, tmp_path: Path, searcher: Searcher) -> None:
    async with house(api, tmp_path, searcher) as home:
        await home.say("县政府被告了")
        api.fail("editMessageText", DONE_BUT_SILENT)
        await home.press("没有")
        assert api.chats[ZHANG][0].text == "经过行政复议吗？\n\n已选：没有"
        assert api.chats[ZHANG][0].edited == 1
        assert len(api.chats[ZHANG]) == 2


async def test_an_edit_of_a_message_that_is_gone_is_given_up(api: BotApi, tmp_path: Path, searcher: Searcher) -> None:
    async with house(api, tmp_path, searcher) as home:
        await home.say("县政府被告了")
        data = home.button("没有")
        gone = api.chats[ZHANG].pop()
        api.chats[ZHANG].append(type(gone)(999, gone.text, gone.buttons))
        assert data
        await home.press("没有")
        assert home.guide.heard[-1] == CHOOSE
        assert home.inbox.depth().outgoing == 0


async def test_blocked_the_chat_is_marked_and_left_alone_until_it_speaks(
    api: BotApi, tmp_path: Path, searcher: Searcher
) -> None:
    async with house(api, tmp_path, searcher) as home:
        home.guide.answers["两条"] = [{"text": "一"}, {"text": "二"}]
        api.fail("sendMessage", Fault(403, "Forbidden: bot was blocked by the user"))
        await home.say("两条")
        assert len(api.made("sendMessage")) == 1, "the second is not even tried"
        assert home.inbox.blocked() == [("telegram", str(ZHANG))]
        await home.say("你好")
        assert api.texts(ZHANG) == ["听到：你好"]
        assert home.inbox.blocked() == []


async def test_what_telegram_will_never_take_does_not_hold_up_the_rest(
    api: BotApi, tmp_path: Path, searcher: Searcher
) -> None:
    async with house(api, tmp_path, searcher) as home:
        home.guide.answers["两条"] = [{"text": "一"}, {"text": "二"}]
        api.fail("sendMessage", Fault(400, "Bad Request: chat not found"))
        await home.say("两条")
        assert api.texts(ZHANG) == ["二"]


async def test_nobody_home_is_no_message_sent(api: BotApi, tmp_path: Path, searcher: Searcher) -> None:
    """A connection that is refused had no effect: the message comes without the word that it may be a repetition."""
    async with house(api, tmp_path, searcher) as home:
        url, tries = home.bot.base_url, []

        async def pause(seconds: float) -> None:
            tries.append(seconds)
            home.bot._base_url = url
            await type(home.clock).pause(home.clock, seconds)

        home.postroom._pause = pause
        home.bot._base_url = url.replace(api.url, "http://127.0.0.1:9")
        await home.say("你好")
        assert len(tries) == 1
        assert api.texts(ZHANG) == ["听到：你好"]


async def test_no_answer_in_time_counts_as_perhaps(api: BotApi, tmp_path: Path, searcher: Searcher) -> None:
    async with house(api, tmp_path, searcher, read_timeout=0.3) as home:
        api.fail("sendMessage", NO_ANSWER)
        await home.say("你好")
        assert api.texts(ZHANG)[-1].startswith(said.PROBABLY_TWICE)
