"""What was understood is shown to be checked; doubts and contradictions are put to the person."""

from __future__ import annotations

import pytest

from actions.store import Store
from actions.talk.service import TalkService
from actions.understanding.meaning import Meaning
from knowledge.decide import Decider
from knowledge.encoder import load_encoder
from knowledge.look_up import LookUp
from knowledge.search import Searcher
from tests.actions.conversation import NOW, Conversation

STORY = "只告了代县政府，以县政府名义作的征收决定"


# ── what was understood ──────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_understood_comes_before_the_first_question(chat: Conversation) -> None:
    chat.tell(STORY)
    assert chat.text.split("\n") == [
        "我理解：",
        "1. 被告：代县人民政府（单独被告）",
        "2. 被诉的事：以政府名义作出的决定、处理、答复",
        "",
        "对吗？不对的请点那一行，或直接说。",
    ]
    assert chat.labels == ["对", "改1", "改2"]
    assert chat.said[-1].data == {"kind": "understood"}
    chat.press("对")
    assert chat.asks == "reported_by"


@pytest.mark.parametrize("said", ["对", "嗯", "对的", "没错", "是的"])
def test_it_is_agreed_to_in_words(chat: Conversation, said: str) -> None:
    chat.tell(STORY)
    chat.answer(said)
    assert chat.asks == "reported_by"


def test_one_answer_is_shown_and_the_question_follows_at_once(chat: Conversation) -> None:
    chat.tell("县政府被告了，住建局报县政府批准的征收决定")
    assert chat.said[0].text.startswith("我理解：报批单位：县住房和城乡建设局。")
    assert chat.asks == "defendants"


def test_where_nothing_is_left_to_ask_the_outcome_follows_at_once(chat: Conversation) -> None:
    chat.tell("民政局报代县政府批的，以县政府名义，单告代县政府")
    assert chat.said[0].text.startswith("我理解：\n1. 被告：代县人民政府")
    assert "【承办】代县民政局" in chat.text
    chat.change("第3条不对")
    assert chat.asks == "reported_by", "the numbers are those of the lines shown"


def test_a_line_is_changed_by_its_button(chat: Conversation) -> None:
    chat.tell(STORY)
    chat.press("改2")
    assert chat.asks == "challenged"
    chat.answer("不作为")
    assert "2. 被诉的事：政府不作为" in chat.text
    assert chat.asks == "understood", "other lines may be wrong too"
    chat.answer("对")
    assert chat.asks == "duty"


@pytest.mark.parametrize("said", ["2不对，是不作为", "第二条不对，是不作为", "第2条应该是不作为"])
def test_a_line_is_corrected_in_words(chat: Conversation, said: str) -> None:
    chat.tell(STORY)
    chat.change(said)
    assert chat.facts["challenged"] == "inaction"
    assert "已改被诉的事" in chat.text
    assert chat.asks == "understood"


def test_what_was_not_said_may_be_added_with_a_no(chat: Conversation) -> None:
    chat.tell(STORY)
    chat.answer("不对，没复议")
    assert chat.facts["reviewed"] == "none"
    assert chat.facts["challenged"] == "act_in_its_name", "nothing else changes"
    assert "3. 行政复议：没有经过复议" in chat.text


def test_who_answers_at_once_has_gone_on(chat: Conversation) -> None:
    chat.tell(STORY)
    chat.answer("对，农业农村局报的")
    assert "【承办】代县农业农村局" in chat.text


@pytest.mark.parametrize(("said", "asks"), [("1", "reported_by"), ("2", "defendants"), ("3", "challenged")])
def test_its_buttons_are_pressed_by_number(chat: Conversation, said: str, asks: str) -> None:
    chat.tell(STORY)
    chat.answer(said)
    assert chat.asks == asks


def test_nothing_is_recorded_while_it_is_still_to_be_checked(chat: Conversation, records: Store) -> None:
    chat.tell("县政府复议维持了，只告了县政府一家，告的复议决定，原机关是县自然资源局")
    for _ in ("understood", "clash"):
        chat.confirm()
        assert records.count() == 0
        chat.answer("对")
    assert not chat.asks or chat.asks == "original_organ"


def test_a_reconsideration_that_was_never_decided_is_not_taken_for_an_ordinary_inaction(chat: Conversation) -> None:
    chat.tell("县政府复议超期没作决定，人家告县政府不作为")
    chat.answer("单独")
    while chat.asks:
        assert chat.asks in ("understood", "reviewed"), "nothing of an ordinary inaction"
        chat.answer({"understood": "对", "reviewed": "县政府复议"}[chat.asks])
    assert "【承办】县司法局" in chat.text and "不是第（五）项" in chat.text


