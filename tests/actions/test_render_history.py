"""A case's history as an official reads it."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta

import pytest

from actions.cases import Event, load_steps
from actions.people import Role
from actions.render_history import told
from tests.actions.cases_kit import (
    AT,
    BOTH_SUED,
    BUREAU_SUED,
    GOVERNMENT_SUED,
    REPORTED_BY_TOWNSHIP,
    REPRESENTED,
    Office,
)


def lines(office: Office, case: int = 1) -> list[str]:
    return told(office.cases.history(case, office.registrar), office.people).split("\n")


def last(office: Office, case: int = 1) -> str:
    """The last line without its number, time and person."""
    return lines(office, case)[-1].split("　", 3)[3]


def test_a_line_says_number_when_who_what_and_why(office: Office) -> None:
    office.open(GOVERNMENT_SUED)
    office.do("note", {"field": "received_on", "value": "2026-11-10"}, reason="原来抄错了")
    assert lines(office) == [
        "1　2026年11月24日10:00　原平市住房和城乡建设局 岗位（telegram:1）　"
        "登记案件：第1号决定，承办单位 原平市住房和城乡建设局，被告 原平市人民政府，收到日 2026年11月9日",
        "2　2026年11月24日10:00　原平市住房和城乡建设局 岗位（telegram:1）　"
        "补记：收到日 2026年11月10日　理由：原来抄错了",
    ]


def test_what_was_told_wrongly_stays_beside_what_was_told_in_its_place(office: Office) -> None:
    office.open(GOVERNMENT_SUED)
    office.do("judge", {"day": "2026-11-20", "result": "revoked"})
    office.do("judge", {"day": "2026-11-23", "result": "remanded", "instance": "second"})
    office.do("judge", {"day": "2026-11-23", "result": "appeal_rejected", "instance": "second"}, reason="看错了")
    assert [line.split("　", 3)[3] for line in lines(office)[1:]] == [
        "裁判：撤销，日期 2026年11月20日",
        "裁判：发回重审，日期 2026年11月23日，二审",
        "裁判：驳回上诉、维持原判，日期 2026年11月23日，二审　理由：看错了",
    ]


def test_numbers_are_those_of_the_chain_of_all_cases(office: Office) -> None:
    office.open(GOVERNMENT_SUED)
    office.open(BUREAU_SUED)
    office.do("answer", {"day": "2026-11-20"})
    assert [line.split("　")[0] for line in lines(office)] == ["1", "3"]


def test_who_somebody_was_is_said_as_of_then(office: Office) -> None:
    office.open(GOVERNMENT_SUED)
    office.do("propose", {"attendees": REPRESENTED}, office.proposer, at=AT + timedelta(minutes=1))
    post = dataclasses.replace(office.people.list()[1].post, name="别的岗", unit="忻州市司法局")
    office.people.add("telegram:2", post, by="console:root", at=AT + timedelta(hours=1))
    office.people.revoke("telegram:1", by="console:root", at=AT + timedelta(hours=1), reason="调离")
    first, second = told(office.cases.history(1, office.proposer), office.people).split("\n")
    assert "原平市住房和城乡建设局 岗位（telegram:1）" in first
    assert "原平市司法局 岗位（telegram:2）" in second and "忻州" not in second


def test_somebody_on_the_machine_itself_and_who_typed_for_another(office: Office) -> None:
    office.open(GOVERNMENT_SUED)
    local = dataclasses.replace(office.registrar, person="console:alice", unit=None)
    office.do("answer", {"day": "2026-11-20"}, local)
    assert lines(office)[-1].split("　")[2] == "console:alice"
    typed = dataclasses.replace(office.registrar, via="console:root")
    office.do("note", {"field": "court", "value": "原平市人民法院"}, typed)
    assert lines(office)[-1].endswith("补记：法院 原平市人民法院　由console:root代为录入")


@pytest.mark.parametrize(
    ("step", "details", "words"),
    [
        ("note", {"field": "procedure", "value": "simple"}, "补记：程序 简易程序"),
        ("material", {"paper": "3", "mark": "later"}, "材料：第3项材料，稍后"),
        (
            "hearing",
            {"day": "2026-12-03", "time": "9:00", "place": "第一法庭", "head_asked": True},
            "开庭时间：日期 2026年12月3日，时间 09:00，地点 第一法庭，法院书面要求负责人出庭",
        ),
        ("advice", {"day": "2026-11-20", "normative": True}, "收到司法建议：日期 2026年11月20日，针对规范性文件"),
    ],
)
def test_details_are_in_words(office: Office, step: str, details: dict[str, object], words: str) -> None:
    office.open(GOVERNMENT_SUED)
    office.do(step, details)
    assert last(office) == words


def test_two_hands_and_a_return_with_its_reason(office: Office) -> None:
    office.open(BOTH_SUED)
    office.do("propose", {"attendees": REPRESENTED}, office.proposer)
    office.do("return", {"party": "原平市人民政府"}, office.decider, reason="请写明分管")
    assert [it.split("　", 3)[3] for it in lines(office)[1:]] == [
        "提出出庭人员：副市长（分管住建）；法制科科长，被告 原平市人民政府",
        "退回意见：被告 原平市人民政府　理由：请写明分管",
    ]


def test_where_the_handling_unit_is_open_both_sides_are_told(office: Office) -> None:
    office.open(REPORTED_BY_TOWNSHIP)
    assert "承办单位待定" in last(office)
    office.do("confirm_handling", {"unit": "轩岗镇人民政府"}, office.decider)
    assert "政府办公室一方" in last(office)


def test_a_correction_and_a_hand_over(office: Office) -> None:
    decision = office.decision(BUREAU_SUED)
    office.cases.open(decision, office.registrar, at=AT)
    later = office.decision(BUREAU_SUED | {"received_on": "2026-11-16"}, supersedes=decision.number)
    office.cases.open(later, office.registrar, at=AT)
    assert last(office).startswith("更正登记：第2号决定，") and last(office).endswith("收到日 2026年11月16日")
    office.enrol("telegram:7", "原平市住房和城乡建设局", Role.REGISTER)
    office.do("hand_over", {"colleague": "telegram:7"})
    assert last(office) == "移交：交给原平市住房和城乡建设局 岗位（telegram:7）"


EXAMPLES: dict[str, object] = {
    "day": "2026-11-20", "letter_due": "2026-12-20", "field": "court", "value": "原平市人民法院", "unit": "住建局",
    "paper": "1", "mark": "done", "attendees": REPRESENTED, "party": "原平市人民政府", "time": "09:00", "place": "法庭",
    "head_asked": False, "hearing": 1, "rank": "deputy", "result": "revoked", "instance": "second", "form": "ruling",
    "kind": "retrial", "normative": False, "advice": 1, "deadline": "answer", "colleague": "telegram:7",
    "archive": "2026-行诉-1", "side": "justice", "alone": True,
}  # fmt: skip


@pytest.mark.parametrize("step", load_steps().steps)
def test_every_step_and_detail_has_its_words(office: Office, step: str) -> None:
    row = load_steps().steps[step]
    data = {name: EXAMPLES[name] for name in (*row.details, *row.optional)}
    line = told([Event(9, 1, step, data, "telegram:1", None, None, None, AT, "0" * 64)], office.people)
    said = line.split("　", 3)[3]
    assert said.startswith(row.name)
    assert not re.findall("[a-z_]{3,}", said.replace("telegram", ""))


@pytest.mark.parametrize(
    ("deadline", "words"),
    [
        ("answer", "提交答辩状、证据和所依据的规范性文件"),
        ("extension", "书面申请延期提供证据"),
        ("attendance-2", "提出并确定出庭应诉人员（第2次）"),
        ("appeal_judgment-3", "不服一审判决的，提起上诉（第3份裁判）"),
        ("advice-1", "书面回复司法建议（第1份）"),
    ],
)
def test_a_date_is_told_by_what_was_to_be_done(office: Office, deadline: str, words: str) -> None:
    done = Event(9, 1, "done", {"deadline": deadline}, "telegram:1", None, None, None, AT, "0" * 64)
    assert told([done], office.people).endswith(f"办完：事项 {words}")
