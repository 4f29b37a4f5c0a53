"""What is told of a step, checked before it is written: kinds, choices, lengths, days. The fold checks none of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from typing import get_args

from actions.cases.case import AttendeeKind
from actions.cases.choices import label, load_choices
from actions.cases.life import DATES, FIELDS, form_of
from actions.cases.steps import Step
from actions.errors import StepRefused
from actions.render import written

PAPERS = tuple(map(str, range(1, 9)))
"""The papers of Art. 15, by the number of their item."""

ATTENDEES_MOST = 10
"""People in one proposal; agents are at most two by law, which whoever decides looks at."""

AHEAD_MOST = timedelta(days=731)
"""How far ahead a hearing or a court's own date may lie: what is further is a slip of the year."""

_TEXTS: Mapping[str, tuple[str, int]] = {
    "court": ("法院", 40),
    "cause": ("案由", 60),
    "act": ("被诉行为", 200),
    "reconsideration": ("复议情况", 200),
    "place": ("开庭地点", 60),
    "archive": ("归档位置", 60),
    "office": ("职务", 30),
    "duty": ("分管", 60),
    "unit": ("单位名称", 100),
    "party": ("被告名称", 60),
    "colleague": ("同事的编号", 90),
    "deadline": ("办完的事项", 60),
}
_COURT_NUMBER = re.compile(
    r"（(?:19|20)[0-9]{2}）[\u4e00-\u9fff]{1,4}[0-9]{0,4}行[\u4e00-\u9fff]{1,4}第?[0-9]{1,6}号"
    r"(?:之[一二三四五六七八九十]{1,3})?"
)
_BRACKETS = str.maketrans("([〔【)]〕】", "（（（（））））")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


def checked(step: Step, details: Mapping[str, object], today: date) -> dict[str, object]:
    """Details as they are kept.

    Args:
        step: The step.
        details: What was told; plain JSON. None stands for nothing told.
        today: The day on which it is told.

    Returns:
        Days as ISO dates, hours as `09:00`, texts on one line, a court's number with full-width brackets.

    Raises:
        StepRefused: One of them is of another kind, is no choice, too long, an impossible day, or one to come of
            something that has happened already.
    """
    names = (*step.details, *step.optional)
    if unknown := {name for name, value in details.items() if value is not None}.difference(names):
        raise StepRefused(f"“{step.name}”不记“{'、'.join(sorted(unknown))}”，请去掉后再记。")
    told = {name: details[name] for name in names if details.get(name) is not None}
    if step.id == "judge" and {"result", "form"} <= told.keys():
        _refuse_form(str(told["result"]), str(told["form"]))
    kept = {name: _read(step, name, value, today) for name, value in told.items() if name != "value"}
    if "value" in told and "field" in kept:
        kept["value"] = _noted(str(kept["field"]), told["value"], today)
    return kept


def _read(step: Step, name: str, value: object, today: date) -> object:
    if name in ("day", "letter_due"):
        return _day(name, value, today, ahead=name == "letter_due" or step.id == "hearing")
    if name == "time":
        return _time(value)
    if name == "attendees":
        return _attendees(value)
    if name == "paper":
        return _one_of(name, value, PAPERS, "材料的序号是1到8（第十五条的八项）。")
    if name == "field":
        return _one_of(name, value, FIELDS, f"可以补记的有：{'、'.join(FIELDS.values())}。")
    if name in ("head_asked", "normative"):
        return _whether(name, value)
    if name in ("hearing", "advice"):
        return _number(name, value)
    return _choice(name, value) if name in load_choices() else _text(name, value)


def _noted(field: str, value: object, today: date) -> object:
    if field in DATES:
        return _day("value", value, today, ahead=field == "evidence_due")
    if field == "court_number":
        return _court_number(value)
    if field in load_choices():
        return _choice(field, value, "value")
    return _text(field, value, "value")


def _day(name: str, value: object, today: date, *, ahead: bool) -> str:
    try:
        day = date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise StepRefused("没有这一天，或者日期写得不对，请核对，例如“11月24日”。", name) from None
    if day > today and not ahead:
        raise StepRefused(f"{written(day)}还没有到，请核对日期。", name)
    if day > today + AHEAD_MOST:
        raise StepRefused(f"{written(day)}离现在太远，请核对年份。", name)
    return day.isoformat()


def _time(value: object) -> str:
    match = _TIME.fullmatch(unicodedata.normalize("NFKC", str(value)).strip())
    if match is None:
        raise StepRefused("时间写成几点几分，例如“9:00”或“14:30”。", "time")
    return f"{int(match[1]):02d}:{match[2]}"


def names_court_number(text: str) -> bool:
    """Whether a text holds a court's number (案号), however its brackets are written."""
    return _COURT_NUMBER.search(_one_spelling(text)) is not None


def _one_spelling(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).translate(_BRACKETS)


def _court_number(value: object) -> str:
    number = _one_spelling(str(value))
    if not _COURT_NUMBER.fullmatch(number):
        raise StepRefused("案号应写作“（2026）晋0981行初5号”的样子，请照法院通知书核对。", "value")
    return number


def _attendees(value: object) -> list[dict[str, str]]:
    rows = value if isinstance(value, list | tuple) else ()
    if not 1 <= len(rows) <= ATTENDEES_MOST:
        raise _no_attendees()
    return [_attendee(row) for row in rows]


def _attendee(row: object) -> dict[str, str]:
    if not isinstance(row, Mapping) or row.keys() - {"kind", "office", "duty"}:
        raise _no_attendees()
    kind, office, duty = row.get("kind"), row.get("office") or "", row.get("duty") or ""
    if kind not in get_args(AttendeeKind) or (kind != "lawyer" and not office):
        raise _no_attendees()
    return {
        "kind": str(kind),
        "office": _text("office", office, "attendees") if office else "",
        "duty": _text("duty", duty, "attendees") if duty else "",
    }


def _no_attendees() -> StepRefused:
    return StepRefused(
        f"出庭人员写1至{ATTENDEES_MOST}人的职务，不写姓名，例如“副县长，分管住建；法制科科长”。", "attendees"
    )


def _choice(name: str, value: object, detail: str = "") -> str:
    choices = load_choices()[name]
    said = "、".join(it.label for it in choices)
    return _one_of(detail or name, value, [it.value for it in choices], f"请从这几项里选：{said}。")


def _one_of(name: str, value: object, known: Mapping[str, str] | list[str] | tuple[str, ...], says: str) -> str:
    if not isinstance(value, str) or value not in known:
        raise StepRefused(says, name)
    return value


def _whether(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise StepRefused("这一项请答“是”或者“否”。", name)
    return value


def _number(name: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise StepRefused("请写明是第几次，例如“第2次”。", name)
    return value


def _text(name: str, value: object, detail: str = "") -> str:
    what, most = _TEXTS[name]
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if not 1 <= len(text) <= most:
        raise StepRefused(f"{what}应为1至{most}字，请改正后再记。", detail or name)
    return text


def _refuse_form(result: str, form: str) -> None:
    """Refuse a judgment that the law makes a ruling, or the other way round: ten days or fifteen hang on it."""
    if form_of(result) not in (None, form):
        raise StepRefused(f"“{label('result', result)}”的文书不是{label('form', form)}，请核对。", "form")
