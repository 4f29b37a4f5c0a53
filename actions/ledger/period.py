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
    r"|(?P<month>\d{1,2})月份?"
    r"(?:(?P<day>\d{1,2})[日号]|[至到](?:(?P<until_year>\d{4})年)?(?P<until>\d{1,2})月份?(?!\d))?)"
    r"|(?P<whole>\d{4})年度?|(?P<this_year>今年|本年度?)|(?P<last_year>去年|上年度?|上一年度?)"
    r"|(?P<this_month>本月|这个月)|(?P<last_month>上个?月)"
)
_ONWARD = re.compile(r"\s*[至到](?!期)\S*")
"""What makes a period one end of a stretch that is not read: 2026年3月1日至5月1日."""


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
        LedgerError: The period is impossible, such as 2026年13月, or a stretch of other than whole months.
    """
    match = _WORDS.search(text)
    if match is None:
        return None, text
    if onward := _ONWARD.match(text, match.end()):
        raise _no_period(match[0] + onward[0])
    try:
        period = _period(match, today)
    except ValueError as error:
        raise _no_period(match[0]) from error
    return period, f"{text[: match.start()]} {text[match.end() :]}"


def _no_period(named: str) -> LedgerError:
    return LedgerError(f"没有“{named}”这样的期间，请写成“2026年”“2026年3月”或者“2026年3月至5月”。")


def _period(match: re.Match[str], today: date) -> Period:
    named = match.groupdict()
    if named["this_month"] or named["last_month"]:
        day = today if named["this_month"] else today.replace(day=1) - timedelta(days=1)
        return _months(day.replace(day=1), day, f"{day.year}年{day.month}月")
    if named["whole"] or named["this_year"] or named["last_year"]:
        return Period.year(int(named["whole"] or (today.year if named["this_year"] else today.year - 1)))
    year = int(named["year"] or (today.year - 1 if named["last"] else today.year))
    if half := named["half"]:
        first = 1 if half == "上" else 7
        return _months(date(year, first, 1), date(year, first + 5, 1), f"{year}年{half}半年")
    if quarter := named["quarter"]:
        number = _QUARTERS[quarter]
        title = f"{year}年第{'一二三四'[number - 1]}季度"
        return _months(date(year, 3 * number - 2, 1), date(year, 3 * number, 1), title)
    month = int(named["month"])
    if named["day"]:
        day = date(year, month, int(named["day"]))
        return Period(day, day, chinese_date(day))
    begins = date(year, month, 1)
    ends = date(int(named["until_year"] or year), int(named["until"] or month), 1)
    if ends < begins:
        raise ValueError(match[0])
    until = f"至{f'{ends.year}年' if ends.year != year else ''}{ends.month}月" if ends > begins else ""
    return _months(begins, ends, f"{year}年{month}月{until}")


def _months(begins: date, ends: date, title: str) -> Period:
    """From the first day of a month to the last of another, or of the same."""
    return Period(begins, ends.replace(day=calendar.monthrange(ends.year, ends.month)[1]), title)
