"""Which cases a list is about, in an official's words."""

from __future__ import annotations

from datetime import date

import pytest

from actions.cases import Case, Party
from actions.errors import LedgerError
from actions.ledger import Filter, Period, read_filter, select
from knowledge.units import Units, load_units
from tests.actions.case_values import HANDLING, case

TODAY = date(2027, 2, 10)
SOCIAL = "原平市人力资源和社会保障局"


def own(unit: str) -> tuple[Party, ...]:
    return (Party(unit, unit, unit, "第十四条", False),)


CASES = (
    case(1, received_on=date(2026, 3, 2), court_number="（2026）晋0981行初1号", stage="archived", cause="行政处罚"),
    case(
        2,
        received_on=date(2026, 12, 1),
        court="原平市人民法院",
        cause="工伤认定",
        parties=own(SOCIAL),
        handling=(SOCIAL,),
    ),
    case(3, received_on=date(2027, 2, 1), act="不予公开信息"),
    case(4, received_on=date(2027, 1, 4), answered_on=date(2027, 1, 11), stage="waiting"),
)


@pytest.fixture(scope="module")
def units() -> Units:
    return load_units()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", [1, 2, 3, 4]),
        ("2026年 人社局 待答辩", [2]),
        ("住建局", [1, 3, 4]),
        ("原平市政府", [1, 3, 4]),
        ("原平", [1, 2, 3, 4]),
        ("代县政府", []),
        ("待答辩，已答辩", [2, 3, 4]),
        ("未结 今年", [3, 4]),
        ("已结", [1]),
        ("逾期", [2]),
        ("去年", [1, 2]),
        ("2026年第四季度", [2]),
        ("2026年12月1日", [2]),
        ("2026年2月至3月", [1]),
        ("(2026)晋0981行初1号", [1]),
        ("第3号", [3]),
        ("信息", [3]),
        ("工伤 原平市人民法院", [2]),
    ],
)
def test_words_find_cases(words: str, found: list[int], units: Units) -> None:
    assert numbers(select(CASES, words, units=units, today=TODAY)) == found


def numbers(cases: list[Case]) -> list[int]:
    return [it.number for it in cases]


def test_a_typed_filter_finds_what_its_words_do(units: Units) -> None:
    typed = Filter(("人社局",), frozenset({"answering"}), Period.year(2026))
    assert read_filter("待答辩 2026年 人社局", TODAY) == typed
    assert numbers(select(CASES, typed, units=units, today=TODAY)) == [2]


def test_a_case_whose_handling_unit_is_open_is_found_by_its_defendant(units: Units) -> None:
    undecided = case(5, handling=(), parties=own(HANDLING))
    assert numbers(select([undecided], "住建局", units=units, today=TODAY)) == [5]


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("今年上半年", date(2027, 1, 1), date(2027, 6, 30)),
        ("去年第一季度", date(2026, 1, 1), date(2026, 3, 31)),
        ("上个月", date(2027, 1, 1), date(2027, 1, 31)),
        ("2月", date(2027, 2, 1), date(2027, 2, 28)),
        ("2028年2月份", date(2028, 2, 1), date(2028, 2, 29)),
        ("上年度", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026年12月至2027年1月", date(2026, 12, 1), date(2027, 1, 31)),
    ],
)
def test_periods_are_read_as_they_are_said(words: str, first: date, last: date) -> None:
    period = read_filter(words, TODAY).period
    assert period is not None and (period.first, period.last) == (first, last)


@pytest.mark.parametrize(
    "words",
    [
        "2026年13月",
        "2026年5月至3月",
        "2026年2月30日",
        "2026年3月1日至5月5日",
        "2026年3月至2027年1月5日",
        "2026年到2027年",
    ],
)
def test_a_period_that_is_none_is_refused(words: str) -> None:
    with pytest.raises(LedgerError, match=f"没有“{words}”这样的期间"):
        read_filter(words, TODAY)
