"""Whether a law is in force, as far as the file itself says so; nothing here is guessed.

- （已废止）, 【失效】, 时效性：已修改: a mark in the title, on a line above the text, or in the file's name;
- （…，2010年1月2日废止）, 本办法已于…废止: a day, or a sentence, above the text;
- 本办法自2031年1月1日起施行: the day from which the text holds by its own words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Literal, get_args

from knowledge.citation import parse_number
from knowledge.errors import CitationError
from knowledge.text import Clause

Status = Literal["现行有效", "效力未核", "尚未施行", "已修改", "已废止", "另有较新文本", "办法的另一文本"]
STATUSES: tuple[Status, ...] = get_args(Status)

UNCHECKED: Status = "效力未核"
"""Of a text of which nobody said whether it is in force."""
OUTDATED: Status = "另有较新文本"
"""Of a text that nobody checked while a later one of its name is there; never stored, told when a library is opened."""
NAMESAKE: Status = "办法的另一文本"
"""Of a text that bears the measure's own name and is not it; never stored, told when a library is opened."""

_LAST = 3
"""In one of so many last articles stands from when a text holds."""
_WORDS: tuple[tuple[str, Status], ...] = (
    (r"(?:现已|已经|已|全文|全部)?(?:失效|废止)|停止执行|不再执行|无效", "已废止"),
    (r"(?:现已|已经|已)(?:被)?(?:修改|修订|修正)", "已修改"),
    (r"(?:尚未|还未|未)(?:施行|生效|实施)|待(?:施行|生效)|征求意见稿|草案", "尚未施行"),
    (r"现行有效|现行", "现行有效"),
)
_ANY = "|".join(f"(?:{words})" for words, _ in _WORDS)
_OPEN, _CLOSE = "（(【[〔［〈<", "）)】]〕］〉>"
_MARK = re.compile(rf"[{re.escape(_OPEN)}]\s*({_ANY})\s*[{re.escape(_CLOSE)}]")
_LABELLED = re.compile(rf"(?:时效性?|有?效力(?:状态|情况)?|有效性|状态|施行状态)\s*[:：]\s*({_ANY})\s*")
_IN_NAME = re.compile(rf"(?:^|[_\-—\s.·、，,])({_ANY})(?=$|[_\-—\s.·、，,0-9])")
_N = "[〇零○一二三四五六七八九十0-9]"
_DAY = rf"({_N}{{4}})\s*年(?:\s*({_N}{{1,3}})\s*月)?(?:\s*({_N}{{1,3}})\s*日)?"
_REPEALED = re.compile(
    r"[本该此][^。，；]{1,8}(?:现已|业已|已)[^。]{0,40}(?:废止|失效)|已(?:经)?被[^。]{0,40}(?:废止|取代|代替)"
)
_ENDED = re.compile(rf"{_DAY}\s*(?:起)?(?:予以)?(?:废止|失效|停止执行)")
_BEGINS = re.compile(rf"{_DAY}\s*(?:起|开始)(?:正式)?(?:施行|实施|执行|生效|试行)")


def marked(front: Sequence[str], file: str, today: date) -> Status | None:
    """What marks above a text or in its file's name say of it; None for nothing.

    Args:
        front: the lines above the first article, the title among them.
        file: the file's name without its ending.
        today: the day by which a day of repeal is past.
    """
    for line in (it.strip("#* \t\u3000") for it in front):
        found = _MARK.search(line) or _LABELLED.fullmatch(line) or re.fullmatch(f"({_ANY})", line)
        if found:
            return _said(found[1])
        if _REPEALED.search(line) or any((day := _day(it)) and day <= today for it in _ENDED.finditer(line)):
            return "已废止"
    found = _MARK.search(file) or _IN_NAME.search(file)
    return _said(found[1]) if found else None


def without_mark(title: str) -> str:
    """A title less such a mark: 渡口办法（已废止）."""
    return _MARK.sub("", title)


def begins(clauses: Sequence[Clause], front: str) -> date | None:
    """The day from which a text holds by its own words; None where it names none, such as 自公布之日起."""
    last = [it.text for it in clauses if it.article > clauses[-1].article - _LAST]
    days = [day for text in (front, *last) for it in _BEGINS.finditer(text) if (day := _day(it))]
    return max(days, default=None)  # of an amended text the last article has the day of the first one


def _said(words: str) -> Status:
    return next(status for pattern, status in _WORDS if re.fullmatch(pattern, words))


def _day(found: re.Match[str]) -> date | None:
    """The day that a match of `_DAY` names: of a month or year its first."""
    try:
        year, month, day = (parse_number(part.replace("○", "〇")) if part else 1 for part in found.groups())
        return date(year, month, day)
    except (ValueError, CitationError):
        return None
