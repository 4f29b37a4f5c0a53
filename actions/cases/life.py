"""The life of a case: what each step makes of it. The same rules take a new step and read the old ones back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Literal, cast

from actions.cases.case import (
    Advice,
    Appeal,
    Attendee,
    Case,
    Confirmation,
    Event,
    Hearing,
    Instance,
    Judgment,
    Party,
    Plan,
    Stage,
)
from actions.cases.steps import load_steps
from actions.errors import StepRefused
from actions.render import HERE, when, written

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

DATES = ("received_on", "evidence_due")
"""Those of them that are days."""

_TOLD = ("received_on", "act", "reconsideration")


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
    return replace(changed, stage=_further(changed.stage, step.to), last=event.number)


def _further(stage: Stage, to: Stage | None) -> Stage:
    """The later of two stages: an answer that is noted after the hearing takes nothing back."""
    order = list(load_steps().stages)
    return stage if to is None or order.index(to) < order.index(stage) else to


def party_of(case: Case, data: Mapping[str, object]) -> Party:
    """The defendant that a step is about: the one named, or the only one.

    Raises:
        StepRefused: There are several and none is named, or the one named is no defendant.
    """
    named = data.get("party")
    if not case.parties:
        raise StepRefused("登记里没有定下被告，请登记人先更正登记。")
    if named is None:
        if len(case.parties) == 1:
            return case.parties[0]
        raise StepRefused(f"被告不止一个，请写明是哪个：{'、'.join(it.unit for it in case.parties)}。")
    found = next((it for it in case.parties if it.unit == named), None)
    if found is None:
        raise StepRefused(f"“{named}”不是这个案件的被告；被告是{'、'.join(it.unit for it in case.parties)}。")
    return found


def _opened(event: Event) -> Case:
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
    )
    return _decided(case, event)


def _decided(case: Case, event: Event) -> Case:
    """What a decision says of a case; a new one takes the place of the old."""
    data: Any = event.data
    case = _told(case, {name: data[name] or "" for name in _TOLD})
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
    )


def _told(case: Case, told: Mapping[str, str]) -> Case:
    """What a decision tells of its facts; what was noted since an earlier one stays unless this one tells otherwise."""
    before = dict(case.told)
    for name, text in told.items():
        now, then = (_field(name, it) for it in (text, before.get(name, "")))
        if now != then and (now or getattr(case, name) == then):
            case = replace(case, **cast(Any, {name: now}))
    return replace(case, told=tuple(told.items()))


def _noted(case: Case, event: Event) -> Case:
    field, value = str(event.data["field"]), event.data["value"]
    if field not in FIELDS:
        raise StepRefused(f"没有“{field}”这一项，可补记的有：{'、'.join(FIELDS.values())}。")
    now = _field(field, str(value))
    _refuse_change(FIELDS[field], getattr(case, field), now, event)
    return replace(case, **cast(Any, {field: now}))


def _refuse_change(what: str, before: object, now: object, event: Event) -> None:
    """Refuse to note again what is so already, or to change it without a reason."""
    if before == now:
        raise StepRefused(f"{what}本来就是这样，没有改动。")
    if before and not event.reason:
        raise StepRefused(f"{what}已经记过，改动要写理由，例如“理由 原来抄错了”。", "reason")


def _field(name: str, text: str) -> object:
    """A field's text as the case holds it; nothing told is None for a day."""
    if name not in DATES:
        return text
    return date.fromisoformat(text) if text else None


