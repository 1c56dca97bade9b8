"""The first schema: sessions, calls, streams, outbox, timers, configuration."""

from __future__ import annotations

from alembic import op

from screenpop.adapters.store.schema import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table of the first schema."""
    metadata.create_all(op.get_bind())
