"""What an official's words ask of the case desk: which case, what to see, or which step with what details. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from actions.cases.case import Case, Party
from actions.cases.choices import load_choices, meant
from actions.cases.details import PAPERS, names_court_number
from actions.cases.life import DATES, FIELDS
from actions.cases.steps import Step, load_steps
from actions.errors import StepRefused
from actions.render import written
from knowledge.attendees import Verdict, check_attendees, read_attendees
from knowledge.citation import parse_number
from knowledge.dates import DateError, find_date, find_dates, not_exact, parse_date, without_dates
from knowledge.deadlines import DeadlineError, judicial_advice
from knowledge.units import Units

View = Literal[
    "list", "todo", "ledger", "statistics", "report", "help",
    "show", "history", "dates", "materials", "attendance", "check", "papers", "calendar", "snooze", "step",
]  # fmt: skip

CANCEL = frozenset(("算了", "取消", "不记了", "不用了"))
"""Words that end a question of the desk."""

ELSEWHERE = frozenset(("开始登记", "改答案", "返回", "返回上一问", "我的记录", "帮助", "怎么用", "取消这一件"))
"""Words of the guided talk's own, the channels' commands among them: whoever says them has gone back to it."""

_OF_ALL: tuple[tuple[re.Pattern[str], View], ...] = (
    (re.compile(r"(?:(?:我的案件|案件列表|案件清单|查案件)(?P<rest>(?: .*)?)|案件)"), "list"),
    (re.compile(r"(?:待办|今天的事|今日待办)(?P<rest>)"), "todo"),
    (re.compile(r"台账(?P<rest>(?: .*)?)"), "ledger"),
    (re.compile(r"统计(?P<rest>(?: .*)?)"), "statistics"),
    (re.compile(r"(?:年报|年度报告) ?(?P<rest>(?:20[0-9]{2})?)年?"), "report"),
)
# 案件2026年来的 and 案件11月3日收到 name no case.
_CASE = re.compile(
    r"(?:案件 ?第? ?([0-9]{1,6}) ?号?|第? ?([0-9]{1,6}) ?号案件?)(?![0-9年月个件份起天]|日(?!历))"
    r"(?:[ ,，:：。]+|(?=[^0-9])|$)(.*)",
    re.DOTALL,
)
_CASE_BEHIND = re.compile(r"(?<=[ ,，])(?:案件 ?第? ?([0-9]{1,6}) ?号?|第? ?([0-9]{1,6}) ?号案件?)$")
_VIEWS: tuple[tuple[re.Pattern[str], View], ...] = (
    (re.compile(r"(?:记录|历史|办理记录)(?P<rest>)"), "history"),
    (re.compile(r"(?:期限|日期|哪天前)(?P<rest>)"), "dates"),
    (re.compile(r"(?:材料|材料清单)(?P<rest>)"), "materials"),
    (re.compile(r"(?:出庭|谁出庭|出庭人员)(?P<rest>)"), "attendance"),
    (re.compile(r"(?:谁能去|能不能去|谁能出庭)[ :：]*(?P<rest>.*)", re.DOTALL), "check"),
    (re.compile(r"(?:文书|生成文书|出文书)[ :：]*(?P<rest>.*)"), "papers"),
    (re.compile(r"(?:日历)(?P<rest>)"), "calendar"),
    (re.compile(r"(?:稍后提醒)[ :：]*(?P<rest>.*)"), "snooze"),
    (re.compile(r"(?:帮助|怎么办|能做什么|办理)(?P<rest>)"), "help"),
)
_APART = re.compile(r"[ :：(（0-9].*\S", re.DOTALL)
"""What stands after a step's words where no case is named: 材料 1 齐 is a step, 材料都是律师备的 is a story."""
_NO_COURT = re.compile(rf"{FIELDS['court']}(?!$|[ :：是为]|.*院)")
"""法院通知12月3日开庭 tells no court's name."""
_REASON = re.compile(r"^(|.*?[ ,，。;；])(?:理由|原因)[是为:： ]*(.+)$", re.DOTALL)
_MARKS = re.compile(r"[,，。;；]")
_PART = r"(?P<part>上午|早上|中午|下午|晚上)? ?"
_HOUR = r"(?<![0-9十])(?P<hour>[01]?[0-9]|2[0-3]|十[一二]?|[一二两三四五六七八九])"
_MINUTE = (
    r"(?:: ?(?P<exact>[0-5][0-9])|[点时](?: ?(?P<minute>半|一刻|三刻|[0-5]?[0-9]|[二三四五]?十[一二三四五六七八九]?))?)"
)
_TIME = re.compile(f"{_PART}{_HOUR} ?{_MINUTE}分?")
_CLOCK = re.compile(r"(?<![0-9])[0-9]{1,3}[:：][0-9]{1,3}(?![0-9])")
_FRACTIONS = {"半": 30, "一刻": 15, "三刻": 45}
_COURTROOM = r"([^ ,，。;；]*(?:人民法院|法庭|审判庭|会议室|庭室|中心)(?:[0-9一二三四五六七八九十]{1,3}(?:号|室|厅))?)"
_PLACE = (re.compile(rf"(?:在|到|地点[是为:： ]*){_COURTROOM}"), re.compile(_COURTROOM))
_NUMBERS = re.compile(r"(?<![0-9])([1-8])(?: ?[-~至到] ?([1-8]))?(?![0-9])|第 ?([一二三四五六七八]) ?项")
_EIGHT = re.compile(r"(?<![第0-9])(?<!第 )[8八] ?项")
_ALL = re.compile(r"全部|都")
_ORDER = re.compile(r"第 ?([0-9一二三四五六七八九]) ?[次个份]")
_LETTER = re.compile(
    r"(?:信|建议书|函|要求|写)[^0-9一二两三四五六七八九十]{0,6}"
    r"([0-9]{1,3}|[一二两三四五六七八九十])(个月|月(?=[之以]?内)|日|天)(?![之以]?前)"
)
_BY = re.compile(r"(?<=[日号])[之以]?前")
_SPELT = re.compile(r"^案件 ?第?([一二三四五六七八九十]{1,3})(?:号|(?=[ ,，:：]|$))")
_NARROW = {wide: wide - 0xFEE0 for first, last in ("０９", "ＡＺ", "ａｚ") for wide in range(ord(first), ord(last) + 1)}
_UNIT_ENDS = ("政府", "局", "委员会", "管委会", "办事处", "办公室", "中心", "厅", "所")
_DENIED = re.compile("[没未不]")
"""县长没来，科长去的 tells of two: who attended is asked."""
_RANKS = {"chief": "chief", "deputy": "deputy", "deputy_rank": "other", "in_charge": "other"}
"""The rank by the rule of `knowledge.attendees` that makes somebody a head (第四条)."""


