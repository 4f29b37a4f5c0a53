"""The ledger (台账) as a workbook: a row for each case, and how to read it on the sheets behind."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from actions.cases.case import Case, Hearing
from actions.cases.choices import label
from actions.cases.dates import Due, evidence
from actions.cases.steps import load_steps
from actions.document import Document
from actions.ledger.statistics import Statistic, Statistics, load_definitions
from actions.ledger.timely import evidence_kept
from knowledge.data_files import read_yaml
from knowledge.dates import chinese_date

_FILE = Path(__file__).parent / "table.yml"

_FONT = "宋体"
_TITLE = Font(name=_FONT, size=16, bold=True)
_HEAD = Font(name=_FONT, size=11, bold=True)
_BODY = Font(name=_FONT, size=11)
_SHADE = PatternFill("solid", fgColor="DCE6F1")
_LINE = Side(style="thin", color="808080")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_TEXT = Alignment(vertical="center", wrap_text=True)
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LINE_HEIGHT = 15
_DATE = "yyyy-mm-dd"
_PROVISIONAL = f'{_DATE}"*"'
_MARGINS = PageMargins(left=0.4, right=0.4, top=0.5, bottom=0.6, header=0.3, footer=0.3)


@dataclass(frozen=True, slots=True)
class Provisional:
    """A day that rests on a year whose holidays are not announced: a star stands behind it."""

    day: date

    def __str__(self) -> str:
        """As it is shown."""
        return f"{self.day.isoformat()}*"


Value = str | int | date | Provisional | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet.

    Attributes:
        id: Its name in code.
        head: What stands over it.
        width: In characters.
        note: What it means.
    """

    id: str
    head: str
    width: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole of `table.yml`: the title, and the columns in order."""

    title: str
    columns: tuple[Column, ...]


@cache
def load_layout() -> Layout:
    """Read the bundled file."""
    data = read_yaml(_FILE)
    return Layout(data["title"], tuple(Column(**row) for row in data["columns"]))


def ledger(cases: Iterable[Case], *, today: date, title: str = "", statistics: Statistics | None = None) -> Document:
    """The ledger as an xlsx file; it holds no name of any person.

    Args:
        cases: Those to list, in their order.
        today: The day that it is made; what is due is measured against it.
        title: What cases they are, such as 2026年 住建局; stands beside the title.
        statistics: Shown with their 口径 on a second sheet, and what is missing on a third, where they are given.

    Returns:
        The file, with sheets 台账, 统计, 待补 and 口径.
    """
    layout = load_layout()
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet()
    about = f"{title}，" if title else ""
    head = f"{layout.title}（{about}截至{chinese_date(today)}）"
    rows = [_row(case, today) for case in cases]
    _fill(sheet, "台账", head, layout.columns, ([row[it.id] for it in layout.columns] for row in rows))
    sheet.freeze_panes = "C3"
    sheet.auto_filter.ref = f"A2:{get_column_letter(len(layout.columns))}{max(len(rows), 1) + 2}"
    if statistics is not None:
        _fill(
            book.create_sheet(),
            "统计",
            f"{statistics.period.title}行政应诉统计（截至{chinese_date(statistics.as_of)}）",
            (
                Column("group", "类别", 10),
                Column("name", "项目", 20),
                Column("value", "数值", 32),
                Column("unmet", "在分母、不在分子的案件编号", 18),
                Column("how", "口径", 78),
            ),
            map(_statistic, statistics.rows),
            below=load_definitions().basis,
        )
        _fill(
            book.create_sheet(),
            "待补",
            "资料不全、没有计入统计的案件",
            (
                Column("number", "编号", 8),
                Column("court_number", "案号", 26),
                Column("what", "缺什么", 66),
                Column("left_out_of", "没有计入", 58),
            ),
            ([it.case, it.court_number, it.what, "、".join(it.left_out_of)] for it in statistics.gaps),
        )
    _fill(
        book.create_sheet(),
        "口径",
        "台账各栏的含义",
        (Column("head", "栏目", 24), Column("note", "含义", 134)),
        ([it.head, it.note] for it in layout.columns),
    )
    book.properties.creator = "应诉助手"
    book.properties.created = datetime(today.year, today.month, today.day)
    stream = io.BytesIO()
    book.save(stream)
    return Document(f"{layout.title}-{today.isoformat()}.xlsx", stream.getvalue())


def _statistic(it: Statistic) -> Sequence[Value]:
    unmet = "、".join(map(str, it.unmet)) if it.definition.kind == "rate" else ""
    return it.definition.group, it.definition.name, it.value, unmet, it.definition.counted


# ── a case as a row ──────────────────────────────────────────────────────────────────────────────────────────────────

_KEPT = {"kept": "是", "missed": "否", "running": "未到期", "moot": "期内已结", "unknown": ""}


def _row(case: Case, today: date) -> Mapping[str, Value]:
    hearings = [it for it in case.hearings if it.state != "cancelled"]
    last = case.judgments[-1] if case.judgments else None
    return {
        "number": case.number,
        "court_number": case.court_number,
        "cause": case.cause,
        "parties": _lines(it.unit for it in case.parties),
        "handling": _lines(case.handling) or f"待定（由{'、'.join(case.decided_by)}确定）",
        "received_on": case.received_on,
        "answer_due": _last_day(evidence(case, today)),
        "answered_on": case.answered_on,
        "timely": _KEPT[evidence_kept(case, today)[0]],
        "hearings": _lines(it.day.isoformat() for it in hearings),
        "heads": _lines(_heads(case, it) for it in hearings),
        "results": _lines(f"{label('instance', it.instance)}：{label('result', it.result)}" for it in case.judgments),
        "judged_on": last.received_on if last else None,
        "appeals": _lines(
            f"{'我方' if it.ours else '对方'}{'上诉' if it.kind == 'appeal' else '申请再审'}\n{it.day.isoformat()}"
            for it in case.appeals
        ),
        "advices": _lines(
            f"收到{it.received_on.isoformat()}\n{f'回复{it.answered_on.isoformat()}' if it.answered_on else '未回复'}"
            for it in case.advices
        ),
        "performed_on": last.performed_on if last else None,
        "closed_on": case.closed_on,
        "archived_on": case.archived_on,
        "stage": load_steps().stages[case.stage],
    }


def _last_day(due: Due | None) -> Value:
    if due is None:
        return None
    return Provisional(due.due) if due.provisional else due.due


def _heads(case: Case, hearing: Hearing) -> str:
    if hearing.state == "planned":
        return "未开"
    told = dict(hearing.attended)
    ranks = [(it.unit, label("rank", told[it.unit]) if it.unit in told else "待补") for it in case.parties]
    return "；".join(rank if len(ranks) == 1 else f"{unit}：{rank}" for unit, rank in ranks)


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(texts)


# ── a sheet ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _fill(
    sheet: Worksheet,
    name: str,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Value]],
    below: str = "",
) -> None:
    """Write a sheet: title, heads, rows; printed on A4 across, as wide as the page, heads on every page."""
    sheet.title = name
    sheet.append([title])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(columns))
    sheet["A1"].font, sheet["A1"].alignment = _TITLE, _MIDDLE
    sheet.row_dimensions[1].height = 30
    for place, column in enumerate(columns, 1):
        _put(sheet, 2, place, column.head, _HEAD, _MIDDLE)
        sheet.cell(2, place).fill = _SHADE
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    widths = [it.width for it in columns]
    sheet.row_dimensions[2].height = _height([it.head for it in columns], widths)
    row = 2
    for row, values in enumerate(rows, 3):
        sheet.row_dimensions[row].height = _height(values, widths)
        for place, value in enumerate(values, 1):
            _put(sheet, row, place, value, _BODY, _TEXT if isinstance(value, str) else _MIDDLE)
    if below:
        _put(sheet, row + 1, 1, below, _BODY, _TEXT)
        sheet.row_dimensions[row + 1].height = _height([below], [sum(widths)])
        sheet.merge_cells(start_row=row + 1, start_column=1, end_row=row + 1, end_column=len(columns))
    sheet.freeze_panes = "A3"
    sheet.print_title_rows = "1:2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = _MARGINS
    sheet.print_options.horizontalCentered = True
    footer: Any = sheet.oddFooter
    footer.center.text = "第 &P 页，共 &N 页"


def _height(values: Iterable[Value], widths: Iterable[float]) -> float:
    """The height of a row, in points, that shows its texts whole: not every program fits it by itself."""
    most = max(
        sum(max(1, math.ceil(_width(line) / (width - 1))) for line in str(value or "").split("\n"))
        for value, width in zip(values, widths, strict=True)
    )
    return _LINE_HEIGHT * most + 4


def _width(text: str) -> int:
    """The width of a text in characters; a Chinese one takes two."""
    return sum(2 if east_asian_width(it) in "WFA" else 1 for it in text)


def _put(sheet: Worksheet, row: int, column: int, value: Value, font: Font, alignment: Alignment) -> None:
    """Write a value: a day as a day, a text as a text and never as a formula, whatever it begins with."""
    cell: Any = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
        cell.quotePrefix = True
    else:
        cell.value = value.day if isinstance(value, Provisional) else value
    if isinstance(value, date | Provisional):
        cell.number_format = _DATE if isinstance(value, date) else _PROVISIONAL
    cell.font, cell.alignment, cell.border = font, alignment, _BOX
