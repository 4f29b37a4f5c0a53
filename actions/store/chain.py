"""Is a chain of records whole? A pure check over its rows, one at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from actions.errors import InvalidDecision
from actions.store.canonical import canonical, sha256_of
from actions.store.decisions import GENESIS, hashed_part
from actions.store.models import CaseEventRow, DecisionRow

Head = tuple[int, str]
"""The last record's number and hash; (0, 64 zeros) where there is none."""


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What a check of a chain found.

    Attributes:
        ok: Whether everything is as it was written.
        count: How many records, from the first on, are whole.
        head: The last whole record's number and hash. Keep it elsewhere: only a head kept elsewhere shows
            that a tail was cut off or that the whole chain was written anew.
        first_broken: The number of the first record that is missing, changed or out of place.
        problem: What is wrong with it, for people.
    """

    ok: bool
    count: int
    head: Head
    first_broken: int | None = None
    problem: str | None = None


class Link(Protocol):
    """A row of a chain."""

    number: int
    previous_hash: str
    hash: str


_Row = TypeVar("_Row", bound=Link)


@dataclass(frozen=True, slots=True)
class Chain(Generic[_Row]):
    """A kind of chain.

    Attributes:
        name: What one of its records is called, for people.
        hashed_part: Every column of a row but its hash, by name, JSON columns read.
        json_columns: Those columns.
    """

    name: str
    hashed_part: Callable[[_Row], dict[str, object]]
    json_columns: tuple[str, ...]

    def check(self, rows: Iterable[_Row], expected_head: Head | None = None) -> VerifyReport:
        """Check rows against each other and against a head that was kept elsewhere.

        Args:
            rows: All rows in the order of their numbers; read once, none is kept.
            expected_head: Number and hash of a record that was once the last. Later ones may follow it.

        Returns:
            The report, up to the first fault.
        """
        number, last = 0, GENESIS
        for row in rows:
            problem = self._problem(row, number + 1, last)
            if problem is None and expected_head is not None and row.number == expected_head[0]:
                problem = None if row.hash == expected_head[1] else "与留存的链尾不符，此前的记录可能被整体改写"
            if problem is not None:
                broken = min(row.number, number + 1)
                return VerifyReport(False, number, (number, last), broken, f"第{broken}号{self.name}{problem}。")
            number, last = row.number, row.hash
        if expected_head is not None and expected_head[0] > number:
            problem = f"第{number + 1}号起的{self.name}不见了，留存的链尾是第{expected_head[0]}号。"
            return VerifyReport(False, number, (number, last), number + 1, problem)
        if expected_head is not None and expected_head[0] == 0 and expected_head[1] != GENESIS:
            return VerifyReport(False, number, (number, last), None, "留存的链尾写错了：第0号的哈希应为64个0。")
        return VerifyReport(True, number, (number, last))

    def _problem(self, row: _Row, expected_number: int, previous_hash: str) -> str | None:
        """Say what is wrong with one row at its place in the chain, or None."""
        if row.number > expected_number:
            return "不见了"
        if row.number < expected_number:
            return "是多出来的"
        try:
            part = self.hashed_part(row)
            texts_are_canonical = all(getattr(row, name) == canonical(part[name]) for name in self.json_columns)
            own_hash = sha256_of(part)
        except (InvalidDecision, TypeError, ValueError):
            return "的内容读不懂，已被改动"
        if own_hash != row.hash or not texts_are_canonical:
            return "的内容与它的哈希不符，已被改动"
        if row.previous_hash != previous_hash:
            return "接不上前一号，次序或前面的记录被改动"
        return None


def hashed_event(row: CaseEventRow) -> dict[str, object]:
    """Return every column of an event of a case but `hash`, by name, `data` read.

    Raises:
        ValueError: `data` holds no JSON.
    """
    return {
        "number": row.number,
        "key": row.key,
        "case": row.case_number,
        "what": row.what,
        "data": json.loads(row.data),
        "person": row.person,
        "unit": row.unit,
        "via": row.via,
        "reason": row.reason,
        "done_at": row.done_at,
        "previous_hash": row.previous_hash,
    }


DECISIONS: Chain[DecisionRow] = Chain("决定", hashed_part, ("facts", "outcome", "trace"))
"""The chain of decisions."""

CASE_EVENTS: Chain[CaseEventRow] = Chain("案件记录", hashed_event, ("data",))
"""The chain of what was done on cases."""
