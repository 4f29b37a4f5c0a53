"""An answer to a question: a choice's own words, a unit's name, a day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from actions.understanding.receipt import bare_day, of_receipt, told_of_receipt
from actions.understanding.words import ASKED, DENIED, HEARD, is_told, plain
from knowledge.case import UNKNOWN, Case, government_beside, is_government
from knowledge.dates import find_dates, is_about, not_exact, parse_date
from knowledge.decide import Decider, Question
from knowledge.table import Fact
from knowledge.units import Mention, Unit, Units

_NOT_KNOWN = re.compile(
    r"^(我|我们|这个|这|也|还|真|都)*(不知道|不清楚|不太清楚|不懂|不确定|说不准|说不清|没写|没有写|查不到|查不清|没注意|忘了|不晓得|不会填|不记得)"
)
_TOGETHER = re.compile(r"[和跟与同及、]|两家|都告|一起|一块|共同|还有")

# More are sued than the one that is named, with the name standing as a mark.
_BESIDE_IT = re.compile(
    r"[和与及、]\0|\0(?:[和跟与及、]|以及|还有)|两家|都(?:是|当|成|列|告)了?(?:被告|上)?(?:$|[,。;的])|共同"
)
_BARE = re.compile(r"[啊呀的了呢吧嘛哦过哩啦]*|这回事|这个|这种|这事|这一?项")
_OWN_BUREAU = re.compile(
    r"^(?:就|只|是|光|单)*(?:是|告|起诉|列)?的?(?:我们|咱们?|俺们?|本|我)局(?:里)?(?:一家|自己)?(?:被告)?[了的吧]?$"
)

_WHOSE = re.compile(r"(?:就?是|属于?)?(?P<place>[\u4e00-\u9fff]{2,4}?)(?:这边|那边|这里|那里|里)?的?[吧呀啊呢]?")

_ASKS = re.compile(
    r"咋样|从哪|哪天|哪些|哪个|哪里|多久|多少|几[天个年次名]|时候|怎么|如何|能不能|可不可以|要不要|行不行|什么"
)
_OF_A_CASE = re.compile(r"通知书|起诉状|传票|被告|被起诉|被诉|告了|起诉了")


@dataclass(frozen=True, slots=True)
class Excluded:
    """An answer that does not go with an earlier one.

    Attributes:
        facts: what was said, by fact.
        why: which earlier answer rules it out, for an official to read.
    """

    facts: Mapping[str, str]
    why: str


def read_answer(question: Question, text: str, case: Case, decider: Decider, today: date) -> Mapping[str, str] | None:
    """Read words as the answer to a question.

    Args:
        question: the question as it was put.
        text: the person's words.
        case: the facts so far.
        decider: for units and the facts that details belong to.
        today: for dates such as 昨天.

    Returns:
        Facts to set, or None when the words are no answer to it.

    Raises:
        DateError: the words are a date that cannot be.
    """
    words = plain(text)
    if not words:
        return None
    fact = question.fact
    if fact.kind == "date":
        return _read_date(fact.id, words, today)
    outright = _outright(question, words)
    if outright is not None:
        return {fact.id: outright}
    if _NOT_KNOWN.search(words) and (fact.kind != "choice" or UNKNOWN in fact):
        return {fact.id: UNKNOWN}
    near = decider.reader.government(case)
    if fact.kind != "choice":
        return _read_units(question, words, decider, near)
    said = _by_words(question, words, _named(words, decider), near)
    named = _by_unit(question, words, decider, near)
    if named and len(named.get("defendant_units", "").split("、")) > 1:
        return named  # 县政府和乡政府 are two, though 乡政府 alone is a choice's word
    # 水利局报的 says which kind of unit, and its name besides.
    return named if not said or (named and named.get(fact.id) == said[fact.id]) else said


def guess_answer(question: Question, text: str, case: Case, decider: Decider, today: date) -> Mapping[str, str]:
    """What an answer may mean that names a unit only nearly: to be asked back, never taken.

    Args:
        question: the question as it was put.
        text: the person's words, in which `read_answer` has read nothing.
        case: the facts so far.
        decider: for units and the facts that details belong to.
        today: as for `read_answer`.

    Returns:
        What to ask back (您是说“县人民政府”？), by fact; empty where the words hint at nothing.
    """
    words = plain(text)
    if question.fact.id == "defendants" and _OWN_BUREAU.match(words):
        government = decider.reader.government(case)
        return {"defendants": f"{'city' if government and government.level == 'city' else 'county'}_department"}
    nearly = decider.units.slips(words, near=decider.reader.government(case))
    if not nearly or HEARD.search(words):
        return {}
    for it in reversed(nearly):
        words = f"{words[: it.start]}{it.unit.name}{words[it.end :]}"
    return read_answer(question, words, case, decider, today) or {}


def read_whose(text: str, unit: Unit, units: Units) -> Unit | None:
    """The unit that was named before, by its full name or by whose it is alone: 原平市的, said of 住建局.

    Args:
        text: the person's words.
        unit: the unit, its place or level perhaps left open.
        units: the region's.

    Returns:
        The unit with its place; None where the words tell something else, or of another unit.
    """
    said = _WHOSE.fullmatch(plain(text))
    government = units.parse(said["place"]) if said else None
    if government is None or not is_government(government):
        whole = units.parse(text)
    else:
        whole = units.parse(unit.name, near=government)
        if whole is not None and whole.place != government.place:
            return None
    return whole if whole and whole.place is not None and units.same(unit, whole) else None


def read_excluded(question: Question, text: str, case: Case, decider: Decider) -> Excluded | None:
    """A choice that an earlier answer rules out, said all the same: 乡上报的, where the city's government is sued.

    Args:
        question: the question as it was put.
        text: the person's words, in which `read_answer` has read nothing.
        case: the facts so far.
        decider: for units and the table.
    """
    fact, shown = question.fact, {value for value, _ in question.choices}
    if fact.kind != "choice":
        return None
    every = replace(question, choices=tuple((choice.id, choice.label) for choice in fact.choices))
    words = plain(text)
    said = _outright(every, words) or (_by_words(every, words, _named(words, decider)) or {}).get(fact.id)
    if said is None or said in shown:
        return None
    table = decider.table.facts
    against = [
        f"“{table[other].short}”是“{table[other].choice(case.choices[other]).label}”"
        for other, values in fact.choice(said).only.items()
        if case.choices.get(other) not in (None, *values)
    ]
    why = f"{'，'.join(against)}，“{fact.short}”里没有“{fact.choice(said).label}”这一项，对不上。请改其中一项。"
    return Excluded({fact.id: said}, why) if against else None


def _named(words: str, decider: Decider) -> tuple[Mention, ...]:
    """Every name in the words, those nearly written too."""
    written, nearly = decider.units.read(words)
    return (*written, *nearly)


def read_receipt(text: str, today: date) -> date | None:
    """The day of receipt, said while something else was asked: 昨天收到的, or nothing but a day.

    Raises:
        DateError: the day cannot be.
    """
    words = plain(text)
    said = told_of_receipt(words) if bare_day(words) or of_receipt(words) else ""
    days = find_dates(said, today)
    unsure = not_exact(words) or _NOT_KNOWN.search(said) or len(days) > 1 or (is_about(said) and not days)
    return None if unsure else _day(said, days, today)


def _read_date(fact: str, words: str, today: date) -> Mapping[str, str] | None:
    if _NOT_KNOWN.search(words) or not_exact(words):
        return {fact: UNKNOWN}
    told = told_of_receipt(words)
    days = find_dates(told, today)
    found = _day(told, days, today) if days else _day(words, find_dates(words, today)[:1], today)
    return {fact: found.isoformat()} if found else None


def _day(words: str, days: tuple[date, ...], today: date) -> date | None:
    """The one day among those found in words; None where these name none.

    Raises:
        DateError: they name several, or one that cannot be.
    """
    if len(days) == 1:
        return days[0]
    named = days or find_dates(words, today, allow_future=True) or re.search(r"\d|[一二三四五六七八九十]月", words)
    return parse_date(words, today) if named else None


def _read_units(question: Question, words: str, decider: Decider, near: Unit | None) -> Mapping[str, str] | None:
    fact = question.fact
    units = _units(words, decider.units, near)
    if not units or (fact.kind == "unit" and len(units) > 1):
        return None
    facts = {fact.id: "、".join(unit.name for unit in units)}
    told = decider.reader.told(fact, units)
    return {fact.of: told, **facts} if fact.of and told else facts


def _units(words: str, units: Units, near: Unit | None) -> tuple[Unit, ...]:
    if units.slips(words):
        return ()
    whole = None if DENIED.search(words[:2]) else units.parse(words, near=near)
    if whole is not None:
        return (whole,)
    found = [mention.unit for mention in units.mentions(words) if is_told(words, mention.start)]
    together = _TOGETHER.search(words) is not None
    near = government_beside(found, units, near)
    placed = tuple(dict.fromkeys(units.parse(it.name, near=near) or it if it.level is None else it for it in found))
    if together:
        return placed
    # 繁峙县公安局派出所罚的，告派出所 names one unit twice.
    return tuple(it for it in placed if not any(_fuller(other, it, units) for other in placed))


def _fuller(one: Unit, other: Unit, units: Units) -> bool:
    return units.same(one, other) and (one.place is not None, len(one.name)) > (
        other.place is not None,
        len(other.name),
    )


def _outright(question: Question, words: str) -> str | None:
    """The choice whose label or other name is all that was said."""
    for value, label in question.choices:
        if words in (value, plain(label), *map(plain, question.fact.choice(value).say)):
            return value
    return None


def _by_words(
    question: Question, words: str, units: tuple[Mention, ...], near: Unit | None = None
) -> Mapping[str, str] | None:
    """The choice whose words stand in the text: the longest wins, two of one length say nothing.

    Words within longer ones do not stand there (无效 in 不是确认无效), nor do words that begin or end within a
    unit's name (归政府 in 归政府办公室, 市政府一家 in 原平市政府一家); but 政府发文 may begin at the end of the name of
    the case's own government (原平市政府发文).
    """
    found = {
        (match.start(), match.end() + more): value
        for value, _ in question.choices
        for said in question.fact.choice(value).say
        for match in re.finditer(re.escape(plain(said)), words)
        if (more := _denied(question.fact, value, match[0], words[match.end() :])) is not None
    }

    def cut(start: int, end: int) -> bool:
        return any(
            unit.start < edge < unit.end and not (edge == start and _is_tail(unit, words[start:end], near))
            for unit in units
            for edge in (start, end)
        )

    whole = [it for it in found if not cut(*it)]

    def stands(start: int, end: int) -> bool:
        within = any(a <= start and end <= b and (a, b) != (start, end) for a, b in whole)
        return (start, end) in whole and not within and is_told(words, start)

    best: dict[int, set[str]] = {}
    for (start, end), value in found.items():
        if stands(start, end):
            best.setdefault(end - start, set()).add(value)
    if not best:
        return None
    longest = best[max(best)]
    return {question.fact.id: next(iter(longest))} if len(longest) == 1 else None


def _denied(fact: Fact, value: str, said: str, rest: str) -> int | None:
    """How many characters after a saying belong to it: none, but 没有 takes what it denies, 经过法律授权.

    None where 没有 denies another matter than the question's own: 没有报批, where 复议 is asked about.
    """
    if said != "没有":
        return 0
    denied = re.split(r"[,，。;；!！、 ]", rest, maxsplit=1)[0]
    if _BARE.fullmatch(denied):
        return 0
    choice = fact.choice(value)
    own = " ".join((fact.short, choice.label, *(it for it in choice.say if it[0] in "没未无")))
    return len(denied) if any(denied[at : at + 2] in own for at in range(len(denied) - 1)) else None


def _is_tail(named: Mention, said: str, near: Unit | None) -> bool:
    """Whether words begin with the 政府 that ends the name of the case's own government."""
    own = near is None or (near.level == named.unit.level and near.place in (None, named.unit.place))
    return is_government(named.unit) and own and said.startswith("政府") and named.text.endswith("政府")


