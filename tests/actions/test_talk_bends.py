"""The talk bends and does not break: several answers at once, not knowing, going back, pressing, dates alone."""

from __future__ import annotations

import pytest

from actions.talk.service import TalkService
from knowledge.decide import Decider
from tests.actions.conversation import Conversation

STORY = "只告了代县政府，以县政府名义作的征收决定"


@pytest.fixture
def decided(chat: Conversation) -> Conversation:
    """A case with an outcome, reported by 住建局."""
    chat.tell("县政府被告了，住建局报县政府批准的征收决定")
    chat.press("只有")
    chat.answer("以政府名义")
    assert not chat.asks
    return chat


# ── answers of all kinds ─────────────────────────────────────────────────────────────────────────────────────────


def test_several_answers_in_one_message_are_all_taken_and_said(chat: Conversation) -> None:
    chat.tell("只告了代县政府")
    chat.answer("以县政府名义，农业农村局报的，没复议，昨天收到的")
    assert chat.facts["reviewed"] == "none" and chat.facts["received_on"] == "2026-11-23"
    assert "记下了：" in chat.said[0].text and "代县农业农村局" in chat.said[0].text
    assert "2026年11月23日收到，答辩状和证据最晚2026年12月8日（星期二）提交" in chat.said[0].text
    assert "【承办】代县农业农村局" in chat.text


def test_a_correction_of_another_answer_in_the_middle_is_taken_as_one(chat: Conversation) -> None:
    chat.tell("只告了代县政府")
    chat.answer("以县政府名义，复议过")
    chat.answer("水利局")
    assert chat.asks == "reviewed"
    chat.answer("不对，是农业农村局报的")
    assert "代县水利局 → 代县农业农村局" in chat.text
    assert chat.asks == "reviewed", "back to the question that was open"


def test_a_unit_that_approved_is_not_taken_for_the_defendant(chat: Conversation) -> None:
    chat.tell("民政局报的")
    assert chat.asks == "defendants"
    chat.answer("县政府批的，以县政府名义")
    assert not {"defendants", "defendant_units"} & chat.facts.keys()
    assert chat.asks == "defendants"


@pytest.mark.parametrize("said", ["要不要报市司法局", "能不能算县财政局的", "是不是县水利局？"])
def test_a_question_that_names_a_unit_answers_nothing(chat: Conversation, said: str) -> None:
    chat.tell("")
    chat.answer(said)
    assert chat.facts == {}
    assert chat.asks == "defendants"
    assert "没认出来" not in chat.text, "it is looked up"


@pytest.mark.parametrize("said", ["没有吧", "没经过复议，好像", "维持吧"])
def test_an_answer_half_taken_back_is_asked_again(chat: Conversation, said: str) -> None:
    chat.tell("告了代县政府和代县住建局")
    assert chat.asks == "reviewed"
    chat.answer(said)
    assert "reviewed" not in chat.facts
    assert chat.asks == "reviewed"


def test_of_another_case_nothing_enters_this_one(chat: Conversation) -> None:
    chat.tell("乡政府当被告")
    chat.answer("那隔壁派出所也叫人告了，一样不")
    assert chat.facts == {}
    assert chat.asks == "defendants"


@pytest.mark.parametrize("said", ["不知道", "通知书上没写", "这个没注意"])
def test_who_does_not_know_is_told_where_it_stands_and_then_goes_on(chat: Conversation, said: str) -> None:
    chat.tell(STORY)
    chat.answer("对")
    assert "看这里：看发文稿纸" in chat.answer(said)
    assert chat.asks == "reported_by"
    chat.answer(said)
    assert "【承办】定不下来" in chat.text


def test_who_has_looked_is_not_sent_again(chat: Conversation) -> None:
    chat.tell(STORY)
    chat.answer("对")
    chat.answer("查不到")
    assert chat.facts["reported_by"] == "unknown"
    assert "【承办】定不下来" in chat.text


def test_a_change_to_not_known_is_an_answer(decided: Conversation) -> None:
    decided.change("改报批单位")
    decided.answer("查不清")
    assert "没认出来" not in decided.text
    assert "【承办】定不下来" in decided.text


