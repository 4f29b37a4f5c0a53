"""A case in words: its page, its parts, and what was noted. Short enough for a phone; a blank is said to be one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from actions.cases.case import Attendee, Case, Hearing, Plan
from actions.cases.choices import asked, label
from actions.cases.dates import Due
from actions.cases.life import FIELDS
from actions.cases.steps import Step, load_steps
from actions.ledger import Statistics
from actions.render import written
from knowledge.dates import chinese_date
from knowledge.decide import Material

BLANK = "（未记）"
NO_HEAD = (
    "没有负责人出庭的，正当理由只有四种：不可抗力、意外事件、需要履行他人不能代替的公务、其他正当事由，由法院审查；"
    "一般会议不当然算。依据：法释〔2020〕3号第八条、第九条（办法没有写）。"
)
_SOON = 2
_UNSAID = frozenset(("party", "side", "alone"))
"""Details that are kept with a step and follow from who took it."""
_LISTED = 20


def page(case: Case, dues: Sequence[Due], materials: Sequence[Material], today: date) -> str:
    """A case on one screen."""
    stage = load_steps().stages[case.stage]
    lines = [
        f"【第{case.number}号案件】{stage}",
        f"被告：{'、'.join(it.unit for it in case.parties)}",
        f"案号：{case.court_number or BLANK}　法院：{case.court or BLANK}",
        f"案由：{case.cause or BLANK}",
        f"承办：{handling(case)}",
        f"收到：{written(case.received_on) if case.received_on else BLANK}",
        *(f"出庭：{attendance(case, it.unit)}" for it in case.parties),
        *(f"开庭：{hearing(it)}" for it in case.hearings if it.state != "cancelled"),
        *(f"裁判：{_judgment(case, number)}" for number in range(len(case.judgments))),
        f"材料：{sum(mark == 'done' for _, mark in case.materials)}/{len(materials)} 已齐",
        *(f"期限：{due(it, today)}" for it in _next(dues, today)),
    ]
    if case.unread:
        numbers = "、".join(f"第{it}号" for it in case.unread)
        lines.append(f"注意：{numbers}记录按现在的规则读不进来，没有算在上面；请看“记录”，需要的重新记一次。")
    if case.stage == "withdrawn":
        lines.append(f"撤回理由：{case.withdrawn_because}")
    if case.stage == "archived":
        lines.append(f"归档：{written(case.archived_on) if case.archived_on else BLANK} {case.archive}".rstrip())
    return "\n".join(lines)


def handling(case: Case) -> str:
    """Who handles a case, or who has to settle that."""
    if case.handling:
        return "、".join(case.handling)
    told = {it.side: it.unit for it in case.confirmations}
    said = "；".join(f"{'办公室' if side == 'office' else '司法行政部门'}已确认{unit}" for side, unit in told.items())
    return f"待定，由{'和'.join(case.decided_by)}确定" + (f"（{said}）" if said else "")


def attendance(case: Case, party: str) -> str:
    """Who attends for a defendant, or whose turn it is to settle that."""
    of = next(it for it in case.parties if it.unit == party)
    plan, waiting = case.plan(party), case.proposed(party)
    several = f"{party}——" if len(case.parties) > 1 else ""
    if waiting is not None:
        return f"{several}{people(waiting.attendees)}，等{of.decides}确定"
    if plan is not None:
        return f"{several}{people(plan.attendees)}，已确定"
    last = next((it for it in reversed(case.plans) if it.party == party), None)
    if last is not None and last.state == "returned":
        return f"{several}意见已退回，理由：{last.reason}；等{of.proposes}重新提出"
    return f"{several}还没有提出，由{of.proposes}提出意见、{of.decides}确定{f'（{of.basis}）' if of.basis else ''}"


def people(attendees: Iterable[Attendee]) -> str:
    """Attendees by office."""
    return "、".join(map(str, attendees))


def hearing(it: Hearing) -> str:
    """A hearing in a line."""
    when = f"{chinese_date(it.day)}{f' {it.time}' if it.time else ''}{f' {it.place}' if it.place else ''}"
    head = f"，{asked(it.head_asked)}" if it.head_asked is not None else ""
    state = {"planned": "", "held": "，已开庭", "cancelled": "，已取消"}[it.state]
    ranks = "、".join(label("rank", rank) for _, rank in it.attended)
    return f"第{it.number}次 {when}{head}{state}{f'：{ranks}' if ranks else ''}"


def _judgment(case: Case, number: int) -> str:
    it = case.judgments[number]
    done = f"，{chinese_date(it.performed_on)}已履行" if it.performed_on else ""
    instance, form = label("instance", it.instance), label("form", it.form)
    return f"{instance}{form}，{label('result', it.result)}，{chinese_date(it.received_on)}收到{done}"


def due(it: Due, today: date, marked: Collection[str] = ()) -> str:
    """A date in a line.

    Args:
        it: The date.
        today: The day.
        marked: The ids of dates that somebody marked as done.
    """
    if it.done:
        return f"{it.what}：{_done(it, marked)}"
    left = (it.due - today).days
    how = f"还有{left}天" if left > 0 else "就是今天" if left == 0 else f"已过{-left}天"
    provisional = "，暂定" if it.provisional else ""
    by = "" if it.id.startswith("hearing-") else "前"  # one goes to court on the day, and not before it
    return f"{chinese_date(it.due)}{by} {it.what}（{how}{provisional}）"


def _done(it: Due, marked: Collection[str]) -> str:
    """What became of a date: done, when and whether late; marked as done; or overtaken, without anybody having said."""
    if it.done_on is None:
        return "已办" if it.id in marked else "不用再办" if it.reminded != "until_done" else "没有记录，现在不用再办"
    late = (it.done_on - it.due).days
    return f"已办（{chinese_date(it.done_on)}{f'，逾期{late}天' if late > 0 and it.layer != '惯例' else ''}）"


def dates(case: Case, dues: Sequence[Due], today: date) -> str:
    """All dates of a case, with how they were counted and on what clause."""
    lines = [f"【期限】第{case.number}号案件"]
    for it in dues:
        lines.append(due(it, today, case.done))
        if not it.done:
            lines += [f"　{it.counted}", f"　依据：{it.basis}（{it.layer}）"]
            lines += [f"　{it.note}"] if it.note else []
    return "\n".join(lines if dues else [*lines, "还没有可以推算的日期，请先补记收到日。"])


def checklist(case: Case, materials: Sequence[Material]) -> str:
    """The eight papers of Art. 15 with their state."""
    marks = dict(case.materials)
    lines = [f"【材料】第{case.number}号案件（第十五条）"]
    for number, it in enumerate(materials, 1):
        mark = marks.get(str(number))
        lines.append(f"{number}. {it.text}：{label('mark', mark) if mark else '未记'}")
    return "\n".join([*lines, f"记法：案件 {case.number} 材料 1 3 齐"])


def figures(statistics: Statistics) -> str:
    """The statistics without how they are counted, which the ledger's sheet 统计 tells."""
    lines = [f"【统计】{statistics.period.title}（截至{chinese_date(statistics.as_of)}）"]
    lines += [f"{it.definition.name}：{it.value}" for it in statistics.rows]
    missing = [f"待补{len(statistics.gaps)}项，见台账的“待补”页。"] if statistics.gaps else []
    return "\n".join([*lines, *missing, "口径见台账的“统计”页：办法没有规定，由司法行政部门确定。"])


