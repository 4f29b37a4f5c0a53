"""The inbox worked off, on a channel of paper: killed between any two steps, nothing is lost and nothing done twice."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from actions.document import Document
from actions.errors import StoreBusy
from actions.store.inbox import Inbox
from actions.store.mail import Outgoing, Part, Received, Update
from bot.dialogue import Dialogue
from bot.errors import NotYet
from bot.inbox import GIVEN_UP, Answer, Delivery, Postroom, Times
from bot.reception import Reception
from knowledge.look_up import LookUp
from knowledge.search import Searcher

NOW = datetime(2026, 11, 24, tzinfo=UTC)
CHOOSE = '/choose{"fact": "reviewed", "value": "none"}'
FORM = Document("审批表.docx", b"PK")
QUESTION = {"text": "经过复议吗？", "buttons": [{"title": "没有", "payload": CHOOSE}]}
OUTCOME = {"text": "县住建局承办", "buttons": [{"title": "登记", "payload": "/confirm_case"}]}
ANSWERS: dict[str, list[dict[str, Any]]] = {
    "县政府被告了": [{"text": "好"}, QUESTION],
    CHOOSE: [OUTCOME],
    "/confirm_case": [{"text": "已登记"}],
}


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Fate:
    """Kills the process before one of its steps, which is as well after the one before that."""

    step: int | None = None
    steps: int = 0
    names: list[str] = field(default_factory=list)

    @property
    def over(self) -> bool:
        return self.step is not None and self.steps > self.step

    def begin(self, name: str) -> None:
        """Count a step."""
        if not self.over:
            self.steps += 1
            self.names.append(name)
        if self.over:
            raise Killed


class Mortal:
    """An inbox whose every call is a step."""

    def __init__(self, inbox: Inbox, fate: Fate) -> None:
        self._inbox, self._fate = inbox, fate

    def together(self) -> AbstractContextManager[None]:
        return self._inbox.together()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        do = getattr(self._inbox, name)

        def step(*arguments: Any, **named: Any) -> Any:
            self._fate.begin(name)
            return do(*arguments, **named)

        return step


@dataclass
class World:
    """What outlives our process: what people see, and what the guided talk did."""

    seen: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    answered: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


@dataclass
class Guide:
    world: World
    fate: Fate
    ready: bool = True

    async def wait_ready(self) -> None:
        return

    async def send(self, sender: str, text: str, *, choice: bool = False, key: str = "") -> list[dict[str, Any]]:
        self.fate.begin("turn")
        if key not in self.world.answered:
            self.world.done.append(text)
            self.world.answered[key] = ANSWERS.get(text, [{"text": f"听到{text}"}])
        return self.world.answered[key]


class Anybody:
    def may(self, person: str, what: str) -> None:
        return None

    def enrol(self, person: str, code: str, at: datetime) -> str:
        raise NotImplementedError

    def whoami(self, person: str) -> str:
        raise NotImplementedError


@dataclass
class Paper:
    """A channel: what it delivers is written on paper."""

    world: World
    fate: Fate
    reception: Reception
    deliveries: list[Delivery] = field(default_factory=list)

    @property
    def name(self) -> str:
        return "paper"

    async def answer(self, received: Received) -> Answer:
        said = await self.reception.talk(received)
        parts = [Part(it.text, tuple((one.label, one.value) for one in it.choices)) for it in said.replies]
        files = [Part("附审批表", document=FORM)] if said.replies[-1].text == "已登记" else []
        return Answer((*parts, *files), said.chosen, said.offers)

    async def deliver(self, outgoing: Outgoing) -> Delivery:
        self.fate.begin("deliver")
        if self.deliveries:
            return self.deliveries.pop(0)
        seen = self.world.seen
        if outgoing.edits is None:
            file = f"：{outgoing.document.name}" if outgoing.document == FORM else ""
            seen.append("?" * outgoing.unsure + outgoing.text + file)
        else:
            seen[int(outgoing.edits)] = f"{outgoing.text}：{outgoing.about.get('chosen', '')}"
        return Delivery("sent", str(len(seen) - 1))


@dataclass
class Time:
    at: datetime = NOW
    pauses: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.at

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.at += timedelta(seconds=seconds)
        await asyncio.sleep(0)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("inbox") / "empty.sqlite"
    Inbox.open(path).close()
    return path


@dataclass
class Running:
    postroom: Postroom
    paper: Paper
    inbox: Inbox
    time: Time


@asynccontextmanager
async def running(
    path: Path, searcher: Searcher, world: World | None = None, fate: Fate | None = None
) -> AsyncIterator[Running]:
    world, fate, time = world or World(), fate or Fate(), Time()
    with Inbox.open(path) as inbox:
        paper = Paper(world, fate, Reception(Dialogue(Guide(world, fate), LookUp(searcher)), Anybody()))
        mortal: Any = Mortal(inbox, fate)
        async with Postroom(mortal, [paper], time.now, time.pause, Times()) as postroom:
            yield Running(postroom, paper, inbox, time)


def said(text: str, number: int, person: str = "zhang") -> Update:
    return Update("paper", str(number), number, person, person, "text", text)


TALK = [said("县政府被告了", 1), said("1", 2), said("登记", 3)]
RECORD = ["好", "经过复议吗？：没有", "县住建局承办：登记", "已登记", "附审批表：审批表.docx"]


async def hand_in(home: Running, updates: Iterable[Update]) -> None:
    """As a channel does: whoever is not told that an update is on disk comes again with it."""
    for it in updates:
        await home.postroom.receive([it])
        await home.postroom.idle()


async def test_a_talk_is_answered_in_order_and_its_questions_are_edited(
    empty: Path, tmp_path: Path, searcher: Searcher
) -> None:
    path = Path(shutil.copy(empty, tmp_path / "inbox.sqlite"))
    async with running(path, searcher) as home:
        await hand_in(home, TALK)
        assert home.paper.world.seen == RECORD
        assert home.inbox.depth() == type(home.inbox.depth())(0, 0)


async def test_killed_at_any_step_nothing_is_lost_and_nothing_is_done_twice(
    empty: Path, tmp_path: Path, searcher: Searcher
) -> None:
    for step in itertools.count():
        path = Path(shutil.copy(empty, tmp_path / f"{step}.sqlite"))
        world, fate = World(), Fate(step)
        try:
            async with running(path, searcher, world, fate) as home:
                await hand_in(home, TALK)
        except Killed:
            pass
        async with running(path, searcher, world) as home:
            await home.postroom.idle()
            await hand_in(home, TALK)
        assert world.done == ["县政府被告了", CHOOSE, "/confirm_case"], fate.names
        # Before these two an answer is on its way: it may have arrived, and nobody knows.
        read = [text.lstrip("?").split("：")[0] for text in world.seen]
        assert list(dict.fromkeys(read)) == [text.split("：")[0] for text in RECORD], (fate.names, world.seen)
        assert RECORD[-1] in [text.lstrip("?") for text in world.seen], "the file is there, whatever was killed"
        if not fate.over or fate.names[-1] not in ("deliver", "sent"):
            assert world.seen == RECORD, (fate.names, world.seen)
        assert len(read) - len(RECORD) <= 1, (fate.names, world.seen)
        if not fate.over:
            assert step > 20
            return


async def test_chats_are_answered_side_by_side_each_in_order(empty: Path, tmp_path: Path, searcher: Searcher) -> None:
    path = Path(shutil.copy(empty, tmp_path / "inbox.sqlite"))
    async with running(path, searcher) as home:
        updates = [said(f"{who}{turn}", turn * 10 + n, who) for turn in range(3) for n, who in enumerate("abc")]
        await home.postroom.receive(updates)
        await home.postroom.idle()
        for who in "abc":
            assert [it for it in home.paper.world.done if it.startswith(who)] == [f"{who}{n}" for n in range(3)]


async def test_one_that_keeps_failing_is_given_up_and_those_behind_it_go_on(
    empty: Path, tmp_path: Path, searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(shutil.copy(empty, tmp_path / "inbox.sqlite"))
    async with running(path, searcher) as home:
        answer, tries = home.paper.answer, []

        async def failing(received: Received) -> Answer:
            if received.update.text == "坏":
                tries.append(received.tries)
                raise ValueError("ours")
            return await answer(received)

        monkeypatch.setattr(home.paper, "answer", failing)
        await home.postroom.receive([said("坏", 1), said("好的", 2)])
        await home.postroom.idle()
        assert tries == [1, 2, 3, 4, 5]
        assert home.paper.world.seen == [GIVEN_UP, "听到好的"]
        assert home.time.pauses == pytest.approx([1.0, 2.0, 5.0, 15.0, 60.0])


async def test_one_that_has_to_wait_holds_up_nobody_else_and_is_not_given_up(
    empty: Path, tmp_path: Path, searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(shutil.copy(empty, tmp_path / "inbox.sqlite"))
    world, up = World(), asyncio.Event()

    async def starting(home: Running) -> None:
        answer = home.paper.answer

        async def not_yet(received: Received) -> Answer:
            if received.update.person != "li" and not up.is_set():
                raise NotYet(up.is_set, "稍等", "不来了")
            return await answer(received)

        async def pause(seconds: float) -> None:
            home.time.at += timedelta(seconds=seconds / 50)
            await asyncio.sleep(0.001)

        monkeypatch.setattr(home.paper, "answer", not_yet)
        monkeypatch.setattr(home.postroom, "_pause", pause)

    people = [f"p{number}" for number in range(20)]
    for times in range(8):  # killed again and again while it waits: that is no reason to give it up
        async with running(path, searcher, world) as home:
            await starting(home)
            home.time.at += timedelta(seconds=5 * times)
            if not times:
                await home.postroom.receive([said("县政府被告了", number, one) for number, one in enumerate(people)])
            await home.postroom.receive([said(f"问{times}", 100 + times, "li")])
            while f"听到问{times}" not in world.seen:
                await asyncio.sleep(0.001)
    assert world.seen.count("稍等") == len(people)
    async with running(path, searcher, world) as home:
        await starting(home)
        home.time.at += timedelta(seconds=60)
        up.set()
        await home.postroom.idle()
    assert world.seen.count("稍等") == world.seen.count("经过复议吗？") == len(people)
    assert GIVEN_UP not in world.seen


async def test_a_database_that_is_busy_is_waited_for_and_the_answer_not_made_anew(
    empty: Path, tmp_path: Path, searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(shutil.copy(empty, tmp_path / "inbox.sqlite"))
    async with running(path, searcher) as home:
        keep, faults = home.inbox.answer, [StoreBusy("忙")] * 3

        def busy(*arguments: Any, **named: Any) -> None:
            if faults:
                raise faults.pop()
            keep(*arguments, **named)

        monkeypatch.setattr(home.inbox, "answer", busy)
        await hand_in(home, TALK[:1])
        assert home.paper.world.done == ["县政府被告了"]
        assert home.paper.world.seen == ["好", "经过复议吗？"]


async def test_one_that_cannot_be_written_fails_for_itself_alone(
    empty: Path, tmp_path: Path, searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(shutil.copy(empty, tmp_path / "inbox.sqlite"))
    async with running(path, searcher) as home:
        keep = home.inbox.answer

        def broken(message: int, *arguments: Any, **named: Any) -> None:
            if message == 1 and home.time.at < NOW + timedelta(minutes=1):
                raise ValueError("ours")
            keep(message, *arguments, **named)

        monkeypatch.setattr(home.inbox, "answer", broken)
        await home.postroom.receive([said(f"话{number}", number, f"p{number}") for number in range(6)])
        await home.postroom.idle()
        assert sorted(home.paper.world.seen) == [f"听到话{number}" for number in range(6)]
        assert home.time.pauses == [Times().pauses[-1]], "that chat alone stood still"


async def test_what_only_waits_its_turn_to_be_sent_is_not_said_to_be_a_repetition_after_a_kill(
    empty: Path, tmp_path: Path, searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(shutil.copy(empty, tmp_path / "inbox.sqlite"))
    begun: list[str] = []
    async with running(path, searcher) as home:

        async def never(outgoing: Outgoing) -> Delivery:
            begun.append(outgoing.text)
            await asyncio.Event().wait()
            raise AssertionError

        monkeypatch.setattr(home.paper, "deliver", never)
        monkeypatch.setattr(home.postroom, "_times", Times(stop=0.0))
        await home.postroom.receive([said(f"话{number}", number, f"p{number}") for number in range(60)])
        while len(begun) < 16 or home.inbox.depth().incoming:
            await asyncio.sleep(0.01)
    world = World()
    async with running(path, searcher, world) as home:
        await home.postroom.idle()
    assert len(world.seen) == 60
    assert sum(text.startswith("?") for text in world.seen) == len(begun) == 16


async def test_what_has_begun_may_end_when_it_stops(empty: Path, tmp_path: Path, searcher: Searcher) -> None:
    path = Path(shutil.copy(empty, tmp_path / "inbox.sqlite"))
    world = World()
    async with running(path, searcher, world) as home:
        await home.postroom.receive(TALK[:1])
    async with running(path, searcher, world) as home:
        await home.postroom.idle()
    assert world.seen == ["好", "经过复议吗？"]
    assert world.done == ["县政府被告了"]


async def test_when_it_stops_nothing_more_is_begun_and_that_is_no_try(
    empty: Path, tmp_path: Path, searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(shutil.copy(empty, tmp_path / "inbox.sqlite"))
    go, begun, tries = asyncio.Event(), list[str](), set[int]()
    async with running(path, searcher) as home:

        async def slow(received: Received) -> Answer:
            begun.append(received.update.text)
            await go.wait()
            return Answer((Part(f"答{received.update.text}"),))

        monkeypatch.setattr(home.paper, "answer", slow)
        await home.postroom.receive([said(f"话{number}", number, f"p{number}") for number in range(40)])
        while len(begun) < 8:
            await asyncio.sleep(0)
        asyncio.get_running_loop().call_soon(go.set)
    assert len(begun) == 8, "it was told to stop before the first of them was done"
    world = World()
    async with running(path, searcher, world) as home:
        answer = home.paper.answer

        async def counting(received: Received) -> Answer:
            tries.add(received.tries)
            return await answer(received)

        monkeypatch.setattr(home.paper, "answer", counting)
        await home.postroom.idle()
    assert tries == {1}
    assert sorted(world.seen) == sorted(
        [f"答{it}" for it in begun] + [f"听到话{n}" for n in range(40) if f"话{n}" not in begun]
    )


async def test_stopping_does_not_wait_for_what_pauses(
    empty: Path, tmp_path: Path, searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(shutil.copy(empty, tmp_path / "inbox.sqlite"))
    pausing = asyncio.Event()

    async def for_ever(seconds: float) -> None:
        pausing.set()
        await asyncio.Event().wait()

    async with running(path, searcher) as home:
        monkeypatch.setattr(home.postroom, "_pause", for_ever)
        home.paper.deliveries.append(Delivery("later", after=3600.0))
        await home.postroom.receive(TALK[:1])
        await pausing.wait()
        began = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - began < 2
    world = World()
    async with running(path, searcher, world) as home:
        await home.postroom.idle()
    assert world.seen == ["好", "经过复议吗？"], "it is sent after the restart, when its time has come"
