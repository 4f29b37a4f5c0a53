"""The day on which the court's papers came; a hearing's day and other papers' days are no such day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from actions.understanding.words import DENIED, HEARD, clause_at, is_told
from knowledge.dates import find_dates, is_about, not_exact, without_dates

_RECEIVED = re.compile(
    r"收到|送达|接到|(?<![征没])收的|签收|收件|收着|收下|法院[^,。;]{0,6}送(?:来|过来|到)|(?<=[天日号])到(?:的|了)"
)
_ITS_PAPERS = re.compile(
    r"应诉|通知书|起诉状|诉状|副本|传票|(?i:ying\s?su|tong\s?zhi|su\s?zhuang|chuan\s?piao|fu\s?ben)"
)
# A word in Latin letters is a paper whose name is typed in pinyin: which one is not known.
_OTHER_PAPERS = re.compile(r"申请|举报|投诉|信访|来信|请示|报告|决定|处罚|判决|裁定|建议|复议|[A-Za-z]{5,}")
_ADVICE = re.compile(r"(?:司法|检察)?建议(?:书|函)?|判决书?|裁定书?|(?i:jian\s?yi|pan\s?jue|cai\s?ding)")
_BARE_DAY = re.compile(
    r"(?=.*[年月日号天儿周期拜./-])(就?是|应该是|改[成为])?"
    r"[0-9零〇一二三四五六七八九十廿年月日号大前昨今明后天儿上下周星期礼拜这本个去早晚午./ ()-]+(的|了|吧|那天)?"
)
_HEARING = re.compile(r"[0-9零〇一二三四五六七八九十年月日号./-]+(?:上午|下午|早上)?[^,。;]{0,6}?开庭")
_OTHER_DAY = re.compile(r"开庭|作出|作的|申请|起诉的|落款|签发")
_POINTED = re.compile(r"(?<![0-9.])(1[0-2]|[1-9])\.(3[01]|[12][0-9]|[1-9])(?![0-9.])")
_DAY_ONLY = re.compile(r"(?<![月0-9])([0-9]{1,2})日(?![内期起])")
_MONTH_ONLY = re.compile(
    r"(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月(?:份|初|底|中旬|上旬|下旬|末)?(?![0-9一二三四五六七八九十])|上个月|这个月|本月|上月|月初|月底|前几天|前些天|前段时间|上周(?![一二三四五六日天])|最近"
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A clause that tells of receipt: the day, None where it names none exactly, and whether it is told outright."""

    day: date | None
    start: int
    end: int
    sure: bool


def of_receipt(words: str) -> str:
    """The clause that tells of receiving the court's papers; other days and other papers stand elsewhere."""
    return next((words[start:end] for start, end, sure in _clauses(words) if sure), "")


def told_of_receipt(words: str) -> str:
    """The clause that tells of receipt, else all the words; without the day of a hearing."""
    return _HEARING.sub("", of_receipt(words) or words)


def bare_day(words: str) -> bool:
    """Whether words are nothing but a day."""
    return _BARE_DAY.fullmatch(words) is not None


def receipts(words: str, today: date) -> Iterator[Receipt]:
    """Every day of receipt that an account tells of, or touches without naming the day."""
    for start, end, sure in _clauses(words):
        clause = _DAY_ONLY.sub(r"\1号", _POINTED.sub(r"\1月\2日", _HEARING.sub("", words[start:end])))
        pieces = [piece for piece in _OTHER_DAY.split(clause) if _RECEIVED.search(piece)]
        beside = [words[slice(*it)] for it in _beside(words, start, end)]
        named = (find_dates(piece, today) for piece in (*pieces, *(it for it in beside if bare_day(it.rstrip(",。;")))))
        days: tuple[date, ...] = next(filter(None, named), ())
        roughly = is_about(clause) or not_exact(words)
        day = days[0] if len(days) == 1 and not not_exact(words) else None  # 昨天也就是21号 are two
        impossible = not days and any(without_dates(piece) != piece for piece in pieces)  # 2月30日, 12月3日(星期五)
        if days or roughly or impossible or _MONTH_ONLY.search(clause):
            yield Receipt(day, start, end, sure and day is not None)


def _clauses(words: str) -> Iterator[tuple[int, int, bool]]:
    seen = set()
    for found in _RECEIVED.finditer(words):
        start, end = clause_at(words, found.start())
        clause = words[start:end]
        denied = DENIED.search(words[start : found.start()]) or re.match(r"没有|没呢|不了", words[found.end() :])
        before = words[slice(*clause_at(words, start - 2))] if start > 1 else ""
        advice = _ADVICE.search(before) and not _ITS_PAPERS.search(before)  # 法院发的司法建议,昨天收到的
        its = _ITS_PAPERS.search(clause) or not (_OTHER_PAPERS.search(clause) or advice)
        if start in seen or denied or not its:
            continue
        seen.add(start)
        told = is_told(words, found.start())
        if told or HEARD.search(clause):
            yield start, min(end, len(words)), told


def _beside(words: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The clauses before and after: 11月19日,法院送达了应诉通知书."""
    if start > 0:
        yield clause_at(words, start - 2)[0], start - 1
    if end < len(words):
        yield end, min(clause_at(words, end)[1], len(words))
