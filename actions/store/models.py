"""The tables, as SQLModel sees them; the migrations beside this file must say the same (a test compares)."""

from __future__ import annotations

from sqlalchemy import MetaData, Text
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
