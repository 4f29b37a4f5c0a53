"""Logs carry an id per message and nothing of what anybody said."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.people import People, Post, Role
from actions.store import NewDecision, Store
from actions.store.inbox import Inbox
from actions.store.mail import Outgoing, Part, Received, Update
from bot import logs
from bot.access import PeopleAccess, What
from bot.dialogue import Dialogue
from bot.errors import RasaFault
from bot.messages import Incoming
from bot.metrics import Metrics
from knowledge.look_up import LookUp
from knowledge.search import Searcher

log = logs.get("bot.channels.anything")
PLANTED = "王守田和县医院的赔偿纠纷，代县政府收回了他家承包的二十亩枣林，案号（2026）晋0923行初7号"
PARTS = ("王守田", "枣林", "县医院", "晋0923", "赔偿纠纷")


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Everything this process logs, down to the last detail; put back as it was afterwards."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    written = io.StringIO()
    logs.set_up(written, logging.DEBUG)
    yield written
    root.handlers[:], root.level = before, level


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_tells_what_happened_and_to_which_message(stream: io.StringIO) -> None:
    with logs.message("ab12cd34"):
        log.info("answered", channel="telegram", kind="text", seconds=0.25, tries=1)
    log.warning("unrelated")
    first, second = lines(stream)
    assert datetime.fromisoformat(first.pop("time")).tzinfo is not None
    assert first == {
        "level": "info",
        "logger": "bot.channels.anything",
        "event": "answered",
        "message": "ab12cd34",
        "channel": "telegram",
        "kind": "text",
        "seconds": 0.25,
        "tries": 1,
    }
    assert "message" not in second


async def test_messages_side_by_side_keep_their_ids(stream: io.StringIO) -> None:
    async def answer(identity: str) -> None:
        with logs.message(identity):
            await asyncio.sleep(0)
            log.info("answered", tries=int(identity[:1]))

    await asyncio.gather(*(answer(f"{n}aaaaaaa") for n in range(1, 5)))
    assert {(line["message"][0], str(line["tries"])) for line in lines(stream)} == {(n, n) for n in "1234"}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("kind", "县政府被告了"),
        ("kind", "a story of many words"),
        ("reason", "13834561234"),
        ("text", "text"),
        ("person", "telegram:123"),
        ("count", 13834561234),
        ("state", ["text"]),
        ("state", {"text": "text"}),
        ("message", "王守田"),
    ],
)
def test_what_may_not_be_written_is_left_out_and_told_so(stream: io.StringIO, key: str, value: object) -> None:
    log.info("answered", **{key: value})
    (line,) = lines(stream)
    assert line["left_out"] == [key] and key not in line


def test_an_events_name_is_a_word_of_the_code(stream: io.StringIO) -> None:
    log.info(f"answered {PLANTED}")
    assert lines(stream)[0]["event"] == "unnamed"


def test_a_failure_is_told_by_type_and_place(stream: io.StringIO) -> None:
    try:
        raise ValueError(PLANTED)
    except ValueError:
        log.error("failed", exc_info=True)
    (line,) = lines(stream)
    assert line["fault"] == "ValueError"
    assert "test_a_failure_is_told_by_type_and_place" in line["where"]


def test_other_libraries_are_told_by_place_only(stream: io.StringIO) -> None:
    other = logging.getLogger("httpx")
    other.info("HTTP Request: POST https://api.telegram.org/bot123:SECRET/getUpdates")
    other.warning("update %s", PLANTED)
    try:
        raise RuntimeError(PLANTED)
    except RuntimeError:
        with logs.message("ab12cd34"):
            other.exception(f"while handling {PLANTED}")
    first, last = lines(stream)
    assert (first["event"], first["logger"], first["level"]) == ("log", "httpx", "warning")
    assert first["where"].startswith("test_logs:")
    assert (last["fault"], last["message"]) == ("RuntimeError", "ab12cd34")
    assert not any(part in stream.getvalue() for part in (*PARTS, "SECRET"))


def test_a_record_that_cannot_be_put_together_is_told_all_the_same() -> None:
    written = io.StringIO()
    logs.Lines(written).handle(logging.makeLogRecord({"name": "other", "levelno": 40, "msg": "%d", "args": (PLANTED,)}))
    assert lines(written)[0]["logger"] == "other"


def test_a_stream_that_has_broken_prints_nothing_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    written = io.StringIO()
    written.close()
    logs.Lines(written).handle(logging.makeLogRecord({"levelno": 40, "msg": PLANTED}))
    assert capsys.readouterr() == ("", "")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner), max_leaves=4
)


@given(st.dictionaries(st.text(max_size=12) | st.sampled_from(sorted(logs.WORDS)), JSON))
def test_nothing_but_numbers_and_words_of_letters_gets_through(event: dict[str, Any]) -> None:
    for key, value in logs.sieve(event).items():
        if key == "left_out" or key == "event":
            continue
        assert not isinstance(value, str) or value.isascii()
        assert not isinstance(value, list | dict)
        assert not isinstance(value, int) or abs(value) < 10**7


# ── a planted story ────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class TellingGuide:
    """Stands where Rasa stands; fails as loudly as it can every second time."""

    ready: bool = True
    calls: int = 0

    async def wait_ready(self) -> None:
        pass

    async def send(self, sender: str, text: str, *, choice: bool = False, key: str = "") -> list[dict[str, Any]]:
        self.calls += 1
        logging.getLogger("rasa_sdk").error("could not handle %s", text)
        if self.calls % 2:
            return [{"text": f"我理解：{text}"}]
        try:
            raise ValueError(text)
        except ValueError as error:
            log.error("guide_failed", exc_info=True, text=text)
            raise RasaFault(text) from error


async def test_nothing_of_a_story_is_kept_but_in_decisions(
    stream: io.StringIO, tmp_path: Path, searcher: Searcher
) -> None:
    """Logs at their most talkative, every table, every file: nothing but the decision holds any of it."""
    path, at = tmp_path / "home" / "yingsu.sqlite", datetime(2026, 11, 24, tzinfo=UTC)
    metrics = Metrics()
    with Store.open(path) as store:
        people = People(store)
        people.add("telegram:2", Post("收文岗", "代县司法局", frozenset({Role.REGISTER})), by="console:root", at=at)
        access = PeopleAccess(people, "管理员")
        dialogue = Dialogue(TellingGuide(), LookUp(searcher))
        for person in ("telegram:2", "telegram:3"):
            for text in (PLANTED, f"{PLANTED} 电话13834561234", f"我是{PLANTED}"):
                with logs.message("ab12cd34"), metrics.stage("answer"):
                    metrics.received("telegram", text)
                    refusal = access.may(person, What.REGISTER)
                    if refusal is None:
                        await dialogue.answer(Incoming("telegram", person.partition(":")[2], text))
                    else:
                        metrics.refused(refusal.reason)
                        log.info("refused", reason=refusal.reason, text=text)
        _through_the_inbox(path, at)
        facts = {"案情": "枣林"}
        store.record(NewDecision("k", "telegram:2", at, facts, {}, [], "m", "a" * 64, "b" * 64))
        left = _tables(path)
    assert "枣林" in left.pop("decision"), "the decision holds what was confirmed"
    everything = {**left, "logs": stream.getvalue(), "metrics": metrics.text().decode()}
    everything |= {it.name: it.read_bytes().decode(errors="replace") for it in path.parent.rglob("*") if it.is_file()}
    everything["yingsu.sqlite"] = everything["yingsu.sqlite"].replace("枣林", "")  # the decision's
    assert {"access_event", "incoming", "outgoing", "logs", "metrics"} <= everything.keys()
    assert {line["event"] for line in lines(stream)} >= {"log", "guide_failed", "refused"}
    assert not [(where, part) for where, text in everything.items() for part in PARTS if part in text]


def _through_the_inbox(path: Path, at: datetime) -> None:
    """Receive the story, answer with it, and send that."""
    with Inbox.open(path) as inbox:
        for number, text in enumerate((PLANTED, f"{PLANTED} 电话13834561234")):
            inbox.put([Update("telegram", f"{number}", number, "2", "2", "text", text)], at)
            received = inbox.take(("telegram", "2"), at)
            assert isinstance(received, Received)
            inbox.answer(received.id, [Part(f"我理解：{received.update.text}")], at)
            outgoing = inbox.take(("telegram", "2"), at)
            assert isinstance(outgoing, Outgoing)
            inbox.sent(outgoing.id, "1")


def _tables(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: repr(connection.execute(f"SELECT * FROM {name}").fetchall()) for name in names}
