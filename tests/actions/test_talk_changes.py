"""Taking answers back and giving them anew: what was chosen stays until somebody says otherwise, outright."""

from __future__ import annotations

import pytest

from actions.talk.service import TalkService
from tests.actions.conversation import Conversation

STORY = "县政府被告了，住建局报县政府批准的征收决定"


@pytest.fixture
def decided(chat: Conversation) -> Conversation:
    """A case with an outcome: one defendant, in the government's name, reported by 住建局."""
    chat.tell(STORY)
    chat.press("只有")
    chat.answer("以政府名义")
    assert not chat.asks
    return chat


# ── back ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_back_puts_the_last_question_again_with_the_answer_it_had(decided: Conversation) -> None:
    decided.back()
    assert decided.asks == "challenged"
    assert decided.text.startswith("（原来的答案：以政府名义作出的决定、处理、答复）")
    assert "challenged" not in decided.facts
    assert decided.facts["reporter"] == "县住房和城乡建设局", "the other answers stay"
    decided.back()
    assert decided.asks == "defendants"
    decided.press("只有")
    decided.answer("以政府名义")
    assert "【承办】县住房和城乡建设局" in decided.text


def test_back_takes_a_unit_together_with_what_it_tells(chat: Conversation) -> None:
    chat.tell("只告了县政府")
    chat.answer("以政府名义")
    chat.answer("水利局")
    chat.back()
    assert chat.asks == "reported_by"
    assert "县水利局" in chat.text
    assert not {"reporter", "reported_by"} & chat.facts.keys()


def test_back_at_the_first_question_says_so(chat: Conversation) -> None:
    chat.tell("县政府被告了")
    assert "已经是第一问" in chat.back()
    assert chat.asks == "defendants"


def test_back_without_a_case_says_so(chat: Conversation) -> None:
    assert "没有在登记的案件" in chat.back()


# ── change ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_answers_are_listed_with_what_was_presumed(decided: Conversation) -> None:
    decided.change("改答案")
    assert decided.text.split("\n")[1:] == [
        "1. 诉讼程序：行政诉讼：公民、法人或其他组织告行政机关（先这样算）",
        "2. 被告：县人民政府（单独被告）",
        "3. 被诉的事：以政府名义作出的决定、处理、答复",
        "4. 报批单位：县住房和城乡建设局",
        "5. 行政复议：没有经过复议（先这样算）",
    ]
    assert decided.labels == ["改1 诉讼程序", "改2 被告", "改3 被诉的事", "改4 报批单位", "改5 行政复议"]


def test_the_list_and_the_reasons_number_the_answers_alike(decided: Conversation) -> None:
    listed = [line.split("：")[0] for line in decided.change("改").split("\n")[1:]]
    reasons = [line.split("：")[0] for line in decided.show("basis").split("\n") if line[:1].isdigit()]
    assert listed == reasons


@pytest.mark.parametrize("said", ["改3", "改第3个", "改第三项", "第3条不对", "改被诉的事", "challenged"])
def test_an_answer_is_named_by_its_number_its_name_or_its_button(decided: Conversation, said: str) -> None:
    decided.change(said)
    assert decided.asks == "challenged"
    assert "（原来的答案：" in decided.text


def test_answers_that_fall_away_are_named_and_the_others_kept(decided: Conversation) -> None:
    decided.remark("昨天收到的")
    decided.change("改3")
    decided.answer("不作为")
    assert decided.text.startswith("作废：报批单位名称；其余保留。")
    assert decided.facts == {
        "defendants": "county_government",
        "defendant_units": "县人民政府",
        "challenged": "inaction",
        "received_on": "2026-11-23",
    }
    assert decided.asks == "duty"
    decided.answer("农业农村局")
    assert "【承办】县农业农村局" in decided.text


def test_what_was_only_presumed_can_be_changed_as_the_hint_says(decided: Conversation) -> None:
    assert "请改“行政复议”" in decided.said[-1].text
    decided.change("改行政复议")
    assert decided.asks == "reviewed"
    decided.answer("市政府复议")
    decided.answer("维持")
    assert "第十二条" in decided.text
    assert "没有问是否经过复议" not in decided.text


def test_a_remark_that_it_was_reviewed_asks_by_whom(decided: Conversation) -> None:
    decided.remark("这个案子其实经过行政复议")
    assert decided.asks == "reviewed"
    decided.answer("没有")
    assert "【承办】县住房和城乡建设局" in decided.text


