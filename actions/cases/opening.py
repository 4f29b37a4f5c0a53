"""What a case takes over from the decision that opens it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from actions.render import HERE
from actions.store import Decision
from knowledge.case import UNKNOWN
from knowledge.dates import parse_date
from knowledge.units import Unit, Units

_MATTER = "handling"
_COUNTY = {"county", "township"}


def opens(decision: Decision) -> bool:
    """Whether a decision is about a suit to be handled, not about who is a head, what to file, and the like."""
    handled = decision.facts.get("matter", _MATTER) == _MATTER
    return handled and decision.outcome["status"] in ("determined", "undetermined")


def opening(decision: Decision, units: Units, registrar: str | None) -> dict[str, object]:
    """The details of the event that opens a case, or that puts a later decision in the place of an earlier.

    Args:
        decision: On record; one that `opens` a case.
        units: The units there are.
        registrar: The unit that registers it. What the decision calls the county's (县人民政府) without saying which is
            read as that unit's own county's; without one, or from outside a county, it stays open.

    Returns:
        Plain JSON: the decision with its hash, the defendants with who settles their attendees (Art. 13, 14), the
        units, the day of receipt, the act and the reconsideration in words.
    """
    outcome = decision.outcome
    placed = partial(_placed, units=units, near=units.parse(registrar or ""))
    received = decision.facts.get("received_on") or UNKNOWN
    decided_on = decision.decided_at.astimezone(HERE).date()
    told = {step["name"]: step["value"] for step in decision.trace if step["kind"] == "fact"}
    presumed = {step["name"] for step in decision.trace if step["source"] == "presumed"}
    return {
        "decision": decision.number,
        "decision_hash": decision.hash,
        "status": outcome["status"],
        "rule": outcome["rule"],
        "parties": [_party(it, placed) for it in outcome["attendance"]],
        "handling": [*map(placed, outcome["handling_units"])],
        "assisting": [*map(placed, outcome["assisting_units"])],
        "decided_by": [*map(placed, outcome["decided_by"])],
        "received_on": None if received == UNKNOWN else parse_date(str(received), decided_on).isoformat(),
        "act": told.get("challenged", ""),
        "reconsideration": "" if "reviewed" in presumed else _reconsidered(told),
    }


def _placed(name: str, units: Units, near: Unit | None) -> str:
    known = units.parse(name)
    if known is None or known.place or near is None or not {known.level, near.level} <= _COUNTY:
        return name
    return (units.parse(name, near=near) or known).name


def _reconsidered(told: dict[str, str]) -> str:
    return "，".join(it for it in (told.get("reviewed"), told.get("review_result")) if it)


def _party(it: dict[str, Any], placed: Callable[[str], str]) -> dict[str, object]:
    """A defendant; a government decides in its own name (Art. 13), elsewhere both organs are the unit's own."""
    government = it["decides"] == it["for"]
    name = placed(it["for"])
    outside = "办法不适用" in it["decides"]
    by_analogy = "参照" in it["decides"]
    return {
        "unit": name,
        "proposes": placed(it["proposes"]) if government else name,
        "decides": name,
        "basis": "" if outside else "第十三条" if government else "参照第十四条" if by_analogy else "第十四条",
        "government": government,
    }
