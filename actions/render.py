"""Outcomes, questions and records as an official reads them: plain text, the answer first, the clause with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from knowledge.dates import chinese_date, weekday

if TYPE_CHECKING:
    from actions.store import Decision
    from knowledge.decide import Attendance, Cited, Outcome, Step

HERE = ZoneInfo("Asia/Shanghai")
# An outcome is one screen of a phone: further clauses stand under 依据与推理.
_QUOTED = 2
_HINTS = 3
SOURCES = {
    "unit": "由单位名称得出",
    "implied": "由其他答案得出",
    "presumed": "先这样算，可以改",
    "date": "按日期",
}
"""Where an answer comes from that was not given by the person themselves, by `knowledge.decide.Step.source`."""
PROVISIONAL = "（暂定，节假日安排尚未公布）"
"""What stands behind a day that rests on a year whose holidays are not announced."""


def quoted(cited: Cited) -> str:
    """A clause with its words, or the name and place of a law that is not held here."""
    if cited.quote is None:
        return f"{cited}（文本：{cited.text_known}）"
    return f"{cited.ref}：“{cited.quote}”"


def outcome(it: Outcome) -> str:
    """An outcome on one screen of a phone: 承办, 出庭, 期限, each with its clause."""
    if it.status == "out_of_scope":
        return _lines(f"【不适用】{it.because}", it.answer, *_quotes(it.citations))
    if it.answer is not None:
        who = decides(it.decided_by) if it.decided_by else None
        return _lines(f"【答】{it.answer}", it.because, who, *map(quoted, it.citations))
    handling = _determined(it) if it.status == "determined" else _undetermined(it)
    return _lines(
        *handling,
        *_attendance(it.attendance),
        *((f"【期限】{deadline(it)}",) if it.materials else ()),
        *(f"提示：{hint}" for hint in it.hints[:_HINTS]),
    )


def _determined(it: Outcome) -> Iterable[str]:
    yield f"【承办】{'、'.join(it.handling_units)}{'共同承办' if len(it.handling_units) > 1 else ''}"
    if it.assisting_units:
        yield f"【协助】{'、'.join(it.assisting_units)}（协助准备应诉材料，不是承办单位）"
    yield from _quotes(_handling_cites(it))
    if it.reading:
        yield it.reading
    if it.decided_by:
        yield f"内部由哪个部门经办，可以由{'、'.join(it.decided_by)}明确（参照，非规定）。"
    if it.suggested_units:
        yield f"可供参考、非规定：{'；'.join(it.suggested_units)}。"


def _undetermined(it: Outcome) -> Iterable[str]:
    yield "【承办】定不下来，本助手不代定。"
    if it.because:
        yield it.because
    yield from _quotes(_handling_cites(it))
    if it.decided_by:
        yield decides(it.decided_by)
    if it.suggested_units:
        yield f"可供参考、非规定：{'；'.join(it.suggested_units)}。"


def decides(names: Sequence[str]) -> str:
    """Who is to settle what the text leaves open, and how far the text lets them: 确定, 审查, 协调."""
    who = "、".join(names)
    if any("法院" in name for name in names):
        return f"由{who}审查。"
    if any(name.endswith("办公室") for name in names):
        return f"请报{who}共同确定。"
    if any(name.endswith(("司法局", "司法行政部门")) for name in names):
        return f"请报{who}协调（第七条第一款）。"
    return f"由{who}认定。"


def _handling_cites(it: Outcome) -> tuple[Cited, ...]:
    """The clauses of the rule, less those that the attendance quotes."""
    attending = {cited for one in it.attendance for cited in one.citations}
    rule = next(step for step in it.trace if step.kind == "rule")
    return tuple(cited for cited in rule.citations if cited.quote and cited not in attending)[:_QUOTED]


def _quotes(citations: Iterable[Cited]) -> Iterable[str]:
    return (f"　{quoted(cited)}" for cited in citations if cited.quote is not None)


def _attendance(entries: Sequence[Attendance]) -> Iterable[str]:
    """Each defendant's line; a clause is quoted once."""
    seen: set[Cited] = set()
    for one in entries:
        who = f"（{one.party}）" if len(entries) > 1 else ""
        yield f"【出庭】{who}由{one.proposes}提出意见，报{one.decides}确定负责人和诉讼代理人。"
        if one.note:
            yield f"　{one.note}"
            continue
        yield from _quotes(cited for cited in one.citations if cited not in seen)
        seen.update(one.citations)


def due(it: Outcome) -> str:
    """The last day for the answer and evidence alone; empty where it is not known or has passed."""
    it_is = next((one for one in it.deadlines if one.id == "answer"), None)
    if it_is is None or it_is.provisional or (it.as_of is not None and it_is.due < it.as_of):
        return ""
    return f"最晚{written(it_is.due)}提交答辩状和证据，怎么算的说“期限”。"


