"""The life of a case: what each step makes of it. The same rules take a new step and read the old ones back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, cast

from actions.cases.case import (
    Advice,
    Appeal,
    Attendee,
    Case,
    Confirmation,
    Event,
    Hearing,
    Judgment,
    Party,
    Plan,
)
from actions.cases.steps import load_steps
from actions.errors import StepRefused
from actions.render import when

FIELDS: Mapping[str, str] = {
    "court_number": "案号",
    "court": "法院",
    "cause": "案由",
    "act": "被诉行为",
    "procedure": "程序",
    "reconsideration": "复议情况",
    "received_on": "收到日",
    "evidence_due": "举证期限",
}
"""The fields that `note` fills, and what an official calls them."""

OPEN, REDECIDE = "open", "redecide"
"""What the intake does: a case begins with a decision; a later decision takes its place."""

_DATES = ("received_on", "evidence_due")


def after(case: Case | None, event: Event) -> Case:
    """The case after an event.

    Args:
        case: The case before it; None where there was none.
        event: The event.

    Raises:
        StepRefused: The case as it is does not admit it.
    """
    if event.what == OPEN:
        return _opened(event)
    if case is None:
        raise StepRefused("没有这个案件。")
    if event.what == REDECIDE:
        return _decided(replace(case, last=event.number), event)
    steps = load_steps()
    step = steps.steps[event.what]
    if case.stage not in step.stages:
        allowed = "、".join(steps.stages[it] for it in steps.stages if it in step.stages)
        raise StepRefused(
            f"第{case.number}号案件现在是“{steps.stages[case.stage]}”，“{step.name}”只能在{allowed}时做。"
        )
    changed = _LIFE[event.what](case, event)
    return replace(changed, stage=step.to or changed.stage, last=event.number)


def party_of(case: Case, data: Mapping[str, object]) -> Party:
    """The defendant that a step is about: the one named, or the only one.

    Raises:
        StepRefused: There are several and none is named, or the one named is no defendant.
    """
    named = data.get("party")
    if named is None:
        if len(case.parties) == 1:
            return case.parties[0]
        raise StepRefused(f"被告不止一个，请写明是哪个：{'、'.join(it.unit for it in case.parties)}。")
    found = next((it for it in case.parties if it.unit == named), None)
    if found is None:
        raise StepRefused(f"“{named}”不是这个案件的被告；被告是{'、'.join(it.unit for it in case.parties)}。")
    return found


def _opened(event: Event) -> Case:
    data = event.data
    case = Case(
        number=event.case,
        opened_at=event.at,
        opened_by=event.person,
        registrar=event.unit,
        keeper=event.person,
        decision=0,
        status="determined",
        parties=(),
        last=event.number,
        received_on=_day(data.get("received_on")),
        act=str(data.get("act", "")),
        reconsideration=str(data.get("reconsideration", "")),
    )
    return _decided(case, event)


def _decided(case: Case, event: Event) -> Case:
    """What a decision says of a case; a new one takes the place of the old."""
    data: Any = event.data
    settled = case.confirmations if tuple(data["decided_by"]) == case.decided_by else ()
    kept = case.handling if settled and data["status"] == "undetermined" else ()
    return replace(
        case,
        decision=int(data["decision"]),
        status=data["status"],
        parties=tuple(Party(**it) for it in data["parties"]),
        handling=tuple(data["handling"]) or kept,
        assisting=tuple(data["assisting"]),
        decided_by=tuple(data["decided_by"]),
        confirmations=settled,
        received_on=_day(data.get("received_on")) or case.received_on,
    )


def _noted(case: Case, event: Event) -> Case:
    field, value = str(event.data["field"]), event.data["value"]
    if field not in FIELDS:
        raise StepRefused(f"没有“{field}”这一项，可补记的有：{'、'.join(FIELDS.values())}。")
    before = getattr(case, field)
    now: object = _day(value) if field in _DATES else value
    if before == now:
        raise StepRefused(f"{FIELDS[field]}本来就是这样，没有改动。")
    if before and not event.reason:
        raise StepRefused(f"{FIELDS[field]}已经记过，改动要写理由，例如“理由 原来抄错了”。", "reason")
    return replace(case, **cast(Any, {field: now}))


def _confirmed(case: Case, event: Event) -> Case:
    if case.status == "determined":
        raise StepRefused(f"承办单位按条文已经确定是{'、'.join(case.handling)}，不用再确认。")
    side = cast(Any, event.data["side"])
    unit = str(event.data["unit"])
    if case.handling:
        raise StepRefused(f"承办单位已经共同确定为{'、'.join(case.handling)}。")
    others = tuple(it for it in case.confirmations if it.side != side)
    if any(it.by == event.person for it in others):
        raise StepRefused("另一家的确认也是您做的；两家要由两个人分别确认（第十一条第（七）项）。")
    mine = next((it for it in case.confirmations if it.side == side), None)
    if mine is not None and mine.unit == unit:
        raise StepRefused(f"您这一方已经确认过{unit}，等另一方确认。")
    agreed = len(case.decided_by) == 1 or any(it.unit == unit for it in others)
    return replace(
        case,
        confirmations=(*others, Confirmation(side, unit, event.person, event.at)),
        handling=(unit,) if agreed else (),
    )


def _material(case: Case, event: Event) -> Case:
    paper, mark = str(event.data["paper"]), cast(Any, event.data["mark"])
    return replace(case, materials=tuple(sorted({**dict(case.materials), paper: mark}.items(), key=_by_paper)))


def _by_paper(it: tuple[str, str]) -> tuple[int, ...]:
    return tuple(int(part) for part in it[0].split("-"))


def _extension(case: Case, event: Event) -> Case:
    return replace(case, extension_on=_day(event.data["day"]))


def _extension_gone(case: Case, event: Event) -> Case:
    if case.extension_on is None:
        raise StepRefused("还没有记过申请延期举证，请先记“申请延期举证 日期”。")
    return replace(case, extension_gone_on=_day(event.data["day"]))


def _answered(case: Case, event: Event) -> Case:
    return replace(case, answered_on=_day(event.data["day"]))


def _proposed(case: Case, event: Event) -> Case:
    party = party_of(case, event.data)
    if (waiting := case.proposed(party.unit)) is not None:
        raise StepRefused(f"{party.unit}已有一份意见等{party.decides}确定，要改的请先“撤回意见”。", str(waiting.number))
    decided = case.plan(party.unit)
    if decided is not None and not event.reason:
        raise StepRefused(f"{party.unit}的出庭人员已经确定，要换人请写理由，例如“理由 原定负责人不能出庭”。", "reason")
    people = tuple(Attendee(**it) for it in cast(Any, event.data["attendees"]))
    plan = Plan(event.number, party.unit, people, "proposed", event.person, event.at, reason=event.reason)
    return replace(case, plans=(*case.plans, plan))


def _settled(state: str) -> Callable[[Case, Event], Case]:
    def settle(case: Case, event: Event) -> Case:
        party = party_of(case, event.data)
        waiting = case.proposed(party.unit)
        if waiting is None:
            done = case.plan(party.unit)
            already = (
                f"{party.unit}的出庭人员已于{when(done.settled_at or done.proposed_at)}确定"
                if done
                else f"{party.unit}还没有人提出意见"
            )
            raise StepRefused(f"{already}，没有等确定的意见。")
        if state == "decided" and waiting.proposed_by == event.person:
            raise StepRefused(f"这份意见是您提出的，要由{party.decides}的另一位确定（{party.basis}）。")
        done_with = replace(
            waiting,
            state=cast(Any, state),
            settled_by=event.person,
            settled_at=event.at,
            reason=event.reason or waiting.reason,
        )
        plans = tuple(
            done_with
            if it is waiting
            else replace(it, state="superseded")
            if state == "decided" and it.party == party.unit and it.state == "decided"
            else it
            for it in case.plans
        )
        return replace(case, plans=plans)

    return settle


def _how_far(case: Case, party: Party) -> str:
    done = case.plan(party.unit)
    if done is None:
        return f"{party.unit}还没有人提出意见"
    return f"{party.unit}的出庭人员已于{when(done.settled_at or done.proposed_at)}确定"


def _hearing(case: Case, event: Event) -> Case:
    day = _day(event.data["day"])
    if day is None:
        raise StepRefused("开庭要写日期。", "day")
    if any(it.state == "planned" and it.day == day for it in case.hearings):
        raise StepRefused("这一天的开庭已经记过；时间变了请先“取消开庭”，写明理由。")
    hearing = Hearing(
        number=len(case.hearings) + 1,
        day=day,
        time=cast(Any, event.data.get("time")),
        place=str(event.data.get("place", "")),
        head_asked=cast(Any, event.data.get("head_asked")),
    )
    return replace(case, hearings=(*case.hearings, hearing))


def hearing_of(case: Case, data: Mapping[str, object]) -> Hearing:
    """The hearing that a step is about: the one numbered, or the first that is planned.

    Raises:
        StepRefused: There is none.
    """
    planned = [it for it in case.hearings if it.state == "planned"]
    number = data.get("hearing")
    found = next((it for it in planned if number in (None, it.number)), None)
    if found is None:
        raise StepRefused("没有记过还没开的庭，请先记“开庭 日期 时间 地点”。")
    return found


def _cancelled(case: Case, event: Event) -> Case:
    hearing = hearing_of(case, event.data)
    gone = replace(hearing, state="cancelled", reason=event.reason or "")
    return replace(case, hearings=tuple(gone if it is hearing else it for it in case.hearings))


def _held(case: Case, event: Event) -> Case:
    party = party_of(case, event.data)
    rank = cast(Any, event.data["rank"])
    number = event.data.get("hearing")
    told = next(
        (
            it
            for it in case.hearings
            if it.state == "held" and party.unit not in dict(it.attended) and number in (None, it.number)
        ),
        None,
    )  # a second defendant of a hearing that was told
    hearing = told or hearing_of(case, event.data)
    if rank == "none" and not event.reason:
        raise StepRefused("没有负责人出庭的，请写原因，例如“理由 不可抗力，已向法院说明”。", "reason")
    held = replace(
        hearing,
        state="held",
        attended=(*hearing.attended, (party.unit, rank)),
        reason=event.reason or hearing.reason,
    )
    return replace(case, hearings=tuple(held if it is hearing else it for it in case.hearings))


def _judged(case: Case, event: Event) -> Case:
    data: Any = event.data
    day = _day(data["day"])
    if day is None:
        raise StepRefused("裁判要写收到日期。", "day")
    before = len(case.judgments)
    instance = data.get("instance") or ("first" if not case.appeals else _instance(case))
    form = data.get("form") or ("ruling" if data["result"] in _RULINGS else "judgment")
    judgment = Judgment(before + 1, cast(Any, instance), cast(Any, form), data["result"], day)
    return replace(case, judgments=(*case.judgments, judgment))


_RULINGS = ("suit_dismissed", "withdrawn", "mediated")


def _instance(case: Case) -> str:
    return "second" if case.appeals[-1].kind == "appeal" else "retrial"


def _performed(case: Case, event: Event) -> Case:
    if not case.judgments:
        raise StepRefused("还没有记过裁判，请先记“裁判 结果 收到日期”。")
    last = replace(case.judgments[-1], performed_on=_day(event.data["day"]))
    return replace(case, judgments=(*case.judgments[:-1], last))


def _appeal(ours: bool) -> Callable[[Case, Event], Case]:
    def appeal(case: Case, event: Event) -> Case:
        day = _day(event.data["day"])
        if day is None:
            raise StepRefused("上诉要写日期。", "day")
        kind = cast(Any, event.data.get("kind", "appeal"))
        return replace(case, appeals=(*case.appeals, Appeal(kind, ours, day)))

    return appeal


def _appeal_answered(case: Case, event: Event) -> Case:
    waiting = next((it for it in case.appeals if not it.ours and it.answered_on is None), None)
    if waiting is None:
        raise StepRefused("没有等答辩的上诉状或再审申请书，请先记“收到上诉状 日期”。")
    done = replace(waiting, answered_on=_day(event.data["day"]))
    return replace(case, appeals=tuple(done if it is waiting else it for it in case.appeals))


def _advice(case: Case, event: Event) -> Case:
    data = event.data
    day = _day(data["day"])
    if day is None:
        raise StepRefused("司法建议要写收到日期。", "day")
    advice = Advice(len(case.advices) + 1, day, _day(data.get("letter_due")), bool(data.get("normative")))
    if advice.letter_due is not None and advice.letter_due <= day:
        raise StepRefused("建议书写的期限不晚于收到日，请核对。")
    return replace(case, advices=(*case.advices, advice))


def _advice_answered(case: Case, event: Event) -> Case:
    number = event.data.get("advice")
    waiting = next((it for it in case.advices if it.answered_on is None and number in (None, it.number)), None)
    if waiting is None:
        raise StepRefused("没有等回复的司法建议，请先记“收到司法建议 日期”。")
    done = replace(waiting, answered_on=_day(event.data["day"]))
    return replace(case, advices=tuple(done if it is waiting else it for it in case.advices))


def _marked(case: Case, event: Event) -> Case:
    deadline = str(event.data["deadline"])
    if deadline in case.done:
        raise StepRefused("这一项已经记为办完。")
    return replace(case, done=(*case.done, deadline))


def _handed(case: Case, event: Event) -> Case:
    to = str(event.data["colleague"])
    if to == case.keeper:
        raise StepRefused("这个案件本来就在这位同事手上。")
    return replace(case, keeper=to)


def _closed(case: Case, event: Event) -> Case:
    return replace(case, closed_on=_day(event.data["day"]))


def _archived(case: Case, event: Event) -> Case:
    return replace(case, archived_on=_day(event.data["day"]), archive=str(event.data.get("archive", "")))


def _withdrawn(case: Case, event: Event) -> Case:
    return replace(case, withdrawn_because=event.reason or "")


def _day(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None


_LIFE: Mapping[str, Callable[[Case, Event], Case]] = {
    "note": _noted,
    "confirm_handling": _confirmed,
    "material": _material,
    "extension": _extension,
    "extension_gone": _extension_gone,
    "answer": _answered,
    "propose": _proposed,
    "withdraw_proposal": _settled("withdrawn"),
    "decide": _settled("decided"),
    "return": _settled("returned"),
    "hearing": _hearing,
    "cancel_hearing": _cancelled,
    "held": _held,
    "judge": _judged,
    "perform": _performed,
    "appeal": _appeal(ours=True),
    "appealed": _appeal(ours=False),
    "appeal_answer": _appeal_answered,
    "advice": _advice,
    "advice_answer": _advice_answered,
    "done": _marked,
    "hand_over": _handed,
    "close": _closed,
    "archive": _archived,
    "withdraw": _withdrawn,
}
