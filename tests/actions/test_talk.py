"""The guided intake, through the service's own door: what is asked, what is read, what comes out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from actions.store import Store
from actions.talk.service import TalkService
from knowledge.decide import Decider
from knowledge.search import Searcher
from tests.actions.conversation import Conversation, service

STORY = "县政府被告了，住建局报县政府批准的征收决定"


def test_from_the_story_to_a_cited_outcome_by_two_questions(chat: Conversation, decider: Decider) -> None:
    chat.tell(STORY)
    assert "报批单位：县住房和城乡建设局" in chat.text
    assert chat.asks == "defendants"
    assert chat.labels == ["只有县人民政府", "还有别的机关", "都不是", "为什么问"]
    chat.press("只有县人民政府")
    assert chat.asks == "challenged"
    assert "征收" not in chat.text, "one question at a time, nothing besides"
    outcome = chat.answer("以政府名义")
    assert not chat.asks
    assert outcome.startswith("【承办】县住房和城乡建设局\n")
    for ref in ("11.3", "13"):
        clause = decider.cite(ref)
        assert f"{clause.ref}：“{clause.quote}”" in outcome
    assert "由县司法局提出意见，报县人民政府确定" in outcome
    assert "（推论）" in outcome, "that 相关部门 is the one that reported is a reading, and is said to be"
    assert chat.labels[-1] == "确认并登记"


def test_a_story_that_names_the_place_places_every_unit(chat: Conversation) -> None:
    chat.tell("原平市住建局报原平市政府批准的征收决定，以原平市政府名义作出，只告了原平市政府，昨天收到的通知书")
    assert not chat.asks
    assert "【承办】原平市住房和城乡建设局" in chat.text
    assert "由原平市司法局提出意见，报原平市人民政府确定" in chat.text
    assert "最晚2026年12月8日（星期二）" in chat.text


def test_nothing_told_is_nothing_understood(chat: Conversation) -> None:
    chat.tell("")
    assert "我理解" not in chat.text
    assert chat.facts == {}
    assert chat.asks == "defendants"


def test_a_second_case_begins_without_the_first(chat: Conversation) -> None:
    chat.tell(STORY)
    first = chat.memory["case"]
    chat.press("只有")
    chat.tell("镇政府被告了")
    assert chat.memory["case"] != first
    assert chat.facts == {}, "the first case's answers are not the second's"


def test_two_units_named_as_sued_are_not_taken_for_one(chat: Conversation) -> None:
    chat.tell("县政府和住建局被告了")
    assert "一家，还是" not in chat.text
    assert chat.facts == {"defendant_units": "县人民政府、县住房和城乡建设局"}
    assert chat.asks == "reviewed", "two defendants: the next thing is whether there was a reconsideration"


@pytest.mark.parametrize("said", ["单独", "就它一家", "只有县政府", "1"])
def test_that_a_named_defendant_is_the_only_one_can_be_said_in_many_ways(chat: Conversation, said: str) -> None:
    chat.tell("县政府被告了")
    chat.answer(said)
    assert chat.facts["defendants"] == "county_government"


def test_a_bureau_alone_is_asked_whose_it_is(chat: Conversation) -> None:
    chat.tell("人社局被告了")
    assert chat.labels[:2] == ["只有县人力资源和社会保障局", "只有市人力资源和社会保障局"]
    chat.press("只有市人力资源和社会保障局")
    assert "【承办】市人力资源和社会保障局" in chat.text


def test_none_of_these_asks_the_whole_question(chat: Conversation) -> None:
    chat.tell("县政府被告了")
    chat.press("都不是")
    assert chat.asks == "defendants"
    assert "只有县（市、区）政府" in chat.labels
    assert len(chat.labels) > 10


def test_a_mention_of_reconsideration_is_asked_about_and_not_presumed_away(chat: Conversation) -> None:
    chat.tell("只告了县政府，说是复议过")
    chat.answer("以政府名义")
    chat.answer("水利局")
    assert chat.asks == "reviewed"
    chat.answer("市政府复议的")
    assert chat.asks == "review_result"
    chat.answer("维持")
    assert "市司法局" in chat.text and "第十二条" in chat.text


def test_without_such_a_mention_it_is_presumed_openly(chat: Conversation) -> None:
    chat.tell(STORY)
    chat.press("只有")
    chat.answer("以政府名义")
    assert "reviewed" not in chat.facts
    assert "没有问是否经过复议" in chat.text
    assert "没有经过复议（先这样算，可以改）" in chat.show("basis")


def test_not_knowing_is_an_answer_and_leads_to_who_decides(chat: Conversation) -> None:
    chat.tell("只告了县政府")
    chat.answer("以政府名义")
    chat.answer("我们不知道")
    assert chat.asks == "reported_by"
    assert "看发文稿纸、请示件和批准件" in chat.text, "where it stands, first"
    chat.answer("还是不知道")
    assert chat.facts["reported_by"] == "unknown"
    assert "【承办】定不下来，本助手不代定。" in chat.text
    assert "县司法局共同确定" in chat.text
    assert chat.labels[-1] == "登记为待定"


def test_what_the_measure_does_not_govern_cannot_be_recorded(chat: Conversation, records: Store) -> None:
    chat.tell("法院送来的是民事诉讼的传票")
    assert "【不适用】" in chat.text
    assert not any("登记" in label for label in chat.labels)
    assert "【不适用】" in chat.confirm()
    assert records.count() == 0


# ── words that are no answer ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("story", ["", "县政府被告了"])
def test_three_failures_in_a_row_are_told_in_three_ways(chat: Conversation, story: str) -> None:
    chat.tell(story)
    replies = []
    for said in ("呵呵", "嘿嘿", "哈哈", "呵呵", "嘿嘿", "哈哈"):
        chat.answer(said)
        replies.append([say.text for say in chat.said])
    for three in zip(replies, replies[1:], replies[2:], strict=False):
        for place in (0, 1):
            assert len({texts[place] for texts in three}) >= 2, "never the same sentence three times"
        assert len({tuple(texts) for texts in three}) == 3


def test_a_date_and_a_name_that_are_not_understood_are_asked_for_in_their_own_words(chat: Conversation) -> None:
    chat.tell("只告了县政府")
    chat.answer("以政府名义")
    chat.answer("部门报的")
    assert chat.asks == "reporter"
    assert "没认出单位名称" in chat.answer("说不好的那家")
    chat.answer("水利局")
    chat.remark("昨天收到的")
    chat.change("改收到日期")
    assert chat.asks == "received_on"
    replies = {chat.answer("记着呢") for _ in range(3)}
    assert len(replies) == 3
    assert not any("单位名称" in reply for reply in replies)


def test_an_aside_is_no_failure(chat: Conversation) -> None:
    chat.tell("县政府被告了")
    question = chat.said[-1]
    chat.why()
    assert chat.said[-1].text == f"回到刚才：{question.text}"
    chat.clause("司法建议多久要回")
    assert "第十九条" in chat.text
    assert chat.said[-1].choices == question.choices, "the pending question comes again, with its choices"
    assert chat.asks == "defendants"
    assert chat.answer("呵呵").startswith("没认出来")


# ── why ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_why_gives_the_reason_and_its_clauses_word_for_word(chat: Conversation, decider: Decider) -> None:
    chat.tell("只告了县政府")
    chat.answer("以政府名义")
    assert chat.asks == "reported_by"
    said = chat.why()
    fact = decider.table.facts["reported_by"]
    assert said.startswith(fact.why)
    assert str(decider.cite(fact.cites[0]).quote) in said
    assert chat.asks == "reported_by"


def test_every_fact_can_say_why_it_is_asked(talk: TalkService, decider: Decider) -> None:
    for name, fact in decider.table.facts.items():
        assert talk.why(name, {}, {}).says[0].text.startswith(fact.why)


# ── the day of receipt ───────────────────────────────────────────────────────────────────────────────────────────


def decided(chat: Conversation) -> Conversation:
    chat.tell(STORY)
    chat.press("只有")
    chat.answer("以政府名义")
    return chat


@pytest.mark.parametrize(
    ("said", "received", "due"),
    [
        ("昨天收到的", "2026-11-23", "2026年12月8日（星期二）"),
        ("11月20日", "2026-11-20", "2026年12月7日（星期一）"),
        ("收到日期是2026年11月18号", "2026-11-18", "2026年12月3日（星期四）"),
    ],
)
def test_a_day_told_after_the_outcome_gives_the_date_it_is_due(
    chat: Conversation, said: str, received: str, due: str
) -> None:
    decided(chat).remark(said)
    assert chat.facts["received_on"] == received
    assert f"最晚{due}" in chat.text


def test_a_day_told_while_something_else_is_asked_is_kept_and_the_question_stays(chat: Conversation) -> None:
    chat.tell("只告了县政府")
    chat.answer("昨天收到的")
    assert chat.facts["received_on"] == "2026-11-23"
    assert chat.asks == "challenged"


@pytest.mark.parametrize("said", ["10月8日开会定的，具体哪家还在问", "处罚是11月3日作出的", "开庭是12月20日"])
def test_the_day_of_something_else_is_not_the_day_of_receipt(chat: Conversation, said: str) -> None:
    chat.tell("只告了县政府")
    chat.answer(said)
    assert "received_on" not in chat.facts
    decided(chat).remark(said)
    assert "received_on" not in chat.facts


def test_asking_for_the_dates_tells_the_rule_and_leaves_no_question_open(chat: Conversation) -> None:
    decided(chat).press("期限")
    assert not chat.asks
    assert "15日内" in chat.text and "告诉我哪天收到的" in chat.text
    assert "没有2月30日" in chat.remark("2月30号")
    assert "在将来" in chat.remark("明天")
    chat.remark("昨天")
    assert "【期限】\n1. 2026年11月24日" in chat.text  # by date: the day to settle who handles it comes first
    assert "2026年12月8日（星期二）　提交答辩状" in chat.text
    assert not chat.asks
    assert chat.outcome().startswith("【承办】")


@pytest.mark.parametrize(("said", "problem"), [("2月30日收到的", "没有2月30日"), ("明天收到的", "在将来")])
def test_an_impossible_day_is_told_and_changes_nothing(chat: Conversation, said: str, problem: str) -> None:
    decided(chat).remark("昨天收到的")
    assert problem in chat.remark(said)
    assert chat.facts["received_on"] == "2026-11-23"


def test_a_case_outside_the_measures_time_is_refused_with_the_reason(
    decider: Decider, searcher: Searcher, records: Store
) -> None:
    late = Conversation(service(decider, searcher, records, datetime(2028, 7, 3, 2, tzinfo=UTC)))
    late.tell("只告了县政府，昨天收到的通知书")
    assert "【不适用】" in late.text
    assert "第二十五条" in late.text
    early = Conversation(service(decider, searcher, records, datetime(2028, 7, 1, 2, tzinfo=UTC)))
    early.tell("只告了县政府，昨天收到的通知书")
    early.answer("对")
    assert early.asks == "challenged", "judged by its own date, the last day in force"


# ── other doors ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_without_a_case_the_clauses_answer(chat: Conversation, decider: Decider) -> None:
    assert str(decider.cite("15").quote) in chat.show("materials")
    assert chat.text.count("\n") >= 8
    assert str(decider.cite("13").quote) in chat.show("attendance")
    assert "15日" in chat.show("deadlines")
    assert "第十一条" in chat.show("basis")
    assert not chat.asks


def test_materials_and_attendance_of_a_case(chat: Conversation, decider: Decider) -> None:
    decided(chat).press("材料")
    assert all(f"□ {number}. " in chat.text for number in range(1, 9))
    assert str(decider.cite("15").quote) in chat.text
    chat.press("改答案")
    assert chat.text.startswith("改哪一项")
    chat.show("attendance")
    assert str(decider.cite("4").quote) in chat.text and str(decider.cite("8-2").quote) in chat.text


def test_a_follow_up_question_leans_on_the_one_before(chat: Conversation) -> None:
    chat.clause("第十一条第五项说什么")
    chat.clause("那第六项呢")
    assert "第十一条第（六）项" in chat.text


@pytest.mark.parametrize("what", ["greet", "help", "thanks", "fallback", "resume", "cancel"])
def test_the_phrases_of_every_talk_are_there_without_a_case(chat: Conversation, what: str) -> None:
    assert chat.phrase(what)  # type: ignore[arg-type]
    assert "！" not in chat.text
    assert chat.facts == {} and not chat.asks


def test_cancelling_and_starting_over_forget_the_case(chat: Conversation) -> None:
    decided(chat).phrase("cancel")
    assert chat.facts == {}
    assert "没有待登记" in chat.confirm()
    decided(chat).phrase("restart")
    assert chat.facts == {} and chat.asks == "defendants"
