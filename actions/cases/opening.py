"""What a case takes over from the decision that opens it."""

from __future__ import annotations

from typing import Any

from actions.store import Decision
from knowledge.case import UNKNOWN
from knowledge.units import UnitKind, Units

_GOVERNMENTS = (UnitKind.CITY_GOVERNMENT, UnitKind.COUNTY_GOVERNMENT)


def opening(decision: Decision, units: Units) -> dict[str, object]:
    """The details of the event that opens a case, or that puts a later decision in the place of an earlier.

    Args:
        decision: On record; its outcome is determined or undetermined.
        units: The units there are.

    Returns:
        Plain JSON: the decision with its hash, the defendants with who settles their attendees (Art. 13, 14), the
        units, the day of receipt, the act and the reconsideration in words.
    """
    outcome = decision.outcome
    received = decision.facts.get("received_on")
    told = {step["name"]: step["value"] for step in decision.trace if step["kind"] == "fact"}
    presumed = {step["name"] for step in decision.trace if step["source"] == "presumed"}
    return {
        "decision": decision.number,
        "decision_hash": decision.hash,
        "status": outcome["status"],
        "rule": outcome["rule"],
        "parties": [_party(it, units) for it in outcome["attendance"]],
        "handling": outcome["handling_units"],
        "assisting": outcome["assisting_units"],
        "decided_by": outcome["decided_by"],
        "received_on": None if received in (None, UNKNOWN) else received,
        "act": told.get("challenged", ""),
        "reconsideration": "" if "reviewed" in presumed else _reconsidered(told),
    }


def _reconsidered(told: dict[str, str]) -> str:
    return "，".join(it for it in (told.get("reviewed"), told.get("review_result")) if it)


def _party(it: dict[str, Any], units: Units) -> dict[str, object]:
    """A defendant; where Art. 14 applies, unit and organs are one."""
    name = str(it["for"])
    unit = units.parse(name)
    government = unit is not None and unit.kind in _GOVERNMENTS
    outside = "办法不适用" in it["decides"]
    by_analogy = "参照" in it["decides"]
    return {
        "unit": name,
        "proposes": it["proposes"] if government else name,
        "decides": it["decides"] if government else name,
        "basis": "" if outside else "第十三条" if government else "参照第十四条" if by_analogy else "第十四条",
        "government": government,
    }
