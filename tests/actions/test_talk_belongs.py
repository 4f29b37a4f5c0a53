"""Words belong to what lies before the person: the list shown, the outcome above, the case that is open."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.actions.conversation import Conversation

NLU = Path(__file__).parents[2] / "nlu" / "data" / "nlu.yml"

STORY = "县民政局报县政府批的，以县政府名义，单告县政府"
OPEN = "县政府被告了，乡政府和开发区都说不归自己管"


@pytest.fixture
def decided(chat: Conversation) -> Conversation:
    """A case with an outcome."""
    chat.tell(STORY)
    assert not chat.asks
    return chat


def agree(chat: Conversation, text: str) -> str:
    turn = chat.talk.agree(text, chat.facts, chat.memory, chat.person)
    chat.said = list(turn.says)
    return chat.text


# ── the record ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("said", ["对", "嗯", "就这样吧", "好的", "没问题", "是的"])
def test_an_agreement_after_an_outcome_has_nothing_written(decided: Conversation, said: str) -> None:
    assert "要登记请说“确认”" in agree(decided, said)
    assert "确认并登记" in decided.labels
    assert "还没有登记过" in decided.records()


def confirming() -> list[str]:
    """The examples from which Rasa learns to hear a confirmation, those that speak of the record."""
    intents = yaml.safe_load(NLU.read_text(encoding="utf-8"))["nlu"]
    (lines,) = (it["examples"].splitlines() for it in intents if it.get("intent") == "confirm")
    return [said for line in lines if "登记" in (said := line.removeprefix("- ")) or "确认" in said]


@pytest.mark.parametrize(
    "said",
    [
        *confirming(),
        *(
            "请确认登记",
            "对，登记吧",
            "没问题，确认。",
            "成，登记",
            "中，登记",
            "就这样，登记吧",
            "ok，确认",
            "嗯嗯，那就登记吧",
        ),
        *("登记为待定", "确认无误，登记", "确认并更正", "更正登记"),
    ],
)
def test_words_for_it_have_the_decision_written(decided: Conversation, said: str) -> None:
    assert "已登记：编号" in agree(decided, said)


@pytest.mark.parametrize("said", ["先别确认", "不登记", "可以登记吗", "登记了没有", "确认一下是哪家", "嗯" * 60 + "哪"])
def test_words_that_are_more_than_that_do_not(decided: Conversation, said: str) -> None:
    assert agree(decided, said) == "还没有登记。要登记请说“确认”。"


@pytest.mark.parametrize("said", ["登记吧", "好，登记", "确认"])
def test_nothing_is_recorded_while_a_question_is_open(chat: Conversation, said: str) -> None:
    chat.tell("只告了县政府")
    assert chat.answer(said).startswith("还差一个问题才能定，现在不能登记。") and chat.asks == "challenged"


def test_what_was_not_recorded_cannot_be_withdrawn_and_what_was_is_not_deleted(decided: Conversation) -> None:
    doors = (decided.remark, decided.clause, decided.correct)
    assert all("还没有登记，没有可撤的" in door("撤销登记") for door in doors)
    assert all("不删不改" in door("删除0001") for door in doors), "another record, by its number"
    decided.confirm()
    assert all("不删不改" in door("撤销登记") for door in doors)


# ── the list of answers ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def changing(chat: Conversation) -> Conversation:
    """The answers shown to be changed, in the middle of the questions."""
    chat.tell("县政府被告了，11月20日收到的")
    chat.answer("就县政府一家")
    assert chat.asks == "challenged"
    chat.change("改")
    assert chat.text.startswith("改哪一项？") and "告的是什么" not in chat.text
    return chat


@pytest.mark.parametrize("said", ["算了，不改了", "不改了", "先不用改了吧"])
def test_who_changes_nothing_goes_on(changing: Conversation, said: str) -> None:
    before = dict(changing.facts)
    changing.change(said)
    assert changing.asks == "challenged" and changing.facts == before


@pytest.mark.parametrize("said", ["第2项", "2", "改第二个", "第二条"])
def test_a_number_after_the_list_of_answers_is_a_line_of_it(changing: Conversation, said: str) -> None:
    changing.answer(said)
    assert changing.asks == "received_on" and "challenged" not in changing.facts


def test_a_number_that_is_not_on_the_list_is_said_to_be_none(changing: Conversation) -> None:
    assert "只有1到2" in changing.answer("7")
    assert "challenged" not in changing.facts


def test_other_words_after_the_list_go_to_the_question_it_took_the_place_of(changing: Conversation) -> None:
    changing.answer("以政府名义作的决定")
    assert changing.facts["challenged"] == "act_in_its_name"


def test_going_on_leaves_the_list(changing: Conversation) -> None:
    changing.phrase("resume")
    assert changing.asks == "challenged"


def test_the_list_can_be_left_as_it_is(changing: Conversation) -> None:
    changing.answer("不改了")
    assert changing.asks == "challenged"


# ── the open question ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("said", ["撤销登记", "把这个登记删掉", "删除"])
def test_an_order_to_the_assistant_tells_nothing_of_the_case(chat: Conversation, said: str) -> None:
    chat.tell("县政府被告了，县政府复议维持了")
    before = dict(chat.facts)
    chat.answer(said)
    assert chat.facts == before and "还没有登记" in chat.text


def test_a_sentence_of_something_else_does_not_say_that_nobody_else_is_sued(chat: Conversation) -> None:
    chat.tell("县政府被告了")
    chat.answer("那个工作组是县政府前年发文成立的，住建局在牵头干活")
    assert not {"defendants", "defendant_units"} & chat.facts.keys()
    chat.answer("对，就告了县政府这一家，没有告别的单位")
    assert chat.facts["defendants"] == "county_government"


def test_an_agreement_is_to_what_was_said_before_the_question(chat: Conversation) -> None:
    chat.tell("县政府被告了，11月20日收到的")
    chat.show("deadlines")
    assert "没认出来" not in chat.answer("对") and chat.asks == "defendants"


def test_an_open_case_counts_from_the_day_already_told(chat: Conversation) -> None:
    chat.tell("县政府被告了，11月20日收到的")
    assert "2026年12月7日" in chat.show("deadlines")
    chat.tell("县政府被检察院告了，公益诉讼吧，11月20日收到的")
    assert "2026年12月7日" not in chat.show("deadlines"), "another kind of suit has other dates"


# ── the case that is open ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("said", ["县司法局也被告了", "还有县司法局也告了"])
def test_one_more_defendant_is_of_the_case_that_lies_open(decided: Conversation, said: str) -> None:
    decided.tell(said)
    assert decided.facts["defendant_units"] == "县人民政府、县司法局" and not decided.memory["aside"]


def test_no_other_defendants_is_of_the_case_that_lies_open(decided: Conversation) -> None:
    for say in (decided.tell, decided.clause, decided.other_case):
        assert "记的就是这样：被告：县人民政府" in say("没有别的被告")
    assert not decided.memory["aside"]


def test_a_day_alone_corrects_the_day_given_before(decided: Conversation) -> None:
    decided.remark("11月18日收到的")
    decided.correct("不对，还是16号")
    assert decided.facts["received_on"] == "2026-11-16"


def test_a_number_is_a_record_s_where_no_day_was_given(decided: Conversation) -> None:
    assert "编号0016" in decided.correct("更正16号")


def test_what_is_not_known_after_an_outcome_gets_a_fitting_reply(decided: Conversation) -> None:
    for said in ("不知道", "归属不清楚", "请示"):
        assert "不用请示" in decided.remark(said)


def test_a_request_is_given_where_the_outcome_is_open(chat: Conversation) -> None:
    chat.tell("只告了县政府，没有任何文书，不知道谁干的")
    while chat.asks:
        chat.answer("不清楚")
    assert "向" in chat.remark("请示") and "请示要点" in chat.text


@pytest.mark.parametrize("said", ["十十", "第九个"])
def test_a_number_that_is_no_line_is_told_so(changing: Conversation, said: str) -> None:
    before = dict(changing.facts)
    changing.answer(said)
    assert changing.facts == before and "改哪一项" in changing.text


@pytest.mark.parametrize("said", ["第五个", "选5", "五"])
def test_a_number_means_a_choice_that_is_shown(chat: Conversation, said: str) -> None:
    chat.tell("县政府被告了")
    chat.answer(said)
    assert chat.facts == {} and chat.asks == "defendants"
