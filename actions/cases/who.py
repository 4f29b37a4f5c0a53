"""Who acts on a case, and what a unit is to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from actions.cases.case import Case, Party
from actions.cases.steps import Step, Whose
from actions.people.people import People
from actions.people.roles import Role, supervises
from knowledge.units import UnitKind, Units

_WORKING = frozenset({Role.REGISTER, Role.PROPOSE, Role.DECIDE})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts.

    Attributes:
        person: Qualified by channel.
        unit: Their unit's proper name; None for somebody on the machine itself who is not enrolled.
        roles: What they may do.
        via: Who typed it for them, on the machine itself.
    """

    person: str
    unit: str | None
    roles: frozenset[Role]
    via: str | None = None

    @property
    def local(self) -> bool:
        """Whether they sit at the machine itself: whoever does reads its database anyway."""
        return self.unit is None


def actor(people: People, person: str, *, local: bool, via: str | None = None) -> Actor | None:
    """Who a person is here.

    Args:
        people: The register.
        person: Qualified by channel.
        local: Whether their channel is the machine itself. Not enrolled there, they register and keep up cases, as
            they may be guided without being enrolled; they neither propose nor decide.
        via: Who typed it for them.

    Returns:
        None where nobody is enrolled by that name, or they were revoked.
    """
    known = people.get(person)
    if known is not None:
        return Actor(person, known.post.unit, known.post.roles, via)
    here = local and not people.was_revoked(person)
    return Actor(person, None, frozenset({Role.REGISTER}), via) if here else None


def may_see(units: Units, who: Actor, case: Case) -> bool:
    """Whether somebody may see a case: one that they opened or keep, their own unit's, or one that it supervises."""
    if who.unit is None:
        return True
    if not who.roles & _WORKING:
        return False
    if who.person in (case.opened_by, case.keeper):
        return True
    if who.unit in case.units or _offices(units, case.units, who.unit):
        return True
    concerned = {party.unit for party in case.parties} | set(case.handling)
    return any(supervises(units, who.unit, it) for it in concerned)


def stands(units: Units, who: Actor, case: Case, step: Step, party: Party | None = None) -> bool:
    """Whether somebody's unit is one of those that may take a step.

    Args:
        units: The units there are.
        who: Who acts.
        case: The case.
        step: The step.
        party: The defendant that the step is about; None for any.
    """
    if who.local:
        return True
    unit = who.unit
    return unit is not None and any(_is(units, unit, one, case, party) for one in step.whose)


def own_party(units: Units, who: Actor, case: Case, step: Step) -> Party | None:
    """The defendant that is somebody's to settle: the only one, or the only one of their unit; None otherwise."""
    several = len(case.parties) > 1 and not who.local
    own = [it for it in case.parties if not several or stands(units, who, case, step, it)]
    return own[0] if len(own) == 1 else None


def _is(units: Units, unit: str, whose: Whose, case: Case, party: Party | None) -> bool:
    parties = (party,) if party is not None else case.parties
    if whose == "registrar":
        return unit == case.registrar
    if whose == "handling":
        return unit in case.handling
    if whose == "defendant":
        return any(unit == it.unit or _office_of(units, unit, it.unit) for it in parties)
    if whose == "proposer":
        return any(unit == it.proposes for it in parties)
    if whose == "decider":
        return any(unit == it.decides or _office_of(units, unit, it.decides) for it in parties)
    if whose in ("office", "justice"):
        kind = UnitKind.GOVERNMENT_OFFICE if whose == "office" else UnitKind.JUSTICE_BUREAU
        return unit in case.decided_by and is_a(units, unit, kind)
    return any(supervises(units, unit, it.unit) for it in parties)


def is_a(units: Units, unit: str, kind: UnitKind) -> bool:
    """Whether a name is that of a unit of a kind."""
    known = units.parse(unit)
    return known is not None and known.kind is kind


def _offices(units: Units, concerned: Iterable[str], unit: str) -> bool:
    return any(_office_of(units, unit, it) for it in concerned)


def _office_of(units: Units, office: str, government: str) -> bool:
    """Whether a unit is the office of a government: it has no other staff of its own to act by."""
    known = units.parse(government)
    if known is None or known.kind not in (UnitKind.CITY_GOVERNMENT, UnitKind.COUNTY_GOVERNMENT):
        return False
    return units.office(known).name == office