@pytest.mark.parametrize("said", ["行政复议应该是市政府维持", "复议那个改成市政府复议的"])
def test_a_correction_of_one_matter_does_not_change_another(decided: Conversation, said: str) -> None:
    decided.change(said)
    assert decided.facts["defendant_units"] == "县人民政府"
    assert decided.facts["reviewed"] == "city_government"


@pytest.mark.parametrize(
    "said",
    [
        "报批的不是水利局，是农业农村局",
        "报批单位改成农业农村局",
        "不对，是农业农村局报的",
        "报批单位应该是县农业农村局",
        "不是住建局，而是农业农村局",
    ],
)
def test_a_correction_in_words_is_taken_and_said(decided: Conversation, said: str) -> None:
    decided.change(said)
    assert "县住房和城乡建设局 → 县农业农村局" in decided.said[0].text
    assert "【承办】县农业农村局" in decided.text
    assert decided.facts["defendant_units"] == "县人民政府"


def test_the_same_words_are_a_correction_as_a_remark(decided: Conversation) -> None:
    decided.remark("报批的不是住建局，是农业农村局")
    assert "【承办】县农业农村局" in decided.text


def test_a_day_is_corrected_in_words(decided: Conversation) -> None:
    decided.remark("昨天收到的")
    decided.change("日期改成11月20日")
    assert decided.facts["received_on"] == "2026-11-20"
    assert "已改收到日期：2026-11-23 → 2026-11-20。" in decided.text or "2026年11月20日" in decided.text


def test_changing_without_a_case_says_so(chat: Conversation) -> None:
    assert "没有在登记的案件" in chat.change("改1")


# ── what is merely mentioned, asked or heard ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "said",
    [
        "为甚不能是县政府",
        "为什么不是农业农村局",
        "是不是应该由农业农村局承办？",
        "会不会是市政府报的",
        "农业农村局也参与了",
        "听说是农业农村局报的",
        "可能应该是水利局",
        "县司法局的人说过这事",
        "隔壁县有个案子是镇政府报的",
    ],
)
@pytest.mark.parametrize("door", ["change", "remark"])
def test_nothing_merely_mentioned_asked_or_heard_overwrites_an_answer(
    decided: Conversation, said: str, door: str
) -> None:
    before = dict(decided.facts)
    decided.change(said) if door == "change" else decided.remark(said)
    assert decided.facts == before


def test_a_question_why_not_is_answered_with_the_reasons(decided: Conversation) -> None:
    decided.change("为甚不能是县政府")
    assert decided.text.startswith("【推理】")
    assert "第十一条第（三）项：“" in decided.text


@pytest.mark.parametrize("said", ["是不是维持？", "听说是维持", "不是维持"])
def test_inside_the_form_too(chat: Conversation, said: str) -> None:
    chat.tell("只告了县政府，复议过")
    chat.answer("以政府名义")
    chat.answer("水利局")
    chat.answer("市政府复议")
    chat.answer(said)
    assert chat.asks == "review_result"
    assert "review_result" not in chat.facts


def test_an_answer_to_one_question_does_not_touch_another(chat: Conversation) -> None:
    chat.tell(STORY)
    chat.press("只有")
    chat.answer("以政府名义，是财政局经手的")
    assert chat.facts["reporter"] == "县住房和城乡建设局"


# ── buttons ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fact", "value"), [("challenged", "nonsense"), ("nonsense", "none"), ("reporter", "县水利局")]
)
def test_a_button_that_is_none_of_ours_is_told_so_and_changes_nothing(
    decided: Conversation, fact: str, value: str
) -> None:
    before = dict(decided.facts)
    assert "已经过时" in decided.choose(fact, value)
    assert decided.facts == before


def test_a_button_pressed_when_no_case_is_open_is_told_so(talk: TalkService) -> None:
    turn = talk.choose("defendants", "county_government", {}, {})
    assert "已经过时" in turn.says[0].text
    assert not turn.facts


def test_an_earlier_questions_button_changes_its_answer_and_says_so(decided: Conversation) -> None:
    decided.choose("challenged", "inaction")
    assert "已改被诉的事" in decided.said[0].text
    assert "作废：报批单位名称" in decided.said[0].text
    assert decided.asks == "duty"


def test_answers_that_cannot_both_be_are_told_and_the_first_stays(chat: Conversation) -> None:
    chat.tell("只告了县政府")
    chat.choose("challenged", "review_decision")
    before = dict(chat.facts)
    said = chat.choose("reviewed", "city_government")
    assert "对不上" in said or chat.facts != before, "either refused with a reason, or taken"
