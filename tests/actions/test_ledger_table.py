"""The ledger as a workbook."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from actions.cases import Advice, Appeal, Attendee, Case, Hearing, Judgment, Party, Plan
from actions.ledger import Period, statistics_of
from actions.ledger.table import ledger, load_layout
from knowledge.units import load_units
from tests.actions.case_values import COUNTY, HANDLING, JUSTICE, KEEPER, OPENED, case

TODAY = date(2027, 2, 10)
TOWN = "原平市轩岗镇人民政府"


def opened(*cases: Case, **more: Any) -> Workbook:
    return load_workbook(io.BytesIO(ledger(cases, today=TODAY, **more).content))


def row(it: Case) -> dict[str, Any]:
    heads, values = opened(it)["台账"].iter_rows(min_row=2, max_row=3, values_only=True)
    return dict(zip(map(str, heads), values, strict=True))


def test_a_case_is_one_row_with_what_an_official_expects() -> None:
    it = case(
        3,
        court_number="（2026）晋0981行初3号",
        cause="行政征收",
        received_on=date(2026, 3, 2),
        answered_on=date(2026, 3, 18),
        hearings=(
            Hearing(1, date(2026, 4, 1), state="cancelled"),
            Hearing(2, date(2026, 4, 8), state="held", attended=((COUNTY, "deputy"),)),
            Hearing(3, date(2027, 3, 1)),
        ),
        judgments=(
            Judgment(1, "first", "judgment", "revoked", date(2026, 5, 20)),
            Judgment(2, "second", "judgment", "must_act", date(2026, 9, 1), performed_on=date(2026, 10, 1)),
        ),
        appeals=(Appeal("appeal", True, date(2026, 6, 1)),),
        advices=(Advice(1, date(2026, 9, 2)),),
        closed_on=date(2026, 11, 2),
        stage="closed",
    )
    assert row(it) == {
        "编号": 3,
        "案号": "（2026）晋0981行初3号",
        "案由": "行政征收",
        "被告": COUNTY,
        "承办单位": HANDLING,
        "收到日": datetime(2026, 3, 2),
        "答辩期限": datetime(2026, 3, 17),
        "答辩日": datetime(2026, 3, 18),
        "是否按期": "否",
        "开庭": "2026-04-08\n2027-03-01",
        "负责人出庭（职级）": "副职\n未开",
        "裁判结果": "一审：撤销\n二审：责令履行",
        "裁判收到日": datetime(2026, 9, 1),
        "上诉、再审": "我方上诉\n2026-06-01",
        "司法建议": "收到2026-09-02\n未回复",
        "履行": datetime(2026, 10, 1),
        "结案": datetime(2026, 11, 2),
        "归档": None,
        "状态": "已结案",
    }


def test_a_last_day_of_a_year_that_is_not_announced_has_a_star() -> None:
    cells = [opened(case(1, received_on=date(year, 12, 20)))["台账"]["G3"] for year in (2025, 2099)]
    assert [(it.value, it.number_format) for it in cells] == [
        (datetime(2026, 1, 4), "yyyy-mm-dd"),
        (datetime(2100, 1, 4), 'yyyy-mm-dd"*"'),
    ]


def test_several_defendants_each_have_their_rank_and_what_is_open_is_named() -> None:
    two = (Party(TOWN, TOWN, TOWN, "第十四条", False), Party(COUNTY, JUSTICE, COUNTY, "第十三条", True))
    hearing = Hearing(1, date(2026, 12, 1), state="held", attended=((COUNTY, "none"),))
    office = "原平市人民政府办公室"
    told = row(case(1, parties=two, hearings=(hearing,), handling=(), decided_by=(office, JUSTICE)))
    assert told["被告"] == f"{TOWN}\n{COUNTY}"
    assert told["负责人出庭（职级）"] == f"{TOWN}：待补；{COUNTY}：没有负责人出庭"
    assert told["承办单位"] == f"待定（由{office}、{JUSTICE}确定）"


@pytest.mark.parametrize(
    "cause", ['=HYPERLINK("http://example.org")', "+1+1", "-1+1", "@SUM(A1)", "=1+1\n案由", "\t=1+1"]
)
def test_nothing_an_official_wrote_becomes_a_formula(cause: str) -> None:
    cell = opened(case(1, cause=cause))["台账"]["C3"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (cause, "s", True)


def test_control_characters_do_not_break_the_file() -> None:
    assert opened(case(1, cause="行政\x00处罚\x0b"))["台账"]["C3"].value == "行政处罚"


def test_it_can_be_filtered_scrolled_and_printed() -> None:
    sheet = opened(case(1), case(2), title="2026年")["台账"]
    assert sheet["A1"].value == "行政应诉案件台账（2026年，截至2027年2月10日）"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("C3", "A2:S4")
    assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", sheet.PAPERSIZE_A4)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$1:$2"
    assert sheet["F3"].number_format == "yyyy-mm-dd"


def test_sheets_behind_say_how_to_read_it() -> None:
    units = load_units()
    cases = [case(1, received_on=None, court_number="（2026）晋0981行初1号"), case(2)]
    statistics = statistics_of(cases, Period.year(2026), units=units, today=TODAY)
    book = opened(*cases, statistics=statistics)
    assert book.sheetnames == ["台账", "统计", "待补", "口径"]
    counted = list(book["统计"].iter_rows(min_row=3, values_only=True))
    for shown, it in zip(counted, statistics.rows, strict=False):
        assert shown[1:3] == (it.definition.name, it.value) and shown[4] == it.definition.counted
    assert counted[-1][0] == "办法没有规定统计口径，由司法行政部门确定；这里按每项写明的口径计算。"
    assert [it[0] for it in book["待补"].iter_rows(min_row=3, values_only=True)] == [1]
    notes = list(book["口径"].iter_rows(min_row=3, values_only=True))
    assert notes == [(it.head, it.note) for it in load_layout().columns]
    assert opened(case(1)).sheetnames == ["台账", "口径"]


def test_an_empty_ledger_is_one_all_the_same() -> None:
    assert opened()["台账"].auto_filter.ref == "A2:S3"


def test_it_names_nobody() -> None:
    plan = Plan(1, COUNTY, (Attendee("head", "副市长"),), "decided", KEEPER, OPENED, "telegram:77", OPENED)
    book = opened(case(1, plans=(plan,)))
    texts = [str(cell.value) for sheet in book for cells in sheet.iter_rows() for cell in cells]
    assert not any("telegram" in it for it in texts)
