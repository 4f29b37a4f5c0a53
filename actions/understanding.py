"""From words to facts: an answer to a question, or what a first account surely says.

Deterministic. Only words of the domain count: a choice's own label and its `say`, a unit's name, a date, a number on
the list. What is denied, asked or heard from others is no fact.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest

from knowledge.case import UNKNOWN, Case, is_government
from knowledge.citation import parse_number
from knowledge.dates import find_date, parse_date
from knowledge.decide import Decider, Question
from knowledge.errors import KnowledgeError
from knowledge.units import Mention, Unit, UnitKind, Units

_NOT_KNOWN = re.compile(
    r"^(我|我们|这个|这|也|还|真|都)*(不知道|不清楚|不太清楚|不懂|不确定|说不准|说不清|没写|没有写|查不到|查不清|没注意|忘了|不晓得|不会填|不记得)"
)
_ASKED = re.compile(r"[?？]|吗|么$|是不是|是否|算不算|还是.+呢|^(为什么|为啥|为甚|凭什么|怎么|咋|哪)|谁")
_HEARD = re.compile(r"听说|据说|好像|可能|大概|也许|似乎|估计|说不定|应该是")
_DENIED = re.compile(r"(不是|并非|不算)[^是]{0,3}$|(没有|没|未|非|不像|别)$")
_TOGETHER = re.compile(r"[和跟与同及、]|两家|都告|一起|一块|共同|还有")
_NUMBER = re.compile(r"^(?:选|第|答案)?\s*[(]?([0-9]{1,2}|[一二三四五六七八九十]{1,3})[)]?\s*(?:个|项|号)?$")
_STOPS = ",，。;；?？!！"
_EDGE = " \t\r\n。，,.!！；;：:、~～"

_SOLE = re.compile(r"(只|就|单|光|仅)(独|是)?(告|起诉|列|有)了?$")
_SOLE_AFTER = re.compile(r"^(一家|一个|单独)")
_APPROVED = re.compile(r"^(?!.*[没未不])[^，。；]{0,6}?(报|提请|呈报|报请|报经|上报)(请|经|给|到)?$")
_APPROVAL = re.compile(r"^(的)?(批准|同意|审批|批|研究)")
_RECEIVED = re.compile(r"收到|送达|接到|(?<![征没])收的|签收|收件")
_ITS_PAPERS = re.compile(r"应诉|通知书|起诉状|诉状|副本|传票")
_OTHER_PAPERS = re.compile(r"申请|举报|投诉|信访|来信|请示|报告|决定|处罚|判决|裁定|建议|复议")
_BARE_DAY = re.compile(
    r"(?=.*[年月日号天周期拜./-])(就?是|应该是|改[成为])?"
    r"[0-9零〇一二三四五六七八九十廿年月日号大前昨今明后天上下周星期礼拜这本个去早晚午./ -]+(的|了|吧|那天)?"
)
_IN_ITS_NAME = re.compile(r"以[^，。；]{0,10}?政府(的)?名义|落款(就?是|为|写的?是?)?[^，。；办局]{0,8}政府(?!办)")
_PARTNERS = re.compile(r"(牵头|主办)?[，,、]?(和|与|跟|同|会同|联合|以及|及|、)?(一起|一块|共同|联合)?")
_LATER_STAGE = re.compile(r"二审|再审|上诉状|被上诉")
_ASKS = re.compile(
    r"咋样|从哪|哪天|哪些|哪个|哪里|多久|多少|几[天个年次名]|时候|怎么|如何|能不能|可不可以|要不要|行不行|什么"
)
_OF_A_CASE = re.compile(r"通知书|起诉状|传票|被告|被起诉|被诉|告了|起诉了")
_DOUBTS = {
    "reviewed": re.compile(r"复议"),
    "proceeding": re.compile(r"检察院|检察机关|公益诉讼|第三人|民事|仲裁|非诉"),
    "authorization": re.compile(r"委托|没有?授权"),
}


@dataclass(frozen=True, slots=True)
class Story:
    """What a first account says.

    Attributes:
        facts: what it surely says, by fact id.
        doubted: facts that it touches, so that nothing is presumed about them.
        defendant: a unit named as sued, where it is not said whether it is the only one.
    """

    facts: Mapping[str, str] = field(default_factory=dict)
    doubted: frozenset[str] = frozenset()
    defendant: str | None = None


def plain(text: str) -> str:
    """Text with marks and widths made alike and its edges trimmed."""
    return unicodedata.normalize("NFKC", text).strip(_EDGE)


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
    said = _by_number(question, words) or _by_words(question, words, decider.units.mentions(words))
    named = _by_unit(question, words, decider, near)
    if named and len(named.get("defendant_units", "").split("、")) > 1:
        return named  # 县政府和乡政府 are two, though 乡政府 alone is a choice's word
    # 水利局报的 says which kind of unit, and its name besides.
    return named if not said or (named and named.get(fact.id) == said[fact.id]) else said


def read_story(text: str, decider: Decider, today: date) -> Story:
    """Read the first account of a case; only what it says outright becomes a fact."""
    words = plain(text)
    doubted = doubts(words)
    mentions = decider.units.mentions(words)
    facts: dict[str, str] = {}
    sued = _sued(words, mentions)
    sole = next((m for m, alone in sued if alone), None)
    if sole is not None:
        facts["defendant_units"] = sole.unit.name
    near = next((m.unit for m in mentions if is_government(m.unit)), None)
    reporters = _reporters(words, decider.units.mentions(words, near=near))
    if len(reporters) > 1:
        facts["reported_by"] = "several"
    elif reporters:
        facts["reporter"] = _placed(reporters[0], near, decider.units).name
    if _LATER_STAGE.search(words):
        facts["matter"] = "later_stage"
    named = _IN_ITS_NAME.search(words)
    if named and _told(words, named.start()):
        facts["challenged"] = "act_in_its_name"
    found = find_date(_of_receipt(words), today)
    if found is not None:
        facts["received_on"] = found.isoformat()
    whole = decider.units.parse(words)
    if whole is not None and not sued:
        sued = [(Mention(whole, 0, len(words), words), False)]
    alone = len(sued) == 1 and sole is None and not _joined(words, sued[0][0], mentions)
    return Story(facts, doubted, sued[0][0].unit.name if alone else None)


def doubts(text: str) -> frozenset[str]:
    """The facts that words touch, so that nothing may be presumed about them any longer."""
    return frozenset(fact for fact, sign in _DOUBTS.items() if sign.search(plain(text)))


def read_receipt(text: str, today: date) -> date | None:
    """The day of receipt, said while something else was asked: 昨天收到的, or nothing but a day.

    Raises:
        DateError: the day cannot be.
    """
    words = plain(text)
    said = words if _BARE_DAY.fullmatch(words) else _of_receipt(words)
    found = _read_date("received_on", said, today) if said else None
    return date.fromisoformat(found["received_on"]) if found and UNKNOWN not in found.values() else None


def _of_receipt(words: str) -> str:
    """The clause that tells of receiving the court's papers; other days and other papers stand elsewhere."""
    told = (found.start() for found in _RECEIVED.finditer(words) if _told(words, found.start()))
    clauses = (words[slice(*_clause(words, at))] for at in told)
    return next((it for it in clauses if _ITS_PAPERS.search(it) or not _OTHER_PAPERS.search(it)), "")


