"""The case desk: what follows a decision, from the court's notice to the archived file.

A case is what its events come to; an event is one row of an append-only chain. `steps.yml` says who may do what when.

Example:
    cases = Cases(store, units)
    case = cases.open(decision, who, at=now)
    cases.do(case.number, "answer", {"day": "2026-12-08"}, who, at=now, key="telegram:17")
"""

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
    Stage,
)
from actions.cases.cases import Cases
from actions.cases.opening import opens
from actions.cases.steps import Step, Steps, load_steps
from actions.cases.who import Actor, actor

__all__ = [
    "Actor",
    "Advice",
    "Appeal",
    "Attendee",
    "Case",
    "Cases",
    "Confirmation",
    "Event",
    "Hearing",
    "Judgment",
    "Party",
    "Plan",
    "Stage",
    "Step",
    "Steps",
    "actor",
    "load_steps",
    "opens",
]
