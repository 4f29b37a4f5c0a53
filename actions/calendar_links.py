"""Links to calendars of units: whoever knows a link reads the calendar, until it is withdrawn."""

from __future__ import annotations

import base64
import builtins
import hashlib
import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from actions.cases import Case
from actions.cases.calendars import concerns, unit_calendar
from actions.cases.dates import dates
from actions.render import HERE
from actions.store.database import Database
from actions.store.decisions import stored_time
from actions.store.models import CalendarRow

_BYTES = 16


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was issued. Its token is nowhere but with whom it was given to.

    Attributes:
        name: The first eight characters of the token's digest.
        unit: Whose calendar.
        by: Who issued it.
        at: When; UTC.
        withdrawn_at: When it was withdrawn; None while it counts.
    """

    name: str
    unit: str
    by: str
    at: datetime
    withdrawn_at: datetime | None


class CalendarLinks:
    """The links on disk. Whoever calls has made sure that `by` may do it.

    Args:
        database: Where cases are kept too.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def issue(self, unit: str, *, by: str, at: datetime, random: Callable[[int], int]) -> str:
        """Issue a link.

        Args:
            unit: Whose calendar: its proper name.
            by: Who issues it, qualified by channel.
            at: Now; aware.
            random: Gives a whole number from 0 up to, without, its argument; `secrets.randbelow` outside tests.

        Returns:
            The token, 128 random bits: this is the only time that it is seen. It stands in `/calendar/<token>.ics`.

        Raises:
            StoreUnavailable: The database cannot be written now.
        """
        secret = random(256**_BYTES).to_bytes(_BYTES, "big")
        token = base64.urlsafe_b64encode(secret).rstrip(b"=").decode()
        row = CalendarRow(digest=_digest(token), unit=unit, made_by=by, made_at=stored_time(at))
        with self._database.session(writes=True) as session:
            session.add(row)
        return token

    def withdraw(self, unit: str, *, at: datetime) -> int:
        """Withdraw every link to a unit's calendar; tells how many there were."""
        query = select(CalendarRow).where(col(CalendarRow.unit) == unit, col(CalendarRow.withdrawn_at).is_(None))
        with self._database.session(writes=True) as session:
            rows = session.exec(query).all()
            for row in rows:
                row.withdrawn_at = stored_time(at)
            return len(rows)

    def list(self) -> builtins.list[Link]:
        """Every link, the earliest first."""
        with self._database.session() as session:
            return [_link(row) for row in session.exec(select(CalendarRow).order_by(col(CalendarRow.made_at)))]

    def unit_of(self, token: str) -> str | None:
        """The unit whose calendar a token opens, compared in constant time; None where it opens none."""
        digest = _digest(token)
        with self._database.session() as session:
            row = session.get(CalendarRow, digest)
        if row is None or row.withdrawn_at is not None or not hmac.compare_digest(row.digest, digest):
            return None
        return row.unit

    def calendar(self, token: str, cases: Callable[[], Iterable[Case]], now: datetime) -> bytes | None:
        """The calendar that a token opens: see `unit_calendar`; None where it opens none.

        Args:
            token: As in the link.
            cases: Gives all cases; asked only where the token opens one.
            now: Now; aware.
        """
        unit = self.unit_of(token)
        if unit is None:
            return None
        today = now.astimezone(HERE).date()
        return unit_calendar(unit, [(it, dates(it, today)) for it in cases() if concerns(unit, it)], now)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _link(row: CalendarRow) -> Link:
    gone = datetime.fromisoformat(row.withdrawn_at) if row.withdrawn_at else None
    return Link(row.digest[:8], row.unit, row.made_by, datetime.fromisoformat(row.made_at), gone)
