"""The yearly report of a justice bureau (第二十三条) as a draft: numbers of the cases, blanks for people to fill."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from actions.cases.case import Case
from actions.cases.life import FIELDS
from actions.document import Document
from actions.errors import LedgerError, NoChineseFont
from actions.ledger.charts import FAMILIES, charts
from actions.ledger.official import Official
from actions.ledger.period import Period
from actions.ledger.statistics import Statistics, statistics_of
from actions.people.roles import supervises
from knowledge.citation import chinese_number
from knowledge.data_files import read_yaml
from knowledge.dates import chinese_date
from knowledge.deadlines import due_dates
from knowledge.decide import Decider
from knowledge.units import Unit, UnitKind, Units

_FILE = Path(__file__).parent / "report.yml"
_ARTICLE = "23"
_DATE = "＿＿＿＿年＿＿月＿＿日"
_LINES = 5
_WIDTHS = (30, 38, 88)
_WANTED = ("court_number", "court", "cause")


@dataclass(frozen=True, slots=True)
class _Draft:
    """What a report is written from."""

    bureau: Unit
    year: int
    due: date
    statistics: Statistics
    blanks: tuple[str, ...]
    pictures: Mapping[str, Document]
    no_pictures: str


def reported_to(bureau: Unit, units: Units) -> tuple[str, str]:
    """To whom a justice bureau reports (第二十三条): the government of its level, the justice bureau above it.

    Raises:
        LedgerError: The unit is no justice bureau of the city or of one of its counties.
    """
    government = units.government_of(bureau) if bureau.place else None
    if bureau.kind is not UnitKind.JUSTICE_BUREAU or government is None:
        raise LedgerError(
            f"年度报告由市、县（市、区）司法行政部门写（第二十三条），“{bureau.name}”不是，请写司法局的全称，例如“原平市司法局”。"
        )
    return _full(government), _words()["above"][bureau.level]


def yearly_report(
    cases: Iterable[Case],
    bureau: Unit,
    year: int,
    *,
    decider: Decider,
    today: date,
    families: tuple[str, ...] = FAMILIES,
) -> Document:
    """Draft the report on a year, for people to finish; its last page lists what is missing.

    Args:
        cases: All cases; those whose defendant or handling unit the bureau supervises are counted.
        bureau: Whose report it is.
        year: The year that it is about.
        decider: The measure and its units.
        today: The day that it is made.
        families: Fonts for the charts; where none is installed, the report says so and has none.

    Raises:
        LedgerError: The unit is no justice bureau, or the year has not begun.
    """
    units = decider.units
    government, above = reported_to(bureau, units)
    if year > today.year:
        raise LedgerError(f"{year}年还没有到，请写{today.year}年或者以前的年份。")
    own = [it for it in cases if _is_own(it, bureau, units)]
    statistics = statistics_of(own, Period.year(year), units=units, today=today)
    pictures, no_pictures = _pictures(statistics, families)
    due = due_dates("year", date(year + 1, 1, 1))[0].due
    draft = _Draft(bureau, year, due, statistics, tuple(_blanks(own, year)), pictures, no_pictures)

    words = _words()
    paper = Official()
    title = _full(bureau) + words["title"].format(year=year)
    paper.title(_full(bureau))
    paper.title(words["title"].format(year=year))
    paper.title("（草稿）")
    paper.line("", indented=False)
    paper.line(f"{government}、{above}：", indented=False)
    measure = decider.measure
    paper.line(words["opening"].format(measure=measure.name, number=measure.number, year=year))
    paper.line(words["scope"].format(as_of=chinese_date(today)))
    _body(paper, draft)
    paper.line(words["annexes"])
    paper.signed(_full(bureau), _DATE)
    _table(paper, draft)
    _missing(paper, draft, decider, today)
    return Document(f"{title}（草稿）.docx", paper.packed(title, today))


def _is_own(case: Case, bureau: Unit, units: Units) -> bool:
    concerned = {*(it.unit for it in case.parties), *case.handling}
    return any(supervises(units, bureau.name, it) for it in concerned)


def _pictures(statistics: Statistics, families: tuple[str, ...]) -> tuple[Mapping[str, Document], str]:
    try:
        return charts(statistics, families), ""
    except NoChineseFont as error:
        return {}, str(error)


def _body(paper: Official, draft: _Draft) -> None:
    values = {it.definition.id: it.value for it in draft.statistics.rows}
    for number, section in enumerate(_words()["sections"], 1):
        paper.head(f"{chinese_number(number)}、{section['head']}")
        for line in section.get("lines", ()):
            paper.line(line.format(**values))
        for name in section.get("charts", ()):
            if name in draft.pictures:
                paper.picture(draft.pictures[name].content, draft.pictures[name].name)
        if "write" in section:
            paper.blank(_LINES, section["write"])


def _table(paper: Official, draft: _Draft) -> None:
    paper.head("附件　" + _words()["statistics_title"], new_page=True)
    rows = [(it.definition.name, it.value, it.definition.counted) for it in draft.statistics.rows]
    paper.table(_WIDTHS, [("项目", "数值", "口径"), *rows])


def _missing(paper: Official, draft: _Draft, decider: Decider, today: date) -> None:
    words = _words()["missing"]
    paper.head(_words()["missing_title"], new_page=True)
    gaps = [*map(str, draft.statistics.gaps), *draft.blanks]
    points = [*_points(draft, decider, today), words["gaps"] if gaps else words["no_gaps"]]
    for number, point in enumerate(points, 1):
        paper.line(f"{number}. {point}")
    for gap in gaps:
        paper.line(gap)
    cited = decider.cite(_ARTICLE)
    paper.line(f"{cited.ref}：“{cited.quote}”")


def _blanks(cases: Iterable[Case], year: int) -> Iterator[str]:
    """What the ledger wants of the year's cases and does not hold; no statistic hangs on it."""
    for case in cases:
        blank = "、".join(FIELDS[name] for name in _WANTED if not getattr(case, name))
        if blank and case.received_on in Period.year(year) and case.stage != "withdrawn":
            yield _words()["missing"]["blank"].format(number=case.number, what=blank)


def _points(draft: _Draft, decider: Decider, today: date) -> Iterator[str]:
    """What people have to see to before the report goes out."""
    words, measure = _words()["missing"], decider.measure
    if draft.due > measure.in_force_to:
        yield words["not_in_force"].format(due=chinese_date(draft.due), last=chinese_date(measure.in_force_to))
    else:
        yield words["due" if today <= draft.due else "overdue"].format(due=chinese_date(draft.due))
    if date(draft.year, 1, 1) < measure.in_force_from:
        yield words["before_force"].format(year=draft.year, first=chinese_date(measure.in_force_from))
    if today <= date(draft.year, 12, 31):
        yield words["unfinished"].format(year=draft.year)
    for section in _words()["sections"]:
        if "write" in section:
            yield words["people"].format(head=section["head"])
    yield words["signature"]
    for it in draft.statistics.rows:
        if it.definition.kind == "none":
            yield words["not_kept"].format(name=it.definition.name, how=it.definition.how)
    if draft.no_pictures:
        yield words["no_charts"].format(why=draft.no_pictures)


def _full(unit: Unit) -> str:
    """A unit's name as it stands in a paper: the city's own begin with 市 elsewhere, here with the city's name."""
    return f"{unit.place}{unit.name.removeprefix('市')}" if unit.level == "city" else unit.name


@cache
def _words() -> Mapping[str, Any]:
    data: Mapping[str, Any] = read_yaml(_FILE)
    return data