def test_a_bare_no_asks_which_line(chat: Conversation) -> None:
    chat.tell(STORY)
    before = dict(chat.facts)
    assert "哪一行不对" in chat.answer("不对")
    assert chat.facts == before
    assert chat.asks == "understood"


def test_what_is_not_sure_is_asked_with_the_reading_first(chat: Conversation) -> None:
    chat.tell("只告了代县政府，以县政府名义作的，听说是水利局报的")
    assert "没听准的接着问：报批单位" in chat.text
    chat.answer("对")
    assert "reporter" not in chat.facts
    assert "是指“代县水利局”吗" in chat.text
    assert chat.labels[0] == "代县水利局"
    chat.answer("是的")
    assert "【承办】代县水利局" in chat.text


def test_a_reading_that_is_not_answered_is_not_repeated_word_for_word(chat: Conversation) -> None:
    chat.tell("只告了代县政府，以县政府名义作的，听说是水利局报的")
    chat.answer("对")
    replies = [chat.answer(said) for said in ("呵呵", "嘿嘿", "哈哈", "呵呵")]
    assert all(len(set(three)) == 3 for three in zip(replies, replies[1:], replies[2:], strict=False))
    assert chat.answer("是") and "【承办】代县水利局" in chat.text


def test_a_reading_that_is_wrong_is_not_asked_again(chat: Conversation) -> None:
    chat.tell("只告了代县政府，以县政府名义作的，听说是水利局报的")
    chat.answer("对")
    chat.answer("不是")
    assert chat.asks == "reported_by"
    assert "水利局" not in chat.text
    chat.answer("农业农村局")
    assert "【承办】代县农业农村局" in chat.text


def test_a_bare_name_is_told_what_holds_at_either_level(chat: Conversation) -> None:
    chat.tell("人社局被告了")
    assert "由被告单位自己应诉" in chat.text and "第十条" in chat.text and "第十四条" in chat.text
    chat.tell("乡政府被告了")
    assert "哪一级都一样" not in chat.text


def test_words_near_to_a_choice_are_asked_back_and_never_taken(
    decider: Decider, searcher: Searcher, records: Store
) -> None:
    near = Meaning(load_encoder())
    chat = Conversation(TalkService(decider, LookUp(searcher), records, lambda: NOW, lambda: "case", near))
    chat.tell("只告了代县政府，以县政府名义作的，复议过")
    while chat.asks != "review_result":
        chat.answer({"understood": "对", "reported_by": "水利局", "reviewed": "市政府"}[chat.asks])
    chat.answer("原来的决定还是照旧")
    assert "review_result" not in chat.facts
    assert "您说“原来的决定还是照旧”，是指“维持”吗？" in chat.text
    assert chat.labels[0] == "维持"
    chat.answer("不是")
    assert chat.asks == "review_result" and "是指" not in chat.text
    chat.back()
    chat.answer("市政府")
    chat.answer("原来的决定还是照旧")
    chat.answer("对")
    assert chat.facts["review_result"] == "upheld"


@pytest.mark.parametrize(
    ("story", "asked"),
    [("企业说市政府欠他奖补不给，起诉了", "市人民政府"), ("林业局的决定叫人起诉了，就我们局", "林业局")],
)
def test_the_only_unit_named_in_a_suit_is_asked_about_and_not_taken(chat: Conversation, story: str, asked: str) -> None:
    chat.tell(story)
    assert chat.asks == "defendants"
    assert asked in chat.labels[0]
    assert not {"defendants", "defendant_units"} & chat.facts.keys()


# ── whose unit ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("said", ["原平市住房和城乡建设局", "原平市的", "原平的", "是原平市这边的"])
@pytest.mark.parametrize("first", ["", "就它一家", "1"])
def test_a_bare_name_is_told_whose_it_is(chat: Conversation, first: str, said: str) -> None:
    chat.tell("住建局叫人告了，处罚决定")
    if first:
        chat.answer(first)
    if chat.pending:
        chat.answer(said)
    else:
        chat.clause(said)
    assert chat.facts["defendant_units"] == "原平市住房和城乡建设局"
    assert "【承办】原平市住房和城乡建设局" in chat.text
    assert chat.clause("原平市的") == "记的就是这样：被告：原平市住房和城乡建设局。"
    chat.clause("代县的")
    assert chat.facts["defendant_units"] == "原平市住房和城乡建设局"


