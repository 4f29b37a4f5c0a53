"""Calendars: read back as a calendar program reads them, and the links by which a unit's is subscribed to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from icalendar.cal import Component
from sqlmodel import select

from actions.calendar_links import CalendarLinks
from actions.cases import Case, Hearing
from actions.cases.calendars import case_calendar, concerns, unit_calendar
from actions.cases.dates import dates
from actions.store import Store
from actions.store.decisions import stored_time
from actions.store.models import CalendarRow
from tests.actions.case_values import COUNTY, HANDLING, JUSTICE, KEEPER, TODAY, case

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
HEARING = Hearing(1, date(2026, 12, 17), "09:00", "第二法庭", head_asked=True)
FULL = case(
    court_number="（2026）晋0981行初5号", cause="房屋征收", act="征收决定", court="原平市人民法院", hearings=(HEARING,)
)


def read(content: bytes) -> dict[str, Component]:
    """Its events by their ids."""
    return {str(it["uid"]): it for it in Calendar.from_ical(content).walk("VEVENT")}


def written(it: Case) -> dict[str, Component]:
    return read(case_calendar(it, dates(it, TODAY), NOW).content)


@pytest.fixture
def links(tmp_path: Path) -> Iterator[CalendarLinks]:
    with Store.open(tmp_path / "yingsu.sqlite") as store:
        yield CalendarLinks(store)


def drawing(*numbers: int) -> Callable[[int], int]:
    left = iter(numbers)
    return lambda most: next(left) % most


def test_a_case_s_dates_are_events_of_a_whole_day_with_alarms_in_the_morning() -> None:
    made = case_calendar(FULL, dates(FULL, TODAY), NOW)
    assert made.name == "第3号案件期限.ics"
    answer = read(made.content)["case-3-answer@yingsu"]
    assert str(answer["summary"]).startswith("（2026）晋0981行初5号 提交答辩状")
    assert (answer.decoded("dtstart"), answer.decoded("dtend")) == (date(2026, 12, 9), date(2026, 12, 10))
    assert "第六十七条" in str(answer["description"])
    assert (answer.decoded("dtstamp"), answer["status"]) == (NOW, "CONFIRMED")
    rings = [datetime(2026, 12, 9) + it.decoded("trigger") for it in answer.walk("VALARM")]
    assert rings == [datetime(2026, 12, day, 8) for day in (2, 6, 8)]
    assert all(len(line) <= 75 for line in made.content.split(b"\r\n"))


def test_practice_stands_there_and_does_not_ring() -> None:
    assert not written(FULL)["case-3-draft@yingsu"].walk("VALARM")


def test_a_calendar_tells_nothing_of_a_case_but_its_number_what_is_due_and_the_basis() -> None:
    text = " ".join(str(value) for it in written(FULL).values() for value in it.values())
    for told in ("房屋征收", "征收决定", "人民法院", "第二法庭", HANDLING, COUNTY, JUSTICE, KEEPER, "11月24日"):
        assert told not in text


def test_an_event_keeps_its_id_when_its_day_changes_and_is_cancelled_when_it_is_done() -> None:
    before = written(FULL)
    after = written(case(stage="waiting", answered_on=date(2026, 12, 1), hearings=(HEARING,), last=9))
    assert before.keys() == after.keys()
    answer = after["case-3-answer@yingsu"]
    assert (answer["status"], answer["sequence"], answer.walk("VALARM")) == ("CANCELLED", 9, [])
    moved = written(case(received_on=date(2026, 11, 23)))["case-3-answer@yingsu"]
    assert moved.decoded("dtstart") == date(2026, 12, 8)


@pytest.mark.parametrize("stage", ["withdrawn", "archived"])
def test_what_ended_with_its_case_is_cancelled_where_it_was_read_in(links: CalendarLinks, stage: Any) -> None:
    token = links.issue(HANDLING, by=KEEPER, at=NOW, random=drawing(7))
    before = read(links.calendar(token, lambda: [case()], NOW) or b"")
    after = read(links.calendar(token, lambda: [case(stage=stage)], NOW) or b"")
    assert before.keys() == after.keys()
    assert {str(it["status"]) for it in after.values()} == {"CANCELLED"}


def test_a_date_of_a_year_that_is_not_announced_says_so() -> None:
    assert "（暂定）" in str(written(case(received_on=date(2027, 12, 20)))["case-3-answer@yingsu"]["summary"])


def test_a_unit_s_calendar_holds_its_cases_and_is_looked_at_again() -> None:
    cases = [case(1), case(2), case(4, handling=("原平市自然资源局",), registrar=None)]
    assert [concerns(HANDLING, it) for it in cases] == [True, True, False]
    content = unit_calendar(HANDLING, [(it, dates(it, TODAY)) for it in cases[:2]], NOW)
    assert {uid.split("-")[1] for uid in read(content)} == {"1", "2"}
    calendar = Calendar.from_ical(content)
    assert (calendar["version"], calendar["x-wr-calname"]) == ("2.0", f"{HANDLING}应诉期限")
    assert calendar.decoded("refresh-interval") == timedelta(hours=6)


# ── links ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_link_opens_the_calendar_of_its_unit_and_only_its_digest_is_kept(
    links: CalendarLinks, tmp_path: Path
) -> None:
    token = links.issue(HANDLING, by=KEEPER, at=NOW, random=drawing(2**128 - 2**31))
    assert (len(token), token.isascii(), links.unit_of(token)) == (22, True, HANDLING)
    content = links.calendar(token, lambda: [case(1), case(2, handling=(JUSTICE,), registrar=JUSTICE)], NOW)
    assert content is not None and all(uid.startswith("case-1-") for uid in read(content))
    assert not any(token.encode() in file.read_bytes() for file in tmp_path.iterdir())


@pytest.mark.parametrize("guess", ["", "A" * 22, "../../etc/passwd", "字"])
def test_a_guess_opens_nothing_and_no_case_is_looked_at(links: CalendarLinks, guess: str) -> None:
    def cases() -> list[Case]:
        raise AssertionError

    links.issue(HANDLING, by=KEEPER, at=NOW, random=drawing(7))
    assert links.calendar(guess, cases, NOW) is None


def test_withdrawing_closes_every_link_of_a_unit_and_of_no_other(links: CalendarLinks, tmp_path: Path) -> None:
    random = drawing(1, 2, 3)
    first, second, other = (links.issue(it, by=KEEPER, at=NOW, random=random) for it in (HANDLING, HANDLING, JUSTICE))
    assert links.withdraw(HANDLING, at=NOW + timedelta(days=1)) == 2
    assert [links.unit_of(it) for it in (first, second, other)] == [None, None, JUSTICE]
    assert links.withdraw(HANDLING, at=NOW + timedelta(days=2)) == 0
    with Store.open(tmp_path / "yingsu.sqlite") as store, store.session() as session:
        kept = {(it.unit, it.withdrawn_at) for it in session.exec(select(CalendarRow))}
    assert kept == {(HANDLING, stored_time(NOW + timedelta(days=1))), (JUSTICE, None)}
