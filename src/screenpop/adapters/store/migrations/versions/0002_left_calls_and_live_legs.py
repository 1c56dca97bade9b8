"""What a call was for agents who left it before it moved; legs that have not ended by an index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_LIVE = sa.text("state <> 'ended'")


def upgrade() -> None:
    """Add the column and the index; no call that is under way was moved yet."""
    op.add_column("associations", sa.Column("worked_in", sa.Text(), nullable=True))
    op.create_index("legs_live", "legs", ["leg_id"], sqlite_where=_LIVE, postgresql_where=_LIVE)
