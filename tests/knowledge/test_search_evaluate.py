"""Answers compared with what would have been right."""

from __future__ import annotations

import pytest

from knowledge.citation import Citation
from knowledge.search import Answer, Hit
from knowledge.search.evaluate import Labelled, Report, compare, met_before
from knowledge.search.texts import Text


def hits(*places: str) -> tuple[Hit, ...]:
    return tuple(Hit(Citation.parse(place), "", 0.5) for place in places)


def answered(*places: str) -> Answer:
    return Answer(True, None, hits(*places), probability=0.9)


def refused(*near: str) -> Answer:
    return Answer(False, "not_in_measure", near=hits(*near), message="没有。", probability=0.2)


def labelled(*gold: int, item: str | None = None) -> Labelled:
    return Labelled("问", gold, "para" if gold else "oos_near", item=Citation.parse(item) if item else None)


def values(report: Report, *names: str) -> list[float | None]:
    return [getattr(report, name).value for name in names]


def test_a_refused_question_is_no_hit_though_its_article_is_ranked_first() -> None:
    report = compare(
        [labelled(4), labelled(4), labelled(4, 8), labelled(9)],
        [answered("4", "8-1"), refused("4"), answered("6", "8-1"), refused()],
    )
    assert values(report, "hit_1", "hit_3", "mrr", "answered") == [0.25, 0.5, 0.375, 0.5]
    assert values(report, "ranked_1", "ranked_3", "ranked_mrr") == [0.5, 0.75, 0.625]
    assert [failure.gold for failure in report.failures] == [(4,), (4, 8), (9,)]


@pytest.mark.parametrize(
    ("shown", "item", "expected"),
    [
        (["11.5"], "11.5", "item"),
        (["8-2"], "8-2", "item"),
        (["11"], "11.5", "item_whole"),
        (["8"], "8-1", "item_whole"),
        (["15-1"], "15-1.3", "item_whole"),
        (["11.6", "11.5"], "11.5", "item_other"),
        (["8-1"], "8-2", "item_other"),
        (["15-2"], "15-1.3", "item_other"),
        (["8-1"], "8", "item_other"),
        (["12"], "11.5", None),
    ],
)
def test_the_place_inside_an_article_is_measured(shown: list[str], item: str, expected: str | None) -> None:
    report = compare([labelled(Citation.parse(item).article, item=item)], [answered(*shown)])
    places = ("item", "item_whole", "item_other")
    assert values(report, *places) == [1.0 if name == expected else 0.0 for name in places]
    assert bool(report.failures) == (expected in ("item_other", None))


def test_a_refused_question_shows_no_place_and_one_without_a_label_does_not_count() -> None:
    report = compare([labelled(11, item="11.5"), labelled(11)], [refused("11.5"), answered("11.6")])
    assert [report.item.of, report.item_whole.of, report.item_other.of] == [1, 1, 1]
    assert values(report, "item", "item_whole", "item_other") == [0.0, 0.0, 0.0]
    (failure,) = report.failures
    assert (failure.item, failure.shown) == ("第十一条第（五）项", ("第十一条第（五）项",))


def test_the_curve_goes_from_all_answered_to_all_refused() -> None:
    named = Answer(True, None, hits("9"))
    report = compare([labelled(4), labelled(9), labelled()], [refused("4"), named, refused("4")])
    assert report.curve[0] == (0.0, 1.0, 0.0)
    assert report.curve[-1] == (1.0, 0.5, 1.0), "what was named is answered at every working point"
    assert values(report, "answered", "refused") == [0.5, 1.0]
    assert report.by_kind["para"].of == 2


def test_of_nothing_there_is_no_share() -> None:
    report = compare([labelled()], [refused()])
    assert (report.hit_1.value, report.hit_1.of, report.refused.value) == (None, 0, 1.0)


@pytest.mark.parametrize(
    ("question", "history", "met"),
    [
        ("差旅费怎么报", (), True),
        ("请问差旅费怎么报？", (), True),
        ("差旅费什么时候能报销", (), False),
        ("机关负责人应当出庭", (), False),
        ("报多少", ("开庭住宿费",), True),
        ("报多少", (), False),
        ("？", (), False),
    ],
)
def test_questions_that_were_trained_on_are_known_but_for_a_word(
    question: str, history: tuple[str, ...], met: bool
) -> None:
    learnt = [
        Text("差旅费怎么报", None, "oos_near", source="a"),
        Text("开庭住宿费。报多少", None, "oos_near", source="b"),
        Text("机关负责人应当出庭", Citation(8)),
        Text("？！", None, "chat", source="a"),
    ]
    asked = Labelled(question, (), "", history)
    assert met_before([asked], learnt) == ((asked,) if met else ())