def listed(cases: Sequence[Case], dues: Mapping[int, Sequence[Due]], today: date) -> str:
    """Cases, one in two lines."""
    lines = []
    for case in cases[:_LISTED]:
        first = next(iter(_next(dues[case.number], today)), None)
        lines.append(
            f"{case.number}号　{'、'.join(it.unit for it in case.parties)}　{load_steps().stages[case.stage]}"
            f"{f'　{case.court_number}' if case.court_number else ''}"
        )
        lines += [f"　{due(first, today)}"] if first else []
    if len(cases) > _LISTED:
        lines.append(f"还有{len(cases) - _LISTED}件，请加条件，例如“查案件 待答辩”。")
    return "\n".join(lines)


def noted(step: Step, word: str, several: Sequence[Mapping[str, object]], case: Case) -> str:
    """What was written down, and what follows.

    Args:
        step: The step that was taken.
        word: What the person called it.
        several: The details each time that it was taken.
        case: The case after it.
    """
    details = several[0]
    if len(several) > 1:
        return f"已记第{case.number}号案件：{step.name}{'；'.join(_marked(several))}。"
    if step.id == "note":
        field = str(details["field"])
        return f"已记第{case.number}号案件：{FIELDS[field]} {_dated(getattr(case, field))}。"
    told = [_told(name, value) for name, value in details.items() if name not in _UNSAID]
    said = [it for it in told if it not in word]  # 收到裁定 has said 裁定
    head = f"已记第{case.number}号案件：{'，'.join((word, *said))}。"
    return "\n".join([head, *_following(step, details, case)])


