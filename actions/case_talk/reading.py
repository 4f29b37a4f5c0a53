"""What an official's words ask of the case desk: which case, what to see, or which step with what details. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from actions.cases.case import Case
from actions.cases.choices import meant
from actions.cases.life import FIELDS
from actions.cases.steps import Step, load_steps
from actions.errors import StepRefused
from knowledge.attendees import check_attendees, read_attendees
from knowledge.dates import DateError, find_date, parse_date, without_dates
from knowledge.deadlines import DeadlineError, judicial_advice
from knowledge.units import Units

View = Literal[
    "list", "todo", "ledger", "statistics", "report", "help",
    "show", "history", "dates", "materials", "attendance", "check", "papers", "calendar", "snooze", "step",
]  # fmt: skip

CANCEL = frozenset(("算了", "取消", "不记了", "不用了"))
"""Words that end a question of the desk."""

_OF_ALL: tuple[tuple[re.Pattern[str], View], ...] = (
    (re.compile(r"(?:(?:我的案件|案件列表|案件清单|查案件)(?P<rest>(?: .*)?)|案件)"), "list"),
    (re.compile(r"(?:待办|今天的事|今日待办)(?P<rest>)"), "todo"),
    (re.compile(r"台账(?P<rest>(?: .*)?)"), "ledger"),
    (re.compile(r"统计(?P<rest>(?: .*)?)"), "statistics"),
    (re.compile(r"(?:年报|年度报告) ?(?P<rest>(?:[0-9]{4})?)年?"), "report"),
)
_CASE = re.compile(
    r"(?:案件 ?第? ?([0-9]{1,6}) ?号?|第? ?([0-9]{1,6}) ?号案件?)(?:[ ,，:：。]+|(?=[^0-9])|$)(.*)", re.DOTALL
)
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
_REASON = re.compile(r"^(.*?)[ ,，。;；]*(?:理由|原因)[是为:： ]*(.+)$", re.DOTALL)
_TIME = re.compile(
    r"(上午|早上|中午|下午|晚上)? ?([01]?[0-9]|2[0-3]) ?(?:[:：] ?([0-5][0-9])|[点时](?:(半)|([0-5]?[0-9])分?)?)"
)
_PLACE = re.compile(r"(?:在|地点[是:： ]*|到)?([^ ,，。;；]*(?:法庭|法院|审判庭|会议室|庭室|中心)[^ ,，。;；]*)")
_NUMBERS = re.compile(r"(?<![0-9])([1-8])(?![0-9])")
_ALL_PAPERS = re.compile(r"全部|都|八项")
_ORDER = re.compile(r"第 ?([0-9一二三四五六七八九]) ?[次个份]")
_LETTER = re.compile(
    r"(?:信|建议书|函|要求|写)[^0-9一二两三四五六七八九十]{0,6}([0-9]{1,3}|[一二两三四五六七八九十])个?(月|日|天)"
)
_DIGITS = {mark: value for value, mark in enumerate("零一二三四五六七八九十")} | {"两": 2}


@dataclass(frozen=True, slots=True)
class Command:
    """What is asked of the desk.

    Attributes:
        view: What to see; `step` for something to be done.
        case: The case named; 0 for the one spoken of, or where none is needed.
        step: The step, where `view` is `step`.
        rest: The words after it.
        reason: The reason given.
        named: Whether a case is named, or none is needed; else the words count only between desk and person.
    """

    view: View
    case: int = 0
    step: Step | None = None
    rest: str = ""
    reason: str | None = None
    named: bool = True


def folded(text: str) -> str:
    """Words as they are read: one width, single spaces."""
    return re.sub(r"[ \t\u3000]+", " ", unicodedata.normalize("NFKC", text)).strip()


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
    step = _step(said)
    return _of_case(said, 0, named=False) if step is not None and step[1] else None


def _of_case(said: str, case: int, *, named: bool = True) -> Command | None:
    if not said:
        return Command("show", case)
    for form, view in _VIEWS:
        if (match := form.fullmatch(said)) is not None:
            return Command(view, case, rest=match["rest"].strip(), named=named)
    found = _step(said)
    if found is None:
        return Command("help", case, rest=said, named=named) if named else None
    step, rest = found
    reasoned = _REASON.match(rest)
    rest, reason = (reasoned[1], reasoned[2]) if reasoned else (rest, None)
    return Command("step", case, step, rest.strip(" ,，。:："), reason, named)


def _step(said: str) -> tuple[Step, str] | None:
    """The step whose words a text begins with, and the rest; the longest words count."""
    steps = load_steps().steps
    words = [(word, step) for step in steps.values() for word in step.words]
    begun = [(word, step) for word, step in words if said.startswith(word)]
    field = next((label for label in FIELDS.values() if said.startswith(label)), None)
    if field is not None and all(len(word) <= len(field) for word, _ in begun):
        return steps["note"], said
    if not begun:
        return None
    word, step = max(begun, key=lambda it: len(it[0]))
    rest = said[len(word) :].strip(" ,，:：")
    return step, f"再审 {rest}" if "再审" in word else rest  # 收到再审申请 tells the kind by its name


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

    def details(self, step: Step, text: str, case: Case, today: date) -> tuple[Mapping[str, object], ...]:
        """The details that words tell; several, where they tell the same of several papers.

        What they do not tell is left out: the case says what it is missing.

        Args:
            step: The step.
            text: The words after its name, without the reason.
            case: The case.
            today: The day on which it is said.

        Raises:
            StepRefused: A day is impossible, or a name means nobody.
        """
        if step.id == "material":
            return self._papers(text)
        if step.id == "note":
            return (self._note(text, today),)
        wanted = (*step.details, *step.optional)
        told = {name: self._detail(name, step, text, case, today) for name in wanted}
        return ({name: value for name, value in told.items() if value is not None},)

    def _detail(self, name: str, step: Step, text: str, case: Case, today: date) -> object:
        if name == "day":
            return _day(text, today, ahead=step.id == "hearing") if text else None
        if name == "time":
            return _time(text)
        if name == "place":
            found = _PLACE.search(_TIME.sub(" ", without_dates(text)))
            return found[1] if found else None
        if name == "head_asked":
            asked = meant(name, text)
            return None if asked is None else asked.value == "yes"
        if name in ("rank", "result", "instance", "form", "kind"):
            choice = meant(name, text)
            return choice.value if choice is not None else None
        if name == "attendees":
            return self._attendees(text, case) or None
        if name == "party":
            return next((it.unit for it in case.parties if it.unit in text), None)
        if name in ("hearing", "advice"):
            found = _ORDER.search(text)
            return _number(found[1]) if found else None
        if name == "unit":
            unit = self.units.parse(text, near=self.units.parse(case.parties[0].unit)) if text else None
            return unit.name if unit else None
        if name == "letter_due":
            return _letter_due(text, today)
        if name == "normative":
            return True if "规范性文件" in text else None
        if name == "colleague":
            return self.colleague(case, text) if text else None
        if name == "deadline":
            return self.deadline(case, text) if text else None
        return text or None  # archive

    def _attendees(self, text: str, case: Case) -> list[Mapping[str, str]]:
        """Who is planned, as what each goes for the defendant that is named, or for the only one."""
        party = next((it for it in case.parties if text.startswith(it.unit)), case.parties[0])
        bare = text.removeprefix(party.unit).strip(" ,，:：;；")
        unit = self.units.parse(party.unit)
        if not read_attendees(bare) or unit is None:
            return []
        people = check_attendees(bare, unit, self.units).people
        return [{"kind": it.planned.kind, "office": it.planned.office, "duty": it.planned.duty} for it in people]

    def _papers(self, text: str) -> tuple[Mapping[str, object], ...]:
        mark = meant("mark", text)
        papers = [str(n) for n in range(1, 9)] if _ALL_PAPERS.search(text) else _NUMBERS.findall(text)
        value = {"mark": mark.value} if mark is not None else {}
        return tuple({"paper": it, **value} for it in papers) or (value,)

    def _note(self, text: str, today: date) -> Mapping[str, object]:
        field = next((name for name, label in FIELDS.items() if text.startswith(label)), None)
        if field is None:
            return {}
        rest = text[len(FIELDS[field]) :].strip(" ,，:：是为")
        if not rest:
            return {"field": field}
        if field in ("received_on", "evidence_due"):
            return {"field": field, "value": _day(rest, today, ahead=field == "evidence_due")}
        if field == "procedure":
            choice = meant("procedure", rest)
            return {"field": field, **({"value": choice.value} if choice else {})}
        return {"field": field, "value": rest}


def _day(text: str, today: date, *, ahead: bool) -> str | None:
    try:
        return parse_date(text, today, allow_future=True if ahead else _names_year(text)).isoformat()
    except DateError as error:
        found = find_date(text, today, allow_future=ahead)
        if found is not None:
            return found.isoformat()
        raise StepRefused(str(error), "day") from error


def _names_year(text: str) -> bool:
    """Whether a whole date is written: one to come is then a slip to be told, not another year to be guessed."""
    return re.search(r"[0-9]{4}", text) is not None


def _time(text: str) -> str | None:
    match = _TIME.search(without_dates(text))
    if match is None:
        return None
    hour = int(match[2])
    if match[1] in ("下午", "晚上") and hour < 12:
        hour += 12
    minute = 30 if match[4] else int(match[3] or match[5] or 0)
    return f"{hour:02d}:{minute:02d}"


def _letter_due(text: str, today: date) -> str | None:
    """The day that a letter sets: so many days or months from its receipt, or a day."""
    received = find_date(text, today)
    match = _LETTER.search(text)
    if received is None:
        return None
    try:
        if match is not None:
            count = _number(match[1])
            by_month = match[2] == "月"
            said = judicial_advice(
                received, letter_months=count if by_month else None, letter_days=None if by_month else count
            )
            general = judicial_advice(received)
            return said.due.isoformat() if said.due < general.due else None
        others = [
            it for it in (find_date(part, today, allow_future=True) for part in re.split(r"[,，;； ]", text)) if it
        ]
        later = [it for it in others if it > received]
        return later[0].isoformat() if later else None
    except DeadlineError as error:
        raise StepRefused(str(error), "letter_due") from error


def _number(text: str) -> int:
    return _DIGITS[text] if text in _DIGITS else int(text)