@dataclass(frozen=True, slots=True)
class Command:
    """What is asked of the desk.

    Attributes:
        view: What to see; `step` for something to be done.
        case: The case named; 0 for the one spoken of, or where none is needed.
        step: The step, where `view` is `step`.
        word: What the step was called, which may tell more than its name: 收到再审申请.
        rest: The words after it.
        reason: The reason given.
        named: Whether the words are the desk's whatever was spoken of: a case is named, none is needed, or they hold a
            court's number; else they count only between desk and person.
    """

    view: View
    case: int = 0
    step: Step | None = None
    word: str = ""
    rest: str = ""
    reason: str | None = None
    named: bool = True


def folded(text: str) -> str:
    """Words as they are read: digits and letters of one width, single spaces; marks stay, they may go on record."""
    narrow = re.sub(r"[ \t\u3000]+", " ", text.translate(_NARROW)).strip()
    return _SPELT.sub(lambda it: f"案件{parse_number(it[1])}", narrow)


def read(text: str) -> Command | None:
    """What words ask of the desk; None where they ask nothing of it.

    Args:
        text: As typed: 案件 3 开庭 12月3日9:00; 我的案件; 开庭 12月3日 where a case is being spoken of.
    """
    said = folded(text)
    for form, view in _OF_ALL:
        if (match := form.fullmatch(said)) is not None:
            return Command(view, rest=(match["rest"] or "").strip())
    match = _CASE.fullmatch(said)
    if match is not None:
        return _of_case(match[3].strip(), int(match[1] or match[2]))
    begun = _begun(said)
    if begun is None:
        return None
    behind = _CASE_BEHIND.search(said)  # 确定出庭人员 案件3 is about that case, whichever is spoken of
    if behind is not None:
        without = f"{said[: behind.start()]} {said[behind.end() :]}".strip()
        return _of_step(without, int(behind[1] or behind[2]), *begun, named=True)
    if not _APART.fullmatch(said[len(begun[0]) :]):
        return None
    return _of_step(said, 0, *begun, named=names_court_number(said))  # nothing but a case bears one


