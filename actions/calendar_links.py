"""Links to calendars of units: whoever knows a link reads the calendar, until it is withdrawn."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable
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

    def unit_of(self, token: str) -> str | None:
        """The unit whose calendar a token opens; None where it opens none."""
        with self._database.session() as session:
            row = session.get(CalendarRow, _digest(token))
        return row.unit if row is not None and row.withdrawn_at is None else None

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
        return unit_calendar(unit, [(it, dates(it, today, ended=True)) for it in cases() if concerns(unit, it)], now)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
