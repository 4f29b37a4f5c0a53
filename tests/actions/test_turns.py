"""Whose turn it is: told once to whom it waits for, by day; with buttons that the case desk reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from actions.case_talk import CaseDesk
from actions.cases import Actor
from actions.people import Role
from actions.reminding import Reminder, Reminders
from actions.store.inbox import Inbox
from tests.actions.cases_kit import (
    AT,
    BOTH_SUED,
    BUREAU,
    BUREAU_SUED,
    GOVERNMENT,
    JUSTICE,
    OFFICE,
    OTHER_BUREAU,
    REPORTED_BY_TOWNSHIP,
    REPRESENTED,
    Office,
)

REGISTRAR, PROPOSER, DECIDER = (f"telegram:{number}" for number in (1, 2, 3))
SECOND = "telegram:6"
"""Another who decides for the government."""


class Post:
    """Looks at what is to be sent and sends it, as each minute does; only whose turn it is counts here."""

    def __init__(self, office: Office, inbox: Inbox) -> None:
        self._office, self._inbox = office, inbox
        self._reminders = Reminders(inbox)

    def __call__(self, now: datetime = AT) -> list[Reminder]:
        office = self._office
        due = self._reminders.due_now(office.cases.list(), office.people.list(), office.table.units, now)
        return [it for it in self._reminders.claim(due, self._inbox, now) if it.kind == "turn"]

    def reached(self, now: datetime = AT) -> set[str]:
        return {it.person for it in self(now)}


@pytest.fixture
def office(office: Office) -> Office:
    """One with a second who may decide."""
    office.enrol(SECOND, OFFICE, Role.DECIDE)
    return office


@pytest.fixture
def post(office: Office, tmp_path: Path) -> Iterator[Post]:
    with Inbox.open(tmp_path / "yingsu.sqlite") as inbox:
        yield Post(office, inbox)


def propose(office: Office, who: Actor | None = None, **details: object) -> None:
    office.do("propose", {"attendees": REPRESENTED, **details}, who or office.proposer)


def test_a_proposal_reaches_those_who_may_decide_and_nobody_else_once(office: Office, post: Post) -> None:
    office.open()
    assert post() == [], "nothing waits for anybody yet"
    propose(office)
    sent = post()
    assert {it.person for it in sent} == {DECIDER, SECOND}
    text = sent[0].part.text
    assert text == f"【待您确定】第1号案件：{GOVERNMENT}的出庭人员，意见是副市长（分管住建）、法制科科长。（第十三条）"
    assert post() == post(AT + timedelta(days=3)) == []
    office.do("decide", who=office.decider)
    assert post() == []


def test_who_proposed_is_not_asked_to_decide_though_they_may_by_now(office: Office, post: Post) -> None:
    office.open()
    propose(office)
    office.enrol(PROPOSER, OFFICE, Role.DECIDE)
    assert post.reached() == {DECIDER, SECOND}


@pytest.mark.parametrize(("hour", "goes"), [(7, False), (8, True), (20, True), (21, False)])
def test_nobody_is_told_at_night(office: Office, post: Post, hour: int, goes: bool) -> None:
    office.open()
    propose(office)
    now = AT.replace(hour=0) + timedelta(days=1, hours=hour - 8)  # that hour in Xinzhou
    assert bool(post(now)) is goes


def test_what_came_at_night_is_told_in_the_morning(office: Office, post: Post) -> None:
    office.open()
    night = AT + timedelta(hours=13)
    office.do("propose", {"attendees": REPRESENTED}, office.proposer, at=night)
    assert post(night) == []
    assert post.reached(night + timedelta(hours=9)) == {DECIDER, SECOND}


def test_a_return_reaches_who_proposed_and_the_next_proposal_is_told_anew(office: Office, post: Post) -> None:
    office.open()
    propose(office)
    post()
    office.do("return", who=office.decider, reason="换一位分管的")
    (back,) = post()
    assert back.person == PROPOSER
    assert back.part.text.endswith("的出庭人员意见已退回，理由：换一位分管的。请重新提出。")
    assert post() == []
    propose(office)
    assert post.reached() == {DECIDER, SECOND}


def test_a_proposal_that_was_taken_back_waits_for_nobody(office: Office, post: Post) -> None:
    office.open()
    propose(office)
    office.do("withdraw_proposal", who=office.proposer, reason="写错了")
    assert post() == []


def test_a_case_that_is_closed_waits_for_nobody(office: Office, post: Post) -> None:
    office.open()
    propose(office)
    office.do("close", {"day": "2026-11-24"}, reason="原告撤诉")
    assert post() == []


def test_each_defendants_proposal_reaches_its_own(office: Office, post: Post) -> None:
    legal, head = office.enrol("telegram:7", BUREAU, Role.PROPOSE), office.enrol("telegram:8", BUREAU, Role.DECIDE)
    office.open(BOTH_SUED)
    propose(office, party=GOVERNMENT)
    propose(office, legal, party=BUREAU)
    told = {it.person: dict(it.part.choices)["确定出庭人员"] for it in post()}
    assert told == {
        DECIDER: f"案件 1 确定出庭人员 {GOVERNMENT}",
        SECOND: f"案件 1 确定出庭人员 {GOVERNMENT}",
        head.person: f"案件 1 确定出庭人员 {BUREAU}",
    }


def test_an_open_handling_unit_waits_for_both_sides_and_then_for_the_other_alone(office: Office, post: Post) -> None:
    office.open(REPORTED_BY_TOWNSHIP)
    first = post()
    assert {it.person for it in first} == {PROPOSER, DECIDER, SECOND}
    assert "由" in first[0].part.text and "已确认" not in first[0].part.text
    office.do("confirm_handling", {"unit": BUREAU}, office.decider)
    (second,) = post()
    assert second.person == PROPOSER, "the colleague of who confirmed is of the same side"
    assert f"一家已确认：{BUREAU}" in second.part.text
    assert dict(second.part.choices)[f"同意{BUREAU}"] == f"案件 1 确定承办 {BUREAU}"
    office.do("confirm_handling", {"unit": BUREAU}, office.proposer)
    assert post() == []


def test_whoever_differs_over_the_handling_unit_is_told_so(office: Office, post: Post) -> None:
    office.open(REPORTED_BY_TOWNSHIP)
    office.do("confirm_handling", {"unit": BUREAU}, office.decider)
    post()
    office.do("confirm_handling", {"unit": OTHER_BUREAU}, office.proposer)
    told = post()
    assert {it.person for it in told} == {PROPOSER, DECIDER, SECOND}
    assert f"两家说的不一致：{BUREAU}；{OTHER_BUREAU}" in told[0].part.text
    assert len(dict(told[0].part.choices)) == 3
    office.do("confirm_handling", {"unit": BUREAU}, office.proposer)
    assert post() == []


def test_a_return_reaches_who_may_propose_now(office: Office, post: Post) -> None:
    office.open()
    propose(office)
    office.do("return", who=office.decider, reason="请换一位")
    successor = office.enrol("telegram:8", JUSTICE, Role.PROPOSE)
    office.enrol(PROPOSER, "五台县司法局", Role.ENQUIRE)
    (told,) = [it for it in post() if it.deadline.startswith("again")]
    assert told.person == successor.person


def test_channels_of_the_machine_itself_are_told_nothing(office: Office, post: Post) -> None:
    local = office.enrol("console:fa", BUREAU, Role.PROPOSE)
    office.enrol("console:tou", BUREAU, Role.DECIDE)
    office.open(BUREAU_SUED)
    propose(office, local)
    assert post() == []


def test_every_button_is_words_that_the_desk_reads(office: Office, post: Post) -> None:
    office.open()
    office.open(REPORTED_BY_TOWNSHIP)
    office.do("confirm_handling", {"unit": BUREAU}, office.decider, case=2)
    propose(office)
    desk = CaseDesk(office.store, office.cases, office.table, lambda: AT)
    told = {(it.person, it.case): dict(it.part.choices) for it in post()}

    shown = desk.answer(DECIDER, told[DECIDER, 1]["看案件"])
    assert shown is not None and "【第1号案件】" in shown.text
    shown = desk.answer(DECIDER, told[DECIDER, 1]["退回意见"])
    assert shown is not None and shown.asks and "要写理由" in shown.text
    shown = desk.answer(SECOND, told[SECOND, 1]["确定出庭人员"])
    assert shown is not None and "已确定" in shown.text
    shown = desk.answer(PROPOSER, told[PROPOSER, 2][f"同意{BUREAU}"])
    assert shown is not None and f"承办单位：{BUREAU}。" in shown.text
    assert office.cases.get(2, office.proposer).handling == (BUREAU,)

    office.do("propose", {"attendees": REPRESENTED}, office.proposer, reason="原定负责人不能出庭")
    office.do("return", who=office.decider, reason="换一位")
    (back,) = [it for it in post() if it.person == PROPOSER]
    for words in dict(back.part.choices).values():
        shown = desk.answer(PROPOSER, words)
        assert shown is not None and not shown.refused
