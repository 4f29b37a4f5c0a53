"""The store of decisions: what is confirmed is written once and stays."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from datetime import datetime
from typing import Literal, TextIO

from sqlalchemy import func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from actions.errors import AlreadySuperseded, KeyReused, NoSuchDecision, PersonalData
from actions.store.chain import DECISIONS, Head, VerifyReport
from actions.store.database import Database
from actions.store.decisions import (
    GENESIS,
    Decision,
    NewDecision,
    exported,
    from_row,
    same_content,
    stored_time,
    to_row,
)
from actions.store.models import DecisionRow
from knowledge.privacy import find_personal_in

_AT_A_TIME = 500  # rows in memory while the whole chain is read


class Store(Database):
    """Decisions on disk."""

    def record(self, new: NewDecision) -> tuple[Decision, bool]:
        """Write a decision, once.

        Args:
            new: The decision. The same key with the same content, whenever and from wherever it comes again,
                gives the decision that was written first.

        Returns:
            The decision on record, and whether this call wrote it. When it returns, it is on disk.

        Raises:
            PersonalData: Facts or reason hold what looks like an identity, telephone or card number.
            KeyReused: The key names a decision with other content.
            NoSuchDecision: The decision to supersede does not exist.
            AlreadySuperseded: It has been superseded already.
            InvalidDecision: Something in it cannot be written as JSON.
            StoreUnavailable: The database cannot be written now; nothing was.
        """
        _refuse_personal_data(new)
        with self.session(writes=True) as session:
            first = session.exec(select(DecisionRow).where(col(DecisionRow.key) == new.key)).one_or_none()
            if first is not None:
                if not same_content(first, to_row(new, first.number, first.previous_hash)):
                    raise KeyReused(
                        f"这次确认的编号 {new.key} 已用于第{first.number}号决定，内容不同，请重新确认一次。"
                    )
                return from_row(first, _successor(session, first.number)), False
            if new.supersedes is not None:
                _refuse_superseding(session, new.supersedes)
            number, previous_hash = _head(session)
            row = to_row(new, number + 1, previous_hash)
            decision = from_row(row, None)
            session.add(row)
        return decision, True

    def get(self, number: int) -> Decision:
        """Read one decision.

        Raises:
            NoSuchDecision: There is none with that number.
        """
        with self.session() as session:
            row = session.get(DecisionRow, number)
            if row is None:
                raise _no_such(session, number)
            return from_row(row, _successor(session, number))

    def list(
        self, person: str | None = None, limit: int | None = None, since: datetime | None = None
    ) -> builtins.list[Decision]:
        """Read decisions, the latest first.

        Args:
            person: Only those of this person.
            limit: At most so many.
            since: Only those decided at this time or later; aware.

        Returns:
            The decisions, superseded ones included.
        """
        later = aliased(DecisionRow)
        query = (
            select(DecisionRow, col(later.number))
            .outerjoin(later, col(later.supersedes) == col(DecisionRow.number))
            .order_by(col(DecisionRow.number).desc())
        )
        if person is not None:
            query = query.where(col(DecisionRow.person) == person)
        if since is not None:
            query = query.where(col(DecisionRow.decided_at) >= stored_time(since))
        if limit is not None:
            query = query.limit(max(limit, 0))
        with self.session() as session:
            return [from_row(row, superseded_by) for row, superseded_by in session.exec(query)]

    def count(self) -> int:
        """Count the decisions, superseded ones included."""
        with self.session() as session:
            return session.exec(select(func.count()).select_from(DecisionRow)).one()

    def head(self) -> Head:
        """Return the last decision's number and hash; (0, 64 zeros) where there is none."""
        with self.session() as session:
            return _head(session)

    def verify(self, *kept: Head) -> VerifyReport:
        """Check that every decision is as it was written: none changed, missing, added or moved.

        Args:
            *kept: Numbers and hashes that were once the last and were kept elsewhere. Without one a cut tail, or a
                chain written anew from the start, cannot be told from a shorter or other one.

        Returns:
            What was found, up to the first fault.
        """
        with self.session() as session:
            return DECISIONS.check(_all(session), kept)

    def export(self, stream: TextIO, format: Literal["jsonl", "json"] = "jsonl") -> int:
        """Write all decisions in the order of the chain, for keeping elsewhere.

        Args:
            stream: Where to; UTF-8 text.
            format: `jsonl` for one canonical JSON object a line, `json` for one array of the same objects.
                SHA-256 over an object's canonical JSON without its `hash` gives that hash, so whoever has the
                file can check the chain without this program.

        Returns:
            How many were written.
        """
        before, between, after = ("[", ",\n", "]\n") if format == "json" else ("", "\n", "\n")
        count = 0
        stream.write(before)
        with self.session() as session:
            for count, row in enumerate(_all(session), start=1):
                stream.write((between if count > 1 else "") + exported(row))
        if count or format == "json":
            stream.write(after)
        return count


def _all(session: Session) -> Iterator[DecisionRow]:
    """Yield every row in the order of the chain, a few at a time."""
    query = select(DecisionRow).order_by(col(DecisionRow.number))
    yield from session.exec(query.execution_options(yield_per=_AT_A_TIME))


def _head(session: Session) -> Head:
    """Return the last row's number and hash."""
    query = select(DecisionRow.number, DecisionRow.hash).order_by(col(DecisionRow.number).desc()).limit(1)
    row = session.exec(query).one_or_none()
    return (0, GENESIS) if row is None else (row[0], row[1])


def _successor(session: Session, number: int) -> int | None:
    """Return the number of the decision that supersedes this one."""
    query = select(DecisionRow.number).where(col(DecisionRow.supersedes) == number)
    return session.exec(query).one_or_none()


def _no_such(session: Session, number: int) -> NoSuchDecision:
    last = _head(session)[0]
    there_are = f"现有第1号至第{last}号" if last else "现在还没有任何决定"
    return NoSuchDecision(f"没有第{number}号决定，{there_are}，请核对编号。")


def _refuse_superseding(session: Session, number: int) -> None:
    """Refuse to supersede what is not there, or what somebody else has superseded meanwhile."""
    if session.get(DecisionRow, number) is None:
        raise _no_such(session, number)
    successor = _successor(session, number)
    if successor is not None:
        raise AlreadySuperseded(f"第{number}号决定已被第{successor}号取代，请改为更正第{successor}号。")


def _refuse_personal_data(new: NewDecision) -> None:
    """Refuse what looks like a party's number, without repeating it."""
    for part, value in (("案情", new.facts), ("理由", new.reason)):
        kind = find_personal_in(value)
        if kind is not None:
            raise PersonalData(f"{part}里有疑似{kind}的内容，当事人的个人信息不入库，请删去后再登记。")
