"""Officials in a hurry: half answers, what was said before it was asked, changes of mind, and what stays on record."""

from __future__ import annotations

import pytest

from actions.store import Store
from tests.actions.conversation import Conversation


@pytest.fixture
def decided(chat: Conversation) -> Conversation:
    """A case with an outcome, reported by 住建局."""
    chat.tell("县政府被告了，住建局报县政府批准的征收决定")
    chat.press("只有")
    chat.answer("以政府名义")
    assert not chat.asks
    return chat


@pytest.fixture
def office(chat: Conversation) -> Conversation:
    """A case against one office, with its outcome."""
    chat.tell("代县教育局被告了")
    chat.press("只有")
    assert not chat.asks
    return chat


# ── what comes with an outcome ───────────────────────────────────────────────────────────────────────────────────


def test_a_program_reads_the_outcome_from_its_data(decided: Conversation, chat: Conversation) -> None:
    assert decided.said[-1].data == {
        "kind": "outcome",
        "status": "determined",
        "handling": ["县住房和城乡建设局"],
        "rule": "R03",
    }
    decided.remark("不对，是第三人")
    assert decided.said[-1].data == {
        "kind": "outcome",
        "status": "undetermined",
        "handling": [],
        "rule": "E-third-party",
    }


# ── corrections of what was presumed ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("不对，是第三人", "E-third-party"),
        ("其实是公益诉讼", "E-public-interest"),
        ("错了，是民事案件", "R20-proceeding"),
    ],
)
def test_what_was_presumed_is_corrected_though_it_looks_like_a_question(
    office: Conversation, said: str, rule: str
) -> None:
    office.clause(said)
    assert office.said[-1].data["rule"] == rule


def test_the_outcome_of_a_reconsideration_tells_that_there_was_one(office: Conversation) -> None:
    office.remark("其实复议维持了")
    assert office.asks == "reviewed", "it is presumed no longer that there was none"
    office.answer("县政府")
    assert office.said[-1].data["handling"] == ["代县教育局", "代县司法局"]


def test_one_more_defendant_is_added_to_those_named(office: Conversation) -> None:
    office.remark("不对，还有代县政府")
    assert office.said[0].text == "已改被告：代县教育局 → 代县教育局、代县人民政府。"
    assert office.facts["defendants"] == "several_with_government"


def test_a_unit_that_did_something_else_is_no_defendant(office: Conversation) -> None:
    office.remark("还有代县政府批的文件")
    assert office.facts["defendant_units"] == "代县教育局"


# ── half answers ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("said", ["县里", "是市里"])
def test_a_place_alone_is_asked_back_and_not_taken_for_its_government(chat: Conversation, said: str) -> None:
    chat.tell("收到应诉通知书了")
    chat.answer(said)
    assert chat.asks == "defendants"
    assert not chat.facts
    assert chat.text.startswith(f"您说“{said}”，是指“只有")


@pytest.mark.parametrize("said", ["好像是教育局吧", "大概归教育局"])
def test_a_guess_is_put_to_the_person_and_taken_when_they_agree(chat: Conversation, said: str) -> None:
    chat.tell("只告了代县政府，告的不作为")
    while chat.asks == "understood":
        chat.answer("对")
    chat.answer(said)
    assert chat.asks == "duty"
    assert "duty" not in chat.facts and "duty_unit" not in chat.facts
    assert "又说" not in chat.text
    chat.answer("是")
    assert chat.said[-1].data["handling"] == ["代县教育局"]


def test_a_short_name_keeps_the_place_that_was_told_before(chat: Conversation) -> None:
    chat.tell("县医保中心被告了")
    chat.answer("只有医保中心")
    assert chat.facts["defendant_units"].startswith("县")


def test_the_only_defendant_in_other_words_needs_no_name_again(chat: Conversation) -> None:
    chat.tell("我们街道办被起诉了")
    chat.answer("就街道办")
    assert chat.said[-1].data["handling"] == ["街道办事处"]


def test_nobody_else_is_an_answer_before_and_no_fault_after(chat: Conversation) -> None:
    chat.tell("代县教育局和代县民政局被告了")
    assert chat.asks == "reviewed"
    chat.answer("只有这两个")
    assert "没认出来" not in chat.text
    assert chat.asks == "reviewed"


def test_units_alone_are_the_defendants(chat: Conversation) -> None:
    chat.tell("镇政府和县政府")
    assert chat.facts["defendants"] == "several_with_government"
    assert chat.asks == "reviewed"


# ── help, once ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_where_to_look_is_said_once_for_each_failure(chat: Conversation) -> None:
    chat.tell("收到应诉通知书了")
    assert "看这里：" in chat.answer("哈哈哈")
    assert "看这里：" not in chat.clause("司法建议多久要回")
    assert "· 只有市政府" in chat.answer("哈哈哈")
    assert "· 只有市政府" not in chat.clause("司法建议多久要回")


def test_why_is_explained_once_and_then_short(chat: Conversation) -> None:
    chat.tell("收到应诉通知书了")
    first, again = chat.why(), chat.why()
    assert "第三条：“" in first and "第三条：“" not in again
    assert "看这里：" in first and "看这里：" in again
    chat.answer("不知道")
    assert chat.said[-1].data["rule"] == "E-unknown-defendant", "where it stands was told already"


def test_where_it_stands_is_asked_and_told(chat: Conversation) -> None:
    chat.tell("收到应诉通知书了")
    assert "看这里：应诉通知书" in chat.answer("这个看哪一栏")
    assert "没认出来" not in chat.text


