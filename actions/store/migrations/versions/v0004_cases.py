"""Cases: their chain of events, and beside it what a person has open, reminders, files to send, calendars."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_GENESIS = "0" * 64

# REPLACE deletes without firing a DELETE trigger, hence the guard on INSERT as well.
_SQLITE_GUARDS = (
    """
    CREATE TRIGGER case_event_no_update BEFORE UPDATE ON case_event
    BEGIN SELECT RAISE(ABORT, 'case_event is append-only: no UPDATE'); END
    """,
    """
    CREATE TRIGGER case_event_no_delete BEFORE DELETE ON case_event
    BEGIN SELECT RAISE(ABORT, 'case_event is append-only: no DELETE'); END
    """,
    f"""
    CREATE TRIGGER case_event_append BEFORE INSERT ON case_event
    WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM case_event)
      OR NEW.previous_hash <>
         coalesce((SELECT hash FROM case_event ORDER BY number DESC LIMIT 1), '{_GENESIS}')
      OR EXISTS (SELECT 1 FROM case_event WHERE key = NEW.key)
    BEGIN SELECT RAISE(ABORT, 'case_event is append-only: INSERT must continue the chain'); END
    """,  # noqa: S608 - the one value put in is a constant of 64 zeros
)
_POSTGRESQL_GUARDS = (
    """
    CREATE FUNCTION case_event_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'case_event is append-only: no %', TG_OP; END $$
    """,
    """
    CREATE TRIGGER case_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON case_event
    FOR EACH STATEMENT EXECUTE FUNCTION case_event_append_only()
    """,
)


def upgrade() -> None:
    """Create the tables, and the guards that keep every event as it was written."""
    op.create_table(
        "case_event",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("via", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("done_at", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_case_event"),
        sa.UniqueConstraint("key", name="uq_case_event_key"),
    )
    op.create_index("ix_case_event_case_number", "case_event", ["case_number"])
    guards = {"sqlite": _SQLITE_GUARDS, "postgresql": _POSTGRESQL_GUARDS}[op.get_context().dialect.name]
    for guard in guards:
        op.execute(sa.text(guard))
    op.create_table(
        "focus",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("pending", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_focus"),
    )
    op.create_table(
        "reminder",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.Text(), nullable=False),
        sa.Column("due", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person", "case_number", "deadline", "due", "stage", name="pk_reminder"),
    )
    op.create_table(
        "snooze",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.Text(), nullable=False),
        sa.Column("until", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person", "case_number", "deadline", name="pk_snooze"),
    )
    op.create_table(
        "attachment",
        sa.Column("outgoing", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["outgoing"], ["outgoing.id"], name="fk_attachment_outgoing"),
        sa.PrimaryKeyConstraint("outgoing", name="pk_attachment"),
    )
    op.create_table(
        "calendar",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name="pk_calendar"),
    )
