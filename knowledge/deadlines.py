"""Dates that follow from a date: what is due when, how it was counted and by which clause.

Which deadlines there are is data (``deadlines.yml`` of the measure). The counting is here, after
法释〔2018〕1号 第四十八条: the day of the event is not counted, days are calendar days, a month ends on the
same day number (or on the last day it has), and the last day of a period of a lawsuit moves past a day off.
Days off are those of the State Council's yearly notice, as chinese_calendar has them; where a year's notice
is not known, the date is provisional and says so. Nothing here knows what day it is.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from chinese_calendar import constants  # type: ignore[import-untyped]

from knowledge.data_files import read_yaml
from knowledge.dates import chinese_date, weekday
from knowledge.errors import KnowledgeError

DEFAULT_FOLDER = Path(__file__).parent / "measures" / "xinzhou-2023-42"

Layer = Literal["办法", "上位法", "惯例"]


class DeadlineError(KnowledgeError):
    """The list of deadlines is unusable, or what is asked of it cannot be counted."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """One date.

    Attributes:
        id: as in ``deadlines.yml``.
        what: what is to be done.
        due: the last day on which it is in time.
        counted: one or two sentences: how ``due`` was counted.
        basis: the clauses, upper law with the day of the text that was read; says so where there is none.
        layer: 办法, 上位法 or 惯例.
        provisional: whether ``due`` rests on a year whose holidays are not announced yet.
        unit: who has to keep it.
        note: what else to know; may be empty.
    """

    id: str
    what: str
    due: date
    counted: str
    basis: str
    layer: Layer
    provisional: bool
    unit: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working days and days off.

    Attributes:
        years: years whose notice is known.
        off: days off by those notices → the holiday's name.
        exchanged: Saturdays and Sundays that those notices make working days → the holiday's name.
        yearly: legal holidays by (month, day), assumed in other years.
        dated: legal holidays by date, assumed in other years.
    """

    years: frozenset[int]
    off: Mapping[date, str]
    exchanged: Mapping[date, str]
    yearly: Mapping[tuple[int, int], str]
    dated: Mapping[date, str]

    def day_off(self, day: date) -> str | None:
        """Why a day is off (国庆节, 星期六), or None for a working day."""
        if day in self.exchanged:
            return None
        if day.year in self.years:
            holiday = self.off.get(day)
        else:
            holiday = self.yearly.get((day.month, day.day)) or self.dated.get(day)
        return holiday or (weekday(day) if day.weekday() >= 5 else None)


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of ``deadlines.yml``; ``count`` is (days | months | fixed | before, how many or which day)."""

    id: str
    what: str
    event: str
    count: tuple[str, Any]
    unit: str
    moved: bool
    basis: str
    layer: Layer
    note: str


@dataclass(frozen=True, slots=True)
class Rules:
    """A whole ``deadlines.yml``: events by id, deadlines in order, and the calendar to count with."""

    events: Mapping[str, str]
    rules: tuple[Rule, ...]
    calendar: Calendar


@cache
def load_deadlines(folder: Path | None = None) -> Rules:
    """Read ``deadlines.yml`` of a measure's folder (by default the bundled one).

    Raises:
        DeadlineError: if the file is missing or is not built as it should be.
    """
    path = (folder or DEFAULT_FOLDER) / "deadlines.yml"
    try:
        data = read_yaml(path)
        rules = Rules(data["events"], tuple(map(_rule, data["deadlines"])), _calendar(data["assumed_holidays"]))
    except OSError as error:
        raise DeadlineError(f"读不到期限表{path}，请重新安装本程序。") from error
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise DeadlineError(f"期限表{path}的格式不对（{' '.join(str(error).split())}），请恢复原文件。") from error
    for rule in rules.rules:
        if rule.event not in rules.events:
            raise DeadlineError(f"期限表{path}中{rule.id}的起算事件{rule.event}没有列出，请恢复原文件。")
    return rules


def due_dates(
    event: str, day: date, calendar: Calendar | None = None, *, rules: Rules | None = None
) -> tuple[Deadline, ...]:
    """Every deadline that counts from one event, in the order of the file: what the law sets, then practice.

    Args:
        event: id of the event, as in ``deadlines.yml``.
        day: the day of the event; for ``year`` any day, the next report after it is meant.
        calendar: days off; by default those of the notices known to this installation.
        rules: the deadlines; by default the bundled ones.

    Raises:
        DeadlineError: if there is no such event.
    """
    rules = rules or load_deadlines()
    if event not in rules.events:
        raise DeadlineError(f"没有“{event}”这种起算事件，可用的有：{'、'.join(rules.events)}。")
    using = calendar or rules.calendar
    return tuple(_due(rule, rules.events[event], day, using) for rule in rules.rules if rule.event == event)


def from_receipt(day: date, calendar: Calendar | None = None, *, rules: Rules | None = None) -> tuple[Deadline, ...]:
    """Every date that follows from receiving the notice to respond and the copy of the complaint.

    Args:
        day: the day of receipt.
        calendar: as for ``due_dates``.
        rules: as for ``due_dates``.
    """
    return due_dates("complaint_copy", day, calendar, rules=rules)


def judicial_advice(
    day: date,
    *,
    letter_days: int | None = None,
    letter_months: int | None = None,
    letter_date: date | None = None,
    normative: bool = False,
    rules: Rules | None = None,
) -> Deadline:
    """The day by which a judicial advice must be answered: 第十九条, or the letter's if that is earlier.

    Args:
        day: the day of receipt.
        letter_days: days from receipt that the letter sets.
        letter_months: months from receipt that the letter sets.
        letter_date: the day that the letter sets.
        normative: whether it is about a normative document (60 days, 法释〔2018〕1号 第一百四十九条).
        rules: as for ``due_dates``.

    Raises:
        DeadlineError: if the letter's date is not after the receipt, or several are given.
    """
    (general,) = due_dates("normative_advice" if normative else "judicial_advice", day, rules=rules)
    said = [value for value in (letter_days, letter_months, letter_date) if value is not None]
    if not said:
        return general
    if len(said) > 1:
        raise DeadlineError("建议书写的回复期限只能填一种：几日、几个月或者一个日期。")
    if letter_date is None:
        letter_date = _after(day, months=letter_months) if letter_months else day + timedelta(days=letter_days or 0)
    if letter_date <= day:
        raise DeadlineError(
            f"建议书写的回复期限（{chinese_date(letter_date)}）不晚于收到日（{chinese_date(day)}），请核对。"
        )
    if letter_date >= general.due:
        counted = f"{general.counted}建议书写到{_full(letter_date)}，不早于这一天，按这一天。"
        return replace(general, counted=counted)
    earlier = f"建议书要求{_full(letter_date)}前回复，早于一般期限{_full(general.due)}"
    counted = f"{earlier}，按建议书（办法没有写，属推论）。"
    basis = "；".join((general.basis, _basis("法释〔2023〕11号", "第八条", date(2023, 11, 15))))
    return replace(general, due=letter_date, counted=counted, basis=basis, layer="上位法")


def _due(rule: Rule, event: str, day: date, calendar: Calendar) -> Deadline:
    kind, count = rule.count
    if kind == "before":
        last, counted = day, f"{_full(day)}{event}前。"
    elif kind == "fixed":
        month, number = count
        last = date(day.year if (day.month, day.day) <= (month, number) else day.year + 1, month, number)
        counted = f"每年{month}月{number}日前，最近一次是{_full(last)}。"
    elif kind == "months":
        last = _after(day, months=count)
        short = f"（{last.month}月没有{day.day}日，以月末为准）" if last.day != day.day else ""
        counted = f"{chinese_date(day)}{event}，当日不算，{count}个月到{_full(last)}届满{short}。"
    else:
        last = day + timedelta(days=count)
        counted = f"{chinese_date(day)}{event}，当日不算，第{count}日是{_full(last)}。"
    due = last
    while rule.moved and calendar.day_off(due):
        due += timedelta(days=1)
    provisional = rule.moved and not {last.year, due.year} <= calendar.years
    counted += _moved(last, due, calendar, soft=not rule.moved and kind != "before")
    if provisional:
        year = min({last.year, due.year} - calendar.years)
        counted += f"本程序还没有{year}年的放假通知，暂按周末和法定节日推算，通知公布后请复核。"
    return Deadline(rule.id, rule.what, due, counted, rule.basis, rule.layer, provisional, rule.unit, rule.note)


def _moved(last: date, due: date, calendar: Calendar, *, soft: bool) -> str:
    """What to say of the last day: moved, a day off that does not move it, or an exchanged working day."""
    if due != last:
        return f"这一天是{_off(calendar, last)}，顺延到{_full(due)}。"
    if soft and calendar.day_off(last):
        return f"这一天是{_off(calendar, last)}，没有顺延的规定，请提前办。"
    if last in calendar.exchanged:
        return "这一天是调休上班日，不顺延，最好提前一天。"
    return ""


def _off(calendar: Calendar, day: date) -> str:
    reason = calendar.day_off(day) or ""
    return "休息日" if reason.startswith("星期") else f"{reason}放假"


def _after(day: date, *, months: int | None) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + (months or 0), 12)
    return date(year, month + 1, min(day.day, _length(year, month + 1)))


def _length(year: int, month: int) -> int:
    return months.monthrange(year, month)[1]


def _full(day: date) -> str:
    return f"{chinese_date(day)}（{weekday(day)}）"


def _rule(row: Mapping[str, Any]) -> Rule:
    ((kind, count),) = row["count"].items()
    if kind not in ("days", "months", "fixed", "before"):
        raise ValueError(f"{row['id']}: count 只能是 days、months、fixed 或 before")
    if kind == "fixed":
        count = _month_day(count)
    return Rule(
        id=row["id"],
        what=row["what"],
        event=row["from"],
        count=(kind, count),
        unit=row["unit"],
        moved=row["moved_past_holidays"],
        basis="；".join(_basis(one["law"], one["article"], one["text_known"]) for one in row["basis"])
        or "没有条文规定",
        layer=row["layer"],
        note=row["note"],
    )


def _basis(law: str, article: str, known: date | str) -> str:
    return f"{law}{article}" if known == "measure" else f"{law}（{known:%Y-%m-%d}文本）{article}"


def _month_day(text: str) -> tuple[int, int]:
    month, day = str(text).split("-")
    return int(month), int(day)


def _calendar(assumed: Mapping[str, Any]) -> Calendar:
    names = {holiday.value: holiday.chinese for holiday in constants.Holiday}
    return Calendar(
        years=frozenset(day.year for day in constants.holidays),
        off={day: names[name] for day, name in constants.holidays.items()},
        exchanged={day: names[name] for day, name in constants.workdays.items()},
        yearly={_month_day(day): name for day, name in assumed["yearly"].items()},
        dated={day: name for name, days in assumed["dated"].items() for day in days},
    )
