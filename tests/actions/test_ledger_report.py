"""The yearly report of 第二十三条."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Pt

from actions.cases import Case, Party
from actions.errors import LedgerError, NoChineseFont
from actions.ledger import Period, statistics_of
from actions.ledger.charts import charts
from actions.ledger.report import reported_to, yearly_report
from actions.ledger.statistics import load_definitions
from knowledge.decide import Decider
from knowledge.units import Unit
from tests.actions.case_values import case

TODAY = date(2027, 2, 10)
NO_FONT = ("没有这种字体",)


def bureau(decider: Decider, name: str = "原平市司法局") -> Unit:
    unit = decider.units.parse(name)
    assert unit is not None
    return unit


def report(decider: Decider, *cases: Case, name: str = "原平市司法局", year: int = 2026, today: date = TODAY) -> Any:
    """The report without charts: they are drawn in one test only."""
    it = yearly_report(cases, bureau(decider, name), year, decider=decider, today=today, families=NO_FONT)
    return docx.Document(io.BytesIO(it.content))


def text(document: Any) -> str:
    return "\n".join(it.text for it in document.paragraphs)


@pytest.mark.parametrize(
    ("name", "government", "above"),
    [
        ("原平市司法局", "原平市人民政府", "忻州市司法局"),
        ("代县司法局", "代县人民政府", "忻州市司法局"),
        ("市司法局", "忻州市人民政府", "山西省司法厅"),
    ],
)
def test_it_goes_to_the_own_government_and_the_bureau_above(
    name: str, government: str, above: str, decider: Decider
) -> None:
    assert reported_to(bureau(decider, name), decider.units) == (government, above)
    assert f"{government}、{above}：" in text(report(decider, name=name))


@pytest.mark.parametrize("name", ["原平市住房和城乡建设局", "司法局", "太原市司法局", "县司法局"])
def test_only_a_justice_bureau_of_the_city_reports(name: str, decider: Decider) -> None:
    with pytest.raises(LedgerError, match="第二十三条"):
        yearly_report((), bureau(decider, name), 2026, decider=decider, today=TODAY)


def test_a_year_to_come_is_refused(decider: Decider) -> None:
    with pytest.raises(LedgerError, match="2028年还没有到"):
        report(decider, year=2028)


def test_it_counts_what_the_bureau_supervises(decider: Decider) -> None:
    elsewhere = (Party("代县人民政府", "代县司法局", "代县人民政府", "第十三条", True),)
    cases = (case(1), case(2, parties=elsewhere, handling=("代县自然资源局",)))
    assert "新收案件数：1件" in text(report(decider, *cases))
    assert "新收案件数：1件" in text(report(decider, *cases, name="代县司法局"))
    assert "新收案件数：0件" in text(report(decider, *cases, name="市司法局"))


def test_every_statistic_stands_in_the_annex_with_its_way_of_counting(decider: Decider) -> None:
    cases = (case(1), case(2))
    table = report(decider, *cases).tables[0]
    shown = [tuple(cell.text for cell in row.cells) for row in table.rows]
    counted = statistics_of(cases, Period.year(2026), units=decider.units, today=TODAY)
    assert shown == [
        ("项目", "数值", "口径"),
        *((it.definition.name, it.value, it.definition.counted) for it in counted.rows),
    ]


def test_the_only_annex_bears_no_number(decider: Decider) -> None:
    words = text(report(decider))
    assert "各项数值的口径见附件。" in words
    assert "\n附件：统计表和口径\n" in words and "\n附件　统计表和口径\n" in words


def test_people_write_where_the_desk_knows_nothing(decider: Decider) -> None:
    lines = text(report(decider)).split("\n")
    for head in ("六、主要做法和经验", "七、存在的问题和原因", "八、下一步工作"):
        assert lines[lines.index(head) + 1].startswith("（由撰写人填写）＿")
    assert "＿＿＿＿年＿＿月＿＿日" in lines


def test_what_is_missing_is_listed_at_the_end(decider: Decider) -> None:
    words = text(report(decider, case(7, received_on=None, court_number="（2026）晋0981行初7号")))
    _, _, missing = words.partition("报送前要补充的内容")
    assert "第7号案件，案号（2026）晋0981行初7号：没有记收到日" in missing
    assert "报送期限：2027年3月31日（办法第二十三条）" in missing
    for name in ("“领域”台账没有记录", "“追责数”台账没有记录", "“下一步工作”一节要由撰写人填写", "落款的印章"):
        assert name in missing
    cited = decider.cite("23")
    assert f"{cited.ref}：“{cited.quote}”" in missing
    assert "没有附图：这台机器没有中文字体" in missing
    assert "第7号案件：没有记法院、案由。" not in missing, "nobody knows of what year it is"
    assert "没有资料不全的案件" in text(report(decider))


def test_cases_of_the_year_whose_entries_are_blank_are_listed(decider: Decider) -> None:
    words = text(report(decider, case(8, court="原平市人民法院", cause="", court_number="")))
    assert "第8号案件：没有记案号、案由。" in words


@pytest.mark.parametrize(
    ("year", "today", "said"),
    [
        (2026, date(2027, 3, 31), "报送期限：2027年3月31日"),
        (2026, date(2027, 4, 1), "报送期限2027年3月31日已过"),
        (2027, date(2027, 12, 31), "2027年度还没有过完"),
        (2028, date(2029, 1, 5), "报送期限2029年3月31日已在办法有效期（至2028年6月30日）之外"),
        (2023, date(2024, 1, 5), "2023年有办法施行（2023年7月1日）以前的日期"),
    ],
)
def test_it_says_what_the_calendar_means_for_it(year: int, today: date, said: str, decider: Decider) -> None:
    assert said in text(report(decider, year=year, today=today))


def test_its_page_is_that_of_an_official_paper(decider: Decider) -> None:
    document = report(decider)
    section, normal = document.sections[0], document.styles["Normal"]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(it.mm) for it in margins] == [37, 35, 28, 26]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert normal.font.size == Pt(16) and normal.element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋_GB2312"
    title = document.paragraphs[0]
    assert title.alignment == 1 and title.runs[0].font.size == Pt(22) and title.text == "原平市司法局"


def test_it_is_a_draft_with_charts_and_the_same_each_time(decider: Decider) -> None:
    try:
        charts(statistics_of((), Period.year(2026), units=decider.units, today=TODAY))
    except NoChineseFont as error:
        pytest.skip(str(error))
    cases = (case(1), case(2, cause="行政\x0b处罚"))
    made = [yearly_report(cases, bureau(decider), 2026, decider=decider, today=TODAY) for _ in range(2)]
    assert made[0] == made[1]
    assert made[0].name == "原平市司法局关于2026年度行政应诉工作情况的报告（草稿）.docx"
    assert len(docx.Document(io.BytesIO(made[0].content)).inline_shapes) == 4


def test_no_rate_is_ever_asked_for(decider: Decider) -> None:
    assert not any(word in text(report(decider)) for word in ("目标", "不低于", "达标", "应当达到"))
    assert not any(word in it.counted for it in load_definitions().rows for word in ("目标", "不低于", "达标"))
