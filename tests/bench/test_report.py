"""The figures of a comparison and how they are shown; nothing here is timed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.report import Figure, Served, compare, comparison, number, percentile, table

OURS = Served(
    start=9.0,
    turns=(0.010, 0.020, 0.030, 0.040),
    long_turns=(0.010, 0.010),
    work=0.008,
    rate=100.0,
    memory=512 * 2**20,
    said=("已登记",),
)
STOCK = Served(
    start=18.0,
    turns=(0.040, 0.060, 0.080, 0.160),
    long_turns=(0.100, 0.300),
    work=0.032,
    rate=25.0,
    memory=768 * 2**20,
    said=("已登记",),
)


def figure(name: str, figures: list[Figure]) -> Figure:
    return next(it for it in figures if it.name == name)


@pytest.mark.parametrize(("share", "value"), [(0.0, 1), (0.5, 5), (0.51, 6), (0.95, 10), (1.0, 10)])
def test_a_percentile_is_one_of_the_values(share: float, value: int) -> None:
    assert percentile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], share) == value


@given(st.lists(st.floats(allow_nan=False), min_size=1), st.floats(0, 1))
def test_a_percentile_has_its_share_below_and_not_more_than_it_needs(values: list[float], share: float) -> None:
    it = percentile(values, share)
    assert sum(value <= it for value in values) >= share * len(values)
    assert sum(value < it for value in values) <= share * len(values)


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1.0], 1.5), ([1.0], -0.1)])
def test_a_percentile_of_nothing_is_an_error(values: list[float], share: float) -> None:
    with pytest.raises(ValueError, match="percentile"):
        percentile(values, share)


def test_less_time_and_more_messages_are_both_better() -> None:
    figures = compare([OURS], [STOCK])
    assert figure("guided turn, p50", figures).ratio == pytest.approx(3.0)
    assert figure("guided turn, p95", figures).ratio == pytest.approx(4.0)
    assert figure("guided turn in one endless talk, p95", figures).ratio == pytest.approx(30.0)
    assert figure("processor time of a guided turn", figures).ratio == pytest.approx(4.0)
    assert figure("messages a second, all at once", figures).ratio == pytest.approx(4.0)
    assert figure("start to first answer", figures).ratio == pytest.approx(2.0)
    assert figure("memory of all processes", figures).ratio == pytest.approx(1.5)


def test_each_side_counts_by_its_best_round() -> None:
    disturbed = replace(STOCK, turns=(9.0, 9.0), rate=1.0, start=99.0, work=None, memory=None)
    assert compare([OURS], [disturbed, STOCK]) == compare([OURS], [STOCK])
    assert compare([replace(OURS, turns=(9.0,), rate=1.0, work=9.0), OURS], [STOCK]) == compare([OURS], [STOCK])


def test_what_a_system_does_not_tell_is_left_open() -> None:
    figures = compare([replace(OURS, memory=None, work=None)], [STOCK])
    assert figure("memory of all processes", figures).ratio is None
    line = comparison([figure("memory of all processes", figures)]).splitlines()[-1]
    assert line.split() == ["memory", "of", "all", "processes", "(MiB)", "–", "768", "–"]


def test_the_comparison_says_how_many_times_better_ours_is() -> None:
    shown = comparison(compare([OURS], [STOCK]))
    assert "guided turn, p50 (ms)" in shown
    assert shown.splitlines()[2].split()[-4:] == ["20.0", "60.0", "3.0", "×"]


@pytest.mark.parametrize(
    ("value", "shown"), [(None, "–"), (0.214, "0.21"), (9.87, "9.87"), (13.24, "13.2"), (655.4, "655")]
)
def test_numbers_are_shown_as_exactly_as_they_are_known(value: float | None, shown: str) -> None:
    assert number(value) == shown


def test_columns_line_up_even_with_chinese_marks() -> None:
    assert table(("", "值"), [("查条文", "1"), ("turn", "100")]).splitlines() == [
        "         值",
        "------  ---",
        "查条文    1",
        "turn    100",
    ]
