"""The history of a case as an official reads it: number, when, who, what, why, one entry a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from actions.cases.case import Attendee, Event
from actions.cases.choices import asked, label, load_choices
from actions.cases.dates import what_of
from actions.cases.life import FIELDS, OPEN, REDECIDE
from actions.cases.steps import load_steps
from actions.people import Event as AccessEvent
from actions.people import People, Post
from actions.render import when
from knowledge.dates import chinese_date

_NAMES = {
    "unit": "单位",
    "party": "被告",
    "day": "日期",
    "time": "时间",
    "place": "地点",
    "letter_due": "信上要求的期限",
    "deadline": "事项",
    "archive": "档案位置",
}
"""Details that are told with what they are."""

_COUNTED = {"paper": "第{}项材料", "hearing": "第{}次开庭", "advice": "第{}份司法建议"}
_SIDES = {"office": "政府办公室一方", "justice": "司法行政部门一方"}
_DAYS = ("day", "letter_due", "received_on", "evidence_due")


def told(events: Sequence[Event], people: People) -> str:
    """A history in words.

    Args:
        events: What was done on a case, the earliest first.
        people: The register: it says who they were at that time.

    Returns:
        A line an event: its number in the chain, when, unit and post, the step with its details, why, and who typed
        it where that was somebody else.

    Raises:
        StoreUnavailable: The register cannot be read.
    """
    access = people.history()
    return "\n".join(_line(it, access) for it in events)


def _line(it: Event, access: Sequence[AccessEvent]) -> str:
    details = "，".join(_details(it, access))
    parts = (
        f"{it.number}",
        when(it.at),
        _who(it.person, it.at, access, it.unit),
        f"{_name(it)}：{details}" if details else _name(it),
        f"理由：{it.reason}" if it.reason else "",
        f"由{_who(it.via, it.at, access)}代为录入" if it.via else "",
    )
    return "　".join(filter(None, parts))


def _name(it: Event) -> str:
    named = {OPEN: "登记案件", REDECIDE: "更正登记"}.get(it.what)
    return named or load_steps().steps[it.what].name


def _who(person: str, at: datetime, access: Sequence[AccessEvent], unit: str | None = None) -> str:
    """Unit and post at that time; the id beside them tells two of one post apart."""
    post = _post_then(person, at, access)
    if post is not None:
        return f"{post.unit} {post.name}（{person}）"
    return f"{unit}（{person}）" if unit else person


def _post_then(person: str, at: datetime, access: Sequence[AccessEvent]) -> Post | None:
    known = [it.post for it in access if it.person == person and it.at <= at]
    return known[-1] if known else None


def _details(it: Event, access: Sequence[AccessEvent]) -> list[str]:
    if it.what in (OPEN, REDECIDE):
        return _decided(it.data)
    if it.what == "note":
        field = str(it.data["field"])
        return [f"{FIELDS[field]} {_value(field, it.data['value'])}"]
    if "colleague" in it.data:
        return [f"交给{_who(str(it.data['colleague']), it.at, access)}"]
    step = load_steps().steps[it.what]
    order = [
        name for name in (*step.details, *step.optional) if name in it.data
    ]  # as kept, they are in that of letters
    order += sorted(it.data.keys() - set(order))
    return [said for name in order if (said := _detail(name, it.data[name]))]


def _decided(data: Mapping[str, Any]) -> list[str]:
    handling = f"承办单位 {'、'.join(data['handling'])}" if data["handling"] else "承办单位待定"
    parties = f"被告 {'、'.join(it['unit'] for it in data['parties'])}"
    received = f"收到日 {_value('received_on', data['received_on'])}" if data.get("received_on") else ""
    return [it for it in (f"第{data['decision']}号决定", handling, parties, received) if it]


def _detail(name: str, value: object) -> str:
    """A detail in words; empty for one that says nothing more."""
    if name == "attendees" and isinstance(value, list):
        return "；".join(str(Attendee(**it)) for it in value)
    if name == "head_asked":
        return asked(bool(value))
    if name == "normative":
        return "针对规范性文件" if value else ""
    if name == "side":
        return _SIDES[str(value)]
    if name == "alone":
        return "只需这一方确定" if value else ""
    if name in _COUNTED:
        return _COUNTED[name].format(value)
    return f"{_NAMES[name]} {_value(name, value)}" if name in _NAMES else _value(name, value)


def _value(name: str, value: object) -> str:
    if name in _DAYS:
        return chinese_date(date.fromisoformat(str(value)))
    if name == "deadline":
        return what_of(str(value))
    return label(name, str(value)) if name in load_choices() else str(value)
