"""A stretch of days that something is counted for, and how an official names it."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from actions.errors import LedgerError
from knowledge.dates import chinese_date

_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_WORDS = re.compile(
    r"(?:(?P<year>\d{4})年度?|(?P<this>今年)|(?P<last>去年))?"
    r"(?:(?P<half>[上下])半年|第?(?P<quarter>[一二三四1-4])季度"
    r"|(?P<month>\d{1,2})月份?(?:(?P<day>\d{1,2})[日号]|[至到](?P<until>\d{1,2})月份?)?)"
    r"|(?P<whole>\d{4})年度?|(?P<this_year>今年|本年度?)|(?P<last_year>去年|上年度?|上一年度?)"
    r"|(?P<this_month>本月|这个月)|(?P<last_month>上个?月)"
)


@dataclass(frozen=True, slots=True)
class Period:
    """From a day to a day, both included.

    Attributes:
        first: Its first day.
        last: Its last day.
        title: What an official calls it, such as 2026年.
    """

    first: date
    last: date
    title: str

    def __contains__(self, day: date | None) -> bool:
        """Whether a day is known and lies in it."""
        return day is not None and self.first <= day <= self.last

    @classmethod
    def year(cls, year: int) -> Period:
        """A calendar year."""
        return cls(date(year, 1, 1), date(year, 12, 31), f"{year}年")


def find_period(text: str, today: date) -> tuple[Period | None, str]:
    """The first period that words name, and the words without it.

    Args:
        text: Such as 2026年 住建局, 去年, 2026年3月至5月, 上半年, 2026年第二季度.
        today: What 今年 and 本月 are counted from; a month without a year is this year's.

    Raises:
        LedgerError: The period is impossible, such as 2026年13月.
    """
    match = _WORDS.search(text)
    if match is None:
        return None, text
    try:
        period = _period(match, today)
    except ValueError as error:
        raise LedgerError(f"没有“{match[0]}”这样的期间，请写成“2026年”“2026年3月”或者“2026年3月至5月”。") from error
    return period, f"{text[: match.start()]} {text[match.end() :]}"


def _period(match: re.Match[str], today: date) -> Period:
    named = match.groupdict()
    if named["this_month"] or named["last_month"]:
        day = today if named["this_month"] else today.replace(day=1) - timedelta(days=1)
        return _months(day.year, day.month, day.month, f"{day.year}年{day.month}月")
    if named["whole"] or named["this_year"] or named["last_year"]:
        return Period.year(int(named["whole"] or (today.year if named["this_year"] else today.year - 1)))
    year = int(named["year"] or (today.year - 1 if named["last"] else today.year))
    if half := named["half"]:
        first = 1 if half == "上" else 7
        return _months(year, first, first + 5, f"{year}年{half}半年")
    if quarter := named["quarter"]:
        last = 3 * _QUARTERS[quarter]
        return _months(year, last - 2, last, f"{year}年第{'一二三四'[_QUARTERS[quarter] - 1]}季度")
    first, last = int(named["month"]), int(named["until"] or named["month"])
    if named["day"]:
        day = date(year, first, int(named["day"]))
        return Period(day, day, chinese_date(day))
    if last < first:
        raise ValueError(match[0])
    return _months(year, first, last, f"{year}年{first}月" + (f"至{last}月" if last > first else ""))


def _months(year: int, first: int, last: int, title: str) -> Period:
    begins = date(year, first, 1)
    date(year, last, 1)
    return Period(begins, date(year, last, calendar.monthrange(year, last)[1]), title)