def _read_date(fact: str, words: str, today: date) -> Mapping[str, str] | None:
    if _NOT_KNOWN.search(words):
        return {fact: UNKNOWN}
    found = find_date(words, today)
    meant = find_date(words, today, allow_future=True) or re.search(r"\d|[一二三四五六七八九十]月", words)
    if found is None and meant:
        found = parse_date(words, today)  # says what is wrong with it
    return {fact: found.isoformat()} if found else None


def _read_units(question: Question, words: str, decider: Decider, near: Unit | None) -> Mapping[str, str] | None:
    fact = question.fact
    units = _units(words, decider.units, near)
    if not units or (fact.kind == "unit" and len(units) > 1):
        return None
    facts = {fact.id: "、".join(unit.name for unit in units)}
    told = decider.reader.told(fact, units)
    return {fact.of: told, **facts} if fact.of and told else facts


def _units(words: str, units: Units, near: Unit | None) -> tuple[Unit, ...]:
    whole = units.parse(words, near=near)
    if whole is not None:
        return (whole,)
    found = [mention.unit for mention in units.mentions(words) if _told(words, mention.start)]
    near = next(filter(is_government, found), near)
    placed = (units.parse(it.name, near=near) or it if it.level is None else it for it in found)
    return tuple(dict.fromkeys(placed))


def _told(words: str, at: int) -> bool:
    """Whether what stands at a place is told: not denied, and its clause neither asks nor passes on hearsay."""
    begin, end = _clause(words, at)
    clause = words[begin:end]
    return not (_DENIED.search(words[begin:at]) or _ASKED.search(clause) or _HEARD.search(clause))


def _clause(words: str, at: int) -> tuple[int, int]:
    """Where the clause around a place begins and ends, the mark that ends it included."""
    begin = max(words.rfind(mark, 0, at) for mark in _STOPS) + 1
    end = min((place for mark in _STOPS if (place := words.find(mark, at)) >= 0), default=len(words))
    return begin, end + 1


def _by_number(question: Question, words: str) -> Mapping[str, str] | None:
    match = _NUMBER.match(words)
    if not match:
        return None
    try:
        number = parse_number(match[1])
    except KnowledgeError:
        return None
    if not 1 <= number <= len(question.choices):
        return None
    return {question.fact.id: question.choices[number - 1][0]}


def _outright(question: Question, words: str) -> str | None:
    """The choice whose label or other name is all that was said."""
    for value, label in question.choices:
        if words in (value, plain(label), *map(plain, question.fact.choice(value).say)):
            return value
    return None