def _confirmed(case: Case, event: Event) -> Case:
    side = cast(Any, event.data["side"])
    unit = str(event.data["unit"])
    settled = "、".join(case.handling)
    if settled == unit:
        raise StepRefused(f"承办单位已经定为{unit}。")
    if settled and not event.reason:
        raise StepRefused(f"承办单位已经定为{settled}，要改的请写理由，例如“理由 职责已经划转”。", "reason")
    others = tuple(it for it in case.confirmations if it.side != side)
    if any(it.by == event.person for it in others):
        raise StepRefused("另一家的确认也是您做的；两家要由两个人分别确认（第十一条第（七）项）。")
    mine = next((it for it in case.confirmations if it.side == side), None)
    if mine is not None and mine.unit == unit:
        raise StepRefused(f"您这一方已经确认过{unit}，等另一方确认。")
    agreed = event.data["alone"] or any(it.unit == unit for it in others)
    return replace(
        case,
        confirmations=(*others, Confirmation(side, unit, event.person, event.at)),
        handling=tuple(unit.split("、")) if agreed else case.handling,
    )


def _material(case: Case, event: Event) -> Case:
    paper, mark = str(event.data["paper"]), cast(Any, event.data["mark"])
    marks = dict(case.materials)
    if marks.get(paper) == mark:
        raise StepRefused(f"第{paper}项材料本来就是这样，没有改动。")
    return replace(case, materials=tuple(sorted({**marks, paper: mark}.items())))


def _extension(case: Case, event: Event) -> Case:
    day = _on(case, event)
    _refuse_change("申请延期举证的日期", case.extension_on, day, event)
    return replace(case, extension_on=day)


def _extension_gone(case: Case, event: Event) -> Case:
    if case.extension_on is None:
        raise StepRefused("还没有记过申请延期举证，请先记“申请延期举证 日期”。")
    day = _on(case, event, "申请延期", case.extension_on)
    _refuse_change("延期事由消除的日期", case.extension_gone_on, day, event)
    return replace(case, extension_gone_on=day)


def _answered(case: Case, event: Event) -> Case:
    day = _on(case, event)
    _refuse_change("答辩日期", case.answered_on, day, event)
    return replace(case, answered_on=day)


def _proposed(case: Case, event: Event) -> Case:
    party = party_of(case, event.data)
    if case.proposed(party.unit) is not None:
        raise StepRefused(f"{party.unit}已有一份意见等{party.decides}确定，要改的请先“撤回意见”。")
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


def _hearing(case: Case, event: Event) -> Case:
    day = _on(case, event)
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
    if hearing.day > event.at.astimezone(HERE).date():
        raise StepRefused(f"开庭日{written(hearing.day)}还没有到；改了日子的，请先“取消开庭”再记新的。")
    if rank == "none" and not event.reason:
        raise StepRefused("没有负责人出庭的，请写原因，例如“理由 不可抗力，已向法院说明”。", "reason")
    held = replace(
        hearing,
        state="held",
        attended=(*hearing.attended, (party.unit, rank)),
        reason=event.reason or hearing.reason,
    )
    # A hearing after a judgment is one of the next instance; one told of late changes no stage.
    again = case.stage == "judged" and hearing.day > case.judgments[-1].received_on
    return replace(
        case,
        stage="heard" if again else case.stage,
        hearings=tuple(held if it is hearing else it for it in case.hearings),
    )


def _judged(case: Case, event: Event) -> Case:
    data: Any = event.data
    day = _on(case, event)
    if any((it.result, it.received_on) == (data["result"], day) for it in case.judgments):
        raise StepRefused("这份裁判已经记过。")
    instance: Instance = data.get("instance") or _instance(case)
    judgment = Judgment(len(case.judgments) + 1, instance, form_of(data["result"]), data["result"], day)
    return replace(case, judgments=(*case.judgments, judgment))


def form_of(result: str) -> Literal["judgment", "ruling"]:
    """What a result stands in: 驳回起诉 and 准许撤诉 are rulings, with them the papers of a mediation."""
    return "ruling" if result in ("suit_dismissed", "withdrawn", "mediated") else "judgment"


def _instance(case: Case) -> Instance:
    if not case.appeals:
        return "first"
    return "second" if case.appeals[-1].kind == "appeal" else "retrial"