def test_back_past_the_first_question_keeps_the_account(chat: Conversation) -> None:
    chat.tell(STORY)
    chat.answer("对")
    before = dict(chat.facts)
    for _ in range(3):
        chat.back()
        assert chat.facts == before
    assert "1. 被告：代县人民政府" in chat.text, "to be changed line by line"


def test_after_two_failures_the_choices_are_spelt_out_with_whom_to_call(chat: Conversation) -> None:
    chat.tell("只告了代县政府")
    chat.answer("呵呵")
    chat.answer("嘿嘿")
    assert "· 以政府名义作出的决定、处理、答复" in chat.text
    assert "代县司法局" in chat.text and "电话" in chat.text


def test_no_sentence_is_said_three_times_in_a_row_whatever_the_asides(chat: Conversation) -> None:
    chat.tell(STORY)
    for _ in ("understood", "reported_by"):
        last = []
        for number in range(9):
            if number % 3 == 0:
                chat.clause("司法建议多久要回")
            elif number % 3 == 1:
                chat.why()
            else:
                chat.phrase("greet")
            last.append(chat.said[-1].text)
        assert all(len(set(three)) == 3 for three in zip(last, last[1:], last[2:], strict=False))
        chat.answer("对")


def test_a_number_means_what_is_on_the_screen(chat: Conversation) -> None:
    chat.tell("县政府被告了")
    chat.answer("2")
    assert chat.facts["defendants"] == "several_with_government", "2 还有别的机关, not the second of all"


# ── where the text leaves it to people ───────────────────────────────────────────────────────────────────────────


def test_who_presses_for_a_unit_gets_a_request_to_send_on(chat: Conversation, decider: Decider) -> None:
    chat.tell("代县上馆镇政府报代县政府批的，以县政府名义，单告代县政府")
    assert "【承办】定不下来" in chat.text
    said = chat.insist()
    assert "【请示要点】" in said and "代县人民政府办公室、代县司法局" in said
    assert str(decider.cite("11.3").quote) in said
    assert "（1）" in said and "（2）" in said
    assert "【承办】" not in said, "still nobody"
    assert "请示要点" in chat.labels


def test_a_rule_of_dates_shown_does_not_hide_a_later_outcome(decided: Conversation) -> None:
    decided.press("期限")
    decided.change("报批的不是住建局，是农业农村局")
    assert "【承办】县农业农村局" in decided.text


def test_pressed_before_there_is_an_outcome_the_question_comes_back(chat: Conversation) -> None:
    chat.tell(STORY)
    chat.answer("对")
    chat.insist()
    assert "【" not in chat.text
    assert chat.asks == "reported_by"


def test_why_not_another_is_answered_with_the_clause_and_where_it_stops(chat: Conversation, decider: Decider) -> None:
    chat.tell("代县上馆镇政府报代县政府批的，以县政府名义，单告代县政府")
    chat.remark("为甚不能是县政府")
    assert str(decider.cite("11.3").quote) in chat.text
    assert "写进请示，但不是结论" in chat.text


# ── dates without a case ─────────────────────────────────────────────────────────────────────────────────────────


def test_dates_are_counted_without_a_case_and_none_is_begun(chat: Conversation) -> None:
    chat.correct("2026年9月22号收到起诉状副本，最晚哪天")
    assert "最晚2026年10月8日（星期四）" in chat.text
    assert "第六十七条" in chat.text and "法释〔2018〕1号第四十八条" in chat.text
    chat.tell("9月25号收的呢")
    assert "最晚2026年10月10日（星期六）" in chat.text and "调休" in chat.text
    chat.clause("国庆不是放到8号吗")
    assert "国庆节10月1日至7日放假" in chat.text and "以法院通知书为准" in chat.text
    assert chat.facts == {} and not chat.asks


def test_a_day_only_supposed_is_counted_and_not_set(chat: Conversation) -> None:
    chat.tell("只告了代县政府")
    chat.answer("要是9月23号收的呢")
    assert "最晚2026年10月8日（星期四）" in chat.text
    assert "received_on" not in chat.facts
    assert chat.asks == "challenged"


def test_an_article_that_does_not_exist_is_said_not_to(talk: TalkService) -> None:
    assert "没有第0条" in talk.clause("第0条说什么", {}, {}).says[0].text
