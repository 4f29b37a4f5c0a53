"""The register of people: every change is an event in the store, who did what and when."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from actions.errors import AlreadyEnrolled, CodeRefused, InvalidPerson, NoSuchPerson, StoreUnavailable
from actions.people.codes import digest_of, is_same, name_of, new_code, read_code
from actions.people.history import (
    Code,
    Event,
    Kind,
    Pause,
    Person,
    codes_after,
    from_row,
    pause_after,
    people_after,
)
from actions.people.roles import Post, check_person
from actions.store.database import Database
from actions.store.decisions import stored_time
from actions.store.models import AccessRow
from knowledge.privacy import find_personal

CODE_LASTS = timedelta(days=3)
"""How long a code can be used, where nothing else is said."""

REASON_MOST = 200
"""Characters of a reason."""

_TRIES = 8
_SWITCH: tuple[Kind, ...] = ("rested", "stopped", "resumed")
_NO_CODE = "没有这个开通码，请核对后重发，或请管理员另发一个。"
_USED = "这个开通码已经用过或已收回，请管理员另发一个。"
_EXPIRED = "这个开通码已经过期，请管理员另发一个。"


class People:
    """Who is enrolled and with what codes others may be. Whoever calls has made sure that `by` may do it."""

    def __init__(self, database: Database) -> None:
        """Keep the register in a database, the store's own."""
        self._database = database

    # ── codes ──────────────────────────────────────────────────────────────────────────────────────────────────

    def issue(
        self, post: Post, *, by: str, at: datetime, random: Callable[[int], int], lasts: timedelta = CODE_LASTS
    ) -> tuple[Code, str]:
        """Issue a one-use code.

        Args:
            post: Who whoever uses it will be.
            by: Who issues it; when they are revoked, their open codes die with that.
            at: Now; aware.
            random: See `new_code`.
            lasts: How long it can be used.

        Returns:
            What is kept of it, and the code itself: this is the only time that it is seen.

        Raises:
            StoreUnavailable: The database cannot be written now.
        """
        until = stored_time(at + lasts)
        with self._database.session(writes=True) as session:
            for _ in range(_TRIES):
                code = new_code(random)
                name = name_of(code)
                if _issued(session, name) is None:
                    row = _row("issued", by, at, code=name, digest=digest_of(code), expires_at=until, **_columns(post))
                    _append(session, row)
                    return Code(name, post, by, datetime.fromisoformat(until)), code
        raise StoreUnavailable("发不出新的开通码，随机数总是重复，请检查系统的随机数来源。")

    def enrol(self, text: str, *, person: str, at: datetime) -> Person:
        """Enrol a person by the code that they have sent. The same person may send it twice: it counts once.

        Args:
            text: The code, as typed.
            person: Who sent it.
            at: Now; aware.

        Returns:
            The person.

        Raises:
            CodeRefused: There is no such code, or it was used, withdrawn, or has expired.
            AlreadyEnrolled: The person came by another code, or was added; this code can still be used.
            InvalidPerson: The person's id is none.
        """
        check_person(person)
        code = read_code(text) or ""
        name = name_of(code)
        with self._database.session(writes=True) as session:
            issued = _issued(session, name)
            if not is_same(code, issued.digest if issued else None):
                raise CodeRefused(_NO_CODE)
            known = _person(session, person)
            if known is not None and known.code == name:
                return known
            left = codes_after(_events(session)).get(name)
            if left is None:
                raise CodeRefused(_USED)
            if left.expires_at <= at:
                raise CodeRefused(_EXPIRED)
            if known is not None:
                raise AlreadyEnrolled("您已经开通，这个码没有用掉；要改单位或权限，请管理员改。")
            row = _row("enrolled", person, at, person=person, code=name, **_columns(left.post))
            _append(session, row)
            return Person(person, left.post, datetime.fromisoformat(row.done_at), name)

    def codes(self, at: datetime) -> builtins.list[Code]:
        """The codes that can be used now."""
        with self._database.session() as session:
            left = codes_after(_events(session)).values()
        return [code for code in left if at < code.expires_at]

    def withdraw(self, code: str, *, by: str, at: datetime) -> Code:
        """Make a code useless before it is used.

        Args:
            code: Its name, or the whole of it.
            by: Who does it.
            at: Now; aware.

        Raises:
            NoSuchPerson: No unused code has that name.
        """
        name = name_of(code.strip().upper())
        with self._database.session(writes=True) as session:
            left = codes_after(_events(session)).get(name)
            if left is None:
                raise NoSuchPerson("没有这个还没用的开通码，“yingsu people list”可以看现有的。")
            _append(session, _row("withdrawn", by, at, code=name))
            return left

    # ── people ─────────────────────────────────────────────────────────────────────────────────────────────────

    def add(self, person: str, post: Post, *, by: str, at: datetime) -> Person:
        """Enrol a person without a code, or change who they are. Saying the same again changes nothing.

        Args:
            person: Qualified by channel.
            post: Who they are from now on.
            by: Who does it.
            at: Now; aware.

        Raises:
            InvalidPerson: The person's id is none.
        """
        check_person(person)
        with self._database.session(writes=True) as session:
            known = _person(session, person)
            if known is not None and known.post == post:
                return known
            row = _row("changed" if known else "enrolled", by, at, person=person, **_columns(post))
            _append(session, row)
            return Person(person, post, datetime.fromisoformat(row.done_at))

    def revoke(self, person: str, *, by: str, at: datetime, reason: str) -> Person:
        """End a person's access, and the codes that they have issued. Their records stay.

        Args:
            person: Qualified by channel.
            by: Who does it.
            at: Now; aware.
            reason: Why, for the history.

        Returns:
            Who they were.

        Raises:
            NoSuchPerson: They are not enrolled.
            InvalidPerson: The reason is empty, too long, or holds a number of a person.
        """
        reason = _reason(reason)
        with self._database.session(writes=True) as session:
            known = _person(session, person)
            if known is None:
                raise NoSuchPerson("没有这个已开通的人员，“yingsu people list”可以看现有的。")
            _append(session, _row("revoked", by, at, person=person, reason=reason))
            return known

    def get(self, person: str) -> Person | None:
        """The person, if enrolled."""
        with self._database.session() as session:
            return _person(session, person)

    def was_revoked(self, person: str) -> bool:
        """Whether a person was enrolled once and is no longer."""
        query = select(AccessRow.what).where(col(AccessRow.person) == person).order_by(col(AccessRow.number).desc())
        with self._database.session() as session:
            return session.exec(query.limit(1)).one_or_none() == "revoked"

    def list(self) -> builtins.list[Person]:
        """Everybody who is enrolled, in the order in which they came."""
        with self._database.session() as session:
            return builtins.list(people_after(_events(session)).values())

    def history(self, person: str | None = None) -> builtins.list[Event]:
        """What was done, the earliest first; to one person, by them or to codes for all where None."""
        with self._database.session() as session:
            events = _events(session)
        return [it for it in events if person is None or person in (it.person, it.by)]

    # ── the switch ─────────────────────────────────────────────────────────────────────────────────────────────

    def rest(self, reason: str, *, by: str, at: datetime, everything: bool = False) -> Pause:
        """Rest the guided talk.

        Args:
            reason: Why; everybody reads it.
            by: Who does it.
            at: Now; aware.
            everything: Look-ups too.

        Raises:
            InvalidPerson: The reason is empty, too long, or holds a number of a person.
        """
        reason = _reason(reason)
        with self._database.session(writes=True) as session:
            row = _row("stopped" if everything else "rested", by, at, reason=reason)
            _append(session, row)
            return Pause(reason, datetime.fromisoformat(row.done_at), everything)

    def resume(self, *, by: str, at: datetime) -> Pause | None:
        """Go on; tells what has ended, None where nothing rested."""
        with self._database.session(writes=True) as session:
            pause = _pause(session)
            if pause is not None:
                _append(session, _row("resumed", by, at))
            return pause

    def pause(self) -> Pause | None:
        """The pause that is on now."""
        with self._database.session() as session:
            return _pause(session)


