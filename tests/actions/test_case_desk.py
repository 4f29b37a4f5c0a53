"""The case desk in words: a whole life, by the right people; what is asked back; what is refused, why, and to whom."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from actions.case_talk import CaseDesk, Shown
from actions.cases import Case
from actions.people import Role
from actions.reminding import Reminders
from actions.render import HERE
from tests.actions.cases_kit import (
    AT,
    BOTH_SUED,
    BUREAU,
    BUREAU_SUED,
    GOVERNMENT,
    GOVERNMENT_SUED,
    OFFICE,
    OTHER_BUREAU,
    REPORTED_BY_TOWNSHIP,
    Office,
)

REGISTRAR, PROPOSER, DECIDER, ADMINISTRATOR, OUTSIDER = (f"telegram:{number}" for number in range(1, 6))
CHOOSE = '/choose{"fact": "reviewed", "value": "none"}'


class Counter:
    """A desk with people in front of it, and its clock."""

    def __init__(self, office: Office) -> None:
        self.office, self.now = office, AT
        self.desk = self.another()

    def another(self) -> CaseDesk:
        """A desk of another process, on the same store."""
        return CaseDesk(self.office.store, self.office.cases, self.office.table, lambda: self.now)

    def on(self, month: int, day: int, year: int = 2026) -> None:
        self.now = datetime(year, month, day, 10, tzinfo=HERE)

    def shown(self, person: str, text: str, key: str = "") -> Shown:
        shown = self.desk.answer(person, text, key)
        assert shown is not None, f"left to others: {text}"
        return shown

    def says(self, person: str, text: str, key: str = "") -> str:
        """What is said to a step that was taken, or to what was looked at."""
        shown = self.shown(person, text, key)
        assert not shown.refused, shown.text
        return shown.text

    def refuses(self, person: str, text: str) -> str:
        shown = self.shown(person, text)
        assert shown.refused and not shown.documents, shown.text
        return shown.text

    def press(self, person: str, shown: Shown, label: str) -> str:
        return self.says(person, dict(shown.choices)[label])

    @property
    def case(self) -> Case:
        return self.office.cases.list()[-1]

    @property
    def steps(self) -> list[str]:
        return [it.what for it in self.office.cases.history(1, self.office.registrar)]


@pytest.fixture
def desk(office: Office) -> Counter:
    """One with a case against the government (R03)."""
    office.open()
    return Counter(office)


# ── a whole life ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_from_the_notice_to_the_archive_by_the_right_people(desk: Counter) -> None:
    assert "【第1号案件】待答辩" in desk.says(REGISTRAR, "案件1")
    assert desk.says(REGISTRAR, "案号（2026）晋0981行初5号") == "已记第1号案件：案号 （2026）晋0981行初5号。"
    desk.says(REGISTRAR, "法院 原平市人民法院")
    assert "第1项、第3项，已齐；第5项，稍后" in desk.says(REGISTRAR, "材料 1 3 齐，5 稍后")
    said = desk.says(REGISTRAR, "案件 1 开庭 12月3日9:00 第二法庭 要求负责人出庭")
    assert said == "已记第1号案件：开庭，2026年12月3日，09:00，第二法庭，法院书面要求负责人出庭。"

    said = desk.says(PROPOSER, "案件 1 提出出庭人员 副市长，分管住建；法制科科长；律师")
    assert "接下来由原平市人民政府确定（第十三条）。" in said
    assert "1. 副市长（分管住建）：可以作为负责人。" in said, "who may go is said at once"
    assert desk.refuses(DECIDER, "案件 1 退回意见") == "“退回意见”要写理由，例如“理由 ……”。"
    assert "意见已退回，理由：换一位分管的" in desk.says(DECIDER, "换一位分管的")
    desk.says(PROPOSER, "案件 1 提出出庭人员 市长；律师")
    assert "市长、律师，已确定" in desk.says(DECIDER, "案件 1 确定出庭人员")

    desk.says(REGISTRAR, "案件 1 已答辩 今天")
    desk.on(12, 3)
    assert "已开庭，副职。" in desk.says(REGISTRAR, "案件 1 已开庭 副市长")
    desk.on(12, 20)
    desk.says(REGISTRAR, "案件 1 收到判决 驳回诉讼请求 昨天")
    desk.on(1, 15, 2027)
    desk.says(REGISTRAR, "案件 1 结案 今天")
    assert "档案室3柜" in desk.says(REGISTRAR, "案件 1 归档 今天 档案室3柜")

    it = desk.case
    assert (it.stage, it.court_number, it.court) == ("archived", "（2026）晋0981行初5号", "原平市人民法院")
    assert it.materials == (("1", "done"), ("3", "done"), ("5", "later"))
    assert [(plan.state, plan.settled_by, plan.reason) for plan in it.plans] == [
        ("returned", DECIDER, "换一位分管的"),
        ("decided", DECIDER, None),
    ]
    (hearing,) = it.hearings
    assert (hearing.day, hearing.time, hearing.place) == (date(2026, 12, 3), "09:00", "第二法庭")
    assert (hearing.head_asked, hearing.attended) == (True, ((GOVERNMENT, "deputy"),))
    assert [(one.result, one.received_on) for one in it.judgments] == [("claim_rejected", date(2026, 12, 19))]
    assert it.archive == "档案室3柜"
    assert desk.office.cases.verify().ok
    page = desk.says(REGISTRAR, "案件 1")
    assert "【第1号案件】已归档" in page and "归档：2027年1月15日（星期五） 档案室3柜" in page
    assert len(desk.says(REGISTRAR, "案件 1 记录").split("\n")) == len(desk.steps)


def test_an_open_handling_unit_is_settled_by_two_hands(office: Office) -> None:
    office.open(REPORTED_BY_TOWNSHIP)
    desk = Counter(office)
    assert "待定，由" in desk.says(DECIDER, "案件 1")
    said = desk.says(DECIDER, "案件 1 确定承办 住建局、自然资源局")
    assert "待定" in said and f"办公室已确认{BUREAU}、{OTHER_BUREAU}" in said
    assert not desk.case.handling, "one hand settles nothing"
    assert "已经确认过" in desk.refuses(DECIDER, f"案件 1 确定承办 {BUREAU}、{OTHER_BUREAU}")
    assert f"承办单位：{BUREAU}、{OTHER_BUREAU}。" in desk.says(PROPOSER, "案件 1 确定承办 自然资源局，住建局")
    assert set(desk.case.handling) == {BUREAU, OTHER_BUREAU}


def test_with_two_defendants_each_settles_its_own(office: Office) -> None:
    office.enrol("telegram:6", BUREAU, Role.PROPOSE)
    office.enrol("telegram:7", BUREAU, Role.DECIDE)
    office.open(BOTH_SUED)
    desk = Counter(office)
    assert f"【出庭人员】{GOVERNMENT}" in desk.says(PROPOSER, "案件 1 提出出庭人员 副市长，分管住建；律师")
    assert f"【出庭人员】{BUREAU}" in desk.says("telegram:6", "案件 1 提出出庭人员 局长；律师")
    assert f"由{GOVERNMENT}做（第十三条）" in desk.refuses("telegram:7", f"案件 1 确定出庭人员 {GOVERNMENT}")
    desk.says(DECIDER, "案件 1 确定出庭人员")
    desk.says("telegram:7", f"案件 1 确定出庭人员 {BUREAU}")
    assert {it.party: it.attendees[0].office for it in desk.case.plans} == {GOVERNMENT: "副市长", BUREAU: "局长"}

    desk.says(REGISTRAR, "案件 1 开庭 今天")
    asked = desk.shown(PROPOSER, "案件 1 已开庭 副职")
    assert [label for label, _ in asked.choices] == [it.unit for it in desk.case.parties] and asked.asks
    desk.press(PROPOSER, asked, GOVERNMENT)
    assert desk.case.hearings[0].attended == ((GOVERNMENT, "deputy"),)


# ── asked back ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_missing_day_is_asked_for_and_the_next_words_are_it(desk: Counter) -> None:
    asked = desk.shown(REGISTRAR, "案件 1 已答辩")
    assert asked.text == "“已答辩”还缺日期，例如“11月24日”。" and asked.refused and asked.asks
    assert desk.says(REGISTRAR, "11月20号") == "已记第1号案件：已答辩，2026年11月20日。"
    assert desk.case.answered_on == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("first", "why", "then", "said"),
    [
        ("已答辩 11月31日", "没有11月31日", "11月20日", "已答辩，2026年11月20日"),
        ("已答辩 11月1日", "早于收到应诉通知", "11月20日", "已答辩，2026年11月20日"),
        ("已答辩 12月1日", "在将来", "昨天", "已答辩，2026年11月23日"),
        ("裁判 撤销 11月10日判决，11月20日收到", "不止一个日期", "11月20日", "裁判，撤销，2026年11月20日"),
        ("收到司法建议 信上写1个月内回复", "还缺日期", "11月20日", "2026年11月20日，信上要求2026年12月20日前回复"),
        ("案号 5号", "案号应写作", "（2026）晋0981行初5号", "案号 （2026）晋0981行初5号"),
        ("收到日 11月31日", "没有11月31日", "11月10日 理由 抄错了", "收到日 2026年11月10日"),
        ("补记", "还缺要补记的项目", "法院 原平市人民法院", "法院 原平市人民法院"),
        ("材料 1 3", "还缺情况", "都齐了", "材料第1项、第3项，已齐"),
        ("材料 齐", "还缺材料的序号", "2、4", "材料第2项、第4项，已齐"),
        ("办完 喝茶", "没有“喝茶”这一项", "阅卷", "办完，阅卷"),
        ("裁判 今天", "还缺裁判结果", "驳回起诉", "裁判，驳回起诉，2026年11月24日"),
        ("已开庭 没有负责人出庭", "请写原因", "理由 不可抗力", "已开庭，没有负责人出庭"),
    ],
)
def test_what_is_wrong_is_told_and_the_answer_takes_its_place(
    desk: Counter, first: str, why: str, then: str, said: str
) -> None:
    desk.says(REGISTRAR, "案件 1 开庭 今天 9:00")
    assert why in desk.refuses(REGISTRAR, f"案件 1 {first}")
    before = len(desk.steps)
    assert said in desk.says(REGISTRAR, then)
    assert len(desk.steps) > before


def test_a_reason_given_with_the_answer_is_its_reason(desk: Counter) -> None:
    desk.says(REGISTRAR, "案件 1 裁判 撤销 11月20日")
    desk.refuses(REGISTRAR, "案件 1 裁判 一审 驳回起诉")
    desk.says(REGISTRAR, "11月20日 理由 原来抄错了")
    assert [it.result for it in desk.case.judgments] == ["suit_dismissed"]
    assert desk.office.cases.history(1, desk.office.registrar)[-1].reason == "原来抄错了"


def test_attendees_that_are_missing_are_asked_for(desk: Counter) -> None:
    assert "还缺出庭人员的职务" in desk.refuses(PROPOSER, "案件 1 提出出庭人员 大家一起去")
    assert "提出出庭人员，市长、律师。" in desk.says(PROPOSER, "市长；律师")


def test_a_rank_is_asked_for_with_buttons_and_no_head_needs_a_reason(desk: Counter) -> None:
    desk.says(REGISTRAR, "案件 1 开庭 今天 9:00")
    asked = desk.shown(REGISTRAR, "案件 1 已开庭")
    assert [label for label, _ in asked.choices] == ["没有负责人出庭", "其他负责人", "副职", "正职"]
    again = desk.shown(REGISTRAR, dict(asked.choices)["没有负责人出庭"])
    assert "请写原因" in again.text and not again.choices and again.asks
    desk.says(REGISTRAR, "突发山洪，已向法院说明")
    (hearing,) = desk.case.hearings
    assert (hearing.attended, hearing.reason) == (((GOVERNMENT, "none"),), "突发山洪，已向法院说明")


def test_what_may_be_any_words_is_not_taken_for_another_step(desk: Counter) -> None:
    desk.says(REGISTRAR, "案件 1 开庭 12月3日9:00")
    desk.refuses(REGISTRAR, "案件 1 取消开庭")
    desk.says(REGISTRAR, "法院 通知改期")
    assert (desk.case.court, desk.case.hearings[0].reason) == ("", "法院 通知改期")
    desk.refuses(REGISTRAR, "案件 1 案由")
    desk.says(REGISTRAR, "裁判 履行今天")
    assert (desk.case.cause, desk.case.judgments) == ("裁判 履行今天", ())


def test_another_step_ends_what_was_asked(desk: Counter) -> None:
    desk.refuses(REGISTRAR, "案件 1 已答辩")
    desk.says(REGISTRAR, "材料 1 齐")
    assert desk.desk.answer(REGISTRAR, "11月20日") is None
    assert desk.steps == ["open", "material"]


def test_never_mind_ends_what_was_asked(desk: Counter) -> None:
    desk.refuses(REGISTRAR, "案件 1 已答辩")
    assert desk.says(REGISTRAR, "算了") == "好，没有记。"
    assert desk.desk.answer(REGISTRAR, "11月20日") is None
    assert desk.desk.answer(REGISTRAR, "算了") is None, "nothing is asked any more"
    assert desk.steps == ["open"]


@pytest.mark.parametrize("words", ["司法建议多久回复", "第十九条是什么", "谁来定出庭的人"])
def test_a_question_of_law_in_between_leaves_what_was_asked_open(desk: Counter, words: str) -> None:
    desk.refuses(PROPOSER, "案件 1 提出出庭人员")
    assert desk.desk.answer(PROPOSER, words) is None
    assert "已记第1号案件：提出出庭人员" in desk.says(PROPOSER, "市长；律师")


@pytest.mark.parametrize("words", ["帮助", CHOOSE])
def test_a_button_of_the_guided_talk_is_not_taken_for_the_answer(desk: Counter, words: str) -> None:
    desk.refuses(PROPOSER, "案件 1 提出出庭人员")
    assert desk.desk.answer(PROPOSER, words) is None
    assert desk.desk.answer(PROPOSER, "市长；律师") is None, "the talk has gone elsewhere"
    assert desk.steps == ["open"]


def test_words_for_others_end_what_was_spoken_of(desk: Counter) -> None:
    assert desk.desk.answer(REGISTRAR, "材料 1 齐") is None, "no case is spoken of yet"
    desk.says(REGISTRAR, "案件 1")
    assert desk.desk.answer(REGISTRAR, "县政府被告了") is None
    assert desk.desk.answer(REGISTRAR, "材料 1 齐") is None


def test_a_question_survives_the_process(desk: Counter) -> None:
    desk.refuses(DECIDER, "案件 1 已开庭 副职")
    desk.says(PROPOSER, "案件 1 提出出庭人员 市长；律师")
    desk.refuses(DECIDER, "案件 1 退回意见")
    desk.says(REGISTRAR, "案件 1")
    desk.desk = desk.another()
    desk.says(REGISTRAR, "材料 1 齐")
    desk.says(DECIDER, "换一位分管的")
    assert desk.steps == ["open", "propose", "material", "return"]


def test_the_same_message_again_changes_nothing_more(desk: Counter) -> None:
    for _ in range(2):
        assert "材料" in desk.says(REGISTRAR, "案件 1 材料 1 3 5 齐", "telegram:17")
        assert "已答辩" in desk.says(REGISTRAR, "案件 1 已答辩 今天", "telegram:18")
    assert desk.steps == ["open", *["material"] * 3, "answer"]


def test_an_answer_that_comes_again_after_a_kill_is_answered_as_before(desk: Counter) -> None:
    desk.refuses(REGISTRAR, "案件 1 已答辩")
    first = desk.desk.answer(REGISTRAR, "11月20日", "telegram:19")
    again = desk.another().answer(REGISTRAR, "11月20日", "telegram:19")
    assert again is not None and again == first
    assert desk.steps == ["open", "answer"]


def test_papers_told_together_are_noted_all_or_none(desk: Counter) -> None:
    desk.says(REGISTRAR, "案件 1 材料 1 齐")
    desk.says(REGISTRAR, "案件 1 材料 1-3 齐")
    assert desk.steps == ["open", *["material"] * 3], "what was so already is left out"
    assert "没有改动" in desk.refuses(REGISTRAR, "案件 1 材料 1-3 齐")


# ── what is shown ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_button_is_words_that_the_desk_reads(desk: Counter) -> None:
    seen = 0
    for person in (REGISTRAR, PROPOSER, DECIDER):
        for view in ("我的案件", "案件 1", *(f"案件 1 {it}" for it in ("能做什么", "材料", "期限", "出庭", "文书"))):
            for label, command in desk.shown(person, view).choices:
                pressed = desk.shown(person, command)
                assert "没有看懂" not in pressed.text, (label, command)
                seen += 1
    assert seen > 60


def test_what_waits_for_somebody_is_offered_to_them_alone(desk: Counter) -> None:
    def offered(person: str) -> set[str]:
        return {label for label, _ in desk.shown(person, "案件 1 出庭").choices}

    assert (offered(PROPOSER), offered(DECIDER)) == ({"提出出庭人员"}, set())
    desk.says(PROPOSER, "案件 1 提出出庭人员 市长；律师")
    assert (offered(PROPOSER), offered(DECIDER)) == ({"撤回意见"}, {"确定出庭人员", "退回意见"})
    desk.says(DECIDER, "案件 1 确定出庭人员")
    assert (offered(PROPOSER), offered(DECIDER), offered(REGISTRAR)) == (set(), set(), set())


def test_what_can_be_done_is_what_role_unit_and_stage_admit(desk: Counter) -> None:
    desk.says(PROPOSER, "案件 1 提出出庭人员 市长；律师")
    for person, can, cannot in (
        (REGISTRAR, "已答辩", "提出出庭人员"),
        (PROPOSER, "撤回意见", "确定出庭人员"),
        (DECIDER, "确定出庭人员", "已答辩"),
    ):
        shown = desk.shown(person, "案件 1 能做什么")
        labels = {label for label, _ in shown.choices}
        assert can in labels and cannot not in labels and f"· {can}——" in shown.text
    unread = desk.shown(REGISTRAR, "案件 1 请喝茶")
    assert "没有看懂“请喝茶”" in unread.text and unread.choices


def test_a_list_can_be_narrowed(desk: Counter) -> None:
    desk.office.open({**BUREAU_SUED, "received_on": "2026-11-20"})
    assert desk.says(REGISTRAR, "我的案件").count("号　") == 2
    assert desk.says(REGISTRAR, "查案件 人民政府").startswith(f"1号　{GOVERNMENT}　待答辩")
    assert "没有符合条件的案件" in desk.says(REGISTRAR, "查案件 已归档")


@pytest.mark.parametrize(
    ("person", "words", "name", "begins"),
    [
        (REGISTRAR, "案件 1 文书 审批表", "出庭应诉人员审批表-第1号案件-原平市人民政府.docx", b"PK"),
        (REGISTRAR, "案件 1 日历", "第1号案件期限.ics", b"BEGIN:VCALENDAR"),
        (REGISTRAR, "台账", "行政应诉案件台账-2026-11-24.xlsx", b"PK"),
        (REGISTRAR, "统计 2026年", "行政应诉案件台账-2026-11-24.xlsx", b"PK"),
        (PROPOSER, "年报 2026", "原平市司法局关于2026年度行政应诉工作情况的报告（草稿）.docx", b"PK"),
    ],
)
def test_files_come_with_the_answer(desk: Counter, person: str, words: str, name: str, begins: bytes) -> None:
    shown = desk.shown(person, words)
    assert not shown.refused
    assert shown.documents[0].name == name and shown.documents[0].content.startswith(begins)


def test_a_paper_that_is_not_plain_is_asked_for(desk: Counter) -> None:
    asked = desk.shown(REGISTRAR, "案件 1 文书")
    assert len(asked.choices) > 3 and not asked.documents
    assert "没有“结婚证”这种文书" in desk.says(REGISTRAR, "案件 1 文书 结婚证")
    label, command = asked.choices[0]
    assert desk.shown(REGISTRAR, command).documents[0].name.startswith(label)


def test_a_report_is_the_justice_bureaus_and_of_a_year_that_has_begun(desk: Counter) -> None:
    assert "由司法行政部门写（第二十三条）" in desk.refuses(REGISTRAR, "年报 2026")
    assert "从2023年起施行" in desk.refuses(PROPOSER, "年报 2022")
    assert "还没有到" in desk.refuses(PROPOSER, "年报 2027")


def test_what_is_due_within_a_week_is_on_the_list_of_today(desk: Counter) -> None:
    said = desk.says(REGISTRAR, "待办")
    assert said.split("\n")[0].startswith("1号　2026年11月24日前 提交答辩状") and "就是今天" in said
    desk.says(REGISTRAR, "案件 1 已答辩 今天")
    assert "七天内没有到期的事" in desk.says(REGISTRAR, "待办")


def test_a_reminder_is_put_off_and_a_date_marked_as_done(office: Office) -> None:
    office.open({**GOVERNMENT_SUED, "received_on": "2026-11-20"})
    desk = Counter(office)

    def reminded() -> set[str]:
        people, units = office.people.list(), office.table.units
        return {it.deadline for it in Reminders(office.store).due_now([desk.case], people, units, desk.now)}

    desk.on(12, 4)
    assert "answer" in reminded()
    assert "写推到什么时候" in desk.refuses(REGISTRAR, "案件 1 稍后提醒 明天")
    assert "不能推到它后面" in desk.refuses(REGISTRAR, "案件 1 稍后提醒 答辩 12月20日")
    assert "不止一项" in desk.refuses(REGISTRAR, "案件 1 稍后提醒 证据 明天")
    assert "没有“撤诉”这一项日期" in desk.refuses(REGISTRAR, "案件 1 稍后提醒 撤诉 明天")
    said = desk.says(REGISTRAR, "案件 1 稍后提醒 答辩 明天")
    assert said.startswith("好，2026年12月5日（星期六）以前不再提醒第1号案件的“提交答辩状")
    assert "answer" not in reminded()
    desk.on(12, 6)
    assert "answer" in reminded()
    assert "办完，提交答辩状、证据和所依据的规范性文件。" in desk.says(REGISTRAR, "案件 1 办完 answer")
    assert "answer" not in reminded()


def test_a_case_is_handed_over_to_a_colleague(desk: Counter) -> None:
    desk.office.enrol("telegram:7", BUREAU, Role.REGISTER)
    assert "不止一位，请写编号：" in desk.refuses(REGISTRAR, "案件 1 移交给岗位")
    assert f"移交，{BUREAU}岗位。" in desk.says(REGISTRAR, "telegram:7")
    assert desk.case.keeper == "telegram:7"
    assert "没有找到“李科长”" in desk.refuses(REGISTRAR, "案件 1 移交 李科长")


# ── who may ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("person", "words", "why"),
    [
        (REGISTRAR, "提出出庭人员 市长", "“提出出庭人员”要有提出意见的权限，您的权限是登记。"),
        (PROPOSER, "确定出庭人员", "“确定出庭人员”要有确定的权限，您的权限是提出意见。"),
        (DECIDER, "提出出庭人员 市长", "“提出出庭人员”要有提出意见的权限，您的权限是确定。"),
        (PROPOSER, "结案 今天", f"“结案”由{GOVERNMENT}、{BUREAU}做，您的单位不是。"),
        (REGISTRAR, "确定承办 自然资源局", "“确定承办”要有提出意见或确定的权限"),
        (DECIDER, "确定承办 自然资源局", f"承办单位按条文已经确定是{BUREAU}，不用再确认。"),
        (REGISTRAR, "归档 今天", "第1号案件现在是“待答辩”，“归档”只能在已结案时做。"),
        (REGISTRAR, "补记 案由 张某诉政府，电话13834561234", "疑似手机号"),
    ],
)
def test_a_refusal_says_why_and_whose_it_is(desk: Counter, person: str, words: str, why: str) -> None:
    assert why in desk.refuses(person, f"案件 1 {words}")
    assert desk.steps == ["open"]


def test_who_proposed_cannot_decide_even_with_another_role_later(desk: Counter) -> None:
    desk.says(PROPOSER, "案件 1 提出出庭人员 市长；律师")
    desk.office.enrol(PROPOSER, OFFICE, Role.DECIDE)
    assert "要由原平市人民政府的另一位确定（第十三条）" in desk.refuses(PROPOSER, "案件 1 确定出庭人员")


@pytest.mark.parametrize("person", [ADMINISTRATOR, OUTSIDER, "telegram:8"])
@pytest.mark.parametrize("words", ["案件 1", "案件 1 记录", "案件 1 日历", "案件 1 已答辩 今天", "案件 9"])
def test_outsiders_administrators_and_who_only_enquires_see_nothing(desk: Counter, person: str, words: str) -> None:
    desk.office.enrol("telegram:8", BUREAU, Role.ENQUIRE)
    assert desk.refuses(person, words).startswith("没有您能看的第")
    assert desk.says(person, "我的案件").startswith("您还没有能看的案件")
    assert desk.steps == ["open"]


def test_nobody_who_is_not_enrolled_is_answered(desk: Counter) -> None:
    for words in ("案件 1", "我的案件", "材料 1 齐", "台账"):
        assert desk.desk.answer("telegram:99", words) is None


def test_whoever_sits_at_the_machine_registers_but_neither_proposes_nor_decides(desk: Counter) -> None:
    desk.says("console:x", "案件 1 已答辩 今天")
    assert "要有提出意见的权限" in desk.refuses("console:x", "案件 1 提出出庭人员 市长")
    assert "要有确定的权限" in desk.refuses("console:x", "案件 1 确定出庭人员")


def test_who_typed_it_for_another_is_on_record_and_takes_no_word_in_the_talk(desk: Counter) -> None:
    desk.says(REGISTRAR, "案件 1")
    shown = desk.desk.answer(PROPOSER, "案件 1 提出出庭人员", via="console:root", talks=False)
    assert shown is not None and shown.refused
    assert desk.desk.answer(PROPOSER, "市长；律师") is None, "nothing was asked in a talk"
    desk.desk.answer(PROPOSER, "案件 1 提出出庭人员 市长；律师", via="console:root", talks=False)
    assert "由console:root代为录入" in desk.says(REGISTRAR, "案件 1 记录")


# ── what must not go wrong in a hurry ────────────────────────────────────────────────────────────────────────────────


def test_the_case_named_behind_the_step_is_the_one_that_is_meant(desk: Counter) -> None:
    desk.office.open()
    for number in (1, 2):
        desk.says(PROPOSER, f"案件 {number} 提出出庭人员 市长；律师")
    desk.says(DECIDER, "案件 2")
    assert "已记第1号案件" in desk.says(DECIDER, "确定出庭人员 案件1")
    second, first = desk.office.cases.list()
    assert first.plan(GOVERNMENT) is not None and second.proposed(GOVERNMENT) is not None, "case 2 still waits"
    assert "没有您能看的第9号案件" in desk.refuses(DECIDER, "确定出庭人员 案件9")


def test_of_several_hearings_the_one_whose_day_is_named_is_called_off(desk: Counter) -> None:
    for day in ("12月3日", "12月10日"):
        desk.says(REGISTRAR, f"案件 1 开庭 {day} 9:00")
    asked = desk.desk.answer(REGISTRAR, "案件 1 取消开庭 理由 法院改期")
    assert asked is not None and "第1次2026年12月3日" in asked.text
    assert [label for label, _ in asked.choices] == ["第1次", "第2次"]
    desk.says(REGISTRAR, "案件 1 取消开庭 12月10日 理由 法院改期")
    assert [it.state for it in desk.case.hearings] == ["planned", "cancelled"]
    assert "没有记过2026年12月5日" in desk.refuses(REGISTRAR, "案件 1 取消开庭 12月5日 理由 法院改期")


def test_whoever_decides_against_a_rule_is_told_and_says_why(desk: Counter) -> None:
    desk.says(PROPOSER, "案件 1 提出出庭人员 住建局局长；律师3名")
    assert all(it.kind != "head" for it in desk.case.plans[-1].attendees), "第八条: no head of a lower organ stands in"
    assert "要改：" in desk.says(DECIDER, "案件 1 出庭")
    assert "不合规定" in desk.refuses(DECIDER, "案件 1 确定出庭人员")
    desk.says(DECIDER, "只有这样安排，已报主要领导")
    assert desk.case.plans[-1].state == "decided" and desk.case.plans[-1].reason == "只有这样安排，已报主要领导"


def test_a_case_is_not_closed_while_the_judgment_can_be_appealed(desk: Counter) -> None:
    desk.says(REGISTRAR, "案件 1 裁判 撤销 今天")
    assert "上诉期到" in desk.refuses(REGISTRAR, "案件 1 结案 今天")
    desk.says(REGISTRAR, "双方都不上诉")
    assert desk.case.stage == "closed"


def test_a_case_is_not_closed_over_a_hearing_to_come(desk: Counter) -> None:
    desk.says(REGISTRAR, "案件 1 开庭 12月3日 9:00")
    assert "的开庭还没有记为已开庭或者取消" in desk.refuses(REGISTRAR, "案件 1 结案 今天")


def test_the_same_advice_is_not_noted_twice(desk: Counter) -> None:
    desk.says(REGISTRAR, "案件 1 收到司法建议 今天")
    assert "已经记过" in desk.refuses(REGISTRAR, "案件 1 收到司法建议 今天")
    desk.says(REGISTRAR, "另一份")
    assert len(desk.case.advices) == 2


def test_whoever_is_waited_for_finds_it_among_what_is_to_be_done(desk: Counter) -> None:
    desk.says(PROPOSER, "案件 1 提出出庭人员 市长；律师")
    shown = desk.desk.answer(DECIDER, "待办")
    assert shown is not None and "【待您确定】第1号案件" in shown.text
    assert desk.press(DECIDER, shown, "确定出庭人员").startswith("已记第1号案件：确定出庭人员")
    assert "待您确定" not in desk.says(DECIDER, "待办")


def test_somebody_revoked_sees_nothing_on_the_machine_either(desk: Counter) -> None:
    desk.office.enrol("jsonl:zhou", BUREAU, Role.REGISTER)
    desk.office.people.revoke("jsonl:zhou", by="console:admin", at=AT, reason="调离")
    assert "已经停用" in desk.refuses("jsonl:zhou", "案件 1")


def test_parts_of_the_case_spoken_of_need_no_number(desk: Counter) -> None:
    desk.says(REGISTRAR, "案件 1")
    assert "【材料】第1号案件" in desk.says(REGISTRAR, "材料")
    assert "【出庭人员】" in desk.says(REGISTRAR, "谁能去 副市长；律师")
    assert desk.desk.answer(REGISTRAR, "司法建议多久回复") is None
    assert "已记第1号案件" in desk.says(REGISTRAR, "案由 行政征收"), "a question of law in between changes nothing"


def test_what_became_of_a_date_is_said_as_it_is(desk: Counter) -> None:
    desk.says(REGISTRAR, "案件 1 收到日 2026年10月9日 理由 抄错了")
    desk.says(REGISTRAR, "案件 1 已答辩 今天")
    dates = desk.says(REGISTRAR, "案件 1 期限")
    assert "已办（2026年11月24日，逾期29天）" in dates
    assert "提出管辖异议：不用再办" in dates, "nobody objected"


def test_a_missing_head_is_told_what_counts_as_a_reason(desk: Counter) -> None:
    desk.says(REGISTRAR, "案件 1 开庭 今天 9:00")
    assert "一般会议不当然算" in desk.says(REGISTRAR, "案件 1 已开庭 没有负责人 理由 市长开会")


def test_a_courts_number_is_for_a_case_and_asks_which(desk: Counter) -> None:
    assert desk.refuses(REGISTRAR, "案号 （2026）晋0981行初9号").startswith("请先说是哪件案件")
    assert desk.desk.answer(REGISTRAR, "案由 行政征收") is None, "no case has been spoken of"


@pytest.mark.parametrize("who", ["住建局局长", "办公室主任", "四级主任科员", "市长助理", "市长没来，法制科科长去的"])
def test_whoever_is_no_head_of_the_defendant_is_not_recorded_as_one(desk: Counter, who: str) -> None:
    desk.says(REGISTRAR, "案件 1 开庭 今天 9:00")
    asked = desk.desk.answer(REGISTRAR, f"案件 1 已开庭 {who}")
    assert asked is not None and asked.refused and dict(asked.choices), asked
    assert desk.case.hearings[0].attended == ()


@pytest.mark.parametrize(
    ("who", "rank"), [("市长", "chief"), ("副市长", "deputy"), ("常务副市长", "deputy"), ("正职", "chief")]
)
def test_a_head_is_recorded_by_office(desk: Counter, who: str, rank: str) -> None:
    desk.says(REGISTRAR, "案件 1 开庭 今天 9:00")
    desk.says(REGISTRAR, f"案件 1 已开庭 {who}")
    assert dict(desk.case.hearings[0].attended) == {GOVERNMENT: rank}


@pytest.mark.parametrize(
    ("said", "result"),
    [
        ("驳回原告的起诉", "suit_dismissed"),
        ("驳回原告的诉讼请求", "claim_rejected"),
        ("驳回赔偿请求", "claim_rejected"),
        ("判令赔偿", "compensation"),
    ],
)
def test_a_result_is_not_taken_for_its_opposite(desk: Counter, said: str, result: str) -> None:
    desk.says(REGISTRAR, f"案件 1 裁判 {said} 今天")
    assert desk.case.judgments[0].result == result


@pytest.mark.parametrize("said", ["原告胜诉", "不予赔偿"])
def test_a_result_that_is_not_surely_read_is_asked(desk: Counter, said: str) -> None:
    assert "还缺裁判结果" in desk.refuses(REGISTRAR, f"案件 1 裁判 {said} 今天")


@pytest.mark.parametrize("said", ["没有书面要求负责人出庭", "未书面要求负责人出庭", "没有通知负责人"])
def test_a_request_that_was_not_made_is_not_recorded_as_made(desk: Counter, said: str) -> None:
    desk.says(REGISTRAR, f"案件 1 开庭 12月3日9:00 第二法庭 法院{said}")
    assert desk.case.hearings[0].head_asked is False


@pytest.mark.parametrize("said", ["不齐", "没备好"])
def test_papers_that_are_not_ready_are_not_marked_so(desk: Counter, said: str) -> None:
    desk.says(REGISTRAR, f"案件 1 材料 3 {said}")
    assert dict(desk.case.materials) == {"3": "later"}
