"""Dates as people write them: 2026年11月3日, 11月3号, 3号, 昨天, 昨儿, 上周三, 二〇二六年十一月三日.

Today is passed in. A date without a year, or without a month, is the latest such day that is not in the
future, because what an official tells us has happened: a paper was received. Where the future is allowed
(a hearing), it is the nearest such day on either side. A month and day that lie close ahead are in the future all
the same: 12月1日, said in November, is not last year's. 10月1日前 and 3号左右 are no days. A weekday right behind
a day belongs to it, 12月3日（星期四）, and a day that is another weekday is none.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from knowledge.errors import KnowledgeError

EARLIEST = date(1990, 10, 1)
"""The day 行政诉讼法 came into force: no paper of an administrative case is older."""


class DateError(KnowledgeError):
    """The text names no day, an impossible one, or one that cannot be meant."""


_N = "[0-9零〇○一二三四五六七八九十廿]"
_NUMBER = f"{_N}{{1,3}}"
_DIGITS = {mark: value for value, mark in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}
_SEVEN = "一二三四五六日"
_WEEKDAYS = {mark: index for marks in (_SEVEN, "1234567") for index, mark in enumerate(marks)} | {"天": 6}
_RELATIVE = {"大前": -3, "前": -2, "昨": -1, "今": 0, "明": 1, "后": 2, "大后": 3}
_YEARS = {"前": -2, "去": -1, "今": 0, "本": 0, "明": 1}
_WEEKS = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1}
_DAY = rf"(?P<day>{_NUMBER}) ?(?:[日号]|(?![0-9天个家次件份条项年月]))"
_MONTH_AND_DAY = r"(?P<month>1[0-2]|0?[1-9])[./](?P<day>3[01]|[12][0-9]|0?[1-9])(?![0-9./])"
_NOT_A_BUILDING = "(?![楼院文令案线机井店公馆台地路房门厅件章柜架盒卷])"
# 12.3 and 12/3 are days beside what is done on a day: 3.5万元, 1.2版 and 1/2 are none.
_ON_THAT_DAY = (
    r"(?: ?(?:\(?(?:周|星期|礼拜)[一二三四五六日天]|[上下中]午|早上|晚上|当[天日]|那天|开庭|宣判|立案|收[到的件了]|签收"
    r"|送达|到[的了庭]|提?交[的了]|寄|领)| +[0-9]{1,2} ?[:点时])"
)
_STATED = r"(?: ?\(?(?:周|星期|礼拜)(?P<stated>[一二三四五六日天])(?![0-9一二三四五六七八九十])\)?)?"
# In order: what an earlier form has read, a later one does not read again.
_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?<![0-9])(?P<year>[0-9]{4}|[0-9]{2}|[零〇○一二三四五六七八九]{4}) ?年 ?"
        rf"(?P<month>{_NUMBER}) ?月份? ?{_DAY}{_STATED}",
        r"(?<!\d)(?P<year>\d{4}) ?(?P<mark>[-./]) ?(?P<month>\d{1,2}) ?(?P=mark) ?(?P<day>\d{1,2})(?!\d)"
        rf"{_STATED}",
        rf"(?<!\d)(?P<year>(?:19|20)[0-9]{{2}})(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})(?!\d){_STATED}",
        rf"(?P<said_year>[前去今明本]) ?年 ?(?P<month>{_NUMBER}) ?月份? ?{_DAY}{_STATED}",
        rf"(?<!{_N})(?<!每年)(?P<month>{_NUMBER}) ?月份? ?{_DAY}{_STATED}",
        rf"(?<![0-9A-Za-z./第字初终再〕\])版本约]){_MONTH_AND_DAY}(?:[日号]{_NOT_A_BUILDING}|(?={_ON_THAT_DAY})){_STATED}",
        rf"(?:(?<=[庭到达交收])|(?<=[庭到达交收][ :])|(?<=定于)){_MONTH_AND_DAY}(?=$|[,。; ])",
        rf"(?P<said_month>上个?|本|这个?)月 ?(?P<day>{_NUMBER}) ?[日号]{_STATED}",
        rf"(?P<relative>大前|前|昨|今|明|大后|后)(?:[天日晚]|个?儿个?(?![子孙女童媳歌科])|(?<=今)早){_STATED}",
        r"(?<![每到至])(?P<week>上上|上|这|本|下)?个?(?:周|星期|礼拜)"
        r"(?P<weekday>[一二三四五六日天1-7])(?![0-9一二三四五六七八九十])",
        # 3号楼, 12号文 and 初3号 are no days, nor is a number in the reference of a case or a document.
        rf"(?<![0-9.零〇○一二三四五六七八九十廿第字初终再〕\])])(?P<day>{_NUMBER}) ?号"
        rf"{_NOT_A_BUILDING}{_STATED}",
    )
)
_CLOSE_AHEAD = timedelta(days=61)
"""How far ahead a month and day without a year are still this coming one, not last year's."""
# Makes of a day before it a time about then; 3日前台签收 and 3日下班前 are not meant.
_ABOUT = re.compile(
    r" ?[日号]? ?(?:国庆|中秋|元旦|春节|清明|五一|端午)?(?:放?长?假|过?节)?期?间?"
    r"(?:前后|左右|上下|前(?![天日晚来去往年台])|[以之]前|[以之过]后|后(?![天日来])|那(?:几|两|一?阵|段|会儿?|前?后))"
)
_NOT_EXACT = re.compile(
    r"(?:(?:具体|确切|到底|究竟)的?(?:是)?(?:哪一?[天日]|几[号日]|日子|日期|时间)|(?<!开庭)(?:哪一?[天日]|几号))"
    r"(?:收|送|到|来|的|了|就|也|都|可|真|我|们|倒|已|经){0,4}"
    r"(?:不(?:知道|清楚|确定|记得|晓得|好说|详)|忘|没(?:记|注意|写|看)|(?:说|记|弄|搞|想)不|查不)"
)
# Forms that mean a day only where they are the whole answer.
_WHOLE = tuple(
    re.compile(form) for form in (r"(?P<month>[0-9]{1,2}) ?[-./] ?(?P<day>[0-9]{1,2})", rf"(?P<day>{_NUMBER}) ?日?")
)