def _columns(post: Post) -> dict[str, str]:
    return {"name": post.name, "unit": post.unit, "roles": " ".join(sorted(post.roles))}


def _row(what: Kind, by: str, at: datetime, **columns: str) -> AccessRow:
    return AccessRow(number=0, done_at=stored_time(at), done_by=by, what=what, **columns)


def _append(session: Session, row: AccessRow) -> None:
    row.number = (session.exec(select(func.max(AccessRow.number))).one() or 0) + 1
    session.add(row)


def _events(session: Session) -> Sequence[Event]:
    return [from_row(row) for row in session.exec(select(AccessRow).order_by(col(AccessRow.number)))]


def _issued(session: Session, name: str) -> AccessRow | None:
    query = select(AccessRow).where(col(AccessRow.what) == "issued", col(AccessRow.code) == name)
    return session.exec(query).one_or_none()


def _person(session: Session, person: str) -> Person | None:
    query = select(AccessRow).where(col(AccessRow.person) == person).order_by(col(AccessRow.number))
    return people_after(map(from_row, session.exec(query))).get(person)


def _pause(session: Session) -> Pause | None:
    query = select(AccessRow).where(col(AccessRow.what).in_(_SWITCH)).order_by(col(AccessRow.number).desc()).limit(1)
    row = session.exec(query).one_or_none()
    return pause_after(from_row(row) if row else None)


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if not reason or len(reason) > REASON_MOST:
        raise InvalidPerson(f"理由应为1至{REASON_MOST}字，请写明后再试。")
    if (kind := find_personal(reason)) is not None:
        raise InvalidPerson(f"理由里像是有{kind}，不能保存，请去掉后再试。")
    return reason
