"""What words ask of the case desk: which case, which view, which step with what details; and what is not the desk's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.case_talk.reading import Reader, folded, read
from actions.cases import Case, Party, load_steps
from actions.cases.life import FIELDS
from actions.errors import StepRefused
from knowledge.decide import Decider
from knowledge.errors import KnowledgeError
from knowledge.units import Units
from tests.actions.case_values import COUNTY, HANDLING, JUSTICE, TODAY, case

GOVERNMENT = Party(COUNTY, JUSTICE, COUNTY, "第十三条", True)
BUREAU = Party(HANDLING, HANDLING, HANDLING, "第十四条", False)
BOTH = case(parties=(BUREAU, GOVERNMENT))


@pytest.fixture(scope="module")
def units(decider: Decider) -> Units:
    return decider.units


def several(
    units: Units, words: str, of: Case | None = None, own: Party | None = GOVERNMENT
) -> tuple[Mapping[str, object], ...]:
    """The details that a step's words tell, paper by paper; the names of people and dates as they were said."""
    command = read(f"案件 3 {words}")
    assert command is not None and command.step is not None, words
    reader = Reader(units, lambda _, text: text, lambda _, text: text)
    return reader.details(command, command.step, of or case(), own, TODAY)


def details(units: Units, words: str, of: Case | None = None, own: Party | None = GOVERNMENT) -> dict[str, Any]:
    (told,) = several(units, words, of, own)
    return {name: value for name, value in told.items() if name != "party"}


# ── which case ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "words",
    [
        "案件 3",
        "案件3",
        "案件3号",
        "案件第3号",
        "3号案",
        "3号案件",
        "第3号案件",
        "第 3 号案件",
        "案件　３",
        "３号案件",
        "案件 003",
    ],
)
def test_a_case_is_named_in_every_spelling(words: str) -> None:
    command = read(words)
    assert command is not None
    assert (command.view, command.case, command.named) == ("show", 3, True)


@pytest.mark.parametrize("between", ["", " ", "，", "：", ": ", "。", "\n"])
def test_a_step_may_follow_the_case_in_any_way(between: str) -> None:
    command = read(f"案件3{between}开庭 12月3日")
    assert command is not None and command.step is not None
    assert (command.case, command.step.id, command.rest) == (3, "hearing", "12月3日")


@pytest.mark.parametrize(
    "words",
    [
        "案件承办单位怎么定",
        "案件2026年11月收到的",
        "案件11月3日收到，县政府被告了",
        "案件3个",
        "案件1234567",
        "司法建议多久回复",
        "材料",
        "期限",
        "记录",
        "出庭",
        "谁能出庭",
        "开庭前要准备什么",
        "开庭",
        "上诉",
        "统计怎么算",
        "台账有什么用",
        "法院送来应诉通知书，县政府被告了",
        "法院通知12月3日开庭",
        "案由是征收，告了县政府",
        "材料都是律师备的",
        "上诉状收到了",
        "裁判文书怎么送达",
        "完成了登记",
        "移交哪个单位",
        "县政府被告了",
        "年报1999",
        "",
        " ",
    ],
)
def test_what_is_not_the_desks_is_left_to_others(words: str) -> None:
    assert read(words) is None


# ── what to see ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("words", "view", "rest"),
    [
        ("案件", "list", ""),
        ("我的案件", "list", ""),
        ("查案件 2026年 待答辩", "list", "2026年 待答辩"),
        ("待办", "todo", ""),
        ("台账", "ledger", ""),
        ("台账　住建局", "ledger", "住建局"),
        ("统计 ２０２６年", "statistics", "2026年"),
        ("年报", "report", ""),
        ("年报2026", "report", "2026"),
        ("年度报告 2026年", "report", "2026"),
        ("案件 3 记录", "history", ""),
        ("案件3期限", "dates", ""),
        ("案件 3 材料", "materials", ""),
        ("案件 3 出庭", "attendance", ""),
        ("案件3谁能去：副县长；律师", "check", "副县长；律师"),
        ("案件 3 文书 审批表", "papers", "审批表"),
        ("案件3日历", "calendar", ""),
        ("案件 3 稍后提醒 答辩 明天", "snooze", "答辩 明天"),
        ("案件 3 能做什么", "help", ""),
        ("案件 3 请喝茶", "help", "请喝茶"),
        ("案件 3 法院通知12月3日开庭", "help", "法院通知12月3日开庭"),
    ],
)
def test_what_words_ask_to_see(words: str, view: str, rest: str) -> None:
    command = read(words)
    assert command is not None
    assert (command.view, command.rest, command.named) == (view, rest, True)


