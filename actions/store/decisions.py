"""Decisions as values, and how one becomes a row and back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from actions.errors import InvalidDecision
from actions.store.canonical import canonical, sha256_of
from actions.store.models import DecisionRow

GENESIS = "0" * 64
"""The previous hash of decision 1, and the head's hash of an empty store."""

_CONTENT = (
    "key",
    "person",
    "facts",
    "outcome",
    "trace",
    "measure_id",
    "measure_sha256",
    "table_sha256",
    "supersedes",
    "reason",
)

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class NewDecision:
    """A decision that somebody has just confirmed.

    Attributes:
        key: Names the act of confirming; the same key is written once.
        person: Who decided, qualified by channel, such as `console:alice`.
        decided_at: When; aware, any zone.
        facts: The answers, by fact.
        outcome: What the table said.
        trace: Answer, rule, clause, step by step.
        measure_id: The measure that was applied.
        measure_sha256: Hash of its text; 64 lower-case hexadecimal digits.
        table_sha256: Hash of its decision table; likewise.
        supersedes: The number of the decision that this one corrects.
        reason: Why, in the person's own words.

    Raises:
        InvalidDecision: A field is empty or malformed.
    """

    key: str
    person: str
    decided_at: datetime
    facts: Mapping[str, object]
    outcome: Mapping[str, object]
    trace: Sequence[object]
    measure_id: str
    measure_sha256: str
    table_sha256: str
    supersedes: int | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be stored, or would mean nothing to whoever reads it later."""
        for name in ("key", "person", "measure_id"):
            if not getattr(self, name).strip():
                raise InvalidDecision(f"登记内容缺少 {name}，请补上后再登记。")
        for name in ("measure_sha256", "table_sha256"):
            if not _SHA256.fullmatch(getattr(self, name)):
                raise InvalidDecision(f"{name} 应为64位小写十六进制数，请用文件的 SHA-256。")
        if self.decided_at.utcoffset() is None:
            raise InvalidDecision("登记时间没有时区，请带上时区后再登记。")


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision on record.

    Attributes:
        number: Its place in the chain: 1, 2, 3 and so on, without gaps.
        key: Names the act of confirming.
        person: Who decided.
        decided_at: When; UTC.
        facts: The answers, by fact.
        outcome: What the table said.
        trace: Answer, rule, clause, step by step.
        measure_id: The measure that was applied.
        measure_sha256: Hash of its text.
        table_sha256: Hash of its decision table.
        supersedes: The number of the decision that this one corrects.
        reason: Why, in the person's own words.
        previous_hash: Hash of decision `number - 1`; 64 zeros for the first.
        hash: SHA-256 over the canonical JSON of all fields above.
        superseded_by: The number of the decision that corrects this one; not part of the hash.
    """

    number: int
    key: str
    person: str
    decided_at: datetime
    facts: dict[str, Any]
    outcome: dict[str, Any]
    trace: list[Any]
    measure_id: str
    measure_sha256: str
    table_sha256: str
    supersedes: int | None
    reason: str | None
    previous_hash: str
    hash: str
    superseded_by: int | None


def stored_time(moment: datetime) -> str:
    """Write an aware time as it is stored: ISO 8601, UTC, to the microsecond.

    All are equally long, so the order of the texts is the order in time.

    Raises:
        InvalidDecision: The time has no zone.
    """
    if moment.utcoffset() is None:
        raise InvalidDecision("时间没有时区，请带上时区。")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def to_row(new: NewDecision, number: int, previous_hash: str) -> DecisionRow:
    """Give a new decision its place in the chain.

    Args:
        new: The decision.
        number: Its number.
        previous_hash: The hash of the decision before it.

    Returns:
        The row, hash included; not yet written.

    Raises:
        InvalidDecision: Something in it cannot be written as JSON.
    """
    row = DecisionRow(
        number=number,
        key=new.key,
        person=new.person,
        decided_at=stored_time(new.decided_at),
        facts=canonical(new.facts),
        outcome=canonical(new.outcome),
        trace=canonical(new.trace),
        measure_id=new.measure_id,
        measure_sha256=new.measure_sha256,
        table_sha256=new.table_sha256,
        supersedes=new.supersedes,
        reason=new.reason,
        previous_hash=previous_hash,
        hash="",
    )
    row.hash = sha256_of(hashed_part(row))
    return row


def hashed_part(row: DecisionRow) -> dict[str, object]:
    """Return every column of a row but `hash`, by name, JSON columns read.

    Raises:
        ValueError: A JSON column holds no JSON.
    """
    return {
        "number": row.number,
        "key": row.key,
        "person": row.person,
        "decided_at": row.decided_at,
        "facts": json.loads(row.facts),
        "outcome": json.loads(row.outcome),
        "trace": json.loads(row.trace),
        "measure_id": row.measure_id,
        "measure_sha256": row.measure_sha256,
        "table_sha256": row.table_sha256,
        "supersedes": row.supersedes,
        "reason": row.reason,
        "previous_hash": row.previous_hash,
    }


def exported(row: DecisionRow) -> str:
    """Write a row as one line of canonical JSON; without its `hash`, that line's SHA-256 is the hash."""
    return canonical({**hashed_part(row), "hash": row.hash})


def from_row(row: DecisionRow, superseded_by: int | None) -> Decision:
    """Read a row.

    Args:
        row: A row of the table.
        superseded_by: The number of the row that supersedes it.

    Returns:
        The decision.
    """
    return Decision(
        number=row.number,
        key=row.key,
        person=row.person,
        decided_at=datetime.fromisoformat(row.decided_at),
        facts=json.loads(row.facts),
        outcome=json.loads(row.outcome),
        trace=json.loads(row.trace),
        measure_id=row.measure_id,
        measure_sha256=row.measure_sha256,
        table_sha256=row.table_sha256,
        supersedes=row.supersedes,
        reason=row.reason,
        previous_hash=row.previous_hash,
        hash=row.hash,
        superseded_by=superseded_by,
    )


def same_content(one: DecisionRow, other: DecisionRow) -> bool:
    """Tell whether two rows say the same; when does not count, as a repeated press comes later."""
    return all(getattr(one, name) == getattr(other, name) for name in _CONTENT)
