"""An outcome as plain data: what `yingsu decide --json` prints and what a record keeps."""

from __future__ import annotations

from collections.abc import Iterable

from knowledge.deadlines import Deadline
from knowledge.decide import Cited, Outcome, Question, Step


def outcome_data(it: Outcome) -> dict[str, object]:
    """An outcome's fields under their public names, JSON-ready."""
    return {
        "status": it.status,
        "rule": it.rule,
        "answer": it.answer,
        "because": it.because,
        "reading": it.reading,
        "handling_units": list(it.handling_units),
        "assisting_units": list(it.assisting_units),
        "suggested_units": list(it.suggested_units),
        "decided_by": list(it.decided_by),
        "attendance": [
            {"for": one.party, "proposes": one.proposes, "decides": one.decides, "note": one.note}
            for one in it.attendance
        ],
        "burden": {"internal": it.burden_internal, "court": it.burden_court},
        "materials": [{"ref": one.ref, "text": one.text} for one in it.materials],
        "deadlines": deadlines_data(it.deadlines),
        "citations": [cited_data(one) for one in it.citations],
        "hints": [str(hint) for hint in it.hints],
        "trace": trace_data(it.trace),
        "next_question": question_data(it.next_question) if it.next_question else None,
        "missing": list(it.missing),
        "basis": it.basis,
    }


def cited_data(it: Cited) -> dict[str, object]:
    """A citation; `quote` is null for law that is not held here."""
    return {"measure": it.measure, "ref": it.ref, "quote": it.quote, "text_known": it.text_known}


def trace_data(trace: Iterable[Step]) -> list[dict[str, object]]:
    """Answer by answer, then the rule, each with its clauses."""
    return [
        {
            "kind": step.kind,
            "name": step.name,
            "label": step.label,
            "value": step.value,
            "source": step.source,
            "citations": [str(cited) for cited in step.citations],
        }
        for step in trace
    ]


def deadlines_data(deadlines: Iterable[Deadline]) -> list[dict[str, object]]:
    """Dates with how they were counted and what they rest on."""
    return [
        {
            "what": it.what,
            "due": it.due.isoformat(),
            "counted": it.counted,
            "basis": it.basis,
            "layer": it.layer,
            "provisional": it.provisional,
        }
        for it in deadlines
    ]


def question_data(it: Question) -> dict[str, object]:
    """A question with its choices."""
    return {
        "fact": it.fact.id,
        "text": it.text,
        "why": it.fact.why,
        "choices": [{"id": value, "label": label} for value, label in it.choices],
    }
