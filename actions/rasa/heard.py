"""What Rasa knows when it calls an action, read from its tracker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rasa_sdk import Tracker  # type: ignore[import-untyped]

from actions.rasa.domain import MEMORY

FORM = "intake"
PENDING = "requested_slot"


@dataclass(frozen=True, slots=True)
class Heard:
    """One message and where the talk stands.

    Attributes:
        person: Who speaks (the tracker's sender).
        text: Their words; "" for a button.
        intent: What Rasa takes the message for.
        confidence: How surely, 0 to 1.
        entities: What a button carries, by name.
        facts: The answers so far.
        memory: What the talk asked to remember.
        pending: The fact whose question is open; None outside the form.
        fresh: No action has dealt with the message yet.
    """

    person: str
    text: str
    intent: str
    confidence: float
    entities: Mapping[str, str]
    facts: Mapping[str, str]
    memory: Mapping[str, object]
    pending: str | None
    fresh: bool


def heard(tracker: Tracker) -> Heard:
    """Reads the tracker."""
    message = tracker.latest_message or {}
    intent = message.get("intent") or {}
    text = str(message.get("text") or "")
    in_form = tracker.active_loop.get("name") == FORM
    ours = {name: value for name, value in tracker.slots.items() if name not in (PENDING, MEMORY)}
    return Heard(
        person=str(tracker.sender_id),
        text="" if text.startswith("/") else text,
        intent=str(intent.get("name") or ""),
        confidence=float(intent.get("confidence") or 0.0),
        entities={str(e["entity"]): str(e["value"]) for e in message.get("entities") or ()},
        facts={name: value for name, value in ours.items() if isinstance(value, str)},
        memory=tracker.slots.get(MEMORY) or {},
        pending=tracker.slots.get(PENDING) if in_form else None,
        fresh=set(_done_since_message(tracker)) <= {FORM},
    )


def _done_since_message(tracker: Tracker) -> list[str]:
    done: list[str] = []
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            break
        if event.get("event") == "action":
            done.append(str(event.get("name")))
    return done
