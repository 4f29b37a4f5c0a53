"""The life of a case: what each step makes of it, in which stage, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.cases import Actor, Advice, Appeal, Case, Cases, Judgment, load_steps
from actions.cases.dates import dates
from actions.errors import CaseError, PersonalData, StepRefused
from actions.people import Role
from tests.actions.cases_kit import (
    AT,
    BOTH_SUED,
    BUREAU,
    BUREAU_SUED,
    GOVERNMENT,
    JUSTICE,
    OFFICE,
    REPORTED_BY_TOWNSHIP,
    REPRESENTED,
    TODAY,
    Office,
)

NUMBER = "（2026）晋0981行初5号"


@pytest.fixture
def office(office: Office) -> Office:
    """One with a case against the government that has just been opened."""
    office.open()
    return office


def refused(office: Office, step: str, details: Mapping[str, object], *, reason: str | None = None) -> StepRefused:
    """Why a step is refused; the case has to stay as it was."""
    before = office.cases.head()
    with pytest.raises(StepRefused) as error:
        office.do(step, details, reason=reason)
    assert office.cases.head() == before
    return error.value


# ── noting ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("court_number", NUMBER, NUMBER),
        ("court_number", " (2026) 晋0981行初5号 ", NUMBER),
        ("court_number", "〔2026〕最高法行申12号", "（2026）最高法行申12号"),
        ("court_number", "（2015）忻中行初字第5号", "（2015）忻中行初字第5号"),
        ("court_number", "（2026）晋09行赔终3号之一", "（2026）晋09行赔终3号之一"),
        ("court", " 原平市\n人民法院", "原平市 人民法院"),
        ("cause", "行政处罚", "行政处罚"),
        ("procedure", "simple", "simple"),
        ("evidence_due", "2026-12-20", date(2026, 12, 20)),
    ],
)
def test_what_is_noted_is_kept(office: Office, field: str, value: str, kept: object) -> None:
    assert getattr(office.do("note", {"field": field, "value": value}), field) == kept


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("court_number", "5号"),
        ("court_number", "（2026）晋0981民初5号"),
        ("court_number", "2026晋0981行初5号"),
        ("court", ""),
        ("court", "x" * 41),
        ("cause", 7),
        ("procedure", "普通程序"),
        ("received_on", "2026-11-31"),
        ("received_on", "昨天"),
        ("received_on", "2026-11-25"),  # to come
        ("evidence_due", "2036-11-25"),
    ],
)
def test_what_cannot_be_is_not_noted(office: Office, field: str, value: object) -> None:
    assert refused(office, "note", {"field": field, "value": value}).detail == "value"


def test_there_are_fields_to_note_and_no_others(office: Office) -> None:
    error = refused(office, "note", {"field": "parties", "value": "省政府"})
    assert error.detail == "field" and "案号" in str(error)


def test_changing_what_was_noted_needs_a_reason(office: Office) -> None:
    office.do("note", {"field": "court", "value": "原平市人民法院"})
    assert "没有改动" in str(refused(office, "note", {"field": "court", "value": "原平市人民法院"}))
    assert refused(office, "note", {"field": "court", "value": "忻府区人民法院"}).detail == "reason"
    case = office.do("note", {"field": "court", "value": "忻府区人民法院"}, reason="原来抄错了")
    assert case.court == "忻府区人民法院"
    assert refused(office, "note", {"field": "received_on", "value": "2026-11-10"}).detail == "reason"


def test_two_cases_do_not_bear_one_court_number(office: Office) -> None:
    office.do("note", {"field": "court_number", "value": NUMBER})
    office.open()
    with pytest.raises(StepRefused, match="已经记在第1号案件"):
        office.do("note", {"field": "court_number", "value": "(2026)晋0981行初5号"}, case=2)
    office.do("withdraw", reason="登记重了")
    assert office.do("note", {"field": "court_number", "value": NUMBER}, case=2).court_number == NUMBER


@pytest.mark.parametrize(
    ("step", "details", "reason"),
    [
        ("note", {"field": "cause", "value": "张某，身份证140981199001011234"}, None),
        ("propose", {"attendees": [{"kind": "staff", "office": "科长 13812345678"}]}, None),
        ("withdraw", {}, "请打0350-3012345"),
    ],
)
def test_personal_numbers_are_refused_and_not_stored(
    office: Office, tmp_path: Path, step: str, details: dict[str, object], reason: str | None
) -> None:
    head = office.cases.head()
    with pytest.raises(PersonalData) as error:
        office.do(step, details, office.proposer if step == "propose" else office.registrar, reason=reason)
    numbers = ("140981199001011234", "13812345678", "3012345")
    assert not any(it in str(error.value) for it in numbers)
    assert office.cases.head() == head
    stored = b"".join(it.read_bytes() for it in tmp_path.iterdir())
    assert not any(it.encode() in stored for it in numbers)


def test_a_reason_is_bounded(office: Office) -> None:
    assert refused(office, "withdraw", {}, reason="错" * 201).detail == "reason"
    assert office.do("withdraw", reason="错" * 200).withdrawn_because == "错" * 200


# ── details ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("step", "details", "detail"),
    [
        ("answer", {}, "day"),
        ("answer", {"day": "2026-11-31"}, "day"),
        ("answer", {"day": 20261120}, "day"),
        ("answer", {"day": "2026-11-25"}, "day"),  # to come
        ("answer", {"day": "2026-11-08"}, "day"),  # before the notice came
        ("hearing", {"day": "2036-12-03"}, "day"),
        ("hearing", {"day": "2026-12-03", "time": "25:00"}, "time"),
        ("hearing", {"day": "2026-12-03", "place": "庭" * 61}, "place"),
        ("hearing", {"day": "2026-12-03", "head_asked": "yes"}, "head_asked"),
        ("material", {"paper": "9", "mark": "done"}, "paper"),
        ("material", {"paper": 1, "mark": "done"}, "paper"),
        ("material", {"paper": "1"}, "mark"),
        ("material", {"paper": "1", "mark": "齐"}, "mark"),
        ("judge", {"day": "2026-11-24"}, "result"),
        ("judge", {"day": "2026-11-24", "result": "won"}, "result"),
        ("judge", {"day": "2026-11-24", "result": "suit_dismissed", "form": "judgment"}, "form"),
        ("judge", {"day": "2026-11-24", "result": "revoked", "instance": "third"}, "instance"),
        ("advice", {"day": "2026-11-20", "letter_due": "2026-11-20"}, "letter_due"),
        ("advice", {"day": "2026-11-20", "normative": 1}, "normative"),
        ("advice_answer", {"day": "2026-11-20", "advice": 0}, "advice"),
        ("cancel_hearing", {"hearing": "1"}, "hearing"),
        ("done", {"deadline": "lunch"}, "deadline"),
        ("hand_over", {}, "colleague"),
    ],
)
def test_a_detail_that_is_missing_or_wrong_is_named(
    office: Office, step: str, details: dict[str, object], detail: str
) -> None:
    assert refused(office, step, details, reason="试").detail == detail


def test_a_step_keeps_no_detail_but_its_own(office: Office) -> None:
    assert "day" in str(refused(office, "note", {"field": "court", "value": "原平市人民法院", "day": "2026-11-20"}))


@pytest.mark.parametrize(
    "attendees",
    [
        [],
        "副市长",
        [{"kind": "head", "office": ""}],
        [{"kind": "minister", "office": "部长"}],
        [{"kind": "head", "office": "副市长", "name": "张三"}],
        [{"kind": "head", "office": "副" * 31}],
        ["副市长"],
        [{"kind": "lawyer"}] * 11,
    ],
)
def test_attendees_are_told_by_office(office: Office, attendees: object) -> None:
    with pytest.raises(StepRefused) as error:
        office.do("propose", {"attendees": attendees}, office.proposer)
    assert error.value.detail == "attendees"


# ── before the hearing ───────────────────────────────────────────────────────────────────────────────────────────────


def test_papers_are_marked_one_by_one(office: Office) -> None:
    for paper, mark in (("2", "later"), ("1", "done"), ("2", "done"), ("8", "none")):
        case = office.do("material", {"paper": paper, "mark": mark})
    assert case.materials == (("1", "done"), ("2", "done"), ("8", "none"))
    assert "没有改动" in str(refused(office, "material", {"paper": "8", "mark": "none"}))


def test_more_time_is_asked_for_before_its_reason_can_end(office: Office) -> None:
    assert "先记“申请延期举证" in str(refused(office, "extension_gone", {"day": "2026-11-20"}))
    office.do("answer", {"day": "2026-11-18"})  # the answer may be filed, and the evidence not
    office.do("extension", {"day": "2026-11-18"})
    assert refused(office, "extension_gone", {"day": "2026-11-17"}).detail == "day"
    case = office.do("extension_gone", {"day": "2026-11-20"})
    assert (case.extension_on, case.extension_gone_on) == (date(2026, 11, 18), date(2026, 11, 20))


def test_an_answer_is_filed_once_and_corrected_with_a_reason(office: Office) -> None:
    case = office.do("answer", {"day": "2026-11-20"})
    assert (case.stage, case.answered_on) == ("waiting", date(2026, 11, 20))
    assert refused(office, "answer", {"day": "2026-11-19"}).detail == "reason"
    assert office.do("answer", {"day": "2026-11-19"}, reason="回执是19日").answered_on == date(2026, 11, 19)


def test_an_answer_noted_after_the_hearing_takes_the_case_not_back(office: Office) -> None:
    office.do("hearing", {"day": "2026-11-23"})
    office.do("held", {"rank": "chief"})
    case = office.do("answer", {"day": "2026-11-20"})
    assert (case.stage, case.answered_on) == ("heard", date(2026, 11, 20))


def test_a_date_that_is_marked_as_done_is_one_of_the_cases(office: Office) -> None:
    case = office.do("done", {"deadline": "draft"})
    assert case.done == ("draft",)
    assert next(it for it in dates(case, TODAY) if it.id == "draft").done
    assert "已经记为办完" in str(refused(office, "done", {"deadline": "draft"}))


# ── hearings ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_hearing_is_planned_called_off_and_planned_anew(office: Office) -> None:
    details = {"day": "2026-12-03", "time": "9:00", "place": "第二法庭", "head_asked": True}
    (hearing,) = office.do("hearing", details).hearings
    assert (hearing.number, hearing.day, hearing.time, hearing.place) == (1, date(2026, 12, 3), "09:00", "第二法庭")
    assert hearing.head_asked is True
    assert "已经记过" in str(refused(office, "hearing", {"day": "2026-12-03"}))
    assert refused(office, "cancel_hearing", {}).detail == "reason"
    office.do("cancel_hearing", reason="法院改期")
    case = office.do("hearing", {"day": "2026-12-03", "time": "14:30"})
    assert [(it.state, it.reason) for it in case.hearings] == [("cancelled", "法院改期"), ("planned", "")]
    assert "还没开的庭" in str(refused(office, "cancel_hearing", {"hearing": 1}, reason="试"))


def test_who_attended_is_told_of_a_hearing_whose_day_has_come(office: Office) -> None:
    assert "请先记“开庭" in str(refused(office, "held", {"rank": "chief"}))
    office.do("hearing", {"day": "2026-11-25"})
    assert "还没有到" in str(refused(office, "held", {"rank": "chief"}))
    case = office.do("held", {"rank": "deputy"}, at=AT + timedelta(days=1))
    assert (case.stage, case.hearings[0].state) == ("heard", "held")
    assert case.hearings[0].attended == ((GOVERNMENT, "deputy"),)


def test_that_no_head_attended_needs_a_reason(office: Office) -> None:
    office.do("hearing", {"day": "2026-11-23"})
    assert refused(office, "held", {"rank": "none"}).detail == "reason"
    case = office.do("held", {"rank": "none"}, reason="不可抗力，已向法院说明")
    assert case.hearings[0].reason == "不可抗力，已向法院说明"


def test_each_defendants_attendance_is_told(office: Office) -> None:
    office.open(BOTH_SUED)
    office.do("hearing", {"day": "2026-11-20"}, case=2)
    with pytest.raises(StepRefused, match="被告不止一个"):
        office.do("held", {"rank": "chief"}, case=2)
    office.do("held", {"rank": "chief", "party": BUREAU}, case=2)
    office.do("judge", {"day": "2026-11-23", "result": "revoked"}, case=2)
    case = office.do("held", {"rank": "deputy", "party": GOVERNMENT}, case=2)  # told late
    assert case.hearings[0].attended == ((BUREAU, "chief"), (GOVERNMENT, "deputy"))
    assert case.stage == "judged"
    case = office.do("held", {"rank": "other", "party": BUREAU}, case=2, reason="签到簿上是其他负责人")
    assert case.hearings[0].attended == ((BUREAU, "other"), (GOVERNMENT, "deputy"))


def test_a_wrong_attendance_is_told_again_with_a_reason(office: Office) -> None:
    office.do("hearing", {"day": "2026-11-20"})
    office.do("held", {"rank": "chief"})
    assert "第1次开庭的出庭情况本来就是这样" in str(refused(office, "held", {"rank": "chief"}))
    assert refused(office, "held", {"rank": "deputy"}).detail == "reason"
    assert refused(office, "held", {"rank": "none"}).detail == "reason"
    (hearing,) = office.do("held", {"rank": "none"}, reason="不可抗力").hearings
    assert (hearing.attended, hearing.reason) == (((GOVERNMENT, "none"),), "不可抗力")
    (hearing,) = office.do("held", {"rank": "none"}, reason="意外事件").hearings
    assert hearing.reason == "意外事件", "why nobody came can be corrected by itself"
    (hearing,) = office.do("held", {"rank": "deputy"}, reason="庭审笔录是副职").hearings
    assert (hearing.attended, hearing.reason) == (((GOVERNMENT, "deputy"),), ""), "somebody came: no reason is left"


def test_while_another_hearing_is_planned_the_one_to_correct_is_numbered(office: Office) -> None:
    office.do("hearing", {"day": "2026-11-20"})
    office.do("held", {"rank": "chief"})
    office.do("hearing", {"day": "2026-12-03"})
    assert "请写第几次" in str(refused(office, "held", {"rank": "none"}, reason="不可抗力"))
    case = office.do("held", {"rank": "other", "hearing": 1}, reason="抄错了")
    assert [it.attended for it in case.hearings] == [((GOVERNMENT, "other"),), ()]


# ── judgments, appeals, the end ──────────────────────────────────────────────────────────────────────────────────────


def test_a_case_goes_to_the_second_instance_and_ends(office: Office) -> None:
    office.do("hearing", {"day": "2026-11-12"})
    office.do("held", {"rank": "chief"})
    case = office.do("judge", {"day": "2026-11-16", "result": "claim_rejected"})
    assert case.judgments == (Judgment(1, "first", "judgment", "claim_rejected", date(2026, 11, 16)),)
    assert "已经记过" in str(refused(office, "judge", {"day": "2026-11-16", "result": "claim_rejected"}))
    case = office.do("appealed", {"day": "2026-11-18"})
    assert case.appeals == (Appeal("appeal", False, date(2026, 11, 18)),)
    assert refused(office, "appeal_answer", {"day": "2026-11-17"}).detail == "day"
    case = office.do("appeal_answer", {"day": "2026-11-19"})
    assert case.appeals[0].answered_on == date(2026, 11, 19)
    office.do("hearing", {"day": "2026-11-20"})
    assert office.do("held", {"rank": "deputy"}).stage == "heard"  # again
    case = office.do("judge", {"day": "2026-11-23", "result": "revoked"})
    assert (case.stage, case.judgments[-1].instance) == ("judged", "second")
    assert refused(office, "appeal", {"day": "2026-11-24", "kind": "appeal"}).detail == "kind"  # it is final
    assert refused(office, "perform", {"day": "2026-11-22"}).detail == "day"
    assert office.do("perform", {"day": "2026-11-24"}).judgments[-1].performed_on == TODAY
    case = office.do("close", {"day": "2026-11-24"}, reason="双方都不上诉")
    assert (case.stage, case.closed_on, case.open) == ("closed", TODAY, True)
    assert refused(office, "archive", {"day": "2026-11-23"}).detail == "day"
    case = office.do("archive", {"day": "2026-11-24", "archive": "2026-12号柜"})
    assert (case.stage, case.archive, case.open) == ("archived", "2026-12号柜", False)


def test_a_ruling_is_one_by_what_it_says(office: Office) -> None:
    assert office.do("judge", {"day": "2026-11-23", "result": "suit_dismissed"}).judgments[0].form == "ruling"


def appealed(office: Office) -> Case:
    office.do("judge", {"day": "2026-11-12", "result": "must_act"})
    return office.do("appeal", {"day": "2026-11-16"})


def results(case: Case) -> list[tuple[int, str, str]]:
    return [(it.number, it.instance, it.result) for it in case.judgments]


def test_a_wrong_judgment_is_told_again_with_a_reason(office: Office) -> None:
    office.do("judge", {"day": "2026-11-16", "result": "revoked"})
    office.do("perform", {"day": "2026-11-23"})
    right = {"day": "2026-11-18", "result": "suit_dismissed"}
    error = refused(office, "judge", right)
    assert (
        error.detail == "instance" and "一审裁判已经记过：撤销，2026年11月16日" in str(error) and "写理由" in str(error)
    )
    assert refused(office, "judge", {**right, "instance": "first"}).detail == "reason"
    case = office.do("judge", right, reason="文书名称看错了")
    performed = date(2026, 11, 23)
    assert case.judgments == (Judgment(1, "first", "ruling", "suit_dismissed", date(2026, 11, 18), performed),)
    told = [(it.data["result"], it.reason) for it in office.cases.history(1, office.registrar) if it.what == "judge"]
    assert told == [("revoked", None), ("suit_dismissed", "文书名称看错了")]


def test_after_an_appeal_the_earlier_judgment_is_corrected_by_its_instance(office: Office) -> None:
    appealed(office)
    office.do("hearing", {"day": "2026-11-20"})
    office.do("held", {"rank": "deputy"})
    right = {"day": "2026-11-12", "result": "compensation"}
    error = refused(office, "judge", {**right, "day": "2026-11-23"}, reason="抄错了")
    assert error.detail == "instance" and "还没有记过二审裁判" in str(error)
    case = office.do("judge", {**right, "instance": "first"}, reason="抄错了")
    assert (results(case), case.stage) == ([(1, "first", "compensation")], "heard")
    assert "早于上诉的2026年11月16日" in str(refused(office, "judge", {"day": "2026-11-15", "result": "revoked"}))


@pytest.mark.parametrize(
    ("first", "told", "form"),
    [
        ("must_act", None, "judgment"),
        ("suit_dismissed", None, "ruling"),
        ("must_act", "ruling", "ruling"),
    ],
)
def test_what_upholds_has_the_form_of_what_it_upholds(office: Office, first: str, told: str | None, form: str) -> None:
    office.do("judge", {"day": "2026-11-12", "result": first})
    office.do("appeal", {"day": "2026-11-16"})
    case = office.do("judge", {"day": "2026-11-20", "result": "appeal_rejected", "form": told})
    assert (results(case)[1], case.judgments[1].form, case.stage) == ((2, "second", "appeal_rejected"), form, "judged")
    assert case.holding(case.judgments[1]) == case.judgments[0]


def test_an_appeal_that_is_withdrawn_leaves_the_first_judgment(office: Office) -> None:
    appealed(office)
    ruling = {"day": "2026-11-18", "result": "appeal_withdrawn"}
    assert refused(office, "judge", {**ruling, "instance": "first"}).detail == "instance"
    case = office.do("judge", ruling)
    assert (case.judgments[1].instance, case.judgments[1].form) == ("second", "ruling")
    assert case.holding(case.judgments[1]) == case.judgments[0]


def test_a_case_that_is_sent_back_waits_for_another_first_judgment(office: Office) -> None:
    appealed(office)
    assert (
        refused(office, "judge", {"day": "2026-11-18", "result": "remanded", "instance": "first"}).detail == "instance"
    )
    case = office.do("judge", {"day": "2026-11-18", "result": "remanded"})
    assert (case.stage, case.judgments[-1].form) == ("heard", "ruling")
    for step in ("perform", "appeal", "appealed"):
        assert step not in possible(office)
    office.do("close", {"day": "2026-11-18"}, reason="双方都不上诉")
    assert "发回重审以后的裁判" in str(refused(office, "appealed", {"day": "2026-11-19"}))
    assert office.do("reopen", reason="还没有审结").stage == "heard"
    assert "早于收到发回重审的裁定" in str(refused(office, "judge", {"day": "2026-11-17", "result": "revoked"}))
    office.do("judge", {"day": "2026-11-20", "result": "claim_rejected"})
    office.do("appealed", {"day": "2026-11-23"})
    case = office.do("judge", {"day": "2026-11-24", "result": "appeal_rejected"})
    assert results(case) == [
        (1, "first", "must_act"),
        (2, "second", "remanded"),
        (3, "first", "claim_rejected"),
        (4, "second", "appeal_rejected"),
    ]
    assert case.holding(case.judgments[3]) == case.judgments[2]


def test_a_ruling_that_was_taken_for_sending_back_is_corrected(office: Office) -> None:
    appealed(office)
    office.do("judge", {"day": "2026-11-18", "result": "remanded"})
    case = office.do("judge", {"day": "2026-11-18", "result": "revoked", "instance": "second"}, reason="看错了")
    assert (results(case), case.stage) == ([(1, "first", "must_act"), (2, "second", "revoked")], "judged")


def test_a_judgment_that_is_told_late_takes_its_place_by_its_day(office: Office) -> None:
    office.do("judge", {"day": "2026-11-20", "result": "appeal_rejected"})
    case = office.do("judge", {"day": "2026-11-10", "result": "revoked", "instance": "first"})
    assert results(case) == [(2, "first", "revoked"), (1, "second", "appeal_rejected")]
    assert case.holding(case.judgments[1]) == case.judgments[0]


def closed(office: Office) -> Case:
    office.do("judge", {"day": "2026-11-16", "result": "claim_rejected"})
    return office.do("close", {"day": "2026-11-20"}, reason="双方都不上诉")


@pytest.mark.parametrize("archived", [False, True])
def test_a_request_for_retrial_opens_a_case_that_had_ended(office: Office, archived: bool) -> None:
    closed(office)
    if archived:
        office.do("archive", {"day": "2026-11-20"})
    assert "不能再上诉" in str(refused(office, "appeal", {"day": "2026-11-21", "kind": "appeal"}))
    case = office.do("appealed", {"day": "2026-11-21"})
    assert (case.stage, case.closed_on, case.archived_on) == ("judged", None, None)
    assert case.appeals == (Appeal("retrial", False, date(2026, 11, 21)),)
    assert "已经记过" in str(refused(office, "appealed", {"day": "2026-11-21", "kind": "retrial"}))
    assert office.do("judge", {"day": "2026-11-23", "result": "revoked"}).judgments[-1].instance == "retrial"


def test_there_is_no_appeal_without_a_judgment(office: Office) -> None:
    office.do("close", {"day": "2026-11-20"}, reason="双方都不上诉")
    assert "还没有记过裁判" in str(refused(office, "appealed", {"day": "2026-11-21"}))


@pytest.mark.parametrize("stage", ["answering", "waiting", "heard", "judged"])
def test_a_case_closed_by_mistake_goes_back_to_where_it_was(office: Office, stage: str) -> None:
    if stage != "answering":
        office.do("answer", {"day": "2026-11-10"})
    if stage in ("heard", "judged"):
        office.do("hearing", {"day": "2026-11-12"})
        office.do("held", {"rank": "chief"})
    if stage == "judged":
        office.do("judge", {"day": "2026-11-16", "result": "revoked"})
    before = office.cases.get(1, office.registrar)
    office.do("close", {"day": "2026-11-20"}, reason="双方都不上诉")
    assert refused(office, "reopen", {}).detail == "reason"
    case = office.do("reopen", reason="记错了案件")
    assert (case.stage, case.closed_on) == (before.stage, None) == (stage, None)


def test_judicial_advice_is_answered(office: Office) -> None:
    office.do("advice", {"day": "2026-11-16", "letter_due": "2026-12-16"})
    office.do("advice", {"day": "2026-11-18", "normative": True})
    case = office.do("advice_answer", {"day": "2026-11-20", "advice": 2})
    assert case.advices == (
        Advice(1, date(2026, 11, 16), date(2026, 12, 16)),
        Advice(2, date(2026, 11, 18), None, True, date(2026, 11, 20)),
    )
    assert refused(office, "advice_answer", {"day": "2026-11-10"}).detail == "day"
    office.do("advice_answer", {"day": "2026-11-20"})
    assert "没有等回复的" in str(refused(office, "advice_answer", {"day": "2026-11-20"}))


def test_advice_that_comes_after_archiving_is_noted_and_the_case_stays_archived(office: Office) -> None:
    closed(office)
    office.do("archive", {"day": "2026-11-20"})
    case = office.do("advice", {"day": "2026-11-23"})
    assert case.stage == "archived" and [it.id for it in dates(case, TODAY)] == ["advice-1"]
    case = office.do("advice_answer", {"day": "2026-11-24"})
    assert (case.stage, case.archived_on) == ("archived", date(2026, 11, 20))
    assert case.advices == (Advice(1, date(2026, 11, 23), answered_on=TODAY),)


def test_a_withdrawn_registration_stays_and_takes_no_more_steps(office: Office) -> None:
    case = office.do("withdraw", reason="登记错了")
    assert (case.stage, case.open, case.withdrawn_because) == ("withdrawn", False, "登记错了")
    assert possible(office) == {"restore"}
    assert "登记已撤回" in str(refused(office, "answer", {"day": "2026-11-20"}))


@pytest.mark.parametrize("stage", ["answering", "waiting"])
def test_a_registration_withdrawn_by_mistake_goes_back_to_where_it_was(office: Office, stage: str) -> None:
    if stage == "waiting":
        office.do("answer", {"day": "2026-11-20"})
    office.do("withdraw", reason="登记错了")
    assert refused(office, "restore", {}).detail == "reason"
    case = office.do("restore", reason="撤回的应是另一件")
    assert (case.stage, case.open, case.withdrawn_because) == (stage, True, "")


def test_a_registration_is_not_restored_while_another_case_bears_its_court_number(office: Office) -> None:
    office.do("note", {"field": "court_number", "value": NUMBER})
    office.do("withdraw", reason="登记重了")
    office.open()
    office.do("note", {"field": "court_number", "value": NUMBER}, case=2)
    assert "已经记在第2号案件" in str(refused(office, "restore", {}, reason="撤错了"))


# ── what a step needs to find ────────────────────────────────────────────────────────────────────────────────────────

AFTER: Mapping[str, tuple[tuple[str, Mapping[str, object]], ...]] = {
    "extension_gone": (("extension", {"day": "2026-11-12"}),),
    "cancel_hearing": (("hearing", {"day": "2026-11-20"}),),
    "held": (("hearing", {"day": "2026-11-20"}),),
    "perform": (("judge", {"day": "2026-11-16", "result": "must_act"}),),
    "appeal_answer": (
        ("judge", {"day": "2026-11-16", "result": "must_act"}),
        ("appealed", {"day": "2026-11-20"}),
    ),
    "advice_answer": (("advice", {"day": "2026-11-16"}),),
}
"""What has to be done before a step finds what it needs."""


def possible(office: Office) -> set[str]:
    case = office.cases.get(1, office.registrar)
    return {it.id for it in office.cases.possible(case, office.registrar)}


@pytest.mark.parametrize("step", AFTER)
def test_a_step_is_offered_once_it_finds_what_it_needs(office: Office, step: str) -> None:
    assert step not in possible(office)
    for before, details in AFTER[step]:
        assert step not in possible(office)
        office.do(before, details)
    assert step in possible(office)
    details = {"held": {"rank": "chief"}, "cancel_hearing": {}}.get(step, {"day": "2026-11-20"})
    assert office.do(step, details, reason="试").last == office.cases.head()[0]


def test_what_a_step_needs_is_said_before_its_details_are_asked_for(office: Office) -> None:
    for step in ("extension_gone", "advice_answer", "cancel_hearing", "held"):
        error = refused(office, step, {})
        assert not error.detail and "请先记" in str(error)
    office.do("close", {"day": "2026-11-20"}, reason="双方都不上诉")
    assert "先“恢复办理”" in str(refused(office, "perform", {}))


def test_a_step_out_of_its_stage_says_when_it_can_be_taken(office: Office) -> None:
    error = refused(office, "archive", {"day": "2026-11-24"})
    assert str(error) == "第1号案件现在是“待答辩”，“归档”只能在已结案时做。"


# ── whatever anybody does ────────────────────────────────────────────────────────────────────────────────────────────

VALUES: Mapping[str, tuple[object, ...]] = {
    "day": ("2026-11-12", "2026-11-16", "2026-11-20", "2026-11-24", "2026-12-03", "2026-13-01"),
    "field": ("court_number", "court", "received_on", "procedure", "closed_on"),
    "value": (NUMBER, "2026-11-10", "simple", "", 5),
    "unit": (BUREAU, BUREAU, JUSTICE, "某局"),
    "paper": ("1", "8", "9"),
    "mark": ("done", "none", "?"),
    "attendees": (REPRESENTED, REPRESENTED, [{"kind": "lawyer"}], []),
    "party": (GOVERNMENT, BUREAU, "省政府"),
    "time": ("9:00", "14:30", "99:00"),
    "place": ("第二法庭", ""),
    "head_asked": (True, False),
    "hearing": (0, 1, 2),
    "rank": ("chief", "deputy", "none", "?"),
    "result": ("revoked", "claim_rejected", "suit_dismissed", "appeal_rejected", "appeal_withdrawn", "remanded", "?"),
    "instance": ("first", "second", "retrial"),
    "form": ("judgment", "ruling"),
    "kind": ("appeal", "retrial"),
    "letter_due": ("2026-11-16", "2026-12-16"),
    "normative": (True, False),
    "advice": (0, 1, 2),
    "deadline": ("answer", "draft", "hearing-1"),
    "colleague": ("telegram:1", "telegram:2", "telegram:6", "telegram:99"),
    "archive": ("三号柜",),
}


def tried(office: Office, case: Case, who: Actor, chance: Random) -> None:
    """Somebody takes some step on a case, one that they may take more often than not."""
    possible = office.cases.possible(case, who) if chance.random() < 0.9 else []
    step = chance.choice(possible or list(load_steps().steps.values()))
    told = [*step.details, *(name for name in step.optional if chance.random() < 0.3)]
    details = {name: chance.choice(VALUES[name]) for name in told}
    before = office.cases.head()
    try:
        after = office.do(step.id, details, who, case=case.number, reason=chance.choice([None, "有变化"]))
    except CaseError:
        assert office.cases.head() == before
    else:
        assert after in office.cases.list()
        assert after.last == office.cases.head()[0] == before[0] + 1


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=True))
def test_whatever_anybody_does_the_chain_holds_and_reads_back_the_same(chance: Random) -> None:
    with TemporaryDirectory() as folder:
        office = Office.at(Path(folder))
        with office.store:
            for facts in (BUREAU_SUED, BOTH_SUED, REPORTED_BY_TOWNSHIP):
                office.open(facts)
            section = office.enrol("telegram:6", BUREAU, Role.REGISTER, Role.PROPOSE)
            leader = office.enrol("telegram:7", BUREAU, Role.DECIDE)
            staff = office.enrol("telegram:8", OFFICE, Role.REGISTER, Role.DECIDE)
            people = (office.registrar, office.proposer, office.decider, office.outsider, section, leader, staff)
            for _ in range(60):
                tried(office, chance.choice(office.cases.list()), chance.choice(people), chance)
            assert office.cases.verify().ok
            assert Cases(office.store, office.table.units).list() == office.cases.list()
            for case in office.cases.list():
                assert all(it.settled_by != it.proposed_by for it in case.plans if it.state == "decided")