def test_what_is_open_of_a_bare_name_is_whose_it_is(chat: Conversation) -> None:
    chat.tell("住建局叫人告了，就咱一家，处罚决定，昨儿收到的通知")
    assert chat.facts["received_on"] == "2026-11-23"
    chat.answer("对")
    assert chat.said[-1].text.startswith("住房和城乡建设局是哪个市、县（市、区）的？")
    chat.answer("忻州市的")
    assert chat.facts["defendant_units"] == "市住房和城乡建设局" and "【承办】市住房和城乡建设局" in chat.text


@pytest.mark.parametrize("told", ["住建局叫人告了，原平的，给人家罚款不服", "我们原平这边，住建局被告了，处罚"])
def test_a_bare_name_is_asked_by_that_of_the_county_it_is_told_from(chat: Conversation, told: str) -> None:
    chat.tell(told)
    assert "defendant_units" not in chat.facts
    assert "被告只有原平市住房和城乡建设局一家" in chat.text
    assert chat.labels[:4] == ["只有原平市住房和城乡建设局", "还有别的部门", "还有政府", "都不是"]
    chat.answer("不对，是忻州市住建局")
    assert chat.facts["defendant_units"] == "市住房和城乡建设局"


@pytest.mark.parametrize(
    ("said", "units"),
    [
        ("原平市的", "原平市住房和城乡建设局"),
        ("就它一家", "原平市住房和城乡建设局"),
        ("还有市政府", "原平市住房和城乡建设局、原平市人民政府"),
        ("还有忻州市政府", "原平市住房和城乡建设局、市人民政府"),
    ],
)
def test_what_is_said_of_it_is_said_of_that_county(chat: Conversation, said: str, units: str) -> None:
    chat.tell("住建局叫人告了，原平的，给人家罚款不服")
    chat.answer(said)
    assert chat.facts["defendant_units"] == units


# ── contradictions ───────────────────────────────────────────────────────────────────────────────────────────────


def test_upheld_and_the_reviewer_alone_are_put_to_the_person_once(chat: Conversation) -> None:
    chat.tell("县政府复议维持了，只告了县政府一家，告的复议决定")
    chat.answer("对")
    assert chat.said[-1].data == {"kind": "clash"}
    assert chat.text.startswith("两处说法对不上：\n1. 被告：县人民政府（单独被告）")
    assert "复议结论：维持" in chat.text
    assert "第二十六条第二款" in chat.text and "第十二条：“" in chat.text
    assert chat.labels == ["改被告", "改行政复议", "改复议结论", "都没说错，照这样定"]
    chat.press("都没说错")
    assert chat.asks == "original_organ", "the person has said so: the case goes on"
    chat.answer("县自然资源局")
    assert "第十二条" in chat.text and "县司法局" in chat.text


def test_the_one_that_was_wrong_is_changed(chat: Conversation) -> None:
    chat.tell("县政府复议维持了，只告了县政府一家，告的复议决定")
    chat.answer("对")
    chat.press("改复议结论")
    chat.answer("撤销")
    assert "【承办】县司法局" in chat.text


def test_two_defendants_after_a_change_are_put_to_the_person(chat: Conversation) -> None:
    chat.tell("告了代县政府和代县住建局，代县政府复议撤销的")
    while chat.asks == "understood":
        chat.answer("对")
    assert chat.asks == "clash"
    assert "对不上" in chat.text
    chat.press("都没说错")
    assert "【承办】定不下来" in chat.text


def test_an_answer_that_contradicts_one_before_is_not_taken_and_not_dropped(chat: Conversation) -> None:
    chat.tell("只告了县政府")
    chat.choose("challenged", "review_decision")
    chat.answer("维持")
    before = dict(chat.facts)
    assert chat.asks == "clash"
    assert before["review_result"] == "upheld"


UNSUED = "{}和{}一块儿被告了，征地的决定，忻州市政府复议维持了"


@pytest.mark.parametrize("sued", [("原平市住建局", "原平市政府"), ("代县自然资源局", "代县政府")])
def test_a_reviewer_that_is_not_sued_is_put_to_the_person_and_stands_as_the_court_adds_it(
    chat: Conversation, sued: tuple[str, str]
) -> None:
    chat.tell(UNSUED.format(*sued))
    chat.answer("对")
    assert chat.asks == "clash" and "2. 行政复议：市政府复议" in chat.text
    assert "只告了一方的，法院会追加另一方" in chat.text and "第一百三十四条第一款" in chat.text
    chat.press("都没说错")
    assert "【承办】定不下来" in chat.text and "请报市人民政府办公室、市司法局共同确定" in chat.text
    assert "（市人民政府）由市司法局提出意见，报市人民政府确定" in chat.text