def _marked(several: Sequence[Mapping[str, object]]) -> Iterable[str]:
    for mark in dict.fromkeys(str(it["mark"]) for it in several):
        papers = "、".join(f"第{it['paper']}项" for it in several if it["mark"] == mark)
        yield f"{papers}，{label('mark', mark)}"


def _following(step: Step, details: Mapping[str, object], case: Case) -> Iterable[str]:
    party = next((it for it in case.parties if it.unit == details.get("party")), None)
    if step.id == "propose" and party is not None:
        yield f"接下来由{party.decides}确定（{party.basis}）。"
    if step.id == "confirm_handling":
        yield f"承办单位：{handling(case)}。"
        if not case.handling and len({it.unit for it in case.confirmations}) > 1:
            yield "两家说的不是同一个单位，请商量一致后重新确认（第十一条第（七）项）。"
    if step.id == "held" and details.get("rank") == "none":
        yield NO_HEAD
    if step.id in ("decide", "return") and party is not None:
        yield f"出庭：{attendance(case, party.unit)}。"


def _told(name: str, value: object) -> str:
    if name == "attendees" and isinstance(value, list):
        return people(Attendee(**it) for it in value)
    if name in ("rank", "result", "instance", "form", "kind", "mark"):
        return label(name, str(value))
    if name == "head_asked":
        return asked(bool(value))
    if name == "paper":
        return f"第{value}项"
    if name == "normative":
        return "针对规范性文件"
    if name in ("hearing", "advice"):
        return f"第{value}次"
    if name == "letter_due":
        return f"信上要求{_dated(value)}前回复"
    return _dated(value)


def _dated(value: object) -> str:
    try:
        return chinese_date(date.fromisoformat(str(value)))
    except ValueError:
        return {"ordinary": "普通程序", "simple": "简易程序"}.get(str(value), str(value))


def _next(dues: Sequence[Due], today: date) -> Sequence[Due]:
    """The dates that come next, or are late; a right that has run out is neither."""
    counting = [it for it in dues if not it.done and it.reminded != "never" and it.layer != "惯例"]
    return [it for it in counting if it.late or it.reminded == "until_done" or it.due >= today][:_SOON]


def plans(case: Case) -> str:
    """Who attends, defendant by defendant, with the course of each proposal."""
    lines = [f"【出庭】第{case.number}号案件"]
    for party in case.parties:
        lines.append(attendance(case, party.unit))
        lines += [f"　{_course(it)}" for it in case.plans if it.party == party.unit]
    return "\n".join(lines)


def _course(it: Plan) -> str:
    state = {"proposed": "待确定", "decided": "已确定", "returned": "退回", "withdrawn": "撤回", "superseded": "已更换"}
    reason = f"，理由：{it.reason}" if it.reason else ""
    return f"{people(it.attendees)}：{state[it.state]}{reason}"