def of_open(text: str) -> Command | None:
    """What words ask of the case that is being spoken of: 谁能去 副市长; None where they are no view of one."""
    said = folded(text)
    return next((Command(view, rest=it["rest"].strip()) for form, view in _VIEWS if (it := form.fullmatch(said))), None)


def _of_case(said: str, case: int) -> Command:
    if not said:
        return Command("show", case)
    for form, view in _VIEWS:
        if (match := form.fullmatch(said)) is not None:
            return Command(view, case, rest=match["rest"].strip())
    begun = _begun(said)
    return Command("help", case, rest=said) if begun is None else _of_step(said, case, *begun, named=True)


def _of_step(said: str, case: int, word: str, step: Step, *, named: bool) -> Command:
    rest = said[len(word) :].strip(" ,，:：")
    rest, reason = reason_apart(rest)
    if step.reason and reason is None and not _bare(rest):
        rest, reason = "", rest  # 退回意见 换一位分管的
    if word not in step.words:  # a field, which is noted without saying so
        word, rest = step.name, f"{word} {rest}"
    return Command("step", case, step, word, rest.strip(" ,，。;；:："), reason, named)


def _bare(rest: str) -> bool:
    """Whether words name only a defendant, a hearing or a day, and give no reason."""
    left = _ORDER.sub("", without_dates(rest)).strip(" ,，。;；:：()（）")
    return left in ("", "理由", "原因") or rest.endswith(_UNIT_ENDS)


def reason_apart(said: str) -> tuple[str, str | None]:
    """Words and the reason that stands at their end, if one does."""
    reasoned = _REASON.match(said)
    return (reasoned[1].strip(" ,，。;；"), reasoned[2]) if reasoned else (said, None)