def test_every_example_of_the_docs_is_read() -> None:
    page = (Path(__file__).parents[2] / "docs" / "cases.md").read_text(encoding="utf-8")
    examples = re.split(r"\n| {2,}", page.partition("```text\n")[2].partition("\n```")[0])
    assert len(examples) > 25
    for words in examples:
        command = read(words)
        assert command is not None, words
        assert command.view != "help" or not command.rest, words


# ── which step ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_word_of_a_step_takes_that_step() -> None:
    for step in load_steps().steps.values():
        for word in step.words:
            command = read(f"案件 3 {word} 某事")
            assert command is not None and command.step is step and command.word == word, word
            told = ("", "某事") if step.reason else ("某事", None)
            assert (command.rest, command.reason) == told, "a step that needs a reason takes the words for it"


def test_every_field_is_noted_without_saying_so() -> None:
    for label in FIELDS.values():
        command = read(f"案件 3 {label} 某院")
        assert command is not None and command.step is not None
        assert (command.step.id, command.rest) == ("note", f"{label} 某院")


@pytest.mark.parametrize("words", ["材料 1 3 齐", "材料1齐", "案由 行政征收", "法院：原平市人民法院"])
def test_a_step_with_details_needs_no_case_between_desk_and_person(words: str) -> None:
    command = read(words)
    assert command is not None and command.step is not None
    assert (command.case, command.named) == (0, False)


@pytest.mark.parametrize(
    ("words", "rest", "reason"),
    [
        ("退回意见 理由 换一位分管的", "", "换一位分管的"),
        ("退回意见，理由是：换一位分管的", "", "换一位分管的"),
        ("已开庭 没有负责人出庭，原因不可抗力", "没有负责人出庭", "不可抗力"),
        ("补记 被诉行为 因拆迁原因作出的征收决定", "被诉行为 因拆迁原因作出的征收决定", None),
        ("退回意见 理由", "理由", None),
    ],
)
def test_a_reason_is_told_apart_from_what_it_is_for(words: str, rest: str, reason: str | None) -> None:
    command = read(f"案件 3 {words}")
    assert command is not None
    assert (command.rest, command.reason) == (rest, reason)


# ── days, hours, places ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("11月3号", "2026-11-03"),
        ("11月3日", "2026-11-03"),
        ("2026年11月3日", "2026-11-03"),
        ("2026.11.3", "2026-11-03"),
        ("2026-11-03", "2026-11-03"),
        ("１１月３日", "2026-11-03"),
        ("十一月三日", "2026-11-03"),
        ("3号", "2026-11-03"),
        ("今天", "2026-11-24"),
        ("昨天交的", "2026-11-23"),
        ("上周三", "2026-11-18"),
    ],
)
def test_days_are_read_as_people_write_them(units: Units, said: str, day: str) -> None:
    assert details(units, f"已答辩 {said}") == {"day": day}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("11月31日", "没有11月31日"),
        ("13月1日", "没有13月"),
        ("12月1日", "在将来"),
        ("2027年1月3日", "在将来"),
        ("11月3日左右", "没有说定"),
        ("前些日子", "没有看懂日期"),
        ("11月20日，法院11月22日签收", "不止一个日期"),
    ],
)
def test_a_day_that_cannot_be_is_refused_and_asked_for(units: Units, said: str, why: str) -> None:
    with pytest.raises(StepRefused, match=why) as refused:
        details(units, f"已答辩 {said}")
    assert refused.value.detail == "day"


@pytest.mark.parametrize("words", ["已答辩", "开庭 第二法庭 9:00", "裁判 驳回诉讼请求", "归档 三号柜"])
def test_a_day_that_was_not_told_is_left_out(units: Units, words: str) -> None:
    assert "day" not in details(units, words)


def test_two_days_of_a_judgment_are_asked_for_and_never_guessed(units: Units) -> None:
    with pytest.raises(StepRefused, match="不止一个日期"):
        details(units, "裁判 撤销 11月10日判决，11月20日收到")