def _by_unit(question: Question, words: str, decider: Decider, near: Unit | None) -> Mapping[str, str] | None:
    """The choice that a unit's name means, with the name as its detail."""
    fact = question.fact
    detail = next((f for f in decider.table.facts.values() if f.of == fact.id), None)
    units = _units(words, decider.units, near)
    if not units or (len(units) > 1 and fact.id != "defendants"):
        return None
    told = decider.reader.told(detail or fact, units)
    if told is None and detail is not None and len(units) == 1 and units[0].department and units[0].level is None:
        return {detail.id: units[0].name}  # 人社局: its level is asked next
    if told is None or (len(units) > 1 and not _TOGETHER.search(words)):
        return None
    if len(units) == 1 and fact.id == "defendants" and _BESIDE_IT.search(_marked(words, decider.units)):
        return None  # another is named that cannot be read
    shown = {value for value, _ in question.choices}
    if told not in shown and fact.id != "defendants":
        told = next((value for value in ("other",) if value in shown), None)
        return {fact.id: told} if told else None
    facts = {fact.id: told}
    if detail is not None:
        facts[detail.id] = "、".join(unit.name for unit in units)
    return facts


def _marked(words: str, units: Units) -> str:
    """Words with a mark for each unit's name."""
    for it in reversed(units.mentions(words)):
        words = f"{words[: it.start]}\0{words[it.end :]}"
    return words


def asks_only(text: str) -> bool:
    """Whether words ask something of the measure and tell of no paper received and of nobody sued."""
    words = plain(text)
    return bool(ASKED.search(words) or _ASKS.search(words)) and not _OF_A_CASE.search(words)