def chinese_date(day: date) -> str:
    """2026年11月3日."""
    return f"{day.year}年{day.month}月{day.day}日"


def weekday(day: date) -> str:
    """星期二."""
    return f"星期{_SEVEN[day.weekday()]}"


def parse_date(text: str, today: date, *, allow_future: bool = False) -> date:
    """The one day that an answer names.

    Args:
        text: the answer; words around the day do not matter.
        today: the day on which it is said.
        allow_future: whether the day may lie after today.

    Raises:
        DateError: if the answer names no day, more than one, an impossible one, one that is another weekday than
            the one beside it, one before ``EARLIEST``, or one after today where that is not allowed.
    """
    plain = _plain(text).strip(" 。，,.;；!！吧的")
    found = [it for it in _matches(plain) if not _ABOUT.match(plain, it.end())]
    if not_exact(plain) or (not found and is_about(plain)):
        raise DateError(f"“{text.strip()[:30]}”没有说定是哪一天，请写确切的日期，写成2026年11月3日这样。")
    found = found or [match for form in _WHOLE if (match := form.fullmatch(plain))]
    if not found:
        raise DateError(f"没有看懂日期“{text.strip()[:30]}”，请写成2026年11月3日这样，或者写“昨天”“11月3号”。")
    days = {_read(match, today, allow_future) for match in found}
    if len(days) > 1:
        raise DateError(f"写了不止一个日期（{'、'.join(map(chinese_date, sorted(days)))}），请只写一个。")
    day = days.pop()
    if day < EARLIEST:
        raise DateError(f"{chinese_date(day)}早于行政诉讼法施行（{chinese_date(EARLIEST)}），请核对年份。")
    if day > today and not allow_future:
        raise DateError(f"{chinese_date(day)}在将来（今天是{chinese_date(today)}），请核对日期。")
    return day


def find_date(text: str, today: date, *, allow_future: bool = False) -> date | None:
    """The first possible day that a sentence names; None if it names none.

    Args:
        text: any sentence; numbers of cases, documents and houses are not taken for days.
        today: the day on which it is said.
        allow_future: whether the day may lie after today; otherwise such days are passed over.
    """
    return next(iter(find_dates(text, today, allow_future=allow_future)), None)


def find_dates(text: str, today: date, *, allow_future: bool = False) -> tuple[date, ...]:
    """Every possible day that a sentence names, each once, in its order; the arguments are those of `find_date`."""
    return tuple(dict.fromkeys(_possible(_plain(text), today, allow_future)))


def without_dates(text: str) -> str:
    """A text with every day that it names taken out; a space stands in its place."""
    plain = _plain(text)
    for match in reversed(tuple(_matches(plain))):
        plain = f"{plain[: match.start()]} {plain[match.end() :]}"
    return plain


