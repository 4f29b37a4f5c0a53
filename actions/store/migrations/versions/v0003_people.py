"""The history of access: codes, people, and the switch. It can only grow."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# REPLACE deletes without firing a DELETE trigger, hence the guard on INSERT as well.
_SQLITE_GUARDS = (
    """
    CREATE TRIGGER access_event_no_update BEFORE UPDATE ON access_event
    BEGIN SELECT RAISE(ABORT, 'access_event is append-only: no UPDATE'); END
    """,
    """
    CREATE TRIGGER access_event_no_delete BEFORE DELETE ON access_event
    BEGIN SELECT RAISE(ABORT, 'access_event is append-only: no DELETE'); END
    """,
    """
    CREATE TRIGGER access_event_append BEFORE INSERT ON access_event
    WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM access_event)
      OR EXISTS (SELECT 1 FROM access_event WHERE what = NEW.what AND code = NEW.code)
    BEGIN SELECT RAISE(ABORT, 'access_event is append-only: INSERT must continue it'); END
    """,
)
_POSTGRESQL_GUARDS = (
    """
    CREATE FUNCTION access_event_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'access_event is append-only: no %', TG_OP; END $$
    """,
    """
    CREATE TRIGGER access_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON access_event
    FOR EACH STATEMENT EXECUTE FUNCTION access_event_append_only()
    """,
)


def upgrade() -> None:
    """Create the table and the guards that keep every row as it was written."""
    op.create_table(
        "access_event",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("done_at", sa.Text(), nullable=False),
        sa.Column("done_by", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("roles", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_access_event"),
        sa.UniqueConstraint("what", "code", name="uq_access_event_what"),
    )
    op.create_index("ix_access_event_person", "access_event", ["person"])
    guards = {"sqlite": _SQLITE_GUARDS, "postgresql": _POSTGRESQL_GUARDS}[op.get_context().dialect.name]
    for guard in guards:
        op.execute(sa.text(guard))
