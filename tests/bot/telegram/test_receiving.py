"""Receiving: an update is on disk before Telegram is told that it came, by polling and by webhook."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest
import telegram

from actions.errors import StoreBusy
from bot.channels.telegram.reading import Me, read
from bot.channels.telegram.receiving import PATH, Line, poll, set_webhook, surely, webhook
from bot.errors import ChannelRefused
from bot.inbox import Times
from knowledge.search import Searcher
from tests.bot.telegram.bot_api import SILENCE, TOKEN, BotApi, Fault, Json
from tests.bot.telegram.house import ZHANG, House, house, words

SECRET = "a-secret"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
async def home(api: BotApi, tmp_path: Path, searcher: Searcher) -> AsyncIterator[House]:
    async with house(api, tmp_path, searcher) as running:
        yield running


@asynccontextmanager
async def polling(home: House, line: Line | None = None) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(poll(home.bot, home.take_in, line or Line(), home.clock.pause, Times()))
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def calls(home: House, method: str, times: int) -> list[Json]:
    return await asyncio.to_thread(home.api.wait_for, method, times)


# ── polling ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_an_update_is_confirmed_by_the_next_poll_and_answered(home: House) -> None:
    home.api.push(words("一", number=10), words("二", number=11))
    async with polling(home):
        first, second = await calls(home, "getUpdates", 2)
        await home.postroom.idle()
    assert first["allowed_updates"] == ["message", "callback_query", "inline_query", "my_chat_member"]
    assert second["offset"] == 12
    assert home.api.texts(ZHANG) == ["听到：一", "听到：二"]
    assert home.api.made("deleteWebhook") == [{"drop_pending_updates": False}]


async def test_what_cannot_be_written_down_is_not_confirmed(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    put, faults = home.inbox.put, [StoreBusy("忙")] * 2

    def failing(*arguments: object) -> object:
        if faults:
            raise faults.pop()
        return put(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(home.inbox, "put", failing)
    home.api.push(words("一", number=10))
    async with polling(home):
        made = await calls(home, "getUpdates", 4)
        await home.postroom.idle()
    assert [it.get("offset", 0) for it in made] == [0, 0, 0, 11]
    assert home.api.texts(ZHANG) == ["听到：一"]
    assert home.clock.pauses == [1.0, 2.0]


async def test_no_old_number_is_asked_from(home: House) -> None:
    """After a week's silence Telegram numbers anew, perhaps lower; a kept offset would lose what came."""
    home.api.patience = 0
    home.api.push(words("一", number=500))
    async with polling(home):
        made = await calls(home, "getUpdates", 3)
    assert [it.get("offset") for it in made[:3]] == [None, 501, None]
    home.api.push(words("二", number=7))
    async with polling(home):
        await calls(home, "getUpdates", len(home.api.made("getUpdates")) + 2)
        await home.postroom.idle()
    assert home.api.texts(ZHANG) == ["听到：一", "听到：二"]


async def test_updates_that_come_again_are_answered_once(home: House) -> None:
    again = words("一", number=10)
    await home.receive(again)
    await home.receive(again, again)
    assert home.api.texts(ZHANG) == ["听到：一"]


async def test_updates_out_of_order_are_put_in_order(home: House) -> None:
    await home.receive(words("二", number=11), words("一", number=10))
    assert home.guide.heard == ["一", "二"]


