"""The life of a case: what each step makes of it. The same rules take a new step and read the old ones back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, cast

from actions.cases.case import (
    OF_APPEAL,
    Advice,
    Appeal,
    Attendee,
    Case,
    Confirmation,
    Event,
    Form,
    Hearing,
    Instance,
    Judgment,
    Party,
    Plan,
    Result,
    Stage,
)
from actions.cases.choices import label
from actions.cases.steps import Step, load_steps
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
_RULINGS = ("suit_dismissed", "withdrawn", "appeal_withdrawn", "mediated", "remanded")
_NO_HEARING = "没有记过还没开的庭，请先记“开庭 日期 时间 地点”。"
_NO_ADVICE = "没有等回复的司法建议，请先记“收到司法建议 日期”。"


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
    step = load_steps().steps[event.what]
    if why := why_not(case, step):
        raise StepRefused(why)
    changed = _LIFE[event.what](case, event)
    return replace(changed, stage=_further(changed.stage, step.to), last=event.number)


def why_not(case: Case, step: Step) -> str:
    """Why a step cannot be taken on a case as it is, whoever takes it and whatever they tell; empty where it can."""
    stages = load_steps().stages
    if case.stage not in step.stages:
        allowed = "、".join(stages[it] for it in stages if it in step.stages)
        return f"第{case.number}号案件现在是“{stages[case.stage]}”，“{step.name}”只能在{allowed}时做。"
    return _LACKS[step.id](case) if step.id in _LACKS else ""


def _further(stage: Stage, to: Stage | None) -> Stage:
    """The later of two stages: an answer that is noted after the hearing takes nothing back."""
    order = list(load_steps().stages)
    return stage if to is None or order.index(to) < order.index(stage) else to


def _stage(case: Case) -> Stage:
    """The stage that what was done on a case tells, as long as it is neither closed nor withdrawn."""
    held = [it.day for it in case.hearings if it.state == "held"]
    if case.judgments:
        last = case.judgments[-1]
        # A hearing after a judgment is one of the next instance; a case that is sent back waits for another judgment.
        goes_on = last.result == "remanded" or any(day > last.received_on for day in held)
        return "heard" if goes_on else "judged"
    if held:
        return "heard"
    return "waiting" if case.answered_on else "answering"


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
        raise StepRefused(f"被告不止一个，请写明是哪个：{'、'.join(it.unit for it in case.parties)}。", "party")
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
        raise StepRefused(_already_proposed(party))
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
            raise StepRefused(_nothing_proposed(case, party))
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


def _already_proposed(*parties: Party) -> str:
    waiting = "、".join(f"{it.unit}已有一份意见等{it.decides}确定" for it in parties)
    return f"{waiting}，要改的请先“撤回意见”。"


def _nothing_proposed(case: Case, *parties: Party) -> str:
    plans = {it.unit: case.plan(it.unit) for it in parties}
    so_far = [
        f"{unit}的出庭人员已于{when(done.settled_at or done.proposed_at)}确定" if done else f"{unit}还没有人提出意见"
        for unit, done in plans.items()
    ]
    return f"{'、'.join(so_far)}，没有等确定的意见。"


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


def _numbered(hearings: Iterable[Hearing], data: Mapping[str, object]) -> Hearing:
    """The hearing that a step is about: the one numbered, or the first.

    Raises:
        StepRefused: There is none.
    """
    number = data.get("hearing")
    found = next((it for it in hearings if number in (None, it.number)), None)
    if found is None:
        raise StepRefused(_NO_HEARING)
    return found


def _cancelled(case: Case, event: Event) -> Case:
    planned = [it for it in case.hearings if it.state == "planned"]
    if len(planned) > 1 and "hearing" not in event.data:
        named = "、".join(f"第{it.number}次{written(it.day)}" for it in planned)
        raise StepRefused(f"还没开的庭不止一次，请写明是哪一次：{named}。", "hearing")
    hearing = _numbered(planned, event.data)
    gone = replace(hearing, state="cancelled", reason=event.reason or "")
    return replace(case, hearings=tuple(gone if it is hearing else it for it in case.hearings))


def _held(case: Case, event: Event) -> Case:
    party = party_of(case, event.data)
    rank = cast(Any, event.data["rank"])
    hearing = _numbered(_to_tell(case, party, event.at.astimezone(HERE).date()), event.data)
    if hearing.day > event.at.astimezone(HERE).date():
        raise StepRefused(
            f"开庭日{written(hearing.day)}还没有到；改了日子的，请先“取消开庭”再记新的；更正以前开庭的，请写第几次。"
        )
    if rank == "none" and not event.reason:
        raise StepRefused("没有负责人出庭的，请写原因，例如“理由 不可抗力，已向法院说明”。", "reason")
    ranks = dict(hearing.attended)
    why = event.reason or "" if rank == "none" else hearing.reason
    before = (ranks[party.unit], hearing.reason) if party.unit in ranks else None
    _refuse_change(f"第{hearing.number}次开庭的出庭情况", before, (rank, why), event)
    ranks[party.unit] = rank
    absent = "none" in ranks.values()
    held = replace(hearing, state="held", attended=tuple(ranks.items()), reason=why if absent else "")
    changed = replace(case, hearings=tuple(held if it is hearing else it for it in case.hearings))
    return replace(changed, stage=_stage(changed))


def _to_tell(case: Case, party: Party, today: date) -> Iterator[Hearing]:
    """The hearings whose attendance can be told, first the one that is meant where none is numbered.

    One that was held, where this defendant's attendance is not told yet; one planned, whose day has come before one
    whose day has not; the last one told, to correct it.
    """
    held = [it for it in case.hearings if it.state == "held"]
    yield from (it for it in held if party.unit not in dict(it.attended))
    yield from sorted((it for it in case.hearings if it.state == "planned"), key=lambda it: (it.day > today, it.day))
    yield from sorted(held, key=lambda it: it.day, reverse=True)


def _judged(case: Case, event: Event) -> Case:
    """A judgment, or what it turns out to be: told again with a reason it takes the place of its instance's last."""
    data: Any = event.data
    result: Result = data["result"]
    named: Instance | None = data.get("instance")
    instance = named or _instance(case, result)
    if instance == "first" and result in OF_APPEAL:
        raise StepRefused(f"“{label('result', result)}”是二审或者再审的裁判，请写明审级，例如“二审”。", "instance")
    began, since = _beginning(case, instance)
    day = _on(case, event, began, since) if since else _on(case, event)
    upheld: Form = next((it.form for it in reversed(case.judgments) if it.instance != instance), "judgment")
    form = form_of(result) or cast(Form | None, data.get("form")) or upheld
    if any((it.result, it.received_on, it.form) == (result, day, form) for it in case.judgments):
        raise StepRefused("这份裁判已经记过。")
    told = [it for it in case.judgments if it.instance == instance and (since is None or it.received_on >= since)]
    judgment = Judgment(len(case.judgments) + 1, instance, form, result, day)
    if told:
        _refuse_correction(told[-1], named, event)
        judgment = replace(judgment, number=told[-1].number, performed_on=told[-1].performed_on)
    elif event.reason and case.judgments and named is None:
        raise StepRefused(
            f"还没有记过{label('instance', instance)}裁判，不用写理由；更正另一审级的裁判，请写明审级。", "instance"
        )
    kept = (it for it in case.judgments if it.number != judgment.number)
    changed = replace(case, judgments=tuple(sorted((*kept, judgment), key=lambda it: it.received_on)))
    return replace(changed, stage=_stage(changed))


