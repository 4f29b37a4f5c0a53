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

    def check(self, rows: Iterable[_Row], kept: Iterable[Head] = ()) -> VerifyReport:
        """Check rows against each other and against heads that were kept elsewhere.

        Args:
            rows: All rows in the order of their numbers; read once, none is kept.
            kept: Numbers and hashes of records that were once the last, in any order. Later ones may follow them.

        Returns:
            The report, up to the first fault.
        """
        heads = sorted(set(kept))
        if any(number == 0 and hash_ != GENESIS for number, hash_ in heads):
            return VerifyReport(False, 0, (0, GENESIS), None, "留存的链尾写错了：第0号的哈希应为64个0。")
        waiting = [it for it in heads if it[0] > 0]
        number, last, confirmed = 0, GENESIS, 0
        for row in rows:
            problem = self._problem(row, number + 1, last)
            while problem is None and waiting and waiting[0][0] == row.number:
                problem = None if waiting.pop(0)[1] == row.hash else _rewritten(confirmed)
                confirmed = row.number
            if problem is not None:
                broken = min(row.number, number + 1)
                return VerifyReport(False, number, (number, last), broken, f"第{broken}号{self.name}{problem}。")
            number, last = row.number, row.hash
        if waiting:
            problem = (
                f"第{number + 1}号起的{self.name}不见了，留存的链尾是第{waiting[-1][0]}号："
                "末尾被截掉，或数据库换成了较早的。"
            )
            return VerifyReport(False, number, (number, last), number + 1, problem)
        return VerifyReport(True, number, (number, last))

    def _problem(self, row: _Row, expected_number: int, previous_hash: str) -> str | None:
        """Say what is wrong with one row at its place in the chain, or None."""
        if row.number > expected_number:
            return "不见了"
        if row.number < expected_number:
            return "是多出来的"
        continues = row.previous_hash == previous_hash
        try:
            part = self.hashed_part(row)
            texts_are_canonical = all(getattr(row, name) == canonical(part[name]) for name in self.json_columns)
            own_hash = sha256_of(part)
        except (InvalidDecision, TypeError, ValueError):
            return "的内容读不懂，已被改动"
        if own_hash != row.hash or not texts_are_canonical:
            return (
                "的内容与它的哈希不符，已被改动"
                if continues
                else "的内容与它的哈希不符，也接不上前一号：被调换、插入或改动"
            )
        return None if continues else "接不上前一号，次序或前面的记录被改动"


def _rewritten(confirmed: int) -> str:
    """Say how much does not fit a kept head: all after the last record that fits one."""
    if confirmed:
        return f"与留存的链尾不符，第{confirmed}号之后的记录被整体改写"
    return "与留存的链尾不符，此前的记录被整体改写，或数据库换成了另一个"


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
