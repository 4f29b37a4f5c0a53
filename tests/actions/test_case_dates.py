"""The dates of a case: which there are, how they are counted, and when they are done."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from actions.cases import Advice, Appeal, Attendee, Case, Hearing, Judgment, Party, Plan
from actions.cases.dates import Due, dates
from tests.actions.case_values import COUNTY, HANDLING, HEAD, KEEPER, TODAY, case


def of(it: Case, today: date = TODAY) -> dict[str, Due]:
    found = dates(it, today)
    assert [one.due for one in found] == sorted(one.due for one in found)
    assert len({one.id for one in found}) == len(found)
    return {one.id: one for one in found}


def test_the_receipt_gives_the_answer_by_law_and_practice_beside_it() -> None:
    found = of(case(received_on=date(2026, 9, 22)))
    assert list(found) == ["assign", "read_file", "draft", "answer", "extension", "objection"]
    answer = found["answer"]
    assert (answer.due, answer.layer, answer.unit) == (date(2026, 10, 8), "上位法", HANDLING)
    assert "国庆节" in answer.counted and "第六十七条" in answer.basis and not answer.provisional
    assert (answer.reminded, found["extension"].reminded, found["draft"].reminded) == ("until_done", "before", "never")
    assert (found["draft"].layer, found["read_file"].basis) == ("惯例", "没有条文规定")
    assert found["assign"].done, "the handling unit is known"


def test_a_year_that_is_not_announced_makes_a_date_provisional() -> None:
    answer = of(case(received_on=date(2027, 12, 20)))["answer"]
    assert answer.provisional and "放假通知" in answer.counted


def test_the_answer_is_done_by_its_own_step_and_late_only_while_it_is_not() -> None:
    after = date(2026, 12, 10)
    open_, filed = case(), case(stage="waiting", answered_on=date(2026, 12, 8))
    assert of(open_, after)["answer"].late and not of(open_, date(2026, 12, 9))["answer"].late
    answer = of(filed, after)["answer"]
    assert (answer.done, answer.done_on, answer.late) == (True, date(2026, 12, 8), False)
    assert of(filed, after)["extension"].done, "overtaken"
    assert not of(open_, after)["extension"].late, "a right that was not used is nobody's fault"


def test_a_date_marked_by_hand_is_done() -> None:
    assert of(case(done=("objection",)))["objection"].done
    assert not of(case(done=("objection",)))["answer"].done


def test_the_court_s_own_day_for_evidence_takes_the_place_of_the_fifteen() -> None:
    simple = of(case(evidence_due=date(2026, 12, 2), procedure="simple"))
    assert simple["evidence"].due == date(2026, 12, 2) and "第一百零四条" in simple["evidence"].basis
    assert simple["answer"].what == "提交答辩状" and simple["answer"].due == date(2026, 12, 9)
    later = of(case(evidence_due=date(2026, 12, 20)))["evidence"]
    assert "办法第十五条" in later.basis and "向法院核实" in later.note
    assert list(of(case(received_on=None, evidence_due=date(2026, 12, 2)))) == ["evidence"]


@pytest.mark.parametrize(("answered", "done"), [(None, False), (date(2026, 12, 1), False), (date(2026, 12, 20), True)])
def test_time_that_was_granted_counts_anew_when_its_reason_is_gone(answered: date | None, done: bool) -> None:
    it = case(stage="waiting", extension_on=TODAY, extension_gone_on=date(2026, 12, 7), answered_on=answered)
    extended = of(it)["extended_evidence"]
    assert (extended.due, extended.done) == (date(2026, 12, 22), done)


def plan(state: Any, settled_at: datetime | None) -> Plan:
    people = (Attendee("head", "副县长"),)
    return Plan(7, COUNTY, people, state, KEEPER, datetime(2026, 11, 25, tzinfo=UTC), HEAD, settled_at)


def test_a_hearing_wants_attendees_and_papers_before_it() -> None:
    hearing = Hearing(1, date(2026, 12, 3), head_asked=True)
    found = of(case(received_on=None, hearings=(hearing,)))
    assert list(found) == ["attendance-1", "hearing-1", "head_identity-1"]
    attendance = found["attendance-1"]
    assert (attendance.due, attendance.layer) == (date(2026, 12, 2), "惯例")
    assert attendance.basis == "办法第十三条（没有写几日内）" and "原平市司法局提出" in attendance.unit
    assert "书面要求负责人出庭" in found["hearing-1"].note and "第六条" in found["head_identity-1"].basis
    assert not any(it.done for it in found.values())
    settled = plan("decided", datetime(2026, 11, 26, 17, tzinfo=UTC))
    ready = of(case(received_on=None, hearings=(hearing,), plans=(settled,), materials=(("6", "done"),)))
    assert ready["attendance-1"].done_on == date(2026, 11, 27), "the day in Beijing"
    assert ready["head_identity-1"].done and not ready["hearing-1"].done
    proposed = case(received_on=None, hearings=(hearing,), plans=(plan("proposed", None),))
    assert not of(proposed)["attendance-1"].done


def test_where_the_measure_does_not_apply_no_clause_of_it_is_named() -> None:
    outside = Party("某高校", "某高校", "某高校", "", False)
    found = of(case(received_on=None, parties=(outside,), hearings=(Hearing(1, date(2026, 12, 3)),)))
    assert found["attendance-1"].basis == "没有条文规定"


def test_a_hearing_that_was_held_or_called_off_leaves_nothing_to_do() -> None:
    held, gone = Hearing(1, date(2026, 12, 3), state="held"), Hearing(2, date(2026, 12, 8), state="cancelled")
    planned = Hearing(3, date(2026, 12, 17))
    found = of(case(received_on=None, stage="heard", hearings=(held, gone, planned)))
    assert [name for name, it in found.items() if not it.done] == ["attendance-3", "hearing-3", "head_identity-3"]
    assert found["hearing-1"].done_on == date(2026, 12, 3) and "已取消" in found["hearing-2"].what


def judged(result: Any, form: Any = "judgment", **known: Any) -> dict[str, Due]:
    judgment = Judgment(1, "first", form, result, date(2026, 12, 1))
    return of(case(received_on=None, stage="judged", **{"judgments": (judgment,), **known}))


def test_a_first_judgment_can_be_appealed_fifteen_days_a_dismissal_ten() -> None:
    lost = judged("revoked")["appeal_judgment-1"]
    assert (lost.due, lost.reminded) == (date(2026, 12, 16), "before")
    won = judged("suit_dismissed", "ruling")["appeal_ruling-1"]
    assert (won.due, won.reminded) == (date(2026, 12, 11), "never"), "nobody need be urged to appeal what was won"
    assert judged("withdrawn", "ruling") == judged("mediated", "ruling") == {}, "these admit no appeal"


def test_an_appeal_or_a_later_judgment_ends_the_time_to_appeal() -> None:
    appeal = Appeal("appeal", True, date(2026, 12, 10))
    assert judged("revoked", appeals=(appeal,))["appeal_judgment-1"].done_on == date(2026, 12, 10)
    first = Judgment(1, "first", "judgment", "revoked", date(2026, 12, 1))
    second = Judgment(2, "second", "judgment", "claim_rejected", date(2027, 3, 1))
    found = judged("revoked", judgments=(first, second))
    assert list(found) == ["appeal_judgment-1"] and found["appeal_judgment-1"].done


@pytest.mark.parametrize(("result", "form"), [("appeal_rejected", "judgment"), ("remanded", "ruling")])
def test_what_the_second_instance_says_cannot_be_appealed(result: Any, form: Any) -> None:
    first = Judgment(1, "first", "judgment", "revoked", date(2026, 12, 1))
    second = Judgment(2, "second", form, result, date(2027, 3, 1))
    appeal = Appeal("appeal", False, date(2026, 12, 10))
    found = judged("revoked", judgments=(first, second), appeals=(appeal,))
    assert list(found) == ["appeal_judgment-1", "appeal_answer-1"] and all(it.done for it in found.values())


def test_the_judgment_after_a_case_was_sent_back_can_be_appealed_again() -> None:
    first = Judgment(1, "first", "judgment", "revoked", date(2026, 12, 1))
    second = Judgment(2, "second", "ruling", "remanded", date(2027, 3, 1))
    again = Judgment(3, "first", "judgment", "revoked", date(2027, 6, 1))
    ours = Appeal("appeal", True, date(2026, 12, 10))
    found = judged("revoked", judgments=(first, second, again), appeals=(ours,))
    assert found["appeal_judgment-1"].done_on == date(2026, 12, 10)
    assert found["appeal_judgment-3"].due == date(2027, 6, 16) and not found["appeal_judgment-3"].done


def test_an_appeal_after_a_case_was_sent_back_was_not_one_against_the_first_judgment() -> None:
    first = Judgment(1, "first", "judgment", "revoked", date(2026, 12, 1))
    second = Judgment(2, "second", "judgment", "remanded", date(2027, 3, 1))
    again = Judgment(3, "first", "judgment", "revoked", date(2027, 6, 1))
    ours = Appeal("appeal", True, date(2027, 6, 9))
    found = judged("revoked", judgments=(first, second, again), appeals=(ours,))
    assert found["appeal_judgment-1"].done_on is None and found["appeal_judgment-1"].done
    assert found["appeal_judgment-3"].done_on == date(2027, 6, 9)


def test_their_appeal_is_answered_within_fifteen_days() -> None:
    theirs = Appeal("appeal", False, date(2026, 12, 10))
    again = Appeal("retrial", False, date(2027, 3, 1), answered_on=date(2027, 3, 9))
    found = of(case(received_on=None, stage="judged", appeals=(Appeal("appeal", True, TODAY), theirs, again)))
    assert list(found) == ["appeal_answer-2", "retrial_opinion-3"]
    assert found["appeal_answer-2"].due == date(2026, 12, 25) and not found["appeal_answer-2"].done
    assert found["retrial_opinion-3"].done_on == date(2027, 3, 9)


def test_judicial_advice_is_due_by_the_earlier_of_three_months_and_the_letter() -> None:
    advices = (
        Advice(1, date(2026, 11, 30)),
        Advice(2, date(2026, 11, 30), date(2027, 1, 15)),
        Advice(3, date(2026, 11, 30), normative=True, answered_on=date(2026, 12, 30)),
    )
    found = of(case(received_on=None, stage="closed", advices=advices))
    assert found["advice-1"].due == date(2027, 2, 28) and found["advice-1"].layer == "办法"
    assert found["advice-2"].due == date(2027, 1, 15) and "按建议书" in found["advice-2"].counted
    assert found["advice-3"].due == date(2027, 1, 29) and found["advice-3"].done


@pytest.mark.parametrize("stage", ["archived", "withdrawn"])
def test_a_case_that_is_over_has_no_dates_but_an_archived_one_those_of_advice(stage: Any) -> None:
    it = case(stage=stage, hearings=(Hearing(1, date(2026, 12, 3)),), advices=(Advice(1, date(2026, 11, 30)),))
    assert list(of(it)) == (["advice-1"] if stage == "archived" else [])
    ended = {due.id: due.done for due in dates(it, TODAY, ended=True)}
    assert ended.pop("advice-1") is (stage == "withdrawn")
    assert ended.keys() >= {"answer", "hearing-1"} and all(ended.values()), "a calendar has to cancel these"