def _refuse_correction(told: Judgment, named: Instance | None, event: Event) -> None:
    """Refuse to put a judgment in the place of one that was told, where nobody says that it is a correction."""
    if event.reason:
        return
    result = f"{label('result', told.result)}，{written(told.received_on)}收到"
    said = f"{label('instance', told.instance)}裁判已经记过：{result}。"
    if named is None:
        raise StepRefused(f"{said}更正它，请写理由；另一审级的裁判，请写明审级，例如“二审”。", "instance")
    raise StepRefused(f"{said}更正要写理由，例如“理由 原来抄错了”。", "reason")


def form_of(result: str) -> Form | None:
    """What a result stands in; None where it stands in either.

    驳回起诉, 准许撤诉, 准许撤回上诉 and 发回重审 are rulings, with them the papers of a mediation; 驳回上诉 has
    the form of what it upholds (行政诉讼法第八十九条第一款).
    """
    if result == "appeal_rejected":
        return None
    return "ruling" if result in _RULINGS else "judgment"


def _instance(case: Case, result: Result) -> Instance:
    """The instance of a judgment that names none: that of the last appeal since the case was last sent back."""
    remanded = case.remanded_on
    appeals = [it for it in case.appeals if remanded is None or it.day > remanded]
    if appeals:
        return appeals[-1].instance
    return "second" if result in OF_APPEAL else "first"


def _beginning(case: Case, instance: Instance) -> tuple[str, date | None]:
    """What an instance began with, in words, and when; None where nobody told, or where it is the court's notice."""
    if instance == "first":
        return "收到发回重审的裁定", case.remanded_on
    days = [it.day for it in case.appeals if it.instance == instance]
    return "上诉" if instance == "second" else "申请再审", max(days, default=None)


