"""The dates of a case: what is due when, on what basis, and whether it is done.

Most are counted by `knowledge.deadlines` from days that the case knows; a few the court names (`dates.yml`). Their ids
stay the same while the case goes on, whatever becomes of their days, save that a judgment may turn out a ruling:

    answer, extension, objection, evidence      after the notice and the copy of the complaint; evidence, where the
                                                court set a day of its own for it
    assign, read_file, draft                    practice after them
    extended_evidence                           after the reason for more time has gone
    hearing-1, attendance-1, head_identity-1    of the first hearing; attendance is practice
    appeal_judgment-1, appeal_ruling-1          after the first judgment or ruling
    appeal_answer-1, retrial_opinion-1          after the first appeal or request for retrial
    advice-1                                    of the first judicial advice
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

from actions.cases.case import Advice, Appeal, Case, Hearing, Judgment
from actions.render import HERE, written
from knowledge.data_files import read_yaml
from knowledge.deadlines import Deadline, Layer, due_dates, from_receipt, judicial_advice, load_deadlines

Reminded = Literal["until_done", "before", "never"]
"""Before its day and daily once it has passed; before its day only; not at all."""

_FILE = Path(__file__).parent / "dates.yml"
_SHORT = {"evidence_extension": "extension", "jurisdiction_objection": "objection"}
_IN_FULL = {short: name for name, short in _SHORT.items()} | {"advice": "judicial_advice"}
_NUMBERED = {"appeal_judgment": "份裁判", "appeal_ruling": "份裁判", "advice": "份"}
_HEADS_PAPERS = "6"
"""第十五条第（六）项, as the case names it."""


@dataclass(frozen=True, slots=True)
class Due:
    """One date of a case.

    Attributes:
        id: See the top of this module.
        what: What is to be done.
        due: The last day on which it is in time.
        counted: How `due` was counted, in a sentence or two.
        basis: The clauses; says so where there is none.
        layer: 办法, 上位法 or 惯例.
        provisional: Whether `due` rests on a year whose holidays are not announced.
        unit: Who has to do it.
        note: What else to know; may be empty.
        reminded: When people are reminded of it.
        done_on: When it was done; None where it is not, or nobody said when.
        done: Whether nothing is left to do: done, marked so by hand, or overtaken by what came after.
        late: Whether it should have been done before today and was not.
    """

    id: str
    what: str
    due: date
    counted: str
    basis: str
    layer: Layer
    provisional: bool
    unit: str
    note: str
    reminded: Reminded
    done_on: date | None = None
    done: bool = False
    late: bool = False


def dates(case: Case, today: date, *, ended: bool = False) -> tuple[Due, ...]:
    """Every date of a case that is known, the earliest first; none of a withdrawn one, of an archived one only advice.

    Args:
        case: The case.
        today: The day in Beijing.
        ended: Those too that ended with the case, as done: for calendars, which cancel what they made, and the ledger.
    """
    known = (_settled(it, case, today) for it in _known(case))
    return tuple(sorted((it for it in known if ended or not _is_over(it, case)), key=lambda it: it.due))


def evidence(case: Case, today: date) -> Due | None:
    """The last day for the evidence (行政诉讼法第六十七条第一款, 法释〔2018〕1号第三十四条, 第一百零四条).

    Args:
        case: The case.
        today: The day in Beijing.

    Returns:
        15 days from the end of the reason where more time was granted; else the court's own day where it set one, else
        15 days from receipt; None where that is not known, or where in the simple procedure the court's day is not.
    """
    known = {it.id: it for it in dates(case, today, ended=True)}
    by_law = None if case.procedure == "simple" else known.get("answer")
    return known.get("extended_evidence") or known.get("evidence") or by_law


def what_of(name: str) -> str:
    """What a date is about, by its id alone: 开庭（第2次）; the id itself where there is no such date."""
    kind, _, number = name.partition("-")
    rows = {row.id: row.what for row in load_deadlines().rules}
    rows |= {row: told["what"] for row, told in _table()["set_by_court"].items()}
    what = rows.get(_IN_FULL.get(kind, kind), name)
    return f"{what}（第{number}{_NUMBERED.get(kind, '次')}）" if number and what != name else what


def _known(case: Case) -> Iterator[Due]:
    yield from _of_receipt(case)
    yield from _of_extension(case)
    yield from (due for it in case.hearings for due in _of_hearing(case, it))
    yield from (due for it in case.judgments for due in _of_judgment(case, it))
    yield from (due for number, it in enumerate(case.appeals, 1) for due in _of_appeal(case, it, number))
    yield from (_of_advice(case, it) for it in case.advices)


def _is_over(it: Due, case: Case) -> bool:
    """Whether a date ended with its case: judicial advice is owed after archiving too (第十九条)."""
    return not case.open and (case.stage == "withdrawn" or not it.id.startswith("advice-"))


def _settled(it: Due, case: Case, today: date) -> Due:
    done = it.done or it.done_on is not None or it.id in case.done or _is_over(it, case)
    return replace(it, done=done, late=not done and it.reminded == "until_done" and it.due < today)


# ── from what date ───────────────────────────────────────────────────────────────────────────────────────────────────


def _of_receipt(case: Case) -> Iterator[Due]:
    over = case.stage != "answering"
    done_on = {"answer": case.answered_on, "evidence_extension": case.extension_on}
    done = {"assign": over or bool(case.handling)}
    last = None
    for it in from_receipt(case.received_on) if case.received_on else ():
        due = _due(it, case, _SHORT.get(it.id, it.id), done_on=done_on.get(it.id), done=done.get(it.id, over))
        if it.id == "answer":
            last = it.due
            due = replace(due, what="提交答辩状") if case.evidence_due else due
        yield due
    if case.evidence_due is not None:
        named = "evidence_simple" if case.procedure == "simple" else "evidence"
        it = _by_court(named, case.evidence_due)
        late = _table()["late_evidence_note"] if last and case.evidence_due > last else ""
        yield replace(_due(it, case, "evidence", done_on=case.answered_on, done=over), note=it.note + late)


def _of_extension(case: Case) -> Iterator[Due]:
    gone, answered = case.extension_gone_on, case.answered_on
    if gone is None:
        return
    handed_in = answered if answered is not None and answered >= gone else None
    for it in due_dates("extension_reason_gone", gone):
        yield _due(it, case, it.id, done_on=handed_in, done=case.stage not in ("answering", "waiting"))


def _of_hearing(case: Case, hearing: Hearing) -> Iterator[Due]:
    over = hearing.state != "planned" or case.stage == "closed"
    held = hearing.day if hearing.state == "held" else None
    it = _by_court("hearing", hearing.day)
    what = f"{it.what}（已取消）" if hearing.state == "cancelled" else it.what
    asked = "法院书面要求负责人出庭。" if hearing.head_asked else ""
    due = _due(it, case, f"hearing-{hearing.number}", done_on=held, done=over)
    yield replace(due, what=what, note=asked + it.note)

    plans = [case.plan(party.unit) for party in case.parties]
    settled = [plan.settled_at.astimezone(HERE).date() for plan in plans if plan is not None and plan.settled_at]
    settled_on = max(settled, default=None) if len(settled) == len(plans) else None
    it = _by_court("attendance", hearing.day - timedelta(days=1))
    due = _due(it, case, f"attendance-{hearing.number}", done_on=settled_on, done=over)
    clauses = "；".join(dict.fromkeys(party.basis.replace("第", "办法第", 1) for party in case.parties if party.basis))
    who = "；".join(dict.fromkeys(f"{party.proposes}提出，{party.decides}确定" for party in case.parties))
    yield replace(due, basis=f"{clauses}（没有写几日内）" if clauses else it.basis, unit=who)

    ready = dict(case.materials).get(_HEADS_PAPERS) in ("done", "none")
    for it in due_dates("hearing", hearing.day):
        yield _due(it, case, f"{it.id}-{hearing.number}", done=over or ready)


def _of_judgment(case: Case, judgment: Judgment) -> Iterator[Due]:
    """The time to appeal against a first judgment, or against a ruling that can be appealed; a later one ends it.

    What the second instance says is final, or sends the case back (行政诉讼法第八十八条, 第八十九条).
    """
    table = _table()
    final = judgment.form == "ruling" and judgment.result not in table["rulings_to_appeal"]
    if judgment.instance != "first" or final:
        return
    later = min((it.received_on for it in case.judgments if it.received_on > judgment.received_on), default=date.max)
    since, kind = judgment.received_on, "appeal"
    ours = (it.day for it in case.appeals if it.ours and it.kind == kind and since <= it.day < later)
    over = case.stage == "closed" or judgment is not case.judgments[-1]
    for it in due_dates(judgment.form, judgment.received_on):
        due = _due(it, case, f"{it.id}-{judgment.number}", done_on=min(ours, default=None), done=over)
        won = judgment.result in table["won"]
        yield replace(due, reminded="never", note=it.note + table["won_note"]) if won else due


def _of_appeal(case: Case, appeal: Appeal, number: int) -> Iterator[Due]:
    """The answer to their appeal or request for retrial."""
    if appeal.ours:
        return
    over = any(it.instance != "first" and it.received_on >= appeal.day for it in case.judgments)
    event = "appeal_copy" if appeal.kind == "appeal" else "retrial_copy"
    for it in due_dates(event, appeal.day):
        yield _due(it, case, f"{it.id}-{number}", done_on=appeal.answered_on, done=over)


def _of_advice(case: Case, advice: Advice) -> Due:
    it = judicial_advice(advice.received_on, letter_date=advice.letter_due, normative=advice.normative)
    return _due(it, case, f"advice-{advice.number}", done_on=advice.answered_on)


# ── one date ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _due(it: Deadline, case: Case, name: str, *, done_on: date | None = None, done: bool = False) -> Due:
    ends = it.id in _table()["ends_with_the_day"]
    return Due(
        id=name,
        what=it.what,
        due=it.due,
        counted=it.counted,
        basis=it.basis,
        layer=it.layer,
        provisional=it.provisional,
        unit=_who(it.unit, case),
        note=it.note,
        reminded="never" if it.layer == "惯例" else "before" if ends else "until_done",
        done_on=done_on,
        done=done,
    )


def _who(unit: str, case: Case) -> str:
    """A unit by its name, where the case knows it."""
    known = {
        "应诉承办单位": "、".join(case.handling),
        "收文机构": case.registrar,
        "被告机关": "、".join(party.unit for party in case.parties),
    }
    return known.get(unit) or unit


def _by_court(name: str, day: date) -> Deadline:
    """A date that the court names, or that goes by it."""
    row: Mapping[str, Any] = _table()["set_by_court"][name]
    return Deadline(
        id=name,
        what=row["what"],
        due=day,
        counted=row["counted"].format(day=written(day)),
        basis=row["basis"],
        layer=row["layer"],
        provisional=False,
        unit=row["unit"],
        note=row["note"],
    )


@cache
def _table() -> Mapping[str, Any]:
    data: Mapping[str, Any] = read_yaml(_FILE)
    return data