def deadline(it: Outcome) -> str:
    """When the answer and evidence are due, in one sentence."""
    for one in it.deadlines:
        if one.id == "answer":
            early = PROVISIONAL if one.provisional else ""
            late = it.as_of is not None and one.due < it.as_of
            passed = "这一天已经过了：马上补交并向法院说明理由。" if late else ""
            return (
                f"{passed}最晚{written(one.due)}{early}提交答辩状和证据。{one.counted}依据：{one.basis}；"
                "15日不是办法写的，办法只写“法定期限”。无正当理由逾期的，视为没有证据。"
                "适用简易程序的，以法院通知书为准。"
            )
    return (
        "收到起诉状副本的次日起15日内提交答辩状和证据（行政诉讼法第六十七条第一款；办法第十五条只写“法定期限”）。"
        "适用简易程序的，以法院通知书为准。告诉我哪天收到的，就算出是哪一天。"
    )


def deadlines(it: Outcome) -> str:
    """Every date that follows from the receipt."""
    if not it.deadlines:
        return deadline(it)
    rows = [
        f"{number}. {written(one.due)}{'（暂定）' if one.provisional else ''}　{one.what}\n"
        f"　{one.counted}依据：{one.basis}。"
        for number, one in enumerate(sorted(it.deadlines, key=lambda one: one.due), 1)
    ]
    return _lines("【期限】", *rows, "以法院通知书写的为准。")


def materials(it: Outcome, quote: Cited) -> str:
    """The eight papers of 第十五条 as a checklist."""
    rows = [f"□ {number}. {one.text}" for number, one in enumerate(it.materials, 1)]
    return _lines("【材料】应诉承办单位要交八项：", *rows, f"　{quoted(quote)}", due(it) or deadline(it))


def attendance(it: Outcome, quotes: Iterable[Cited]) -> str:
    """Who settles the attendees, and who counts as head."""
    return _lines(*_attendance(it.attendance), "谁算负责人、谁不能顶替：", *(f"　{quoted(one)}" for one in quotes))


def basis(it: Outcome) -> str:
    """The trace: answers, rule, clauses; both layers of the burden of proof."""
    burden: tuple[str, ...] = ()
    if it.burden_court:
        burden = (
            "【举证】两层：",
            f"　政府内部（办法）：{it.burden_internal}",
            f"　对法院（法律、司法解释）：{it.burden_court}",
        )
    facts = [_fact_line(number, step) for number, step in enumerate(_told(it), 1)]
    rule = next(step for step in it.trace if step.kind == "rule")
    return _lines(
        "【推理】",
        *facts,
        f"合于：{rule.value}",
        *(f"　{quoted(cited)}" for cited in rule.citations),
        *((f"读法：{it.reading}",) if it.reading else ()),
        *burden,
        *(f"提示：{hint}" for hint in it.hints),
    )


def _told(it: Outcome) -> Iterable[Step]:
    """The answers on the way, less what goes without saying in a case that is in force."""
    return (
        step
        for step in it.trace
        if step.kind == "fact"
        and not (step.name == "matter" and step.source == "presumed")
        and not (step.name == "period" and it.status != "out_of_scope")
    )


def _fact_line(number: int, step: Step) -> str:
    source = SOURCES.get(step.source)
    return f"{number}. {step.label}：{step.value}" + (f"（{source}）" if source else "")


def record(it: Decision) -> str:
    """One line of a person's records."""
    gone = f"（已由{it.superseded_by:04d}更正）" if it.superseded_by else ""
    return f"{it.number:04d}　{when(it.decided_at)}　{found(it)}{gone}"


def found(it: Decision) -> str:
    """What was recorded: the units, and the first clauses; those of other law bear its name."""
    result = it.outcome
    units = "、".join(str(unit) for unit in _list(result.get("handling_units"))) or "待定"
    cites = "、".join(_place(_map(cited)) for cited in _list(result.get("citations"))[:3])
    return f"{units}　{cites}"


def written(day: date) -> str:
    """A day as officials write it, with its weekday."""
    return f"{chinese_date(day)}（{weekday(day)}）"


def when(moment: datetime) -> str:
    """A moment as officials write it, Beijing time."""
    local = moment.astimezone(HERE)
    return f"{local.year}年{local.month}月{local.day}日{local:%H:%M}"


def _place(cited: Mapping[str, object]) -> str:
    """A place as kept with a decision; one of the measure has its words with it and needs no name."""
    named = "" if cited.get("quote") is not None else cited.get("measure", "")
    return f"{named}{cited.get('ref')}"


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _map(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _lines(*lines: str | None) -> str:
    return "\n".join(line for line in lines if line)