@pytest.mark.parametrize(
    ("said", "time"),
    [
        ("9:00", "09:00"),
        ("９：３０", "09:30"),
        ("上午9点半", "09:30"),
        ("上午 9 点", "09:00"),
        ("9时15分", "09:15"),
        ("九点一刻", "09:15"),
        ("上午九点三十", "09:30"),
        ("下午3点", "15:00"),
        ("下午三点", "15:00"),
        ("下午2:30", "14:30"),
        ("中午12点", "12:00"),
        ("中午1点", "13:00"),
        ("14:30", "14:30"),
        ("20点", "20:00"),
        ("", None),
    ],
)
def test_hours_are_read_as_people_write_them(units: Units, said: str, time: str | None) -> None:
    told = details(units, f"开庭 12月3日{said}")
    assert (told["day"], told.get("time")) == ("2026-12-03", time)


@pytest.mark.parametrize("said", ["25:00", "9:75", "124:10"])
def test_an_hour_that_no_clock_shows_is_refused(units: Units, said: str) -> None:
    with pytest.raises(StepRefused, match=f"没有{said}这个时间"):
        details(units, f"开庭 12月3日 {said}")


@pytest.mark.parametrize("said", ["取消开庭 第2次", "取消开庭 12月3日", "退回意见 原平市人民政府", "撤回意见"])
def test_words_that_only_name_what_is_meant_are_no_reason(said: str) -> None:
    command = read(f"案件 3 {said}")
    assert command is not None and command.reason is None


@pytest.mark.parametrize(
    ("said", "case"),
    [
        ("确定出庭人员 案件3", 3),
        ("材料 1 齐 案件 12", 12),
        ("案件三 材料 1 齐", 3),
        ("案件十二", 12),
        ("案件 3 开庭 案件4", 3),
    ],
)
def test_the_case_that_is_named_counts_wherever_it_stands(said: str, case: int) -> None:
    command = read(said)
    assert command is not None and (command.case, command.named) == (case, True)


@pytest.mark.parametrize("said", ["3点", "3:00", "两点半"])
def test_an_hour_that_may_be_of_night_or_afternoon_is_not_guessed(units: Units, said: str) -> None:
    with pytest.raises(StepRefused, match="上午还是下午") as refused:
        details(units, f"开庭 12月3日 {said}")
    assert refused.value.detail == "time"


@pytest.mark.parametrize(
    ("said", "place", "asked"),
    [
        ("第二法庭 要求负责人出庭", "第二法庭", True),
        ("在第二法庭开庭，法院没有要求负责人出庭", "第二法庭", False),
        ("法院通知在第二法庭", "第二法庭", None),
        ("地点：原平市人民法院三楼第三审判庭", "原平市人民法院三楼第三审判庭", None),
        ("原平市人民法院，法院书面要求负责人出庭", "原平市人民法院", True),
        ("法院要求负责人出庭", None, True),
        ("法院通知的", None, None),
    ],
)
def test_place_and_what_the_court_asks_are_told_apart(
    units: Units, said: str, place: str | None, asked: bool | None
) -> None:
    told = details(units, f"开庭 12月3日9:00 {said}")
    assert (told.get("place"), told.get("head_asked")) == (place, asked)


# ── attendees ────────────────────────────────────────────────────────────────────────────────────────────────────────

DEPUTY = {"kind": "head", "office": "副市长", "duty": "分管住建"}
LAWYER = {"kind": "lawyer", "office": "", "duty": ""}


def test_attendees_are_read_by_office_and_duty(units: Units) -> None:
    told = details(units, "提出出庭人员 副市长，分管住建；法制科科长；律师")
    assert told["attendees"] == [DEPUTY, {"kind": "staff", "office": "法制科科长", "duty": ""}, LAWYER]


@pytest.mark.parametrize("said", ["", "大家一起去", COUNTY])
def test_where_nobody_is_named_by_office_attendees_are_missing(units: Units, said: str) -> None:
    assert "attendees" not in details(units, f"提出出庭人员 {said}")


def test_who_does_not_come_is_no_attendee(units: Units) -> None:
    told = details(units, "提出出庭人员 市长不能出庭，由副市长出庭，分管住建；律师")
    assert told["attendees"] == [DEPUTY, LAWYER]


