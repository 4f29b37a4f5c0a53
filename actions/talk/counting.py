"""Dates counted where no case is told: 9月22号收到的最晚哪天, and what is asked of them next."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from actions import render
from actions.rasa.ports import Choice, Say, Turn
from actions.talk.memory import Memory
from actions.understanding import plain, read_receipt
from knowledge.dates import DateError, chinese_date
from knowledge.deadlines import Calendar, Deadline, from_receipt, load_deadlines
from knowledge.decide import Outcome

_ASKS = re.compile(r"哪[天日]|哪一[天日]|几号|期限|最[晚迟]|截止|什么时候|多久|几天|到期|来得及|怎么算|呢$|不$")
# In an open case a day is told, and set, unless it is only supposed.
_SUPPOSED = re.compile(r"呢$|如果|要是|假如|的话")
_HOLIDAY = re.compile(
    r"国庆|春节|过年|元旦|清明|五一|劳动节|端午|中秋|放假|放到|假期|调休|上班|顺延|周末|星期[六日天]|周[六日]"
)
_MOVED = "末日遇节假日的，顺延到节假日后的第一个工作日（法释〔2018〕1号第四十八条）。"
# When the State Council's office published a year's days off; the days themselves are the calendar's.
_NOTICES = {2026: "2025年11月4日"}


def due(day: str) -> str:
    """By when the answer and the evidence are due, counted from an ISO day, as half a sentence."""
    it = _answer(date.fromisoformat(day))
    return f"答辩状和证据最晚{render.written(it.due)}提交"


def counted(text: str, memory: Memory, today: date) -> Turn | None:
    """Answer a question after dates; None where the words are none.

    Args:
        text: a question that names a day of receipt, or one that follows up on the days counted before.
        memory: the talk's; remembers the day counted from.
        today: the day it is asked.
    """
    words = plain(text)
    if memory.counted and _HOLIDAY.search(words):
        return Turn((_holidays(date.fromisoformat(memory.counted)),), memory=memory.dump())
    try:
        day = read_receipt(text, today)
    except DateError as error:
        asks = _ASKS.search(words) and not memory.case
        return Turn((Say(str(error)),), memory=memory.dump()) if asks else None
    if day is None or not (_SUPPOSED if memory.case else _ASKS).search(words):
        return None
    it = Outcome(status="incomplete", basis="办法", deadlines=from_receipt(day), as_of=today)
    begin = () if memory.case else (Choice("开始登记", "/start"),)
    say = Say(f"【期限】{render.deadline(it)}\n{_MOVED}", begin, {"kind": "deadline"})
    return Turn((say,), memory=replace(memory, counted=day.isoformat()).dump())


def _answer(day: date) -> Deadline:
    return next(it for it in from_receipt(day) if it.id == "answer")


def _holidays(received: date) -> Say:
    """Which days around the last one are off, and that the last day stays what it is."""
    it, calendar = _answer(received), load_deadlines().calendar
    last = received + timedelta(days=15)
    near = [last + timedelta(days=n) for n in range(-15, 16)]
    spans = [f"{name}{_span(days)}放假" for name, days in _runs(near, calendar)]
    worked = [f"{day.month}月{day.day}日" for day in near if day in calendar.exchanged]
    if worked:
        spans.append(f"{'、'.join(worked)}上班（调休）")
    published = f"国务院办公厅{_NOTICES[last.year]}的放假通知" if last.year in _NOTICES else "国务院办公厅的放假通知"
    source = published if last.year in calendar.years else f"法定节日推算（{last.year}年的放假通知还没有收录）"
    off = calendar.day_off(last)
    ends = f"第15日{chinese_date(last)}{'放假，顺延' if off else '是工作日，不顺延'}"
    return Say(
        f"按{source}：{'；'.join(spans) or '前后没有放假'}。\n"
        f"{ends}，最晚还是{render.written(it.due)}（法释〔2018〕1号第四十八条）。\n"
        "放假以最新的通知为准，期限以法院通知书为准。",
        data={"kind": "deadline"},
    )


def _runs(days: Iterable[date], calendar: Calendar) -> list[tuple[str, list[date]]]:
    """Holidays among days that follow each other, weekends alone left out."""
    runs: list[tuple[str, list[date]]] = []
    for day in days:
        name = calendar.off.get(day)
        if name is None:
            continue
        if runs and runs[-1][0] == name and runs[-1][1][-1] == day - timedelta(days=1):
            runs[-1][1].append(day)
        else:
            runs.append((name, [day]))
    return runs


def _span(days: list[date]) -> str:
    first, last = days[0], days[-1]
    to = f"至{last.day}日" if last.month == first.month else f"至{last.month}月{last.day}日"
    return f"{first.month}月{first.day}日{to if last != first else ''}"