def _performed(case: Case, event: Event) -> Case:
    if not case.judgments:
        raise StepRefused("还没有记过裁判，请先记“裁判 结果 收到日期”。")
    last = case.judgments[-1]
    day = _on(case, event, "收到裁判", last.received_on)
    _refuse_change("履行日期", last.performed_on, day, event)
    return replace(case, judgments=(*case.judgments[:-1], replace(last, performed_on=day)))


def _appeal(ours: bool) -> Callable[[Case, Event], Case]:
    def appeal(case: Case, event: Event) -> Case:
        """An appeal opens a closed case again: what was done on it was not the end."""
        if not case.judgments:
            raise StepRefused("还没有记过裁判，请先“恢复办理”，记下裁判再记这一步。")
        last = case.judgments[-1]
        day = _on(case, event, "收到裁判", last.received_on if ours else None)
        final = case.stage != "judged" or last.instance == "second"
        kind = cast(Any, event.data.get("kind") or ("retrial" if final else "appeal"))
        if ours and final and kind == "appeal":
            raise StepRefused("裁判已经生效，不能再上诉；可以依法申请再审（行政诉讼法第九十条），请写“再审”。", "kind")
        if any((it.kind, it.ours, it.day) == (kind, ours, day) for it in case.appeals):
            raise StepRefused("这一次已经记过。")
        appeals = (*case.appeals, Appeal(kind, ours, day))
        return replace(case, stage="judged", appeals=appeals, closed_on=None, archived_on=None)

    return appeal


def _appeal_answered(case: Case, event: Event) -> Case:
    waiting = next((it for it in case.appeals if not it.ours and it.answered_on is None), None)
    if waiting is None:
        raise StepRefused("没有等答辩的上诉状或再审申请书，请先记“收到上诉状 日期”。")
    done = replace(waiting, answered_on=_on(case, event, "收到副本", waiting.day))
    return replace(case, appeals=tuple(done if it is waiting else it for it in case.appeals))


def _advice(case: Case, event: Event) -> Case:
    data = event.data
    day = _on(case, event)
    due = date.fromisoformat(str(data["letter_due"])) if "letter_due" in data else None
    if due is not None and due <= day:
        raise StepRefused("建议书写的期限不晚于收到日，请核对。", "letter_due")
    advice = Advice(len(case.advices) + 1, day, due, bool(data.get("normative")))
    return replace(case, advices=(*case.advices, advice))


def _advice_answered(case: Case, event: Event) -> Case:
    number = event.data.get("advice")
    waiting = next((it for it in case.advices if it.answered_on is None and number in (None, it.number)), None)
    if waiting is None:
        raise StepRefused("没有等回复的司法建议，请先记“收到司法建议 日期”。")
    done = replace(waiting, answered_on=_on(case, event, "收到司法建议", waiting.received_on))
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
    return replace(case, closed_on=_on(case, event))


def _reopened(case: Case, event: Event) -> Case:
    """Back to the stage that what was done before tells."""
    if case.judgments:
        stage: Stage = "judged"
    elif any(it.state == "held" for it in case.hearings):
        stage = "heard"
    else:
        stage = "waiting" if case.answered_on else "answering"
    return replace(case, stage=stage, closed_on=None, archived_on=None)


def _archived(case: Case, event: Event) -> Case:
    day = _on(case, event, "结案", case.closed_on)
    return replace(case, archived_on=day, archive=str(event.data.get("archive", "")))


def _withdrawn(case: Case, event: Event) -> Case:
    return replace(case, withdrawn_because=event.reason or "")


def _on(case: Case, event: Event, since: str = "收到应诉通知", start: date | None = None) -> date:
    """The day of a step.

    Raises:
        StepRefused: It lies before what has to come first; before the notice came, where nothing else is given.
    """
    day = date.fromisoformat(str(event.data["day"]))
    start = start or case.received_on
    if start is not None and day < start:
        raise StepRefused(f"{written(day)}早于{since}的{written(start)}，请核对日期。", "day")
    return day


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
    "reopen": _reopened,
    "archive": _archived,
    "withdraw": _withdrawn,
}
