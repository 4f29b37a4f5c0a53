"""Reminders as part of the process that serves: sent, counted, pressed, and made up for after a fault or a kill."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from actions.case_talk import Shown
from actions.errors import StoreBusy
from actions.people import Role
from actions.reminding import Reminders
from actions.store import Store
from actions.store.inbox import Inbox
from bot.metrics import Metrics
from bot.reminding import remind
from knowledge.search import Searcher
from knowledge.units import load_units
from tests.actions.cases_kit import BUREAU, Office
from tests.bot.telegram.bot_api import BotApi
from tests.bot.telegram.house import ZHANG, Clock, House, house

UNITS = load_units()
MORNING = datetime(2026, 11, 24, tzinfo=UTC)
"""Eight in Beijing; the answer of the case is due on this day."""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A case of `ZHANG`'s, in the database from which the house serves."""
    made = Office(Store.open(tmp_path / "inbox.sqlite"))
    with made.store:
        made.open(who=made.enrol(f"telegram:{ZHANG}", BUREAU, Role.REGISTER))
        yield made


async def rounds(home: House, number: int = 1, metrics: Metrics | None = None) -> None:
    """Let so many minutes go by, and everything be sent that they bring."""
    over = asyncio.Event()

    async def pause(seconds: float) -> None:
        nonlocal number
        await home.postroom.idle()
        home.clock.at += timedelta(seconds=seconds)
        number -= 1
        if number == 0:
            over.set()
            await asyncio.Event().wait()

    loop = remind(home.inbox, home.postroom, UNITS, metrics or Metrics(), home.clock.now, pause)
    working = asyncio.create_task(loop)
    await asyncio.wait_for(over.wait(), 30)
    working.cancel()
    await asyncio.wait([working])


async def test_digest_and_reminder_are_sent_once_and_counted(
    api: BotApi, tmp_path: Path, searcher: Searcher, office: Office
) -> None:
    metrics = Metrics()
    async with house(api, tmp_path, searcher, clock=Clock(MORNING - timedelta(minutes=2))) as home:
        await rounds(home, 2, metrics)
        assert api.texts(ZHANG) == [], "it is not yet eight"
        await rounds(home, 5, metrics)
        digest, reminder = api.texts(ZHANG)
    assert digest.startswith("【今日待办】") and "就是今天" in digest
    assert reminder.startswith("【期限】第1号案件：提交答辩状")
    found = [it for family in text_string_to_metric_families(metrics.text().decode()) for it in family.samples]
    counted = {it.labels["kind"]: it.value for it in found if it.name == "yingsu_reminders_total"}
    assert counted == {"digest": 1, "today": 1}


async def test_its_button_says_the_command_that_can_be_typed(
    api: BotApi, tmp_path: Path, searcher: Searcher, office: Office
) -> None:
    async with house(api, tmp_path, searcher, clock=Clock(MORNING)) as home:
        home.desk.says["案件 1 办完 answer"] = Shown("已记第1号案件：办完。")
        await home.say("县政府被告了")
        await rounds(home)
        await home.press("办完")
        assert api.last(ZHANG).text == "已记第1号案件：办完。"
        reminder = next(it for it in api.chats[ZHANG] if it.text.startswith("【期限】"))
        assert "办完" in reminder.text and not reminder.buttons
        await home.press("没有")
        assert "县住房和城乡建设局" in api.last(ZHANG).text, "the talk goes on with its question"


async def test_after_a_kill_what_was_noted_is_sent_and_nothing_twice(
    api: BotApi, tmp_path: Path, searcher: Searcher, office: Office
) -> None:
    with Inbox.open(tmp_path / "inbox.sqlite") as inbox:  # killed as soon as it was noted
        reminders = Reminders(inbox)
        due = reminders.due_now(office.cases.list(), office.people.list(), UNITS, MORNING)
        assert len(reminders.claim(due, inbox, MORNING)) == 2
    async with house(api, tmp_path, searcher, clock=Clock(MORNING)) as home:
        await rounds(home, 3)
        assert len(api.texts(ZHANG)) == 2


async def test_a_fault_ends_nothing_and_the_next_round_makes_up_for_it(
    api: BotApi, tmp_path: Path, searcher: Searcher, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(api, tmp_path, searcher, clock=Clock(MORNING)) as home:
        send, faults = home.inbox.send, [StoreBusy("忙"), ValueError("ours")]

        def failing(*arguments: object) -> bool:
            if faults:
                raise faults.pop()
            return send(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(home.inbox, "send", failing)
        await rounds(home, 2)
        assert api.texts(ZHANG) == []
        await rounds(home, 1)
        assert len(api.texts(ZHANG)) == 2


async def test_while_everything_is_paused_nobody_is_reminded(
    api: BotApi, tmp_path: Path, searcher: Searcher, office: Office
) -> None:
    async with house(api, tmp_path, searcher, clock=Clock(MORNING)) as home:
        office.people.rest("核对规则", by="console:admin", at=MORNING, everything=True)
        await rounds(home, 2)
        assert api.texts(ZHANG) == []
        office.people.rest("核对规则", by="console:admin", at=MORNING)
        await rounds(home, 1)
        assert len(api.texts(ZHANG)) == 2, "while only the guided talk rests they go on"
