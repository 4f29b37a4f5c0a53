"""Names nearly written: what is meant is told as a guess, and never as a unit that is named."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.sounds import alike, sound
from knowledge.units import load_units

UNITS = load_units()


def named(text: str) -> list[str]:
    return [mention.unit.name for mention in UNITS.mentions(text)]


def nearly(text: str) -> list[tuple[str, str]]:
    return [(mention.text, mention.unit.name) for mention in UNITS.slips(text)]


@pytest.mark.parametrize(
    ("text", "written", "name"),
    [
        # taken for another letter
        ("被告是区正府", "区正府", "忻府区人民政府"),
        ("市政付被告了", "市政付", "市人民政府"),
        ("代县人民政付", "代县人民政付", "代县人民政府"),
        ("县财正局报的", "县财正局", "县财政局"),
        ("是民正局报的", "民正局", "民政局"),
        ("砂河镇正府拆的", "砂河镇正府", "砂河镇人民政府"),
        ("五抬县林业局", "五抬县林业局", "五台县林业局"),
        ("向缘平市政府申请", "缘平市政府", "原平市人民政府"),
        ("县退役军认事务局", "县退役军认事务局", "县退役军人事务局"),
        # left out, added, exchanged
        ("市农业村局", "市农业村局", "市农业农村局"),
        ("县卫生康健局罚的", "县卫生康健局", "县卫生健康局"),
        ("市市场监督理局", "市市场监督理局", "市市场监督管理局"),
        ("县政事府", "县政事府", "县人民政府"),
        ("县水水利局", "县水水利局", "县水利局"),
        # whose letters matter most: 市政府 alone is another city's
        ("平市政府", "平市政府", "原平市人民政府"),
        ("告了原市水利局", "原市水利局", "原平市水利局"),
        ("原平平市林业局", "原平平市林业局", "原平市林业局"),
        ("水平市政府", "水平市政府", "原平市人民政府"),
        # the first letter after a head
        ("五台县民政府", "五台县民政府", "五台县人民政府"),
        ("县力社保局", "县力社保局", "县人力资源和社会保障局"),
        # longer than a name that stands in it
        ("静乐县教育科科技局", "静乐县教育科科技局", "静乐县教育科技局"),
        ("神池政府府办公室", "神池政府府办公室", "神池县人民政府办公室"),
        ("县教局育", "县教局育", "县教育局"),
        ("静乐县行政批审局", "静乐县行政批审局", "静乐县行政审批服务管理局"),
        ("市税务局第一稽局", "市税务局第一稽局", "市税务局稽查局"),
    ],
)
def test_a_name_that_is_nearly_written_is_a_guess(text: str, written: str, name: str) -> None:
    assert nearly(text) == [(written, name)] and named(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "县政府和县水利局都被告了",
        "他向政府申请过",
        "县正副局长都去",
        "市政服务和市政设施",
        "县财政举报电话",
        "法院调查对方",
        "等待县政府批复",
        "想政府给个说法",
        "县府政策",
        "自然资源的所有权",
        "县商业局和县盐务局",
        "县文体局、县公路局、县地震局",
        "国家市场监督管理总局",
        "水利工程局部返工",
        "原平市市水利局",
        "原平市政府和原平市市政府",
        "岢岚县政府",
    ],
)
def test_what_is_written_otherwise_is_no_slip(text: str) -> None:
    assert nearly(text) == []


@pytest.mark.parametrize("text", ["县盐务局", "县粮油局", "县文体局", "市蔬菜产业局"])
def test_a_regular_name_that_is_not_listed_stays_a_unit(text: str) -> None:
    assert named(text) == [text]


@pytest.mark.parametrize("text", ["单告市政政府", "只告县政政府", "起诉区征府", "市交运输局", "平原市政府"])
def test_what_is_nearly_written_is_no_unit_of_another_place(text: str) -> None:
    assert UNITS.parse(text) is None and len(nearly(text)) == 1


def test_a_slip_does_not_hide_its_neighbours() -> None:
    assert named("县水利局、县征府和县民政局") == ["县水利局", "县民政局"]


def test_a_slip_takes_level_and_place_from_the_case() -> None:
    (mention,) = UNITS.slips("水里局", near=UNITS.parse("代县政府"))
    assert mention.unit.name == "代县水利局"


WORDS = ["县政府", "市住建局", "原平市水利局", "人社局", "和", "告", "都被告了", "报的", "轩岗镇政府", "，"]


@given(st.lists(st.sampled_from(WORDS), max_size=6).map("".join), st.integers(0, 40), st.sampled_from("政居的水局告"))
def test_named_and_nearly_named_never_overlap(text: str, at: int, letter: str) -> None:
    text = text[:at] + letter + text[at:]
    spans = sorted((it.start, it.end) for it in (*UNITS.mentions(text), *UNITS.slips(text)))
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@pytest.mark.parametrize(
    ("one", "other"), [("政", "征"), ("局", "居"), ("府", "付"), ("忻", "新"), ("峙", "是"), ("岢", "可")]
)
def test_letters_that_sound_alike(one: str, other: str) -> None:
    assert alike(one, other) and alike(other, one)


@pytest.mark.parametrize(("one", "other"), [("政", "府"), ("局", "厅"), ("a", "b"), ("囧", "炯"), ("水", "林")])
def test_letters_that_do_not(one: str, other: str) -> None:
    assert not alike(one, other)


def test_what_is_no_common_letter_has_no_sound() -> None:
    assert sound("，") is None and sound("x") is None and sound("🙂") is None
