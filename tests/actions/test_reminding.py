"""Reminders: each stage once to whom it concerns, across kills, restarts, downtime and clocks; put off; done."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from actions.cases import Case, Hearing, Judgment
from actions.errors import StepRefused
from actions.people import Person, Role
from actions.reminding import Reminder, Reminders, later
from actions.render import HERE
from actions.store.inbox import Inbox
from actions.store.mail import Outgoing, Part, Update
from knowledge.units import Units, load_units
from tests.actions.case_values import COLLEAGUE, HEAD, JUSTICE, KEEPER, PEOPLE, case, person

ANSWER = date(2026, 12, 9)
"""When the answer in `case()` is due."""


@pytest.fixture(scope="module")
def units() -> Units:
    return load_units()


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    with Inbox.open(tmp_path / "yingsu.sqlite") as opened:
        yield opened


def at(before: int, hour: int = 9, minute: int = 0) -> datetime:
    """So many days before the answer is due, Beijing time."""
    day = ANSWER - timedelta(days=before)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=HERE).astimezone(UTC)


class Round:
    """One look at what is to be sent, as each minute makes it."""

    def __init__(self, inbox: Inbox, units: Units) -> None:
        self._inbox, self._units = inbox, units

    def __call__(self, now: datetime, *cases: Case, people: Iterable[Person] = PEOPLE) -> list[tuple[str, str, str]]:
        """Who was sent which stage of what; digests are left out."""
        return [(it.person, it.deadline, it.stage) for it in self.sent(now, *cases, people=people) if it.case]

    def sent(self, now: datetime, *cases: Case, people: Iterable[Person] = PEOPLE) -> list[Reminder]:
        reminders = Reminders(self._inbox)
        return reminders.claim(reminders.due_now(cases or [case()], people, self._units, now), self._inbox, now)


@pytest.fixture
def round_(inbox: Inbox, units: Units) -> Round:
    return Round(inbox, units)


def delivered(inbox: Inbox, person: str, now: datetime) -> list[Outgoing]:
    """What waits to be sent to a person, taken and sent."""
    found = []
    while isinstance(it := inbox.take(("telegram", person.partition(":")[2]), now), Outgoing):
        inbox.sent(it.id, str(it.id))
        found.append(it)
    return found


# ── when ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_seven_three_and_one_days_before_that_morning_and_daily_after_it_to_the_head_too(round_: Round) -> None:
    sent = {before: round_(at(before)) for before in range(9, -4, -1)}
    assert {before for before, it in sent.items() if it} == {7, 3, 1, 0, -1, -2, -3}
    for before in (7, 3, 1, 0):
        assert sent[before] == [(KEEPER, "answer", str(before))]
    for before in (-1, -2, -3):
        stage = f"overdue:{ANSWER - timedelta(days=before)}"
        assert sent[before] == [(KEEPER, "answer", stage), (HEAD, "answer", stage)]


def test_a_stage_is_sent_once_however_often_it_is_looked(round_: Round) -> None:
    assert len(round_(at(3))) == 1
    assert [round_(at(3) + timedelta(minutes=more)) for more in range(5)] == [[]] * 5


@pytest.mark.parametrize(
    ("hour", "minute", "goes"), [(7, 59, False), (8, 0, True), (20, 59, True), (21, 0, False), (2, 0, False)]
)
def test_nothing_is_sent_in_quiet_hours(round_: Round, hour: int, minute: int, goes: bool) -> None:
    assert bool(round_.sent(at(3, hour, minute))) is goes


def test_after_a_time_away_only_the_latest_stage_is_sent(round_: Round) -> None:
    assert round_(at(2)) == [(KEEPER, "answer", "3")]
    assert round_(at(7)) == [], "the clock was set back: the stage before was passed over"
    assert round_(at(-5))[0] == (KEEPER, "answer", "overdue:2026-12-14")


def test_a_clock_that_is_set_back_brings_nothing_again(round_: Round) -> None:
    for before in (3, -1):
        assert round_(at(before))
        for earlier in range(before, 9):
            assert round_(at(earlier)) == []


def test_a_day_that_changes_begins_anew(round_: Round) -> None:
    assert round_(at(3))
    moved = case(received_on=date(2026, 11, 23))
    assert round_(at(3), moved) == [(KEEPER, "answer", "3")]


def test_what_is_done_is_not_reminded_of(round_: Round) -> None:
    filed = case(stage="waiting", answered_on=ANSWER - timedelta(days=4))
    assert round_.sent(at(3), filed) == round_.sent(at(-1), filed) == []
    assert round_.sent(at(3), case(done=("answer", "extension", "objection"))) == []


def test_rights_and_hearings_end_with_their_day_and_practice_is_never_urged(round_: Round) -> None:
    lost = Judgment(1, "first", "judgment", "revoked", ANSWER - timedelta(days=15))
    it = case(received_on=None, stage="judged", judgments=(lost,), hearings=(Hearing(1, ANSWER),))
    before = {deadline for _, deadline, _ in round_(at(1), it)}
    assert before == {"appeal_judgment-1", "hearing-1", "head_identity-1"}
    assert round_.sent(at(-1), it) == []


# ── to whom ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_where_the_keeper_has_left_whoever_registers_in_the_handling_unit_is_told(round_: Round) -> None:
    left = [it for it in PEOPLE if it.id != KEEPER]
    assert round_(at(3), people=left) == [(COLLEAGUE, "answer", "3")]


def test_while_nobody_has_settled_the_handling_unit_the_one_that_registered_it_counts(round_: Round) -> None:
    open_ = case(keeper="telegram:99", handling=(), status="undetermined", registrar=JUSTICE)
    assert round_(at(3), open_) == [("telegram:4", "answer", "3")]


def test_a_government_is_told_through_its_office(round_: Round) -> None:
    office = person("telegram:5", Role.REGISTER, unit="原平市人民政府办公室")
    by_county = case(keeper="telegram:99", handling=("原平市人民政府",))
    assert round_(at(3), by_county, people=[*PEOPLE, office]) == [("telegram:5", "answer", "3")]


def test_channels_of_the_machine_itself_take_nothing_unasked(round_: Round) -> None:
    local = person("console:zhang", Role.REGISTER)
    assert round_.sent(at(3), case(keeper=local.id), people=[local]) == []


# ── what it says ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_reminder_says_what_is_due_when_and_on_what_basis(round_: Round) -> None:
    numbered = case(court_number="（2026）晋0981行初5号")
    text, choices = next((it.part.text, it.part.choices) for it in round_.sent(at(3), numbered) if it.case)
    assert text.startswith("【期限】第3号案件　（2026）晋0981行初5号：提交答辩状")
    assert "还有3天，最晚2026年12月9日（星期三）" in text and "行政诉讼法（2017-06-27文本）第六十七条第一款" in text
    assert "同一天为止还可以：书面申请延期提供证据、提出管辖异议" in text
    assert choices == (("办完", "案件 3 办完 answer"), ("明天再提醒", "案件 3 稍后提醒 answer 明天"))
    overdue = next(it.part for it in round_.sent(at(-2)) if it.case)
    assert overdue.text.startswith("【逾期】") and "已过2天" in overdue.text
    assert [label for label, _ in overdue.choices] == ["办完"]


def test_the_digest_comes_first_in_the_morning_a_line_a_date_once_a_day(round_: Round) -> None:
    cases = [case(1, received_on=date(2026, 11, 20)), case(2), case(4, received_on=date(2026, 12, 1))]
    first, *_ = round_.sent(at(3, 8), *cases)
    assert (first.person, first.kind, first.chat) == (KEEPER, "digest", ("telegram", "1"))
    head, *lines = first.part.text.split("\n")
    assert "共2项" in head and "2026年12月6日" in head
    assert [line.partition("　")[0] for line in lines] == ["第1号案件", "第2号案件"]
    assert "12月7日，还有1天" in lines[0] and "12月9日，还有3天" in lines[1]
    assert round_.sent(at(3, 11), *cases) == []
    assert [it.kind for it in round_.sent(at(2, 8), *cases)] == ["digest", "today"]
    assert "digest" not in [it.kind for it in round_.sent(at(1, 12), *cases)], "noon is no morning"


def test_a_long_digest_says_how_many_more_there_are(round_: Round) -> None:
    digest = round_.sent(at(3, 8), *(case(number) for number in range(1, 41)))[0].part.text
    assert digest.count("还有3天") == 30 and digest.endswith("另有10项，发“待办”看。")


# ── once ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Killed(BaseException):
    """The process is gone."""


def _dying(send: Callable[..., bool], step: int) -> Callable[..., bool]:
    """Send, but be killed at the step of that number."""
    steps = itertools.count(1)

    def dies(*arguments: Any) -> bool:
        if next(steps) == step:
            raise Killed
        return send(*arguments)

    return dies


def test_killed_between_any_two_writes_each_is_sent_exactly_once(
    tmp_path: Path, units: Units, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [case(number) for number in (1, 2, 3)]
    for step in range(1, 5):
        path = tmp_path / f"{step}.sqlite"
        with Inbox.open(path) as inbox:
            monkeypatch.setattr(inbox, "send", _dying(inbox.send, step))
            with pytest.raises(Killed):
                Round(inbox, units).sent(at(3), *cases)
        with Inbox.open(path) as inbox:
            assert inbox.depth().outgoing == 0, "all or nothing"
            assert len(Round(inbox, units).sent(at(3), *cases)) == 4
            assert Round(inbox, units).sent(at(3), *cases) == []
            assert len({it.text for it in delivered(inbox, KEEPER, at(3))}) == 4


def test_two_that_look_at_the_same_time_send_it_once(inbox: Inbox, units: Units) -> None:
    reminders = Reminders(inbox)
    both = [reminders.due_now([case()], PEOPLE, units, at(3)) for _ in range(2)]
    assert [len(reminders.claim(it, inbox, at(3))) for it in both] == [2, 0]


def test_one_to_a_chat_that_is_closed_waits_until_it_opens(inbox: Inbox, round_: Round) -> None:
    inbox.block(("telegram", "1"), at(7))
    assert round_.sent(at(7)) == []
    inbox.put([_said("在", at(3))], at(3))
    assert round_(at(3)) == [(KEEPER, "answer", "3")]


# ── put off ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_that_was_put_off_comes_once_when_its_time_has_come(inbox: Inbox, round_: Round) -> None:
    assert round_(at(7))
    Reminders(inbox).snooze(KEEPER, 3, "answer", later("3天后", ANSWER, at(7)))
    assert [round_(at(before)) for before in (7, 6, 5)] == [[], [], []]
    assert round_(at(4, 7, 59)) == []
    assert round_(at(4, 8)) == [(KEEPER, "answer", f"snoozed:{at(4, 8).isoformat(timespec='microseconds')}")]
    assert round_(at(4, 9)) == []
    assert round_(at(3)) == [(KEEPER, "answer", "3")]


def test_a_stage_that_comes_due_with_it_is_sent_in_its_place(inbox: Inbox, round_: Round) -> None:
    assert round_(at(4))
    Reminders(inbox).snooze(KEEPER, 3, "answer", later("明天", ANSWER, at(4)))
    assert round_(at(3)) == [(KEEPER, "answer", "3")]
    assert round_(at(2)) == []


def test_putting_off_is_each_person_s_own(inbox: Inbox, round_: Round) -> None:
    Reminders(inbox).snooze(KEEPER, 3, "answer", later("明天", ANSWER, at(-2)))
    assert [who for who, *_ in round_(at(-2, 10))] == [HEAD]


@pytest.mark.parametrize(
    ("words", "day"), [("明天", 6), ("2天后", 7), ("三天后", 8), ("两日之后", 7), ("12月9日", 9), ("后天", 7)]
)
def test_until_when_is_read_as_people_write_it(words: str, day: int) -> None:
    assert later(words, ANSWER, at(4)) == datetime(2026, 12, day, 8, tzinfo=HERE)


@pytest.mark.parametrize(
    ("words", "why"), [("以后", "没看懂"), ("今天", "今天以后"), ("0天后", "今天以后"), ("5天后", "不能推到")]
)
def test_a_day_that_cannot_be_is_refused(words: str, why: str) -> None:
    with pytest.raises(StepRefused, match=why):
        later(words, ANSWER, at(4))


# ── its buttons ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _said(text: str, now: datetime, kind: str = "text") -> Update:
    return Update("telegram", f"{text}{now}", int(now.timestamp()), "1", "1", kind, text)


def labels(inbox: Inbox, text: str, kind: str = "text", now: datetime | None = None) -> Any:
    inbox.put([_said(text, now or at(3), kind)], now or at(3))
    return inbox.take(("telegram", "1"), now or at(3))


def buttons(sent: Sequence[Outgoing]) -> dict[str, str]:
    return {it.label: it.token for one in sent for it in one.buttons}


def test_a_question_of_the_talk_leaves_a_reminder_s_buttons_and_they_leave_the_question(
    inbox: Inbox, round_: Round
) -> None:
    round_.sent(at(3))
    reminder = buttons(delivered(inbox, KEEPER, at(3)))
    began = labels(inbox, "县政府被告了")
    inbox.answer(began.id, [Part("经过复议吗？", (("没有", "none"),))], at(3), offers={"none": "/choose"})
    question = buttons(delivered(inbox, KEEPER, at(3)))

    pressed = labels(inbox, reminder["办完"], "press", at(3) + timedelta(minutes=1))
    assert (pressed.pressed.value, pressed.pressed.state) == ("案件 3 办完 answer", "live")
    assert [it.text for it in pressed.shown] == ["经过复议吗？"], "only what the talk asks is put again"
    inbox.answer(pressed.id, [Part("已记。")], at(3), chosen=pressed.pressed)
    assert [it.edits is None for it in delivered(inbox, KEEPER, at(3))] == [True, False], "the reminder alone is edited"

    again = labels(inbox, reminder["明天再提醒"], "press", at(3) + timedelta(minutes=2))
    assert again.pressed.state == "stale", "it went with the one that was pressed"
    inbox.answer(again.id, [], at(3))
    answer = labels(inbox, question["没有"], "press", at(3) + timedelta(minutes=3))
    assert answer.pressed.state == "live" and answer.offers == {"none": "/choose"}


def test_a_button_of_the_talk_leaves_a_reminder_s(inbox: Inbox, round_: Round) -> None:
    began = labels(inbox, "县政府被告了")
    inbox.answer(began.id, [Part("经过复议吗？", (("没有", "none"),))], at(3))
    question = buttons(delivered(inbox, KEEPER, at(3)))
    round_.sent(at(3))
    reminder = buttons(delivered(inbox, KEEPER, at(3)))
    chosen = labels(inbox, question["没有"], "press", at(3) + timedelta(minutes=1))
    inbox.answer(chosen.id, [Part("好。")], at(3), chosen=chosen.pressed)
    assert sum(it.edits is not None for it in delivered(inbox, KEEPER, at(3))) == 1
    assert labels(inbox, reminder["办完"], "press", at(3) + timedelta(minutes=2)).pressed.state == "live"
