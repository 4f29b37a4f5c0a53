"""The table of decisions, which can only grow."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_GENESIS = "0" * 64

# REPLACE deletes without firing a DELETE trigger, hence the guard on INSERT as well.
_SQLITE_GUARDS = (
    """
    CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision
    BEGIN SELECT RAISE(ABORT, 'decision is append-only: no UPDATE'); END
    """,
    """
    CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision
    BEGIN SELECT RAISE(ABORT, 'decision is append-only: no DELETE'); END
    """,
    f"""
    CREATE TRIGGER decision_append BEFORE INSERT ON decision
    WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM decision)
      OR NEW.previous_hash <>
         coalesce((SELECT hash FROM decision ORDER BY number DESC LIMIT 1), '{_GENESIS}')
      OR EXISTS (SELECT 1 FROM decision WHERE key = NEW.key OR supersedes = NEW.supersedes)
    BEGIN SELECT RAISE(ABORT, 'decision is append-only: INSERT must continue the chain'); END
    """,  # noqa: S608 - the one value put in is a constant of 64 zeros
)
_POSTGRESQL_GUARDS = (
    """
    CREATE FUNCTION decision_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'decision is append-only: no %', TG_OP; END $$
    """,
    """
    CREATE TRIGGER decision_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON decision
    FOR EACH STATEMENT EXECUTE FUNCTION decision_append_only()
    """,
)


def upgrade() -> None:
    """Create the table and the guards that keep every row as it was written."""
    op.create_table(
        "decision",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("trace", sa.Text(), nullable=False),
        sa.Column("measure_id", sa.Text(), nullable=False),
        sa.Column("measure_sha256", sa.Text(), nullable=False),
        sa.Column("table_sha256", sa.Text(), nullable=False),
        sa.Column("supersedes", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_decision"),
        sa.UniqueConstraint("key", name="uq_decision_key"),
        sa.UniqueConstraint("supersedes", name="uq_decision_supersedes"),
        sa.ForeignKeyConstraint(["supersedes"], ["decision.number"], name="fk_decision_supersedes"),
    )
    op.create_index("ix_decision_person", "decision", ["person"])
    guards = {"sqlite": _SQLITE_GUARDS, "postgresql": _POSTGRESQL_GUARDS}[op.get_context().dialect.name]
    for guard in guards:
        op.execute(sa.text(guard))