def _begun(said: str) -> tuple[str, Step] | None:
    """The words of a step, or a field's name, with which a text begins, and the step; the longest count."""
    steps = load_steps().steps
    words = {word: step for step in steps.values() for word in step.words}
    words |= dict.fromkeys(FIELDS.values(), steps["note"])
    begun = [it for it in words.items() if said.startswith(it[0])]
    if not begun or _NO_COURT.match(said):
        return None
    return max(begun, key=lambda it: len(it[0]))


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the details of steps.

    Attributes:
        units: The units there are.
        colleague: The person that words mean: an id or a name; raises StepRefused where nobody or several.
        deadline: The id of the date that words mean; raises StepRefused where none.
    """

    units: Units
    colleague: Callable[[Case, str], str]
    deadline: Callable[[Case, str], str]

    def details(
        self, command: Command, step: Step, case: Case, own: Party | None, today: date
    ) -> tuple[Mapping[str, object], ...]:
        """The details that words tell; several, where they tell of several papers.

        What they do not tell is left out: the case says what it is missing.

        Args:
            command: What was said.
            step: The step that it names.
            case: The case.
            own: The defendant that is meant where none is named; None where that is open.
            today: The day on which it is said.

        Raises:
            StepRefused: A day or an hour is impossible, or a name means nobody.
            KnowledgeError: The attendees cannot be read.
        """
        text = command.rest
        if step.id == "material":
            return _papers(text)
        if step.id == "note":
            return (_note(text, today),)
        party = _party(text, case) or own
        named = {name: self._detail(name, step, command, case, today) for name in (*step.details, *step.optional)}
        if "party" in named and party is not None:
            named["party"] = party.unit
        if "rank" in named and named["rank"] is None and case.parties:
            named["rank"] = self._rank(text, party or case.parties[0])
        if "attendees" in named and case.parties:
            named["attendees"] = self._attendees(text, party or case.parties[0])
        return ({name: value for name, value in named.items() if value is not None},)

    def _detail(self, name: str, step: Step, command: Command, case: Case, today: date) -> object:
        text = command.rest
        if name == "day":
            return _day(text, step, today)
        if name == "time":
            return _time(text)
        if name == "place":
            return _place(text)
        if name == "letter_due":
            return _letter_due(text, today)
        if name in ("hearing", "advice"):
            found = _ORDER.search(text)
            dated = _hearing_of(text, case, today) if name == "hearing" else None
            return parse_number(found[1]) if found else dated
        if name == "head_asked":
            asked = meant(name, text)
            return None if asked is None else asked.value == "yes"
        if name in load_choices():
            choice = meant(name, f"{command.word} {text}")
            return choice.value if choice is not None else None
        if name == "normative":
            return True if "规范性文件" in text else None
        if name == "archive":
            return without_dates(text).strip(" ,，。;；:：") or None
        if name == "colleague":
            return self.colleague(case, text.removeprefix("给").strip()) if text else None
        if name == "deadline":
            return self.deadline(case, text) if text else None
        return text or None if name == "unit" else None  # who attends, and for whom, is read together

    def _rank(self, text: str, party: Party) -> str | None:
        """The rank of the one head whose office is told (副市长); None for whoever is none, or may not be one."""
        unit, told = self.units.parse(party.unit), without_party(text, party)
        if unit is None or _DENIED.search(told) or not read_attendees(told):
            return None
        heads = [it for it in check_attendees(told, unit, self.units).people if it.verdict == "head"]
        ranks = {_RANKS.get(it.rule) for it in heads}
        return ranks.pop() if len(ranks) == 1 else None

    def _attendees(self, text: str, party: Party) -> list[Mapping[str, str]] | None:
        """Who is planned, as what each goes for the defendant."""
        unit, planned = self.units.parse(party.unit), without_party(text, party)
        if unit is None or not read_attendees(planned):
            return None
        coming = [it for it in check_attendees(planned, unit, self.units).people if it.verdict != "absent"]
        return [{"kind": _goes_as(it), "office": it.planned.office, "duty": it.planned.duty} for it in coming]


def _hearing_of(text: str, case: Case, today: date) -> int | None:
    """The number of the hearing whose day is named.

    Raises:
        StepRefused: No hearing is on that day.
    """
    day = find_date(text, today, allow_future=True)
    if day is None:
        return None
    number = next((it.number for it in case.hearings if it.day == day and it.state != "cancelled"), None)
    if number is None:
        raise StepRefused(f"没有记过{written(day)}的开庭，请核对日期。", "hearing")
    return number


def _goes_as(it: Verdict) -> str:
    """What somebody is put down as: whoever may not stand in for a head (第八条) is never put down as one."""
    return "staff" if it.planned.kind == "head" and it.verdict in ("barred", "not_head") else it.planned.kind


def without_party(text: str, party: Party) -> str:
    """Attendees without the defendant that was named before them."""
    return text.removeprefix(party.unit).strip(" ,，:：;；")


def _party(text: str, case: Case) -> Party | None:
    return next((it for it in case.parties if it.unit in text), None)


def _papers(text: str) -> tuple[Mapping[str, object], ...]:
    """Papers with their marks: 1 3 齐，5 稍后; a mark counts for the papers since the mark before."""
    told: list[Mapping[str, object]] = []
    waiting: list[str] = []
    last: Mapping[str, object] = {}
    for part in _MARKS.split(text):
        waiting += _numbers(part)
        mark = meant("mark", part)
        if mark is not None:
            last = {"mark": mark.value}
            told += [{"paper": it, **last} for it in waiting]
            waiting = []
    return (*told, *({"paper": it, **last} for it in waiting)) or (last,)


def _numbers(text: str) -> list[str]:
    named = _NUMBERS.findall(text)
    if _EIGHT.search(text) or (not named and _ALL.search(text)):
        return [*PAPERS]
    ranges = [(parse_number(first or word), int(last or 0)) for first, last, word in named]
    return [str(it) for first, last in ranges for it in range(first, max(first, last) + 1)]


def _note(text: str, today: date) -> Mapping[str, object]:
    field = next((name for name, label in FIELDS.items() if text.startswith(label)), None)
    if field is None:
        return {}
    rest = text[len(FIELDS[field]) :].strip(" ,，:：是为")
    if not rest:
        return {"field": field}
    if field in DATES:
        try:
            day = parse_date(rest, today, allow_future=field == "evidence_due")
        except DateError as error:
            raise StepRefused(str(error), "value") from error
        return {"field": field, "value": day.isoformat()}
    if field == "procedure":
        choice = meant("procedure", rest)
        return {"field": field, **({"value": choice.value} if choice else {})}
    return {"field": field, "value": rest}


def _day(text: str, step: Step, today: date) -> str | None:
    """The day that words tell; None where they tell of other details only."""
    try:
        return parse_date(text, today, allow_future=step.id == "hearing").isoformat()
    except DateError as error:
        # A letter's own date may stand beside the day of its receipt, which has come.
        first = find_date(text, today) if "letter_due" in step.optional else None
        if first is not None:
            return first.isoformat()
        others = (*step.details, *step.optional) != ("day",)
        dated = not_exact(text) or without_dates(text) != unicodedata.normalize("NFKC", text)
        if not text or (others and not dated):
            return None
        raise StepRefused(str(error), "day") from error


def _time(text: str) -> str | None:
    told = without_dates(text)
    match, clock = _TIME.search(told), _CLOCK.search(told)
    if clock is not None and (match is None or match["exact"] is None):
        raise StepRefused(f"没有{clock[0]}这个时间，请核对，例如“9:00”或者“下午3点”。", "time")
    if match is None:
        return None
    hour, part, said = parse_number(match["hour"]), match["part"], match["minute"]
    if part is None and hour < 7:
        raise StepRefused("开庭是上午还是下午？时间请写成“下午3点”或者“15:00”。", "time")
    if hour < 12 and (part in ("下午", "晚上") or (part == "中午" and hour < 3)):
        hour += 12
    minute = _FRACTIONS[said] if said in _FRACTIONS else parse_number(match["exact"] or said or "0")
    return f"{hour:02d}:{minute:02d}"


def _place(text: str) -> str | None:
    told = _TIME.sub(" ", without_dates(text))
    found = next((match for form in _PLACE if (match := form.search(told))), None)
    return found[1] if found else None


def _letter_due(text: str, today: date) -> str | None:
    """The day that a letter sets: so many days or months from its receipt, or a day."""
    received = find_date(text, today)
    if received is None:
        return None
    match = _LETTER.search(text)
    if match is None:
        days = find_dates(_BY.sub("", text), today, allow_future=True)
        return next((it.isoformat() for it in days if it > received), None)
    count, by_month = parse_number(match[1]), "月" in match[2]
    try:
        said = judicial_advice(
            received, letter_months=count if by_month else None, letter_days=None if by_month else count
        )
    except DeadlineError as error:
        raise StepRefused(str(error), "letter_due") from error
    return said.due.isoformat() if said.due < judicial_advice(received).due else None
