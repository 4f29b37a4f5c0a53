"""A case as it stands after some steps, and people around it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from actions.cases import Case, Party
from actions.people import Person, Post, Role

OPENED = datetime(2026, 11, 24, 2, tzinfo=UTC)
COUNTY, HANDLING, JUSTICE = "原平市人民政府", "原平市住房和城乡建设局", "原平市司法局"
KEEPER, COLLEAGUE, HEAD, ELSEWHERE = (f"telegram:{number}" for number in (1, 2, 3, 4))
TODAY = date(2026, 11, 24)


def case(number: int = 3, **known: Any) -> Case:
    """A case against the county, handled by its housing bureau and kept by `KEEPER`; received when it was opened."""
    usual: dict[str, Any] = {
        "opened_at": OPENED,
        "opened_by": KEEPER,
        "registrar": HANDLING,
        "keeper": KEEPER,
        "decision": 1,
        "status": "determined",
        "parties": (Party(COUNTY, JUSTICE, COUNTY, "第十三条", True),),
        "last": 1,
        "handling": (HANDLING,),
        "received_on": TODAY,
    }
    return Case(number, **(usual | known))


def person(id: str, *roles: Role, unit: str = HANDLING) -> Person:
    """Somebody who is enrolled."""
    return Person(id, Post("某岗", unit, frozenset(roles)), OPENED)


PEOPLE = (
    person(KEEPER, Role.REGISTER),
    person(COLLEAGUE, Role.REGISTER),
    person(HEAD, Role.DECIDE),
    person(ELSEWHERE, Role.REGISTER, Role.DECIDE, unit=JUSTICE),
)
