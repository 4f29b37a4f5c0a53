"""上一条, 下一项: read, and taken to where they lead."""

from __future__ import annotations

import pytest

from knowledge.beside import Step, beside, find_step, next_number
from knowledge.citation import Citation
from knowledge.decide import Decider
from knowledge.errors import NoSuchClause


@pytest.mark.parametrize(
    ("said", "step"),
    [
        ("下一条", Step("条", True)),
        ("再看看前一条呢？", Step("条", False)),
        ("接着往下看一条", Step("条", True)),
        ("那后面的一款怎么写", Step("款", True)),
        (" 上 一 项 ", Step("项", False)),
    ],
)
def test_steps_are_read(said: str, step: Step) -> None:
    assert find_step(said) == step


@pytest.mark.parametrize("said", ["下一步", "下一条意见", "第二款呢", "上一个案子", "下一条和第三条", "下", ""])
def test_other_words_are_no_step(said: str) -> None:
    assert find_step(said) is None


@pytest.mark.parametrize(
    ("place", "said", "to"),
    [
        (Citation(3), "下一条", Citation(4)),
        (Citation(11, item=5), "下一条", Citation(12)),
        (Citation(11), "下一项", Citation(11, item=1)),
        (Citation(8, 2), "上一款", Citation(8, 1)),
        (Citation(15, 1, 3), "下一项", Citation(15, 1, 4)),
        (Citation(-1), "上一条", Citation(24)),
    ],
)
def test_where_a_step_leads(decider: Decider, place: Citation, said: str, to: Citation) -> None:
    step = find_step(said)
    assert step and beside(decider.measure, place, step) == to


@pytest.mark.parametrize(
    ("place", "said", "end"),
    [
        (Citation(25), "下一条", "已是最后一条，办法共二十五条。"),
        (Citation(1), "上一条", "已是第一条，前面没有了，办法共二十五条。"),
        (Citation(3, item=3), "下一项", "已是最后一项，第三条共三项。"),
        (Citation(8, 2), "下一款", "已是最后一款，第八条共两款。"),
        (Citation(11), "上一项", "第十一条共七项，请说第几项。"),
        (Citation(9), "下一款", "第九条没有分款。"),
    ],
)
def test_at_an_end_nothing_stands_there(decider: Decider, place: Citation, said: str, end: str) -> None:
    step = find_step(said)
    assert step
    with pytest.raises(NoSuchClause, match=end):
        beside(decider.measure, place, step)


def test_by_number_alone() -> None:
    on, back = Step("条", True), Step("条", False)
    assert next_number(Citation(67, 2), on) == Citation(68)
    assert next_number(Citation(-1), back) == Citation(-2)
    assert next_number(Citation(67), Step("款", True)) == Citation(67, 1)
    for place, step in ((Citation(1), back), (Citation(-1), on), (Citation(67), Step("项", False))):
        with pytest.raises(NoSuchClause, match="面没有了"):
            next_number(place, step)
