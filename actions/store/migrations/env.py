"""Alembic's entry: it works inside the transaction that the store has already begun."""

from __future__ import annotations

from alembic import context

from actions.store.models import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()
