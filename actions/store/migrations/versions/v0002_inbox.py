"""What came in and what goes out, written down before anything is done with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables of the inbox, the outbox, their buttons and their chats."""
    op.create_table(
        "incoming",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("update_id", sa.Text(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("refused", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.Text(), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_incoming"),
        sa.UniqueConstraint("channel", "update_id", name="uq_incoming_channel"),
    )
    op.create_index("ix_incoming_state", "incoming", ["state", "channel", "chat"])
    op.create_table(
        "outgoing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("incoming", sa.Integer(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("edits", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("unsure", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outgoing"),
        sa.ForeignKeyConstraint(["incoming"], ["incoming.id"], name="fk_outgoing_incoming"),
        sa.ForeignKeyConstraint(["edits"], ["outgoing.id"], name="fk_outgoing_edits"),
    )
    op.create_index("ix_outgoing_state", "outgoing", ["state", "channel", "chat"])
    op.create_index("ix_outgoing_live", "outgoing", ["live", "channel", "chat"])
    op.create_table(
        "button",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("outgoing", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("pressed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_button"),
        sa.ForeignKeyConstraint(["outgoing"], ["outgoing.id"], name="fk_button_outgoing"),
    )
    op.create_index("ix_button_outgoing", "button", ["outgoing"])
    op.create_table(
        "chat",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("blocked_at", sa.Text(), nullable=True),
        sa.Column("offers", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "chat", name="pk_chat"),
    )