def test_a_reviewer_that_was_misread_is_the_government_that_is_sued(chat: Conversation) -> None:
    chat.tell(UNSUED.format("原平市住建局", "原平市政府"))
    chat.answer("对")
    chat.press("改行政复议")
    chat.answer("县政府复议")
    assert "【承办】原平市住房和城乡建设局、原平市司法局" in chat.text
    assert "报原平市人民政府确定" in chat.text


def test_a_reviewer_that_was_left_out_is_added_to_the_defendants(chat: Conversation) -> None:
    chat.tell(UNSUED.format("代县自然资源局", "代县政府"))
    chat.answer("对")
    chat.press("改被告")
    chat.answer("代县自然资源局、代县政府和市政府")
    assert chat.asks == "original_organ"
    chat.answer("几个机关共同作出")
    assert "【承办】定不下来" in chat.text
    assert chat.text.count("（市人民政府）由市司法局提出意见") == 1


def test_of_a_reviewer_that_is_not_sued_and_not_known_nothing_is_settled(chat: Conversation) -> None:
    chat.tell(UNSUED.format("代县自然资源局", "代县政府"))
    chat.answer("对")
    chat.press("改行政复议")
    for _ in range(2):
        if chat.asks:
            chat.answer("不清楚")
    assert "【承办】定不下来" in chat.text and "代县司法局共同承办" not in chat.text


def test_two_things_said_of_one_matter_are_asked(chat: Conversation) -> None:
    chat.tell("只告了县政府，复议维持了，复议决定是撤销")
    assert "review_result" not in chat.facts
    while chat.asks != "review_result":
        chat.answer({"challenged": "复议决定", "understood": "对", "reviewed": "县政府复议"}[chat.asks])
    assert "“维持”" in chat.text and "撤销" in chat.text and "对不上" in chat.text
    assert set(chat.labels[:2]) == {"维持", "撤销"}


def test_an_answer_unlike_the_one_before_it_is_put_to_the_person(decided: Conversation) -> None:
    decided.remark("是农业农村局报的")
    assert decided.facts["reporter"] == "县住房和城乡建设局"
    assert decided.asks == "clash"
    assert "县住房和城乡建设局" in decided.text and "县农业农村局" in decided.text
    decided.answer("以2为准")
    assert "【承办】县农业农村局" in decided.text


@pytest.fixture
def decided(chat: Conversation) -> Conversation:
    """A case with an outcome, reported by 住建局."""
    chat.tell("县政府被告了，住建局报县政府批准的征收决定")
    chat.press("只有")
    chat.answer("以政府名义")
    assert not chat.asks
    return chat


OF_YUANPING = (
    "原平这边的，老百姓说补偿给少了，告的是市政府跟住建局，"
    "征收决定是住建局报市政府批的盖的政府的章，先去复议了，还没问清"
)


def test_in_a_city_that_is_a_county_an_answer_means_its_own_government(chat: Conversation) -> None:
    chat.tell(OF_YUANPING)
    assert chat.asks == "defendants"
    chat.answer("就告了市政府一家")
    assert chat.facts["defendant_units"] == "原平市人民政府"


def test_an_answer_that_names_the_city_above_means_that(chat: Conversation) -> None:
    chat.tell(OF_YUANPING)
    chat.answer("就告了忻州市政府一家")
    assert chat.facts["defendants"] == "city_government"


# ── the day of receipt ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_day_that_was_told_is_corrected_outright(chat: Conversation) -> None:
    chat.tell("县政府被告了，住建局报县政府批准的征收决定，11月23日收到的")
    chat.answer("不是23号，是11月20日收到的")
    assert "对不上" not in chat.text
    assert "2026年12月7日" in chat.show("deadlines")


def test_while_two_days_are_told_the_dates_follow_the_earlier(chat: Conversation) -> None:
    chat.tell("县政府被告了，住建局报县政府批准的征收决定，11月23日收到的")
    chat.answer("对")
    chat.answer("11月20日收到的传票")
    assert "以哪个为准" in chat.text
    said = chat.show("deadlines")
    assert "先按早的2026年11月20日" in said and "2026年12月7日" in said and "2026年12月8日" not in said


def test_of_a_long_account_only_what_it_asks_is_looked_up(chat: Conversation) -> None:
    chat.tell("水利局罚了企业，企业找县政府复议，县政府给维持了，现在告县政府和水利局，局长出差，只派律师去行不行")
    assert "必须委托本机关相应的工作人员" in chat.said[0].text


def test_whether_another_unit_is_the_same_gets_the_articles_of_the_outcome(chat: Conversation) -> None:
    chat.tell("民政局报代县政府批的，以县政府名义，单告代县政府")
    said = chat.clause("别的县也一样吗")
    assert "第十一条：“" in said and "第十三条：“" in said
