"""What a case says, field by field as in `papers.yml`. What is not known is empty here; the blanks come later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from actions.cases import Advice, Attendee, Case, Confirmation, Hearing, Party, Plan
from actions.cases.case import KINDS
from actions.cases.choices import asked, label
from actions.cases.dates import Due, dates, evidence
from actions.cases.who import is_a
from actions.papers import decided
from actions.render import HERE, PROVISIONAL, decides, when, written
from actions.store import Decision
from knowledge.citation import Citation
from knowledge.dates import chinese_date
from knowledge.decide import Material
from knowledge.measure import Measure
from knowledge.units import UnitKind, Units

Row = Mapping[str, str]
Value = str | Sequence[Row]
Confirmed = Mapping[str, Confirmation | None]

_SIDES = {"office": UnitKind.GOVERNMENT_OFFICE, "justice": UnitKind.JUSTICE_BUREAU}
"""The two sides of 第十一条第（七）项."""


def of_case(
    case: Case, decision: Decision, materials: Sequence[Material], measure: Measure, units: Units, today: date
) -> dict[str, Value]:
    """The fields that every paper of a case may use.

    Args:
        case: The case.
        decision: The decision on record that holds for it.
        materials: The papers of 第十五条.
        measure: The measure.
        units: The units there are.
        today: The day in Beijing.
    """
    answer = next((it for it in dates(case, today) if it.id == "answer"), None)
    confirmed = _confirmed(case, units)
    settling = {it.basis.removeprefix("参照") for it in case.parties}
    clauses = {place: quote for place, quote in decided.clauses(decision).items() if place not in settling}
    return {
        "案件编号": f"第{case.number}号",
        "案号": case.court_number,
        "法院": case.court,
        "案由": case.cause,
        "被诉行为": case.act,
        "复议情况": case.reconsideration,
        "程序": label("procedure", case.procedure) if case.procedure else "",
        "收到日": _day(case.received_on),
        "答辩期限": _last_day(answer),
        "举证期限": _last_day(evidence(case, today)),
        "期限算法": f"{answer.counted}依据：{answer.basis}。" if answer else "",
        "全部被告": "、".join(it.unit for it in case.parties),
        "收文单位": case.registrar or "",
        "主送单位": "、".join(case.handling or case.decided_by),
        "承办单位": "、".join(case.handling),
        "协助单位": "、".join(case.assisting) or "无",
        "承办意见": _handling(case, confirmed, clauses, measure),
        "承办条文": "\n".join(f"{place}：“{quote}”" for place, quote in clauses.items()),
        "各方确认": list(_confirmations(confirmed)) if case.status == "undetermined" else [],
        **_when_heard(_hearing(case)),
        "制作日期": chinese_date(today),
        "结案日": _day(case.closed_on),
        "归档日": _day(case.archived_on),
        "存放位置": case.archive,
        "各项材料": _materials(case, materials),
        "卷内材料": list(_contents(case, decision, materials)),
        **decided.fields(decision),
        "办法名称": f"《{measure.name}》（{measure.number}）",
    }


def of_defendant(case: Case, party: Party, measure: Measure) -> dict[str, Value]:
    """The fields of one defendant: who settles its attendees, and who they are."""
    settled = case.plan(party.unit)
    shown = case.proposed(party.unit) or settled
    people = settled.attendees if settled else ()
    head = next((it for it in people if it.kind == "head"), None)
    agents = [it for it in people if it.kind != "head"]
    return {
        "被告单位": party.unit,
        "提出意见单位": f"{party.unit}法制工作机构" if party.basis == "第十四条" else party.proposes,
        "确定单位": party.decides,
        "出庭依据": _settling(party, measure),
        "提出意见": _proposal(shown) if shown else "",
        "确定意见": f"同意上列人员出庭（{_at(shown.settled_at)}确定）。" if shown and shown.settled_at else "",
        "出庭人员": [
            {"类别": KINDS[it.kind], "职务": it.office, "分管": _duty(it)} for it in (shown.attendees if shown else ())
        ],
        "负责人职务": head.office if head else "",
        "负责人分管": _duty(head) if head else "",
        "出庭工作人员": "、".join(it.office for it in agents if it.kind == "staff"),
        "代理人": [{"类别": KINDS[it.kind], "职务": it.office} for it in agents],
    }


def of_advice(case: Case, advice: Advice, today: date) -> dict[str, Value]:
    """The fields of one judicial advice."""
    due = next((it for it in dates(case, today) if it.id == f"advice-{advice.number}"), None)
    return {"建议收到日": _day(advice.received_on), "回复期限": _last_day(due)}


# ── who handles ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _confirmed(case: Case, units: Units) -> Confirmed:
    """Of those who settle the handling unit, the sides that confirm it, each with what it confirmed so far."""
    said = {_SIDES[it.side]: it for it in case.confirmations}
    return {unit: said.get(kind) for unit in case.decided_by for kind in _SIDES.values() if is_a(units, unit, kind)}


def _handling(case: Case, confirmed: Confirmed, places: Iterable[str], measure: Measure) -> str:
    """What was found of the handling unit, or who has to settle it and a blank for what they say."""
    units = "、".join(case.handling)
    if case.status == "undetermined":
        if case.handling:
            who = "、".join(unit for unit, it in confirmed.items() if it)
            return f"条文没有定明承办单位，经{who}确定，由{units}承办。"
        return f"条文没有定明承办单位，本件不代定。{decides(case.decided_by)}确定的承办单位：{'＿' * 10}。"
    named = "、".join(places)
    basis = f"依据《{measure.name}》{named}，" if named else ""
    together = "共同" if len(case.handling) > 1 else ""
    assisting = f"，{'、'.join(case.assisting)}协助准备应诉材料" if case.assisting else ""
    return f"{basis}由{units}{together}承办{assisting}。"


def _confirmations(confirmed: Confirmed) -> Iterator[Row]:
    for unit, it in confirmed.items():
        yield {"单位": unit, "意见": f"由{it.unit}承办（{_at(it.at)}确认）。" if it else ""}


# ── who attends, and when ────────────────────────────────────────────────────────────────────────────────────────────


def _hearing(case: Case) -> Hearing | None:
    """The next hearing; the last one held where none is planned."""
    planned = [it for it in case.hearings if it.state == "planned"]
    held = [it for it in case.hearings if it.state == "held"]
    if planned:
        return min(planned, key=lambda it: it.day)
    return max(held, key=lambda it: it.day, default=None)


def _when_heard(hearing: Hearing | None) -> dict[str, Value]:
    if hearing is None:
        return {"开庭时间": "", "开庭地点": "", "负责人出庭要求": ""}
    return {
        "开庭时间": f"{chinese_date(hearing.day)}{hearing.time or ''}",
        "开庭地点": hearing.place,
        "负责人出庭要求": asked(hearing.head_asked),
    }


def _settling(party: Party, measure: Measure) -> str:
    """The clause that says who proposes and who decides, quoted."""
    if not party.basis:
        return "办法不适用于该单位"
    place = Citation.parse(party.basis.removeprefix("参照"))
    return f"办法{party.basis}：“{measure.quote(place)}”"


def _proposal(plan: Plan) -> str:
    people = "；".join(map(_attendee, plan.attendees))
    because = f"理由：{plan.reason.rstrip('。')}。" if plan.reason else ""
    return f"拟由{people}出庭（{_at(plan.proposed_at)}提出）。{because}"


def _attendee(it: Attendee) -> str:
    """Somebody as what they are to go: an approval has to say who is the head."""
    duty = f"，分管{_duty(it)}" if it.duty else ""
    return f"{it.office}（{KINDS[it.kind]}{duty}）" if it.office else KINDS[it.kind]


def _duty(it: Attendee) -> str:
    return it.duty.removeprefix("分管")


# ── what is in the file ──────────────────────────────────────────────────────────────────────────────────────────────


def _materials(case: Case, materials: Sequence[Material]) -> list[Row]:
    marks: Mapping[str, str] = dict(case.materials)
    return [
        {
            "序号": str(number),
            "名称": it.text,
            "条款": it.ref,
            "情况": label("mark", marks[str(number)]) if str(number) in marks else "未记",
        }
        for number, it in enumerate(materials, 1)
    ]


def _contents(case: Case, decision: Decision, materials: Sequence[Material]) -> Iterator[Row]:
    """What is on record, by date; what bears none, the papers of 第十五条, goes with the answer."""
    papers = list(_papers(case, decision))
    papers.extend((case.answered_on, row["名称"]) for row in _materials(case, materials) if row["情况"] == "已齐")
    for number, (day, name) in enumerate(sorted(papers, key=lambda it: it[0] or date.max), 1):
        yield {"序号": str(number), "名称": name, "日期": _day(day)}


def _papers(case: Case, decision: Decision) -> Iterator[tuple[date | None, str]]:
    if case.received_on:
        yield case.received_on, "行政应诉通知书、起诉状副本"
    yield decision.decided_at.astimezone(HERE).date(), f"应诉承办单位判定记录（第{decision.number:04d}号决定）"
    if case.extension_on:
        yield case.extension_on, "延期举证申请书"
    for plan in case.plans:
        if plan.state == "decided" and plan.settled_at:
            yield plan.settled_at.astimezone(HERE).date(), f"出庭应诉人员审批表（{plan.party}）"
    for hearing in case.hearings:
        if hearing.state == "held":
            yield hearing.day, f"第{hearing.number}次开庭的材料"
    for judgment in case.judgments:
        paper = label("form", judgment.form)
        yield (
            judgment.received_on,
            f"{label('instance', judgment.instance)}{paper}书（{label('result', judgment.result)}）",
        )
        if judgment.performed_on:
            yield judgment.performed_on, f"{paper}书履行情况"
    for appeal in case.appeals:
        kind = "上诉状" if appeal.kind == "appeal" else "再审申请书"
        yield appeal.day, kind if appeal.ours else f"{kind}副本"
        if appeal.answered_on:
            yield appeal.answered_on, "上诉答辩状" if appeal.kind == "appeal" else "再审书面意见"
    for advice in case.advices:
        yield advice.received_on, "司法建议书"
        if advice.answered_on:
            yield advice.answered_on, "司法建议回复函"


# ── days ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _last_day(due: Due | None) -> str:
    if due is None:
        return ""
    return written(due.due) + (PROVISIONAL if due.provisional else "")


def _day(day: date | None) -> str:
    return chinese_date(day) if day else ""


def _at(moment: datetime | None) -> str:
    return when(moment) if moment else ""
