"""Statistics as pictures: every character of them has to be in the font, or matplotlib warns and the test fails."""

from __future__ import annotations

import struct
from datetime import date

import pytest

from actions.cases import Case, Judgment, Party
from actions.document import Document
from actions.errors import NoChineseFont
from actions.ledger import Period, statistics_of
from actions.ledger.charts import charts
from knowledge.units import load_units
from tests.actions.case_values import case

TODAY = date(2027, 2, 10)


def drawn(*cases: Case) -> dict[str, Document]:
    try:
        return charts(statistics_of(cases, Period.year(2026), units=load_units(), today=TODAY))
    except NoChineseFont as error:
        pytest.skip(str(error))


def test_there_is_a_slide_for_each_matter() -> None:
    many = [
        case(number, parties=(Party(it, it, it, "第十四条", False),), handling=(f"{it}$_^",), judgments=JUDGED)
        for number, it in enumerate((f"原平市{name}镇人民政府" for name in "甲乙丙丁戊己庚辛壬癸子丑"), 1)
    ]
    found = drawn(*many)
    assert [it.name for it in found.values()] == [
        "2026年行政应诉主要指标.png",
        "2026年裁判结果.png",
        "2026年被告层级.png",
        "2026年应诉承办单位.png",
    ]
    for it in found.values():
        width, height = struct.unpack(">II", it.content[16:24])
        assert it.content.startswith(b"\x89PNG") and (width, height) == (1920, 1080)
    assert found == drawn(*many)


JUDGED = (Judgment(1, "first", "judgment", "revoked", date(2026, 12, 1)),)


def test_without_cases_they_differ_and_can_be_drawn() -> None:
    nothing, something = drawn(), drawn(case(1, judgments=JUDGED))
    assert all(nothing[name].content != something[name].content for name in nothing)


def test_without_a_chinese_font_the_package_to_install_is_named() -> None:
    nothing = statistics_of((), Period.year(2026), units=load_units(), today=TODAY)
    with pytest.raises(NoChineseFont, match="fonts-noto-cjk"):
        charts(nothing, families=("没有这种字体",))