def test_what_cannot_be_confirmed_yet_is_told_so(chat: Conversation) -> None:
    chat.tell("代县政府被告了")
    assert chat.answer("确认").startswith("还差一个问题才能定")


def test_yes_to_what_was_understood_is_no_failure(chat: Conversation) -> None:
    chat.tell("县政府被告了，昨天收到的")
    chat.answer("对")
    assert chat.asks == "defendants"
    assert chat.text.startswith("回到刚才：")


def test_a_hint_at_something_else_is_noted_and_asked(chat: Conversation) -> None:
    chat.tell("只告了代县政府")
    chat.answer("以县政府名义")
    chat.answer("先复议过")
    assert chat.said[0].text == "记下了，行政复议接着问。"
    chat.answer("教育局报的")
    assert chat.asks == "reviewed"


def test_there_is_nothing_to_change_before_the_first_answer(chat: Conversation) -> None:
    chat.tell("代县政府被告了")
    assert chat.change("改5").startswith("还没有答过的")


def test_the_same_words_are_asked_about_plainly(chat: Conversation) -> None:
    chat.tell("我们乡政府拆了违建，户主先找县政府复议，县政府说超期不予受理，户主把县政府告了")
    while chat.asks != "review_result":
        chat.answer("对" if chat.asks == "understood" else "就县政府一家")
    assert "您说的是“不予受理”，对吗？" in chat.text


# ── contradictions ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def at_odds(chat: Conversation) -> Conversation:
    """Two defendants after a decision that changed the first one."""
    chat.tell("告了代县政府和代县住建局，代县政府复议撤销的")
    while chat.asks == "understood":
        chat.answer("对")
    assert chat.asks == "clash"
    return chat


def test_to_want_a_change_is_not_to_agree(at_odds: Conversation) -> None:
    at_odds.answer("更正")
    assert at_odds.asks == "clash"
    assert "第十二条：“" not in at_odds.text, "put again without what was read already"


def test_a_third_statement_ends_the_contradiction(chat: Conversation) -> None:
    chat.tell("只告了代县政府")
    chat.answer("没有文书")
    assert not chat.asks
    chat.remark("指挥部拆的")
    assert "以哪个为准" in chat.text
    chat.remark("其实不是指挥部，是住建局自己拆的，文书落款是住建局")
    assert "以哪个为准" not in chat.text
    assert chat.facts["challenged"] != "temporary_body"


def test_who_cannot_tell_which_is_right_gets_an_honest_outcome(at_odds: Conversation) -> None:
    at_odds.answer("不清楚")
    assert at_odds.said[-1].data["rule"] == "E-unclear"


def test_a_word_on_something_else_leaves_the_contradiction_open(decided: Conversation) -> None:
    decided.remark("是农业农村局报的")
    assert decided.asks == "clash"
    decided.answer("昨天收到的")
    assert decided.asks == "clash"
    assert decided.facts["received_on"] == "2026-11-23"
    decided.answer("以2为准")
    assert decided.said[-1].data["handling"] == ["县农业农村局"]


# ── the record ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_case_changed_after_its_record_offers_the_correction(decided: Conversation, records: Store) -> None:
    decided.press("确认并登记")
    decided.remark("不对，是林业局报的")
    decided.press("更正登记")
    assert decided.text.startswith("已登记：编号0002，更正自0001")
    assert records.count() == 2


def test_giving_up_says_what_stays_on_record(decided: Conversation, records: Store) -> None:
    decided.press("确认并登记")
    decided.remark("不对，是林业局报的")
    changed = Conversation(decided.talk, facts=dict(decided.facts), memory=dict(decided.memory))
    assert changed.phrase("cancel").startswith("已取消，没有更正，编号0001照旧。")
    decided.confirm()
    assert decided.phrase("cancel").startswith("这件到这里。编号0002已经登记")
    assert records.count() == 2


def test_the_record_says_each_thing_once_and_names_other_law(decided: Conversation) -> None:
    said = decided.confirm()
    assert said.count("2026年11月24日") == 1 and said.count("0001") == 1
    assert "行政诉讼法第三十四条第一款" in said and "、第三十四条" not in said
    assert "行政诉讼法第三十四条第一款" in decided.records()


def test_the_materials_tell_the_day_and_not_how_it_is_counted(decided: Conversation) -> None:
    decided.remark("昨天收到的")
    said = decided.show("materials")
    assert "最晚2026年12月8日" in said and "当日不算" not in said
    assert "当日不算" in decided.show("deadlines")


# ── clauses ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_part_follows_on_the_outcome_s_clause(decided: Conversation) -> None:
    assert decided.clause("那第二项呢").startswith("第十一条第（二）项：“")


@pytest.mark.parametrize("said", ["第二款呢", "那第三项呢", "上一项呢"])
def test_a_part_of_nothing_is_asked_for(chat: Conversation, said: str) -> None:
    assert chat.clause(said).startswith("是哪一条的？")


def test_whether_somebody_must_go_is_no_change(decided: Conversation) -> None:
    decided.change("一把手不去行不行")
    assert decided.said[0].data["kind"] == "clause"


def test_another_case_told_in_the_middle_is_begun(chat: Conversation) -> None:
    chat.tell("代县政府被告了")
    chat.answer("再登记一个")
    assert chat.text.startswith("第1件（被告代县人民政府）先放着")
    assert chat.asks == "defendants"


def test_a_statement_that_tells_of_no_case_is_looked_up(chat: Conversation) -> None:
    chat.tell("律师把判决书压了半个月")
    assert chat.said[0].data["kind"] == "clause"
    assert not chat.asks
