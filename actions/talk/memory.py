"""What the talk remembers between turns, beside the facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

Facts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Memory:
    """Kept in Rasa's tracker as plain JSON.

    Attributes:
        case: the case's own id; a decision is keyed by it, so that pressing twice records once.
        order: facts in the order they were answered, for 返回.
        doubted: facts not to be presumed, since something was said about them.
        missed: how often an answer to each question was not understood, since it was last answered.
        defendant: a unit named as sued, not said to be the only one.
        wants: a detail the person asked to give, though the outcome stands without it.
        shows: the section to show when that detail is given, instead of the whole outcome.
        decision: number of the decision recorded for this case; 0 before.
        supersedes: number of the decision being corrected; 0 for none.
        questions: the last clause questions, oldest first.
        before: the answer that 返回 or 改 took back, by fact.
    """

    case: str = ""
    order: tuple[str, ...] = ()
    doubted: tuple[str, ...] = ()
    missed: Mapping[str, int] | None = None
    defendant: str = ""
    wants: str = ""
    shows: str = ""
    decision: int = 0
    supersedes: int = 0
    questions: tuple[str, ...] = ()
    before: Mapping[str, str] | None = None

    @classmethod
    def load(cls, kept: Mapping[str, object]) -> Memory:
        """Read what `dump` wrote; anything missing is as at first."""

        def words(name: str) -> tuple[str, ...]:
            value = kept.get(name)
            return tuple(map(str, value)) if isinstance(value, list | tuple) else ()

        def number(name: str) -> int:
            value = kept.get(name)
            return value if isinstance(value, int) else 0

        missed, before = kept.get("missed"), kept.get("before")
        return cls(
            case=str(kept.get("case") or ""),
            order=words("order"),
            doubted=words("doubted"),
            missed={str(k): int(v) for k, v in missed.items()} if isinstance(missed, Mapping) else {},
            defendant=str(kept.get("defendant") or ""),
            wants=str(kept.get("wants") or ""),
            shows=str(kept.get("shows") or ""),
            decision=number("decision"),
            supersedes=number("supersedes"),
            questions=words("questions"),
            before={str(k): str(v) for k, v in before.items()} if isinstance(before, Mapping) else {},
        )

    def dump(self) -> Mapping[str, object]:
        """As plain JSON."""
        return {
            "case": self.case,
            "order": list(self.order),
            "doubted": list(self.doubted),
            "missed": dict(self.missed or {}),
            "defendant": self.defendant,
            "wants": self.wants,
            "shows": self.shows,
            "decision": self.decision,
            "supersedes": self.supersedes,
            "questions": list(self.questions),
            "before": dict(self.before or {}),
        }

    def times_missed(self, fact: str) -> int:
        """How often an answer to a question was not understood, since it was last answered."""
        return (self.missed or {}).get(fact, 0)

    def missing(self, fact: str) -> Memory:
        """After not understanding an answer."""
        return replace(self, missed={**(self.missed or {}), fact: self.times_missed(fact) + 1})

    def answered(self, facts: Facts, fell: tuple[str, ...] = ()) -> Memory:
        """After answers were taken, and others fell away with them."""
        order = (*(f for f in self.order if f not in facts and f not in fell), *facts)
        missed = {f: n for f, n in (self.missed or {}).items() if f not in facts}
        before = {f: v for f, v in (self.before or {}).items() if f not in facts}
        return replace(self, order=order, missed=missed, before=before, wants="" if self.wants in facts else self.wants)