def test_attendees_are_those_of_the_defendant_named_and_else_of_ones_own(units: Units) -> None:
    named = several(units, f"提出出庭人员 {COUNTY}：副市长，分管住建；律师", BOTH, None)
    own = several(units, "提出出庭人员 副市长，分管住建；律师", BOTH, GOVERNMENT)
    assert named == own == ({"attendees": [DEPUTY, LAWYER], "party": COUNTY},)
    (bureaus,) = several(units, f"提出出庭人员 {HANDLING} 局长；律师", BOTH, GOVERNMENT)
    assert bureaus == {"attendees": [{"kind": "head", "office": "局长", "duty": ""}, LAWYER], "party": HANDLING}
    (whose,) = several(units, "提出出庭人员 副市长，分管住建", BOTH, None)
    assert "party" not in whose, "the case asks which"


# ── marks, results, names ────────────────────────────────────────────────────────────────────────────────────────────

ALL = "12345678"


@pytest.mark.parametrize(
    ("said", "marks"),
    [
        ("1 3 齐", {"done": "13"}),
        ("1、3都齐了", {"done": "13"}),
        ("1，2，3 已齐", {"done": "123"}),
        ("1-3齐", {"done": "123"}),
        ("2到4 稍后", {"later": "234"}),
        ("第三项不需要", {"none": "3"}),
        ("第8项齐", {"done": "8"}),
        ("全部齐", {"done": ALL}),
        ("都齐了", {"done": ALL}),
        ("八项都齐", {"done": ALL}),
        ("8项都备好了", {"done": ALL}),
        ("1 3 齐，5 稍后；7不用", {"done": "13", "later": "5", "none": "7"}),
        ("还没齐：2", {"later": "2"}),
        ("齐 4", {"done": "4"}),
    ],
)
def test_papers_are_marked_one_or_several_at_a_time(units: Units, said: str, marks: dict[str, str]) -> None:
    told: dict[str, str] = {}
    for it in several(units, f"材料 {said}"):
        told[str(it["mark"])] = told.get(str(it["mark"]), "") + str(it["paper"])
    assert told == marks


@pytest.mark.parametrize(
    ("said", "told"), [("齐", {"mark": "done"}), ("9 齐", {"mark": "done"}), ("3", {"paper": "3"}), ("哈哈", {})]
)
def test_of_papers_only_what_was_said_is_told(units: Units, said: str, told: Mapping[str, object]) -> None:
    assert several(units, f"材料 {said}") == (told,)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("裁判 驳回诉讼请求 今天", {"result": "claim_rejected"}),
        ("收到裁定 驳回起诉 今天", {"result": "suit_dismissed", "form": "ruling"}),
        ("收到判决 二审 部分撤销 今天", {"result": "partly_revoked", "form": "judgment", "instance": "second"}),
        ("裁判 今天 准许撤诉", {"result": "withdrawn"}),
        ("裁判 今天 二审准许撤回起诉", {"result": "withdrawn", "instance": "second"}),
        ("收到裁定 今天 准许撤回上诉", {"result": "appeal_withdrawn", "form": "ruling"}),
        ("收到裁定 今天 准许撤回再审申请", {"result": "appeal_withdrawn", "form": "ruling", "instance": "retrial"}),
        ("裁判 今天", {}),
        ("我方上诉 今天", {"kind": "appeal"}),
        ("我方申请再审 今天", {"kind": "retrial"}),
        ("收到上诉状 今天", {"kind": "appeal"}),
        ("收到再审申请 今天", {"kind": "retrial"}),
        ("已回复司法建议 第2份 今天", {"advice": 2}),
    ],
)
def test_the_steps_own_words_tell_too(units: Units, words: str, told: Mapping[str, object]) -> None:
    assert details(units, words) == {**told, "day": "2026-11-24"}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("正职", {"rank": "chief"}),
        ("副市长出庭", {"rank": "deputy"}),
        ("第2次 其他负责人", {"rank": "other", "hearing": 2}),
        ("没有负责人出庭", {"rank": "none"}),
        ("局长没出庭", {"rank": "none"}),
        ("大家都去了", {}),
    ],
)
def test_who_attended_is_told_by_rank(units: Units, said: str, told: Mapping[str, object]) -> None:
    assert details(units, f"已开庭 {said}") == told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("归档 今天 档案室3柜", {"day": "2026-11-24", "archive": "档案室3柜"}),
        ("归档 今天", {"day": "2026-11-24"}),
        ("移交给收文岗", {"colleague": "收文岗"}),
        ("办完 answer", {"deadline": "answer"}),
        ("确定承办 住建局、自然资源局", {"unit": "住建局、自然资源局"}),
        ("补记 案号 （2026）晋0981行初5号", {"field": "court_number", "value": "（2026）晋0981行初5号"}),
        ("法院是原平市人民法院", {"field": "court", "value": "原平市人民法院"}),
        ("程序 简易程序", {"field": "procedure", "value": "simple"}),
        ("程序 特别", {"field": "procedure"}),
        ("收到日 11月9日", {"field": "received_on", "value": "2026-11-09"}),
        ("举证期限 12月20日", {"field": "evidence_due", "value": "2026-12-20"}),
        ("案由", {"field": "cause"}),
        ("补记", {}),
        ("补记 天气", {}),
    ],
)
def test_other_details(units: Units, words: str, told: Mapping[str, object]) -> None:
    assert details(units, words) == told