def _by_words(question: Question, words: str, units: tuple[Mention, ...]) -> Mapping[str, str] | None:
    """The choice whose words stand in the text: the longest wins, two of one length say nothing.

    Words within longer ones do not stand there (无效 in 不是确认无效), nor do words that begin or end within a
    unit's name (归政府 in 归政府办公室, 市政府一家 in 原平市政府一家).
    """
    found = {
        match.span(): value
        for value, _ in question.choices
        for said in question.fact.choice(value).say
        for match in re.finditer(re.escape(plain(said)), words)
    }

    def stands(start: int, end: int) -> bool:
        within = any(a <= start and end <= b and (a, b) != (start, end) for a, b in found)
        cut = any(unit.start < edge < unit.end for unit in units for edge in (start, end))
        return not within and not cut and _told(words, start)

    best: dict[int, set[str]] = {}
    for (start, end), value in found.items():
        if stands(start, end):
            best.setdefault(end - start, set()).add(value)
    if not best:
        return None
    longest = best[max(best)]
    return {question.fact.id: next(iter(longest))} if len(longest) == 1 else None


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
    shown = {value for value, _ in question.choices}
    if told not in shown and fact.id != "defendants":
        told = next((value for value in ("other",) if value in shown), None)
        return {fact.id: told} if told else None
    facts = {fact.id: told}
    if detail is not None:
        facts[detail.id] = "、".join(unit.name for unit in units)
    return facts


def _sued(words: str, mentions: tuple[Mention, ...]) -> list[tuple[Mention, bool]]:
    """Units named as sued, and whether each is said to be the only one."""
    found = []
    for mention in mentions:
        before, after = words[: mention.start], words[mention.end :]
        sole = bool(
            _SOLE.search(before) or (_SOLE_AFTER.search(after) and re.search(r"告了?$|起诉了?$|被告|$", before))
        )
        sued = (
            sole
            or re.search(r"(告|起诉)(了|的?是|为)?$", before)
            or re.search(r"^都?(被告|当了?被告|被起诉|被诉|叫人告|让人告|成了?被告)", after)
        )
        if sued and _told(words, mention.start):
            found.append((mention, sole and not _TOGETHER.search(after[:2])))
    return found


def _joined(words: str, sued: Mention, mentions: tuple[Mention, ...]) -> bool:
    """Whether a unit is named together with another: 县政府和住建局被告了."""
    pairs = ((it, sued) if it.end <= sued.start else (sued, it) for it in mentions if it != sued)
    return any(_TOGETHER.fullmatch(words[one.end : other.start]) for one, other in pairs)


def _reporters(words: str, mentions: tuple[Mention, ...]) -> list[Unit]:
    """The units in `X报Y批准`; none where it is denied, asked, or heard from others."""
    found: list[Unit] = []
    for one, other in zip_longest(mentions, mentions[1:]):
        if is_government(one.unit) and one.unit.kind is UnitKind.CITY_GOVERNMENT:
            continue
        stop = other.start if other else len(words)
        between = words[one.end : stop]
        direct = (
            other is not None
            and is_government(other.unit)
            and _APPROVED.match(between)
            and _APPROVAL.match(words[other.end :])
        )
        bare = re.match(r"^(报的|报批的|报请的)", between)
        if (direct or bare) and _told(words, one.start):
            found += [one.unit, *_beside(words, one, mentions)]
    return list(dict.fromkeys(found))


def _beside(words: str, one: Mention, mentions: tuple[Mention, ...]) -> Iterator[Unit]:
    """Units named with another as one party: 自然资源局和住建局联合报, 住建局牵头、自然资源局配合报."""
    at = one.start
    for other in reversed([it for it in mentions if it.end <= one.start]):
        if not _PARTNERS.fullmatch(words[other.end : at]):
            return
        yield other.unit
        at = other.start


def _placed(unit: Unit, near: Unit | None, units: Units) -> Unit:
    """市自然资源局 in a case of 原平市, which is a county-level city, is 原平市's own."""
    if near is None or unit.level != "city" or near.level != "county" or not (near.place or "").endswith("市"):
        return unit
    return units.parse(unit.name.removeprefix("市"), near=near) or unit


def asks_only(text: str) -> bool:
    """Whether words ask something of the measure and tell of no paper received and of nobody sued."""
    words = plain(text)
    return bool(_ASKED.search(words) or _ASKS.search(words)) and not _OF_A_CASE.search(words)


def is_question(text: str) -> bool:
    """Whether words ask rather than tell."""
    return bool(_ASKED.search(plain(text)))


def is_guess(text: str) -> bool:
    """Whether words pass on what was heard or thought; 应该是 alone may correct as well as guess."""
    return bool(_HEARD.search(plain(text).replace("应该是", "")))


def story_lines(facts: Mapping[str, str], decider: Decider) -> Iterator[tuple[str, str]]:
    """What was read, as pairs of a short name and an answer."""
    for name, value in facts.items():
        fact = decider.table.facts[name]
        yield fact.short, fact.choice(value).label if fact.kind == "choice" else value