def _performed(case: Case, event: Event) -> Case:
    last = case.judgments[-1]
    day = _on(case, event, "收到裁判", last.received_on)
    _refuse_change("履行日期", last.performed_on, day, event)
    return replace(case, judgments=(*case.judgments[:-1], replace(last, performed_on=day)))


def _appeal(ours: bool) -> Callable[[Case, Event], Case]:
    def appeal(case: Case, event: Event) -> Case:
        """An appeal opens a closed case again: what was done on it was not the end."""
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


def _unanswered(case: Case) -> Iterator[Appeal]:
    return (it for it in case.appeals if not it.ours and it.answered_on is None)


def _appeal_answered(case: Case, event: Event) -> Case:
    waiting = next(_unanswered(case))
    done = replace(waiting, answered_on=_on(case, event, "收到副本", waiting.day))
    return replace(case, appeals=tuple(done if it is waiting else it for it in case.appeals))


def _advice(case: Case, event: Event) -> Case:
    data = event.data
    day = _on(case, event)
    due = date.fromisoformat(str(data["letter_due"])) if "letter_due" in data else None
    if due is not None and due <= day:
        raise StepRefused("建议书写的期限不晚于收到日，请核对。", "letter_due")
    if any(it.received_on == day for it in case.advices) and not event.reason:
        raise StepRefused("这一天收到的司法建议已经记过；确实是另一份的请写理由，例如“理由 另一份”。", "reason")
    advice = Advice(len(case.advices) + 1, day, due, bool(data.get("normative")))
    return replace(case, advices=(*case.advices, advice))


def _advice_answered(case: Case, event: Event) -> Case:
    number = event.data.get("advice")
    waiting = next((it for it in case.advices if it.answered_on is None and number in (None, it.number)), None)
    if waiting is None:
        raise StepRefused(_NO_ADVICE)
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
    return replace(case, stage=_stage(case), closed_on=None, archived_on=None)


def _archived(case: Case, event: Event) -> Case:
    day = _on(case, event, "结案", case.closed_on)
    return replace(case, archived_on=day, archive=str(event.data.get("archive", "")))


def _withdrawn(case: Case, event: Event) -> Case:
    return replace(case, withdrawn_because=event.reason or "")


def _restored(case: Case, event: Event) -> Case:
    return replace(case, stage=_stage(case), withdrawn_because="")


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
    "restore": _restored,
}


# ── what a step needs to find ────────────────────────────────────────────────────────────────────────────────────────


def _lacks_open_handling(case: Case) -> str:
    settled = case.status == "determined"
    return f"承办单位按条文已经确定是{'、'.join(case.handling)}，不用再确认。" if settled else ""


def _lacks_extension(case: Case) -> str:
    return "" if case.extension_on else "还没有记过申请延期举证，请先记“申请延期举证 日期”。"


def _lacks_unproposed(case: Case) -> str:
    waiting = case.parties and all(case.proposed(it.unit) for it in case.parties)
    return _already_proposed(*case.parties) if waiting else ""


def _lacks_proposal(case: Case) -> str:
    waiting = any(case.proposed(it.unit) for it in case.parties)
    return "" if waiting or not case.parties else _nothing_proposed(case, *case.parties)


def _lacks_hearing(*states: str) -> Callable[[Case], str]:
    return lambda case: "" if any(it.state in states for it in case.hearings) else _NO_HEARING


def _lacks_judgment(case: Case) -> str:
    if case.judgments and case.judgments[-1].result != "remanded":
        return ""
    first = "先“恢复办理”，再" if case.stage in ("closed", "archived") else ""
    return f"还没有记过{'发回重审以后的' if case.judgments else ''}裁判，请{first}记“裁判 结果 收到日期”。"


def _lacks_appeal(case: Case) -> str:
    return "" if any(_unanswered(case)) else "没有等答辩的上诉状或再审申请书，请先记“收到上诉状 日期”。"


def _lacks_advice(case: Case) -> str:
    return "" if any(it.answered_on is None for it in case.advices) else _NO_ADVICE


_LACKS: Mapping[str, Callable[[Case], str]] = {
    "confirm_handling": _lacks_open_handling,
    "extension_gone": _lacks_extension,
    "propose": _lacks_unproposed,
    "withdraw_proposal": _lacks_proposal,
    "decide": _lacks_proposal,
    "return": _lacks_proposal,
    "cancel_hearing": _lacks_hearing("planned"),
    "held": _lacks_hearing("planned", "held"),
    "perform": _lacks_judgment,
    "appeal": _lacks_judgment,
    "appealed": _lacks_judgment,
    "appeal_answer": _lacks_appeal,
    "advice_answer": _lacks_advice,
}
"""What a step needs to find on a case: in words where it is not there, empty where it is."""
