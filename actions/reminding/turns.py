"""Whose turn it is: a proposal that waits to be decided, one that was returned, a handling unit to be settled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from actions.cases import Actor, Case, Plan, load_steps
from actions.cases.who import stands
from actions.people import Person
from actions.reminding import words
from actions.render import HERE
from actions.store.mail import Part
from knowledge.units import Units


@dataclass(frozen=True, slots=True)
class Turn:
    """A step that waits for somebody.

    Attributes:
        id: What it is within the case; a new proposal is another.
        since: The day since when it waits.
        people: Whom it waits for, qualified by channel.
        part: What they are told.
    """

    id: str
    since: date
    people: tuple[str, ...]
    part: Part


def turns(case: Case, people: Iterable[Person], units: Units) -> Iterator[Turn]:
    """What waits for somebody in a case now, each to be told once.

    Args:
        case: The case.
        people: Everybody who is enrolled.
        units: The units there are.
    """
    if case.stage not in load_steps().steps["decide"].stages:
        return
    known = {it.id: it for it in people}
    for party in case.parties:
        waiting, last = case.proposed(party.unit), _last(case, party.unit)
        if waiting is not None:
            who = _may(case, "decide", known, units, party.unit, besides=(waiting.proposed_by,))
            yield Turn(f"decide-{waiting.number}", _day(waiting), who, words.to_decide(case, party, waiting))
        elif last is not None and last.state == "returned":
            who = _may(case, "propose", known, units, party.unit, besides=())
            own = (last.proposed_by,) if last.proposed_by in who else who
            yield Turn(f"again-{last.number}", _day(last), own, words.returned(case, party, last))
    if not case.handling and case.decided_by:
        agreed = len({it.unit for it in case.confirmations}) < 2
        told = tuple(it.by for it in case.confirmations) if agreed else ()  # who differ have to speak again
        who = _may(case, "confirm_handling", known, units, None, besides=told)
        since = max((it.at for it in case.confirmations), default=case.opened_at)
        name = f"handling-{case.decision}-{len(case.confirmations)}-{since.timestamp():.6f}"
        yield Turn(name, since.astimezone(HERE).date(), who, words.to_confirm(case))


def _may(
    case: Case, step: str, people: Mapping[str, Person], units: Units, party: str | None, besides: tuple[str, ...]
) -> tuple[str, ...]:
    """Those who may take a step, but for who has done their part."""
    row = load_steps().steps[step]
    about = next((it for it in case.parties if it.unit == party), None)
    done = {people[it].post.unit for it in besides if it in people} if party is None else set()
    return tuple(
        it.id
        for it in people.values()
        if it.id not in besides
        and it.post.unit not in done
        and it.post.roles & row.roles
        and stands(units, Actor(it.id, it.post.unit, it.post.roles), case, row, about)
    )


def _last(case: Case, party: str) -> Plan | None:
    return next((it for it in reversed(case.plans) if it.party == party), None)


def _day(it: Plan) -> date:
    return (it.settled_at or it.proposed_at).astimezone(HERE).date()
