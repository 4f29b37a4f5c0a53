"""Several cases of one person, silence in between, and a colleague who takes over."""

from __future__ import annotations

from typing import cast

import pytest

from actions.store import Store
from actions.talk.service import TalkService
from knowledge.decide import Decider
from knowledge.search import Searcher
from tests.actions.conversation import Conversation, service

FIRST = "原平市政府被告了，住建局报原平市政府批的征收决定"


@pytest.fixture
def two(chat: Conversation) -> Conversation:
    """A second case open, the first kept aside."""
    chat.tell(FIRST)
    chat.press("只有")
    chat.other_case("还有一个案子，代县水利局被告了")
    return chat


def test_another_case_begins_without_the_first_which_is_kept(two: Conversation) -> None:
    assert "第1件（被告原平市人民政府（单独被告））先放着" in two.text
    assert "代县水利局" in two.text and two.asks == "defendants"
    assert two.facts == {}


@pytest.mark.parametrize(
    "said", ["回到第一个", "先说第一件", "先不管水利局，说政府那个", "回到前一个案子", "回到原平那个"]
)
def test_back_to_the_first_with_all_its_answers(two: Conversation, said: str) -> None:
    two.other_case(said)
    assert "回到第1件" in two.text
    assert two.asks == "challenged"
    assert two.facts["reporter"] == "原平市住房和城乡建设局"
    two.answer("以政府名义")
    assert "【承办】原平市住房和城乡建设局" in two.text
    two.other_case("回到第二个")
    assert two.facts == {} and two.asks == "defendants"
    assert "只有代县水利局一家" in two.text


def test_what_comes_up_in_the_form_is_taken_for_another_case_too(two: Conversation) -> None:
    two.answer("先不管这个，回到第一个")
    assert two.asks == "challenged"
    assert two.facts["reporter"] == "原平市住房和城乡建设局"


def test_a_case_that_is_not_there_is_said_so(two: Conversation) -> None:
    assert "没有放着第7件" in two.other_case("回到第7个")
    assert "第1件" in two.text
    assert two.asks == "defendants"


def test_two_cases_told_at_once_are_taken_one_by_one(chat: Conversation) -> None:
    chat.tell("只告了代县政府。还有一个案子，静乐县水利局被告了")
    assert "2件案子" in chat.text
    assert all("静乐" not in value for value in chat.facts.values())
    chat.other_case("说第二个")
    assert "静乐县水利局" in chat.text


def test_a_case_begun_over_an_open_one_does_not_lose_it(chat: Conversation) -> None:
    chat.tell(FIRST)
    chat.tell("镇政府被告了")
    assert "第1件" in chat.text
    chat.other_case("回到第一个")
    assert chat.facts["reporter"] == "原平市住房和城乡建设局"


def test_no_more_than_a_few_are_kept_and_what_goes_is_named(chat: Conversation) -> None:
    for name in ("代县", "繁峙县", "静乐县", "保德县", "五寨县"):
        chat.other_case(f"还有一个案子，只告了{name}政府")
    assert "第1件（被告代县人民政府（单独被告））不再保留" in chat.text


def test_cancelling_one_leaves_the_others(two: Conversation) -> None:
    assert "还放着：第1件" in two.phrase("cancel")
    two.other_case("回到第一个")
    assert two.facts["reporter"] == "原平市住房和城乡建设局"


def test_each_is_recorded_for_itself(two: Conversation, records: Store) -> None:
    two.answer("单独")
    two.confirm()
    two.other_case("回到第一个")
    two.answer("以政府名义")
    two.confirm()
    listed = records.list(person=two.person)
    assert [decision.outcome["handling_units"] for decision in listed] == [["原平市住房和城乡建设局"], ["代县水利局"]]


def test_a_correction_of_a_record_keeps_the_open_case_aside(two: Conversation) -> None:
    two.answer("单独")
    two.confirm()
    two.other_case("回到第一个")
    assert "第1件" in two.correct("更正0001")
    assert "原来登记的" in two.text
    two.other_case("回到第1个")
    assert two.facts["reporter"] == "原平市住房和城乡建设局"


def test_after_a_silence_it_says_where_it_stood_and_asks_again(chat: Conversation) -> None:
    chat.tell("只告了代县政府")
    chat.phrase("resume")
    assert chat.said[0].text.startswith("上次说到：\n· 被告：代县人民政府（单独被告）")
    assert chat.asks == "challenged"


def test_a_resumed_case_with_an_outcome_shows_it(chat: Conversation) -> None:
    chat.tell("民政局报代县政府批的，以县政府名义，单告代县政府")
    chat.phrase("resume")
    assert "【承办】代县民政局" in chat.text


# ── a colleague takes over ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "story",
    [
        "民政局报代县政府批的，以县政府名义，单告代县政府，昨天收到的",
        "县政府被告了，复议过",
        "告了代县政府和代县住建局，没复议",
    ],
)
def test_what_is_handed_over_reads_back_whole(
    chat: Conversation, story: str, decider: Decider, searcher: Searcher, records: Store
) -> None:
    chat.tell(story)
    chat.hand_over()
    pasted = next(say.text for say in chat.said if say.data.get("kind") == "handover")
    colleague = Conversation(service(decider, searcher, records), person="console:li")
    colleague.tell(pasted)
    assert colleague.facts == chat.facts
    touched = [set(cast(list[str], it.memory["doubted"])) - set(it.facts) for it in (colleague, chat)]
    assert touched[0] == touched[1]
    assert colleague.memory["defendant"] == chat.memory["defendant"]
    if colleague.asks == "understood":
        colleague.answer("对")
    if chat.asks == "understood":
        chat.answer("对")
    assert colleague.asks == chat.asks


def test_it_is_taken_over_whatever_the_colleague_was_at(chat: Conversation, talk: TalkService) -> None:
    chat.tell("民政局报代县政府批的，以县政府名义，单告代县政府")
    chat.hand_over()
    pasted = chat.said[-1].text if chat.said[-1].data.get("kind") == "handover" else chat.said[1].text
    told = dict(chat.facts)
    for door in ("tell", "clause", "remark", "correct", "answer"):
        colleague = Conversation(talk, person="console:li")
        colleague.tell("镇政府被告了")
        getattr(colleague, door)(pasted)
        assert colleague.facts == told, door


def test_who_takes_over_without_a_text_is_told_how(chat: Conversation) -> None:
    assert "请同事在他那边说“转交”" in chat.hand_over()


def test_the_short_names_by_which_facts_are_handed_over_name_one_fact_each(decider: Decider) -> None:
    facts = decider.table.facts.values()
    assert len({fact.short for fact in facts}) == len(list(facts))
    for fact in facts:
        labels = [choice.label for choice in fact.choices]
        assert len(set(labels)) == len(labels)


def test_a_defendant_known_to_be_the_only_one_is_not_handed_over_as_open(chat: Conversation) -> None:
    chat.tell("县政府被告了，住建局报县政府批准的，11月20日收到的")
    chat.answer("就县政府一家")
    chat.hand_over()
    pasted = next(say.text for say in chat.said if say.data.get("kind") == "handover")
    assert "被告名称：县人民政府" in pasted and "还没说是不是只有这一家" not in pasted
