"""What the talk remembers between turns, beside the facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

Facts = Mapping[str, str]
Reading = tuple[str, str, str]
"""A fact, a value it may have, and the person's words for it."""

MOST_ASIDE = 3
"""How many cases are kept aside beside the open one."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Kept in Rasa's tracker as plain JSON.

    Attributes:
        case: the case's own id; a decision is keyed by it, so that pressing twice records once.
        number: its place among the cases that lie open, from 1; 0 without a case.
        told: facts taken from an account, which 返回 does not take back.
        order: facts in the order they were answered, for 返回.
        said: the person's own words for an answer, by fact; none for a button.
        doubted: facts not to be presumed, since something was said about them.
        readings: what was said and not surely meant; asked with the reading as the first choice.
        missed: how often an answer to each question was not understood, since it was last answered.
        asked: the question put last.
        times: how often it was put again in a row.
        helped: how many answers not understood it was put with regard to; help is given once for each.
        looked: facts whose place on paper was told to a person who did not know.
        defendant: a unit named as sued, not said to be the only one.
        wants: a detail the person asked to give, though the outcome stands without it.
        reopened: a fact to be asked before all others, since its answer was taken back.
        checks: what was understood lies before the person to be checked.
        changes: the answers lie before the person, to say which is to be changed.
        numbered: the facts as the list before the person numbers them; empty: as `Context.listed` does.
        clash: answers that do not fit those before them; the person chooses which stand.
        clash_why: why they do not.
        clash_said: the person's words for them.
        settled: contradictions that the person has said stand.
        shows: the section to show when that detail is given, instead of the whole outcome.
        decision: number of the decision recorded for this case as it stands; 0 before.
        supersedes: number of the decision being corrected, as soon as an answer is given anew; 0 for none.
        questions: the last clause questions, oldest first.
        shown: the places that the last clause answer showed, the first and the last, as buttons name them; empty again
            once an answer is taken.
        before: the answer that 返回 or 改 took back, by fact.
        counted: the day of receipt that dates were last counted from without a case, as ISO.
        aside: other cases that lie open, oldest first: each `{"facts": …, "memory": …}`.
    """

    case: str = ""
    number: int = 0
    told: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    said: Mapping[str, str] = field(default_factory=dict)
    doubted: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()
    missed: Mapping[str, int] = field(default_factory=dict)
    asked: str = ""
    times: int = 0
    helped: int = 0
    looked: tuple[str, ...] = ()
    defendant: str = ""
    wants: str = ""
    reopened: str = ""
    checks: bool = False
    changes: bool = False
    numbered: tuple[str, ...] = ()
    clash: Mapping[str, str] = field(default_factory=dict)
    clash_why: str = ""
    clash_said: str = ""
    settled: tuple[str, ...] = ()
    shows: str = ""
    decision: int = 0
    supersedes: int = 0
    questions: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    before: Mapping[str, str] = field(default_factory=dict)
    counted: str = ""
    aside: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def load(cls, kept: Mapping[str, object]) -> Memory:
        """Read what `dump` wrote; anything missing, or of another kind, is as at first."""
        first = cls()
        values = {it.name: (kept.get(it.name), getattr(first, it.name)) for it in fields(cls)}
        return cls(**{name: _like(value, at_first) for name, (value, at_first) in values.items()})

    def dump(self) -> Mapping[str, object]:
        """As plain JSON."""
        return {it.name: _plain(getattr(self, it.name)) for it in fields(self)}

    def times_missed(self, fact: str) -> int:
        """How often an answer to a question was not understood, since it was last answered."""
        return self.missed.get(fact, 0)

    def missing(self, fact: str) -> Memory:
        """After not understanding an answer."""
        return replace(self, missed={**self.missed, fact: self.times_missed(fact) + 1})

    def asking(self, fact: str) -> Memory:
        """After putting a question, for the first time or once more in a row."""
        times = self.times + 1 if self.asked == fact else 0
        return replace(self, asked=fact, times=times, helped=self.times_missed(fact))

    def answered(
        self,
        facts: Iterable[str],
        fell: Iterable[str] = (),
        *,
        told: bool = False,
        said: Mapping[str, str] | None = None,
    ) -> Memory:
        """After answers were taken, and others fell away with them.

        Args:
            facts: the facts answered.
            fell: the facts that fell away.
            told: they come from an account, not from an answer to a question.
            said: the words they were given in, by fact.
        """
        facts, gone = tuple(facts), {*facts, *fell}
        kept_told = tuple(f for f in self.told if f not in gone)
        kept_order = tuple(f for f in self.order if f not in gone)
        return replace(
            self,
            told=(*kept_told, *facts) if told else kept_told,
            order=kept_order if told else (*kept_order, *facts),
            said={**{f: it for f, it in self.said.items() if f not in gone}, **(said or {})},
            missed={f: n for f, n in self.missed.items() if f not in facts},
            before={f: v for f, v in self.before.items() if f not in facts},
            readings=tuple(it for it in self.readings if it[0] not in facts),
            wants="" if self.wants in facts else self.wants,
            decision=0,
            supersedes=self.decision or self.supersedes,
            reopened="",
            changes=False,
            shown=(),
            asked="",
            times=0,
        )


def _like(value: object, at_first: object) -> Any:
    """A value as JSON kept it, in the kind that it has at first."""
    if not isinstance(at_first, tuple):
        return value if isinstance(value, type(at_first)) else at_first
    if not isinstance(value, list | tuple):
        return at_first
    return tuple(tuple(it) if isinstance(it, list) else it for it in value)


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(it) for it in value]
    return dict(value) if isinstance(value, Mapping) else value
