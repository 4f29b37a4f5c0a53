"""Words by which a question is known as a card's."""

from __future__ import annotations

import json

import pytest

from knowledge.measure import DEFAULT_FOLDER, load_measure
from knowledge.search import Card, Searcher, load_cards
from knowledge.search.cards import Words

CARDS = {card.id: card for card in load_cards(load_measure())}
PEOPLE = sorted((DEFAULT_FOLDER / "asked").glob("?.jsonl"))


def test_one_of_each_group_and_none_of_the_last() -> None:
    words = Words.parse(["副局长|副职", "算|能", "!秘书长|分管"])
    assert words.fit("副局长能去吗") and words.fit("算不算副职")
    assert not words.fit("副局长去吗")
    assert not words.fit("能去吗")
    assert not words.fit("不分管的副局长能去吗")


def test_a_gap_holds_few_characters() -> None:
    words = Words.parse(["没有…权"])
    assert words.fit("没有授权") and words.fit("没有得到市里的授权")
    assert not words.fit("没有说到底由哪一家来行使这个权")
    assert Words.parse(["没有…授…书"]).fit("没有，没有给授权委托书")


def test_a_story_is_no_short_question() -> None:
    assert not Words.parse(["能赢"]).fit("能赢吗" + "他们去年也告过一次" * 5)


@pytest.mark.parametrize("card", CARDS.values(), ids=list(CARDS))
def test_words_are_not_those_of_another_cards_question(card: Card) -> None:
    assert card.words
    others = ["".join(said.lower().split()) for it in CARDS.values() if it is not card for said in it.ask]
    assert [said for said in others if card.words.fit(said)] == []
    assert all(word for group in (*card.words.groups, card.words.none) for word in group)


@pytest.mark.parametrize(
    ("question", "card"),
    [
        ("光派两个律师出庭行不行", "lawyers-only"),
        ("镇上的副镇长到庭能算负责人出庭吗", "deputy-counts-as-head"),
        ("下级单位的领导能不能替我们局长出庭", "lower-head-stand-in"),
        ("复议维持以后由哪家承办", "review-upheld"),
        ("收到起诉状副本，15日从哪天起算", "fifteen-days-start"),
        ("收到司法建议书几个月内答复", "judicial-advice-time"),
        ("全年出庭率指标要达到多少", "attendance-rate"),
        ("我们这场官司胜算大不大", "win-or-lose"),
        ("换成乡长替副县长出庭行吗", "lower-head-stand-in"),
        ("派法规科的科长去开庭行吗", "section-chief"),
        ("县长可以不去吗", "head-in-person"),
        ("影响大的案子哪些领导必须去", "must-attend-cases"),
        ("第一次庭去过了，第二次开庭领导还去吗", "several-hearings"),
        ("再审的时候县长还要出庭吗", "second-instance-attendance"),
        ("请假不出庭要开什么证明", "absence-papers"),
        ("三个代理人加负责人行吗", "agents-limit"),
        ("期限最后一天正赶上清明放假", "holiday"),
        ("收到上诉状副本以后多久答辩", "appeal-answer"),
        ("过了举证期才发现漏交了一份证据能补吗", "supplement-evidence"),
        ("因为实体上的问题，复议确认违法归谁承办", "review-unlawful"),
        ("复议把请求驳回了，两家都得应诉吗", "reject-request"),
        ("这办法和行诉法打架了按哪个来", "rank"),
        ("2022年受理的老案子也按这个办法吗", "before-in-force"),
        ("检察机关起诉我局不履职，谁去应诉", "public-interest-suit"),
        ("原告不来开庭会怎样", "plaintiff-absent"),
        ("复印件当证据行吗", "evidence-copies"),
        ("法官该回避没回避怎么提", "judge-recusal"),
        ("生效以后多久能提再审", "retrial-period"),
    ],
)
def test_questions_that_recur_get_their_card_in_other_words(searcher: Searcher, question: str, card: str) -> None:
    found = searcher.ask(question).card
    assert found is not None
    assert found.id == card


@pytest.mark.parametrize(
    "question",
    [
        "县政府署名的决定被告了，局里办还是府办办",
        "明天去法院送材料，镇长身份证复印件要不要带",
        "上庭前对案卷材料的研读义务规定在哪",
        "当初罚款的卷宗要不要一起交法院",
        "复议听证要不要领导去",
        "政务处分警告影响多久",
        "和邻居签的相邻关系调解书算不算地役权",
        "买房合同纠纷举证责任谁承担",
        "离婚案子法官要不要回避",
        "员工请假要什么证明",
        "工伤认定多长时间出结果",
        "怎么换律师事务所",
        "行政处罚听证谁主持",
    ],
)
def test_a_like_question_that_means_another_thing_gets_no_card(searcher: Searcher, question: str) -> None:
    card = searcher.ask(question).card
    assert card is None


@pytest.mark.parametrize("asked", ["负责人出庭", "承办单位", "行政协议案件谁承办", "答辩状", "复议维持"])
def test_a_bare_subject_is_not_taken_for_a_question_about_a_part_of_it(searcher: Searcher, asked: str) -> None:
    card = searcher.ask(asked).card
    assert card is None or card.id in {"who-handles", "who-attends", "agreement-case", "review-upheld"}


def test_a_word_that_makes_it_another_question_counts_against_a_like_phrase_too(searcher: Searcher) -> None:
    card = searcher.ask("生效判决不执行会怎样").card
    assert card is None or card.id == "refuse-judgment"


def test_cards_shown_to_different_peoples_questions_speak_of_the_article_that_answers(searcher: Searcher) -> None:
    rows = [json.loads(line) for path in PEOPLE for line in path.read_text(encoding="utf-8").splitlines()][::6]
    shown = [(row["gold"], searcher.ask(row["q"]).card) for row in rows if not row.get("history")]
    judged = [(set(gold), card) for gold, card in shown if card]
    right = [
        not gold.isdisjoint(place.article for place in card.cites) if gold else card.reason is not None
        for gold, card in judged
    ]
    assert len(judged) >= 0.08 * len(shown)
    assert sum(right) / len(right) >= 0.95
