"""The tables, as SQLModel sees them; the migrations beside this file must say the same (a test compares)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, LargeBinary, MetaData, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

# Fixed names, so that a migration can alter a constraint on any database.
_NAMES = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "ix": "ix_%(table_name)s_%(column_0_name)s",
}


class Base(SQLModel):
    """What all tables of the store share: their own metadata."""

    metadata = MetaData(naming_convention=_NAMES)


class DecisionRow(Base, table=True):
    """One decision, one row; never updated, never deleted.

    `facts`, `outcome` and `trace` hold canonical JSON as text: the same bytes on every database, so that a
    change that leaves the value alone (a doubled key, say) is still found.
    """

    __tablename__ = "decision"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    key: str = Field(unique=True, sa_type=Text)
    person: str = Field(index=True, sa_type=Text)
    decided_at: str = Field(sa_type=Text)
    facts: str = Field(sa_type=Text)
    outcome: str = Field(sa_type=Text)
    trace: str = Field(sa_type=Text)
    measure_id: str = Field(sa_type=Text)
    measure_sha256: str = Field(sa_type=Text)
    table_sha256: str = Field(sa_type=Text)
    supersedes: int | None = Field(default=None, unique=True, foreign_key="decision.number")
    reason: str | None = Field(default=None, sa_type=Text)
    previous_hash: str = Field(sa_type=Text)
    hash: str = Field(sa_type=Text)


class IncomingRow(Base, table=True):
    """One message that a channel received. Once it is done only its number is left, to know it again by."""

    __tablename__ = "incoming"
    __table_args__ = (UniqueConstraint("channel", "update_id"), Index(None, "state", "channel", "chat"))

    id: int | None = Field(default=None, primary_key=True)
    channel: str = Field(sa_type=Text)
    update_id: str = Field(sa_type=Text)
    place: int = Field(sa_type=BigInteger)
    chat: str = Field(sa_type=Text)
    person: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    about: str = Field(sa_type=Text)
    refused: str | None = Field(default=None, sa_type=Text)
    state: str = Field(sa_type=Text)
    tries: int = 0
    not_before: str = Field(default="", sa_type=Text)
    received_at: str = Field(sa_type=Text)


class OutgoingRow(Base, table=True):
    """One call that shows a person something. Its text is kept until it is sent, and while its buttons count."""

    __tablename__ = "outgoing"
    __table_args__ = (Index(None, "state", "channel", "chat"), Index(None, "live", "channel", "chat"))

    id: int | None = Field(default=None, primary_key=True)
    incoming: int | None = Field(default=None, foreign_key="incoming.id")
    channel: str = Field(sa_type=Text)
    chat: str = Field(sa_type=Text)
    edits: int | None = Field(default=None, foreign_key="outgoing.id")
    text: str = Field(sa_type=Text)
    about: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    tries: int = 0
    unsure: int = 0
    not_before: str = Field(default="", sa_type=Text)
    message_id: str | None = Field(default=None, sa_type=Text)
    live: bool = False
    made_at: str = Field(sa_type=Text)


class ButtonRow(Base, table=True):
    """A button under an outgoing message: the short token that pressing it sends, and what it stands for."""

    __tablename__ = "button"

    token: str = Field(primary_key=True, sa_type=Text)
    outgoing: int = Field(foreign_key="outgoing.id", index=True)
    number: int
    label: str = Field(sa_type=Text)
    value: str = Field(sa_type=Text)
    pressed: bool = False


class ChatRow(Base, table=True):
    """A chat: since when it is closed to us, and what is on offer in it."""

    __tablename__ = "chat"

    channel: str = Field(primary_key=True, sa_type=Text)
    chat: str = Field(primary_key=True, sa_type=Text)
    blocked_at: str | None = Field(default=None, sa_type=Text)
    offers: str = Field(default="{}", sa_type=Text)


class AccessRow(Base, table=True):
    """One event in the history of access, one row; never updated, never deleted. `actions.people` reads them.

    `name`, `unit` and `roles` stand together or not at all; `roles` are divided by spaces. A code is named by its
    first four characters; of the rest there is only `digest`, and only in the row that issued it.
    """

    __tablename__ = "access_event"
    __table_args__ = (UniqueConstraint("what", "code"),)

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    done_at: str = Field(sa_type=Text)
    done_by: str = Field(sa_type=Text)
    what: str = Field(sa_type=Text)
    person: str | None = Field(default=None, index=True, sa_type=Text)
    code: str | None = Field(default=None, sa_type=Text)
    digest: str | None = Field(default=None, sa_type=Text)
    name: str | None = Field(default=None, sa_type=Text)
    unit: str | None = Field(default=None, sa_type=Text)
    roles: str | None = Field(default=None, sa_type=Text)
    expires_at: str | None = Field(default=None, sa_type=Text)
    reason: str | None = Field(default=None, sa_type=Text)


class CaseEventRow(Base, table=True):
    """One event in the life of a case, one row; never updated, never deleted. `actions.cases` reads them.

    `data` holds canonical JSON as text. All cases share one chain: nothing can leave the middle of it unnoticed.
    """

    __tablename__ = "case_event"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    key: str = Field(unique=True, sa_type=Text)
    case_number: int = Field(index=True)
    what: str = Field(sa_type=Text)
    data: str = Field(sa_type=Text)
    person: str = Field(sa_type=Text)
    unit: str | None = Field(default=None, sa_type=Text)
    via: str | None = Field(default=None, sa_type=Text)
    reason: str | None = Field(default=None, sa_type=Text)
    done_at: str = Field(sa_type=Text)
    previous_hash: str = Field(sa_type=Text)
    hash: str = Field(sa_type=Text)


class FocusRow(Base, table=True):
    """The case that a person speaks of without naming it, and the step that waits for its details."""

    __tablename__ = "focus"

    person: str = Field(primary_key=True, sa_type=Text)
    case_number: int
    pending: str = Field(default="", sa_type=Text)


class ReminderRow(Base, table=True):
    """A reminder that a person was given, or that was passed over; the key keeps it from coming twice."""

    __tablename__ = "reminder"

    person: str = Field(primary_key=True, sa_type=Text)
    case_number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    deadline: str = Field(primary_key=True, sa_type=Text)
    due: str = Field(primary_key=True, sa_type=Text)
    stage: str = Field(primary_key=True, sa_type=Text)
    made_at: str = Field(sa_type=Text)


class SnoozeRow(Base, table=True):
    """Until when a person does not want to be reminded of a date."""

    __tablename__ = "snooze"

    person: str = Field(primary_key=True, sa_type=Text)
    case_number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    deadline: str = Field(primary_key=True, sa_type=Text)
    until: str = Field(sa_type=Text)


class AttachmentRow(Base, table=True):
    """A file that goes out with a message; it leaves the database when it has gone."""

    __tablename__ = "attachment"

    outgoing: int = Field(primary_key=True, foreign_key="outgoing.id", sa_column_kwargs={"autoincrement": False})
    name: str = Field(sa_type=Text)
    content: bytes = Field(sa_type=LargeBinary)


class CalendarRow(Base, table=True):
    """A unit's calendar that can be subscribed to: whoever knows the token reads it; here is its digest."""

    __tablename__ = "calendar"

    digest: str = Field(primary_key=True, sa_type=Text)
    unit: str = Field(sa_type=Text)
    made_by: str = Field(sa_type=Text)
    made_at: str = Field(sa_type=Text)
    withdrawn_at: str | None = Field(default=None, sa_type=Text)
