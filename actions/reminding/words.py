"""What reminders say: of a date what is due and on what basis; of a turn, what has to be settled. No names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from actions.cases import Attendee, Case, Party, Plan
from actions.cases.dates import Due
from actions.render import written
from actions.store.mail import Part

MOST = 30
"""Lines of a digest: with more it would not fit into one message of Telegram."""


def reminder(case: Case, it: Due, rights: Iterable[Due], today: date) -> Part:
    """The reminder of one date, with its buttons.

    Args:
        case: The case.
        it: The date.
        rights: What may be done until the same day.
        today: The day in Beijing.
    """
    left = (it.due - today).days
    head = f"【{'逾期' if left < 0 else '期限'}】{_named(case)}：{it.what}"
    also = "、".join(one.what for one in rights)
    lines = [
        f"{head}，{_left(left)}，最晚{written(it.due)}{'（暂定）' if it.provisional else ''}。",
        *(["这一天已经过了，请马上办；办过的请点“办完”。"] if left < 0 else []),
        f"依据：{it.basis}。",
        *([it.note] if it.note else []),
        *([f"同一天为止还可以：{also}。"] if also else []),
    ]
    choices = {"办完": f"案件 {case.number} 办完 {it.id}", "明天再提醒": f"案件 {case.number} 稍后提醒 {it.id} 明天"}
    if it.id.startswith("hearing-"):
        del choices["办完"]  # a hearing is told of with who attended
    if left <= 1:
        del choices["明天再提醒"]  # tomorrow it comes by itself
    return Part("\n".join(lines), tuple(choices.items()))


def digest(dates: Sequence[tuple[Case, Due]], today: date) -> Part:
    """The morning digest: a line a date, the earliest first."""
    lines = [
        f"{_named(case)}　{it.what}：{it.due.month}月{it.due.day}日，{_left((it.due - today).days)}"
        for case, it in sorted(dates, key=lambda one: (one[1].due, one[0].number))
    ]
    more = [f"另有{len(lines) - MOST}项，发“待办”看。"] if len(lines) > MOST else []
    return Part("\n".join([f"【今日待办】{written(today)}，七日内到期和逾期的共{len(lines)}项", *lines[:MOST], *more]))


def to_decide(case: Case, party: Party, plan: Plan) -> Part:
    """To whoever decides (确定) the attendees of a defendant: a proposal waits."""
    which = f" {party.unit}" if len(case.parties) > 1 else ""
    text = f"【待您确定】{_named(case)}：{party.unit}的出庭人员，意见是{people(plan.attendees)}。（{party.basis}）"
    choices = {name: f"案件 {case.number} {name}{which}" for name in ("确定出庭人员", "退回意见")}
    return Part(text, tuple({**choices, "看案件": f"案件 {case.number}"}.items()))


def returned(case: Case, party: Party, plan: Plan) -> Part:
    """To whoever proposed: it was returned, and why."""
    text = f"【意见退回】{_named(case)}：{party.unit}的出庭人员意见已退回，理由：{plan.reason}。请重新提出。"
    return Part(text, (("谁能去", f"案件 {case.number} 谁能去"), ("看案件", f"案件 {case.number}")))


def to_confirm(case: Case) -> Part:
    """To whoever settles the handling unit together with others (第十一条第（七）项)."""
    named = list(dict.fromkeys(it.unit for it in case.confirmations))
    told = f"，两家说的不一致：{'；'.join(named)}" if len(named) > 1 else f"，一家已确认：{named[0]}" if named else ""
    text = (
        f"【待您确认】{_named(case)}：应诉承办单位办法没有写明，由{'、'.join(case.decided_by)}确定"
        f"{told}。请回“案件 {case.number} 确定承办 单位名称”。"
    )
    agree = tuple((f"同意{it}", f"案件 {case.number} 确定承办 {it}") for it in named)
    return Part(text, (*agree, ("看案件", f"案件 {case.number}")))


def people(attendees: Iterable[Attendee]) -> str:
    """Attendees by office."""
    return "、".join(f"{it.office or '律师'}{f'（{it.duty}）' if it.duty else ''}" for it in attendees)


def _named(case: Case) -> str:
    return f"第{case.number}号案件{f'　{case.court_number}' if case.court_number else ''}"


def _left(days: int) -> str:
    return f"还有{days}天" if days > 0 else "就是今天" if days == 0 else f"已过{-days}天"
