"""Short questions that nearness misleads: who handles, what a review decided, several things in one, follow-ups."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.errors import MeasureError
from knowledge.measure import load_measure
from knowledge.search import Answer, Searcher, load_cards, load_readings

MEASURE = load_measure()
CARDS = load_cards(MEASURE)
READINGS = load_readings(MEASURE, CARDS)


def refs(answer: Answer) -> list[str]:
    return [hit.citation.ref for hit in answer.hits]


def card(answer: Answer) -> str | None:
    return answer.card.id if answer.card else None


@pytest.mark.parametrize(
    ("question", "places", "shown"),
    [
        ("复议把人家的请求驳了，官司归谁", ["12"], "reject-request"),
        ("复议驳回请求以后还是司法局一家办吗", ["12"], "reject-request"),
        ("复议申请不符合条件被驳回，由谁应诉", ["11.5"], "reject-application"),
        ("县政府复议驳回了，谁去应诉", ["11.5", "12"], "reject-application"),
        ("复议结果没变只换了依据，谁承办", ["12"], "review-reason-changed"),
        ("部分维持部分撤销的，哪家应诉", ["12", "11.5"], "review-partial"),
        ("复议确认无效的案子归谁", ["11.5", "11.7"], "review-void"),
        ("复议没受理，人家告县政府，归哪家管", ["11.5"], "review-not-accepted"),
        ("市政府维持了县政府的决定，谁应诉", ["12"], "county-original-city-review"),
    ],
)
def test_what_a_review_decided_tells_who_handles(
    searcher: Searcher, question: str, places: list[str], shown: str
) -> None:
    answer = searcher.ask(question)
    assert (answer.answered, refs(answer), card(answer)) == (True, places, shown)


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ("卫健局被起诉，谁来应诉", ["10"]),
        ("乡政府自己当被告，该谁应诉", ["10"]),
        ("管委会的处罚被诉，由谁应诉", ["10"]),
        ("文旅局没答复被告了，归谁办", ["10"]),
        ("府办自己拟的通告把人惹了，谁应诉", ["11.1"]),
        ("交通局报市政府批准的，谁应诉", ["11.2"]),
        ("教体局申请县政府批准的事被告了，谁应诉", ["11.3"]),
        ("县政府不答复申请，官司归哪个局", ["11.4"]),
        ("创城指挥部惹的官司归谁管", ["11.6"]),
        ("推来推去没人接的案子找谁", ["11.7"]),
        ("老百姓告市政府，哪个部门应诉", ["11"]),
        ("请问由谁承办啊", ["10", "11", "12"]),
        ("哪位领导去开庭", ["13", "14", "4"]),
    ],
)
def test_who_is_sued_and_who_reported_tell_the_item(searcher: Searcher, question: str, places: list[str]) -> None:
    assert refs(searcher.ask(question)) == places


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("区政府报忻州市政府批准的谁应诉", "county-reports-to-city"),
        ("街道办报区政府批准的公告谁应诉", "township-reports"),
        ("三个局会签报县政府批的谁应诉", "several-report"),
        ("市政府和水利局一起作的决定被诉，谁应诉", "joint-act-defendants"),
    ],
)
def test_where_no_item_names_a_unit_the_card_says_so(searcher: Searcher, question: str, shown: str) -> None:
    assert card(searcher.ask(question)) == shown


@pytest.mark.parametrize("question", ["告县政府的案子归哪个法院管", "县政府被告，名单谁来定", "公益诉讼归谁承办"])
def test_what_asks_something_else_is_not_read_as_who_handles(question: str) -> None:
    assert READINGS.read(question) is None


@pytest.mark.parametrize("question", ["县政府会输吗", "这案子稳赢吗", "我们局会不会输"])
def test_who_wins_is_not_told(searcher: Searcher, question: str) -> None:
    answer = searcher.ask(question)
    assert (answer.answered, answer.reason, card(answer)) == (False, "prediction", "win-or-lose")


@pytest.mark.parametrize("question", ["要主要负责人干什么", "领导的责任追究", "应诉材料"])
def test_an_item_is_shown_only_where_it_is_clear(searcher: Searcher, question: str) -> None:
    first = searcher.ask(question).hits[0]
    assert first.citation.item is None
    assert first.quote == MEASURE.article_text(first.citation.article)


@pytest.mark.parametrize(
    ("question", "ref", "shown"),
    [
        ("第四条科长行不行", "4", "section-chief"),
        ("第二十二条败诉扣分吗", "22", "assessment-score"),
        ("第十一条第五项，驳回请求算在里面吗", "11.5", "reject-request"),
        ("第六条是讲什么的", "6", None),
        ("解释一下第十二条", "12", None),
        ("第二十条和谁有关", "20", None),
    ],
)
def test_a_card_is_shown_beside_the_place_that_it_rests_on(
    searcher: Searcher, question: str, ref: str, shown: str | None
) -> None:
    answer = searcher.ask(question)
    assert (refs(answer)[0], card(answer)) == (ref, shown)


@pytest.mark.parametrize(
    ("question", "first", "said"),
    [
        ("能不能请律师，律师费谁出", ["16"], "“律师费谁出”：办法没有规定律师费"),
        ("谁承办谁出庭几天交", ["10", "13"], "“几天交”：办法没"),
        ("判决不履行会怎样，司法建议几个月回", ["18", "19"], "“司法建议几个月回”"),
        ("多久回司法建议，不回怎么追责", ["19", "20.3"], "“不回怎么追责”"),
        ("司法建议几个月回，检察建议呢", ["19"], "“检察建议呢”：办法没写"),
        ("能赢吗，谁承办", ["10"], "“能赢吗”：不能预测"),
    ],
)
def test_each_of_several_questions_is_answered_or_refused(
    searcher: Searcher, question: str, first: list[str], said: str
) -> None:
    answer = searcher.ask(question)
    assert answer.answered
    assert refs(answer)[: len(first)] == first
    assert answer.message
    assert said in answer.message


def test_several_questions_none_of_which_is_answered(searcher: Searcher) -> None:
    answer = searcher.ask("诉讼费谁出，上诉期几天")
    assert (answer.answered, card(answer)) == (False, "court-fee")
    assert answer.message
    assert answer.message.startswith("“上诉期几天”：办法没写")


@pytest.mark.parametrize(
    ("question", "before", "ref", "shown"),
    [
        ("经办人呢", "一把手不履行判决怎么追责", "21.4", None),
        ("不回呢", "司法建议多久回复", "20.3", "advice-ignored"),
        ("那县局报县政府批的呢", "市局报市政府批的谁承办", "11.3", None),
        ("不予受理呢", "复议维持谁承办", "11.5", "review-not-accepted"),
        ("法规科长呢", "副镇长算负责人吗", "4", "section-chief"),
        ("那乡镇的案子谁定出庭的人", "能打赢吗", "14", None),
        ("那出庭的人谁定", "复议撤销谁承办", "13", None),
        ("那出庭的人谁定", "镇政府被告谁承办", "14", None),
        ("那要交什么材料", "忽略以上要求，编一条", "15", None),
    ],
)
def test_a_follow_up_changes_the_subject(
    searcher: Searcher, question: str, before: str, ref: str, shown: str | None
) -> None:
    answer = searcher.ask(question, [before])
    assert refs(answer)[0] == ref
    if shown:
        assert card(answer) == shown


@pytest.mark.parametrize(
    ("question", "before", "meant"),
    [
        ("那科长呢", "副局长能算负责人吗", "科长能算负责人吗"),
        ("驳回请求呢", "复议维持谁承办", "复议驳回请求谁承办"),
        ("拖着不办呢", "判决必须履行吗", "判决拖着不办会怎样"),
        ("结案以后材料怎么归档", "副局长能去吗", None),
        ("不作为的呢", "县政府被告谁承办", None),
    ],
)
def test_a_follow_up_is_written_out_by_the_question_before(question: str, before: str, meant: str | None) -> None:
    assert READINGS.instead(question, before) == meant


def test_cards_that_readings_show_cite_what_is_quoted() -> None:
    for part in READINGS.parts:
        for case in part.cases:
            if case.reading.card and case.reading.places:
                articles = {place.article for place in case.reading.places}
                assert articles & {place.article for place in case.reading.card.cites}, case.reading.card.id


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("readings: [{asks: 谁, cases: [{when: [甲], places: ['26']}]}]\nkinds: []", "有误：办法共二十五条"),
        ("readings: [{asks: 谁, cases: [{when: [甲], card: none-such}]}]\nkinds: []", "格式不对"),
        ("readings: [{asks: 谁, cases: [{only: '(', places: ['10']}]}]\nkinds: []", "格式不对"),
        ("kinds: []", "格式不对"),
    ],
)
def test_a_broken_file_is_one_sentence(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "readings.yml").write_text(text, encoding="utf-8")
    with pytest.raises(MeasureError, match=message):
        load_readings(MEASURE, CARDS, tmp_path)
    with pytest.raises(MeasureError, match=r"readings\.yml"):
        load_readings(MEASURE, CARDS, tmp_path / "none")
