"""The history of access, and what follows from it. An event is never changed; the present is read off the events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from actions.people.roles import Post, Role
from actions.store.models import AccessRow

Kind = Literal["issued", "withdrawn", "enrolled", "changed", "revoked", "rested", "stopped", "resumed"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was done about access.

    Attributes:
        number: Its place in the history: 1, 2, 3 and so on.
        at: When; UTC.
        by: Who did it: the administrator, or the person who used a code.
        what: A code was issued or withdrawn; a person enrolled, changed or revoked; the guided talk rested,
            everything stopped, or resumed.
        person: Whom it concerns, qualified by channel.
        code: The name of the code it concerns.
        post: Who they are from now on; who the code is for.
        expires_at: Until when a code can be used; UTC.
        reason: Why.
    """

    number: int
    at: datetime
    by: str
    what: Kind
    person: str | None = None
    code: str | None = None
    post: Post | None = None
    expires_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is enrolled.

    Attributes:
        id: Qualified by channel, such as telegram:123.
        post: Who they are.
        since: Since when they are that; UTC.
        code: The name of the code they enrolled with; None where an administrator added or changed them.
    """

    id: str
    post: Post
    since: datetime
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """A code that nobody has used. The code itself is nowhere but with whom it was given to.

    Attributes:
        name: Its first four characters.
        post: Who whoever uses it will be.
        by: Who issued it.
        expires_at: Until when it can be used; UTC.
    """

    name: str
    post: Post
    by: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Pause:
    """The switch is off.

    Attributes:
        reason: Why, for everybody to read.
        since: Since when; UTC.
        everything: Look-ups too, not the guided talk alone.
    """

    reason: str
    since: datetime
    everything: bool


def from_row(row: AccessRow) -> Event:
    """Read a row."""
    post = None
    if row.name is not None and row.unit is not None and row.roles is not None:
        post = Post(row.name, row.unit, frozenset(map(Role, row.roles.split())))
    return Event(
        number=row.number,
        at=datetime.fromisoformat(row.done_at),
        by=row.done_by,
        what=cast(Kind, row.what),
        person=row.person,
        code=row.code,
        post=post,
        expires_at=datetime.fromisoformat(row.expires_at) if row.expires_at else None,
        reason=row.reason,
    )


def people_after(events: Iterable[Event]) -> dict[str, Person]:
    """The people enrolled after these events, by id, in the order in which they came."""
    enrolled: dict[str, Person] = {}
    for event in events:
        if event.person is None:
            continue
        if event.post is not None:
            enrolled[event.person] = Person(event.person, event.post, event.at, event.code)
        else:
            enrolled.pop(event.person, None)
    return enrolled


def codes_after(events: Iterable[Event]) -> dict[str, Code]:
    """The codes left after these events, by name: not used nor withdrawn, their issuer not revoked; some expired."""
    left: dict[str, Code] = {}
    for event in events:
        if event.what == "issued" and event.code and event.post and event.expires_at:
            left[event.code] = Code(event.code, event.post, event.by, event.expires_at)
        elif event.code is not None:
            left.pop(event.code, None)
        elif event.what == "revoked":
            left = {name: code for name, code in left.items() if code.by != event.person}
    return left


def pause_after(last: Event | None) -> Pause | None:
    """What the last use of the switch means; None where it is on."""
    if last is None or last.what == "resumed":
        return None
    return Pause(last.reason or "", last.at, last.what == "stopped")
