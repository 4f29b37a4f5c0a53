"""Dates as people write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.dates import EARLIEST, DateError, chinese_date, find_date, find_dates, parse_date, weekday

TODAY = date(2026, 11, 24)  # a Tuesday


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-03", "2026-11-03"),
        ("2026.11.3", "2026-11-03"),
        ("2026/11/3", "2026-11-03"),
        ("20261103", "2026-11-03"),
        ("2026年11月3日", "2026-11-03"),
        ("2026年11月3号", "2026-11-03"),
        ("２０２６年１１月３日", "2026-11-03"),
        ("2026 年 11 月 3 日", "2026-11-03"),
        ("26年11月3日", "2026-11-03"),
        ("二〇二六年十一月三日", "2026-11-03"),
        ("二零二六年十月二十一日", "2026-10-21"),
        ("十一月三号", "2026-11-03"),
        ("11月3号", "2026-11-03"),
        ("11月3", "2026-11-03"),
        ("11.3", "2026-11-03"),
        ("1月25号", "2026-01-25"),
        ("11月3日前台签收的", "2026-11-03"),
        ("昨天下班前收到的", "2026-11-23"),
        ("去年11月3号", "2025-11-03"),
        ("2月29日", "2024-02-29"),
        ("3号", "2026-11-03"),
        ("3日", "2026-11-03"),
        ("25号", "2026-10-25"),
        ("31号", "2026-10-31"),
        ("廿三号", "2026-11-23"),
        ("上个月3号", "2026-10-03"),
        ("今天", "2026-11-24"),
        ("昨天", "2026-11-23"),
        ("昨日", "2026-11-23"),
        ("前天", "2026-11-22"),
        ("今儿", "2026-11-24"),
        ("昨儿收到的", "2026-11-23"),
        ("昨儿个", "2026-11-23"),
        ("前儿", "2026-11-22"),
        ("大前天", "2026-11-21"),
        ("上周三", "2026-11-18"),
        ("上上周三", "2026-11-11"),
        ("周一", "2026-11-23"),
        ("周二", "2026-11-24"),
        ("周三", "2026-11-18"),
        ("这周一", "2026-11-23"),
        ("上星期天", "2026-11-22"),
        ("昨天收到的", "2026-11-23"),
        ("应该是11月3号吧", "2026-11-03"),
        ("昨天（11月23日）", "2026-11-23"),
        ("2026年11月3日（星期二）", "2026-11-03"),
        ("11月3日 周二", "2026-11-03"),
        ("11.3（周二）收到", "2026-11-03"),
        ("11.3号收的", "2026-11-03"),
    ],
)
def test_an_answer_is_read(text: str, day: str) -> None:
    assert parse_date(text, TODAY) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2026年2月30日", "没有2月30日"),
        ("2月30号", "没有2月30日"),
        ("2025-02-29", "2025年没有2月29日"),
        ("13月1日", "没有13月"),
        ("32号", "没有32号"),
        ("0号", "没有0号"),
        ("明天", "在将来"),
        ("下周三", "在将来"),
        ("2026年12月1日", "在将来"),
        ("11月25日", "在将来"),
        ("12月1日", "在将来"),
        ("1月20号", "在将来"),
        ("10月1日前", "没有说定"),
        ("10月1日放假前收的", "没有说定"),
        ("11月3号左右", "没有说定"),
        ("20号那几天", "没有说定"),
        ("十月一号以后", "没有说定"),
        ("10月1日放假前收的，具体哪天不知道", "没有说定"),
        ("1026年11月3日", "核对年份"),
        ("不知道", "没有看懂日期"),
        ("", "没有看懂日期"),
        ("11月3号或者11月4号", "不止一个日期"),
        ("2026年11月3日（星期五）", "2026年11月3日是星期二，不是星期五"),
        ("0000-01-01", "没有1月1日"),
    ],
)
def test_an_impossible_answer_says_why(text: str, says: str) -> None:
    with pytest.raises(DateError, match=says):
        parse_date(text, TODAY)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12月10号", "2026-12-10"),
        ("3号", "2026-12-03"),
        ("周三", "2026-11-25"),
        ("明天", "2026-11-25"),
        ("下周一", "2026-11-30"),
        ("2026年12月3日（星期四）上午9时", "2026-12-03"),
        ("12.3开庭", "2026-12-03"),
        ("12/3 9:00", "2026-12-03"),
        ("开庭 12.3", "2026-12-03"),
    ],
)
def test_where_the_future_is_allowed_the_nearest_day_is_meant(text: str, day: str) -> None:
    assert parse_date(text, TODAY, allow_future=True) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("县政府被告了，昨天收到的通知书", "2026-11-23"),
        ("9月22号收到起诉状副本，最晚哪天交", "2026-09-22"),
        ("3号收到的，12月30日开庭", "2026-11-03"),
        ("开庭定在2026年12月30日，2026年11月20日收到传票", "2026-11-20"),
        ("答辩期15日", None),
        ("忻政办函〔2023〕42号", None),
        ("（2026）晋09行初12号", None),
        ("（2026）晋09行初12/3", None),
        ("（2026）晋09行初12.3号", None),
        ("版本1.2收到", None),
        ("赔偿3.5万元，收到", None),
        ("之前儿子签收的", None),
        ("拆了3号楼", None),
        ("每年3月31日前报告", None),
        ("每周三开会", None),
        ("两个月没回音", None),
        ("第11条第3项", None),
        ("2月30日收到", None),
        ("12月1日收到", None),
        ("10月1日前收到，11月20日转来", "2026-11-20"),
        ("国庆收的，确切日期记不清，有人说是10月8日", None),
    ],
)
def test_a_sentence_is_searched(text: str, day: str | None) -> None:
    assert find_date(text, TODAY) == (date.fromisoformat(day) if day else None)


def test_every_day_of_a_sentence_is_found_once() -> None:
    said = "昨天，也就是11月23日，9月21号之前没收到，9月22号转来"
    assert find_dates(said, TODAY) == (date(2026, 11, 23), date(2026, 9, 22))


@given(st.dates(EARLIEST, TODAY))
def test_a_full_date_comes_back_in_every_form(day: date) -> None:
    written = chinese_date(day)
    for text in (
        day.isoformat(),
        written,
        f"{written}（{weekday(day)}）",
        f"{day:%Y%m%d}",
        f"{day.year}.{day.month}.{day.day}",
    ):
        assert parse_date(text, TODAY) == day
        assert find_date(f"我们{text}收到的", TODAY) == day


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(0, 300))
def test_a_date_without_year_is_the_latest_not_in_the_future(today: date, back: int) -> None:
    day = today - timedelta(days=back)
    read = parse_date(f"{day.month}月{day.day}号", today)
    assert read == day or (read > day and (read.month, read.day) == (day.month, day.day))
    assert read <= today


@given(st.text(max_size=40))
def test_any_text_is_a_day_or_a_date_error(text: str) -> None:
    found = find_date(text, TODAY)
    assert found is None or EARLIEST <= found <= TODAY
    try:
        day = parse_date(text, TODAY)
    except DateError:
        return
    assert EARLIEST <= day <= TODAY