def test_a_field_s_impossible_day_is_refused_as_its_value(units: Units) -> None:
    with pytest.raises(StepRefused, match="没有11月31日") as refused:
        details(units, "收到日 11月31日")
    assert refused.value.detail == "value"


# ── the letter's own date ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("今天，信上写1个月内回复", "2026-12-24"),
        ("今天 信上写一个月", "2026-12-24"),
        ("今天，信上要求一月内", "2026-12-24"),
        ("今天，建议书要求30日内回复", "2026-12-24"),
        ("今天 信上写15天", "2026-12-09"),
        ("今天 信上要求12月20日前回复", "2026-12-20"),
        ("11月20日收到，信上写12月20日", "2026-12-20"),
        ("信上写2026年12月20日之前，昨天收到", "2026-12-20"),
        ("今天 信上写6个月", None),
        ("今天", None),
    ],
)
def test_the_letters_own_date_counts_where_it_is_the_earlier(units: Units, said: str, due: str | None) -> None:
    told = details(units, f"收到司法建议 {said}")
    assert told.get("letter_due") == due
    assert date.fromisoformat(told["day"]) <= TODAY


def test_the_letters_date_is_not_taken_for_the_day_of_receipt(units: Units) -> None:
    with pytest.raises(StepRefused) as refused:
        details(units, "收到司法建议 信上要求12月20日前回复")
    assert refused.value.detail == "day"


def test_a_letter_that_leaves_no_time_is_refused(units: Units) -> None:
    with pytest.raises(StepRefused, match="不晚于收到日") as refused:
        details(units, "收到司法建议 今天 信上写0日")
    assert refused.value.detail == "letter_due"


def test_an_advice_on_a_normative_document_is_told(units: Units) -> None:
    assert details(units, "收到司法建议 今天 针对规范性文件")["normative"] is True


# ── any text ─────────────────────────────────────────────────────────────────────────────────────────────────────────

_WORDS = st.sampled_from([word for step in load_steps().steps.values() for word in step.words] + [*FIELDS.values()])
_PARTS = st.sampled_from(
    [*"0123456789十三半零年月日号点时前后第次份项齐都、，；：（） \n", "上午", "信上写", "个月", "昨天", "12月31日",
     "理由", "法院", "副市长", "律师", "规范性文件", "驳回", COUNTY]
)  # fmt: skip
_TEXTS = st.one_of(st.text(max_size=40), st.lists(_PARTS, max_size=12).map("".join))


@settings(deadline=None)
@given(_WORDS, _TEXTS)
def test_any_words_after_a_step_are_read_or_refused_in_a_sentence(units: Units, word: str, text: str) -> None:
    command = read(f"案件 3 {word} {text}")
    assert command is not None
    if command.step is None:
        return
    reader = Reader(units, lambda _, text: text, lambda _, text: text)
    for of in (case(), BOTH):
        try:
            said = [str(it) for it in reader.details(command, command.step, of, None, TODAY)]
        except (StepRefused, KnowledgeError) as refused:
            said = [str(refused)]
        assert said and all(it.startswith("{") or it.endswith("。") for it in said)


@given(_TEXTS)
def test_any_words_at_all_are_folded_once_and_read_or_left(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert read(text) == read(folded(text))