async def test_an_update_that_cannot_be_read_keeps_no_other_out(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def unforeseen(it: telegram.Update, me: Me) -> object:
        if it.update_id == 10:
            raise AttributeError
        return read(it, me)

    monkeypatch.setattr("bot.channels.telegram.channel.read", unforeseen)
    await home.receive(words("一", number=10), words("二", number=11))
    assert home.guide.heard == ["二"]


async def test_a_second_poller_is_told_of_once_and_waited_for(home: House, caplog: pytest.LogCaptureFixture) -> None:
    home.api.fail("getUpdates", *[Fault(409, "Conflict: terminated by other getUpdates request")] * 3)
    home.api.push(words("一"))
    line = Line()
    async with polling(home, line):
        await calls(home, "getUpdates", 5)
        await home.postroom.idle()
        assert line.up
    assert home.clock.pauses == [60.0] * 3
    assert home.api.texts(ZHANG) == ["听到：一"]
    assert sum("second_poller" in str(record.msg) for record in caplog.records) == 1


async def test_faults_on_the_way_in_are_tried_again(home: House) -> None:
    home.api.fail("deleteWebhook", Fault(502), Fault(429, retry_after=7))
    home.api.fail("getUpdates", SILENCE, Fault(500), Fault(429, retry_after=40))
    home.api.push(words("一"))
    async with polling(home):
        await calls(home, "getUpdates", 5)
        await home.postroom.idle()
    assert home.clock.pauses == [1.0, 7.0, 1.0, 2.0, 40.0]
    assert home.api.texts(ZHANG) == ["听到：一"]


async def test_the_line_is_down_while_it_fails(home: House) -> None:
    line, seen = Line(up=True), []

    async def pause(seconds: float) -> None:
        seen.append(line.up)

    home.api.fail("getUpdates", Fault(500))
    task = asyncio.create_task(poll(home.bot, home.take_in, line, pause, Times()))
    await calls(home, "getUpdates", 2)
    task.cancel()
    assert seen == [False]


@pytest.mark.parametrize("code", [401, 404])
async def test_a_wrong_token_ends_it_with_what_to_do(home: House, code: int) -> None:
    home.api.fail("getUpdates", Fault(code, "Unauthorized"))
    with pytest.raises(ChannelRefused, match="YINGSU_TELEGRAM_TOKEN") as told:
        await poll(home.bot, home.take_in, Line(), home.clock.pause, Times())
    assert TOKEN not in str(told.value)


async def test_it_waits_for_telegram_to_be_reachable(home: House) -> None:
    home.api.fail("getMe", SILENCE, Fault(502))
    await surely(home.bot.get_me, home.clock.pause, Times())
    assert home.clock.pauses == [1.0, 2.0]


# ── webhook ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def door(home: House) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(webhook(home.bot, home.take_in, SECRET))
    async with httpx.AsyncClient(transport=transport, base_url="http://loopback") as client:
        yield client


async def test_a_call_is_answered_when_it_is_on_disk(home: House, door: httpx.AsyncClient) -> None:
    response = await door.post(PATH, json=words("一"), headers={HEADER: SECRET})
    assert response.status_code == 200
    await home.postroom.idle()
    assert home.api.texts(ZHANG) == ["听到：一"]


@pytest.mark.parametrize("headers", [{}, {HEADER: ""}, {HEADER: "a-secre"}, {HEADER: SECRET + "t"}])
async def test_without_the_secret_nobody_is_heard(
    home: House, door: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    response = await door.post(PATH, json=words("一"), headers=headers)
    assert response.status_code == 403
    assert home.inbox.depth().incoming == 0


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"3", b'"x"', b'{"update_id": 1, "message": 3}', b"\xff"])
async def test_what_is_no_update_is_refused(home: House, door: httpx.AsyncClient, body: bytes) -> None:
    response = await door.post(PATH, content=body, headers={HEADER: SECRET})
    assert response.status_code == 400


async def test_what_is_too_long_is_refused(home: House, door: httpx.AsyncClient) -> None:
    response = await door.post(PATH, content=b"x" * 1_000_001, headers={HEADER: SECRET})
    assert response.status_code == 413


async def test_what_cannot_be_written_down_is_to_come_again(
    home: House, door: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise StoreBusy("忙")

    with monkeypatch.context() as patch:
        patch.setattr(home.inbox, "put", failing)
        refused = await door.post(PATH, json=words("一", number=10), headers={HEADER: SECRET})
    again = await door.post(PATH, json=words("一", number=10), headers={HEADER: SECRET})
    assert (refused.status_code, again.status_code) == (503, 200)
    await home.postroom.idle()
    assert home.api.texts(ZHANG) == ["听到：一"]


async def test_the_webhook_is_set_with_the_secret_and_keeps_what_waits(home: House) -> None:
    home.api.fail("setWebhook", Fault(502))
    await set_webhook(home.bot, "https://bot.example/", SECRET, home.clock.pause, Times())
    made = home.api.made("setWebhook")[-1]
    assert made["url"] == f"https://bot.example{PATH}"
    assert (made["secret_token"], made["max_connections"]) == (SECRET, 1)
    assert made["drop_pending_updates"] is False
