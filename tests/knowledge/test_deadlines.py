"""Dates that follow from a date."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.deadlines import (
    DEFAULT_FOLDER,
    Calendar,
    Deadline,
    DeadlineError,
    due_dates,
    from_receipt,
    judicial_advice,
    load_deadlines,
)

EVERY_DAY_WORKS = Calendar(
    years=frozenset({2026, 2027}),
    off={},
    exchanged={date(2026, 1, 1) + timedelta(days=n): "" for n in range(730)},
    yearly={},
    dated={},
)


def day(text: str) -> date:
    return date.fromisoformat(text)


def answer(received: str) -> Deadline:
    return next(one for one in from_receipt(day(received)) if one.id == "answer")


@pytest.mark.parametrize(
    ("received", "due", "says"),
    [
        ("2026-09-22", "2026-10-08", "国庆节放假，顺延到2026年10月8日（星期四）"),
        ("2026-09-23", "2026-10-08", "第15日是2026年10月8日"),
        ("2026-09-25", "2026-10-10", "调休上班日，不顺延"),
        ("2026-05-08", "2026-05-25", "休息日，顺延到2026年5月25日（星期一）"),
        ("2026-03-02", "2026-03-17", "第15日是2026年3月17日"),
        ("2026-11-23", "2026-12-08", "当日不算"),
        ("2023-07-01", "2023-07-17", "顺延"),
    ],
)
def test_the_answer_is_due_fifteen_days_after_receipt(received: str, due: str, says: str) -> None:
    deadline = answer(received)
    assert deadline.due == day(due)
    assert says in deadline.counted
    assert not deadline.provisional
    assert "第六十七条第一款" in deadline.basis
    assert "2017-06-27" in deadline.basis
    assert deadline.layer == "上位法"


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-12-18", "2027-01-04"),  # Saturday 2 January
        ("2026-12-17", "2027-01-04"),  # Friday 1 January, then a weekend
        ("2027-01-21", "2027-02-09"),  # 5 February: the Spring Festival of 5 to 8 February
        ("2027-09-17", "2027-10-04"),
    ],
)
def test_a_year_without_notice_is_provisional(received: str, due: str) -> None:
    deadline = answer(received)
    assert (deadline.due, deadline.provisional) == (day(due), True)
    assert "2027年的放假通知" in deadline.counted


def test_receipt_gives_the_statutory_dates_first_and_marks_practice() -> None:
    deadlines = from_receipt(day("2026-11-23"))
    assert [(one.id, one.due.isoformat(), one.layer) for one in deadlines] == [
        ("answer", "2026-12-08", "上位法"),
        ("evidence_extension", "2026-12-08", "上位法"),
        ("jurisdiction_objection", "2026-12-08", "上位法"),
        ("assign", "2026-11-24", "惯例"),
        ("read_file", "2026-11-26", "惯例"),
        ("draft", "2026-11-30", "惯例"),
    ]
    assert all(one.basis for one in deadlines)


@pytest.mark.parametrize(
    ("event", "on", "due"),
    [
        ("judgment", "2026-11-24", "2026-12-09"),
        ("ruling", "2026-11-24", "2026-12-04"),
        ("appeal_copy", "2026-11-24", "2026-12-09"),
        ("retrial_copy", "2026-11-24", "2026-12-09"),
        ("extension_reason_gone", "2026-09-22", "2026-10-08"),
        ("hearing", "2026-12-10", "2026-12-10"),
        ("judicial_advice", "2026-11-24", "2027-02-24"),
        ("judicial_advice", "2026-11-30", "2027-02-28"),
        ("normative_advice", "2026-11-24", "2027-01-23"),
        ("procuratorial_suggestion", "2026-12-31", "2027-02-28"),
        ("urgent_procuratorial_suggestion", "2026-11-24", "2026-12-09"),
        ("year", "2026-03-31", "2026-03-31"),
        ("year", "2026-04-01", "2027-03-31"),
        ("docketed", "2026-03-02", "2026-09-02"),
        ("docketed_simple", "2026-03-02", "2026-04-16"),
        ("appeal_received", "2026-03-02", "2026-06-02"),
        ("act_known", "2026-03-02", "2026-09-02"),
        ("reconsideration_served", "2026-03-02", "2026-03-17"),
    ],
)
def test_each_event_gives_its_date(event: str, on: str, due: str) -> None:
    (deadline,) = due_dates(event, day(on))
    assert deadline.due == day(due)


def test_every_event_has_a_deadline_and_every_deadline_is_said_whole() -> None:
    rules = load_deadlines()
    seen = [one for event in rules.events for one in due_dates(event, day("2026-11-24"))]
    assert {one.id for one in seen} == {rule.id for rule in rules.rules}
    assert len({one.id for one in seen}) == len(rules.rules)
    for one in seen:
        assert one.counted.endswith("。")
        assert one.what
        assert one.unit
        assert one.basis
        assert one.layer in ("办法", "上位法", "惯例")


def test_what_is_no_period_of_a_lawsuit_does_not_move() -> None:
    (advice,) = due_dates("judicial_advice", day("2026-08-14"))
    assert advice.due == day("2026-11-14")  # a Saturday
    assert "没有顺延的规定" in advice.counted
    assert not advice.provisional


@pytest.mark.parametrize(
    ("letter", "due", "says"),
    [
        ({}, "2027-02-24", "3个月"),
        ({"letter_days": 30}, "2026-12-24", "按建议书"),
        ({"letter_months": 2}, "2027-01-24", "按建议书"),
        ({"letter_date": date(2026, 12, 31)}, "2026-12-31", "按建议书"),
        ({"letter_date": date(2027, 5, 1)}, "2027-02-24", "不早于这一天"),
        ({"normative": True}, "2027-01-23", "第60日"),
        ({"normative": True, "letter_days": 30}, "2026-12-24", "按建议书"),
    ],
)
def test_the_shorter_date_of_the_letter_wins(letter: dict[str, object], due: str, says: str) -> None:
    advice = judicial_advice(day("2026-11-24"), **letter)  # type: ignore[arg-type]
    assert advice.due == day(due)
    assert says in advice.counted


def test_a_letter_that_cannot_be_is_refused() -> None:
    with pytest.raises(DeadlineError, match="不晚于收到日"):
        judicial_advice(day("2026-11-24"), letter_date=day("2026-11-20"))
    with pytest.raises(DeadlineError, match="不晚于收到日"):
        judicial_advice(day("2026-11-24"), letter_months=0)
    with pytest.raises(DeadlineError, match="只能填一种"):
        judicial_advice(day("2026-11-24"), letter_days=30, letter_months=2)


def test_an_unknown_event_names_the_known_ones() -> None:
    with pytest.raises(DeadlineError, match="complaint_copy"):
        due_dates("surprise", day("2026-11-24"))


def test_the_calendar_can_be_another() -> None:
    (deadline,) = due_dates("judgment", day("2026-09-18"), EVERY_DAY_WORKS)
    assert deadline.due == day("2026-10-03")
    assert due_dates("judgment", day("2026-09-18"))[0].due == day("2026-10-08")


@given(st.dates(date(2023, 7, 1), date(2030, 12, 31)))
def test_the_last_day_is_a_working_day_and_never_early(received: date) -> None:
    calendar = load_deadlines().calendar
    for one in from_receipt(received):
        if one.layer == "惯例":
            continue
        assert one.due >= received + timedelta(days=15)
        assert calendar.day_off(one.due) is None
        between = range(15, (one.due - received).days)
        assert all(calendar.day_off(received + timedelta(days=n)) for n in between)
        assert one.provisional == (not {one.due.year, (received + timedelta(days=15)).year} <= calendar.years)


def test_the_notice_for_2026_is_known() -> None:
    calendar = load_deadlines().calendar
    days = [day("2026-10-01") + timedelta(days=n) for n in range(10)]
    assert [bool(calendar.day_off(one)) for one in days] == [True] * 7 + [False] * 3
    assert calendar.day_off(day("2026-09-20")) is None
    assert calendar.day_off(day("2026-10-11")) == "星期日"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("count: {days: 15}", "count: {weeks: 15}", "格式不对"),
        ("from: hearing", "from: party", "起算事件party没有列出"),
        ("deadlines:", "deadline:", "格式不对"),
        ("events:", "events: [", "格式不对"),
    ],
)
def test_a_broken_file_says_what_to_do(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = (DEFAULT_FOLDER / "deadlines.yml").read_text(encoding="utf-8")
    (tmp_path / "deadlines.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DeadlineError, match=says) as error:
        load_deadlines(tmp_path)
    assert "\n" not in str(error.value)


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DeadlineError, match="重新安装"):
        load_deadlines(tmp_path)