def is_about(text: str) -> bool:
    """Whether words name a day only roughly: 10月1日前, 3号左右."""
    words = _plain(text)
    return any(_ABOUT.match(words, it.end()) for it in _matches(words))


def not_exact(text: str) -> bool:
    """Whether words say that the exact day is not known: 国庆前收的，具体哪天不知道."""
    return _NOT_EXACT.search(_plain(text)) is not None


def _possible(text: str, today: date, allow_future: bool) -> Iterator[date]:
    if not_exact(text):
        return
    for match in _matches(text):
        if _ABOUT.match(text, match.end()):
            continue
        try:
            day = _read(match, today, allow_future)
        except DateError:
            continue
        if day >= EARLIEST and (allow_future or day <= today):
            yield day


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _matches(text: str) -> Iterator[re.Match[str]]:
    """What looks like a day, in the order of the text."""
    taken: list[re.Match[str]] = []
    for form in _FORMS:
        for match in form.finditer(text):
            if all(match.end() <= other.start() or match.start() >= other.end() for other in taken):
                taken.append(match)
    yield from sorted(taken, key=lambda match: match.start())


def _read(match: re.Match[str], today: date, allow_future: bool) -> date:
    """The day that was found, if it is the weekday that stands beside it."""
    day, stated = _meant(match, today, allow_future), match.groupdict().get("stated")
    if stated and day.weekday() != _WEEKDAYS[stated]:
        raise DateError(f"{chinese_date(day)}是{weekday(day)}，不是星期{stated}，请核对日期。")
    return day


def _meant(match: re.Match[str], today: date, allow_future: bool) -> date:
    group = {name: value for name, value in match.groupdict().items() if value is not None}
    if "relative" in group:
        return today + timedelta(days=_RELATIVE[group["relative"]])
    if "weekday" in group:
        return _in_week(group.get("week"), _WEEKDAYS[group["weekday"]], today, allow_future)
    day = _number(group["day"])
    if "said_month" in group:
        year, month = _month(today, -1 if group["said_month"].startswith("上") else 0)
        return _day(year, month, day)
    if "month" not in group:
        if not 1 <= day <= 31:
            raise DateError(f"没有{day}号，请核对日期。")
        return _nearest((_month(today, back) for back in range(1, -4, -1)), day, today, allow_future)
    month = _number(group["month"])
    if "year" in group:
        century = 2000 if len(group["year"]) == 2 else 0
        return _day(century + _number(group["year"]), month, day)
    if "said_year" in group:
        return _day(today.year + _YEARS[group["said_year"]], month, day)
    _day(2000, month, day)  # a leap year: what it does not have, no year has
    years = [(today.year + 1 - back, month) for back in range(12)]
    ahead = _nearest(years, day, today, True)
    return ahead if today < ahead <= today + _CLOSE_AHEAD else _nearest(years, day, today, allow_future)


def _day(year: int, month: int, day: int) -> date:
    if not 1 <= month <= 12:
        raise DateError(f"没有{month}月，请核对日期。")
    try:
        return date(year, month, day)
    except ValueError:
        raise DateError(f"{'' if year == 2000 else f'{year}年'}没有{month}月{day}日，请核对日期。") from None


def _nearest(months: Iterable[tuple[int, int]], day: int, today: date, allow_future: bool) -> date:
    """The latest such day up to today, or the nearest on either side."""
    days = [date(year, month, day) for year, month in months if day <= calendar.monthrange(year, month)[1]]
    if allow_future:
        return min(days, key=lambda one: abs(one - today))
    return max(one for one in days if one <= today)


def _month(today: date, offset: int) -> tuple[int, int]:
    year, month = divmod(today.year * 12 + today.month - 1 + offset, 12)
    return year, month + 1


def _in_week(week: str | None, index: int, today: date, allow_future: bool) -> date:
    monday = today - timedelta(days=today.weekday())
    if week:
        return monday + timedelta(weeks=_WEEKS[week], days=index)
    days = [monday + timedelta(weeks=weeks, days=index) for weeks in (-1, 0, 1)]
    if allow_future:
        return min(days, key=lambda one: abs(one - today))
    return max(one for one in days if one <= today)


def _number(text: str) -> int:
    """二十一, 廿三 and 二〇二六 as numbers; Arabic digits as they are."""
    if text.isascii():
        return int(text)
    text = text.replace("廿", "二十")
    tens, mark, ones = text.partition("十")
    if mark:
        return (_number(tens) if tens else 1) * 10 + (_number(ones) if ones else 0)
    return int("".join(str(_DIGITS.get(mark, mark)) for mark in text) or "0")
