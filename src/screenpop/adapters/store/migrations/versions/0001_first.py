"""The first schema.

Written out in full and never changed: a later schema is a later migration.  That all migrations
together make ``schema.metadata`` is tested.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table of the first schema."""
    op.create_table(
        "app_sessions",
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("app_id", sa.Text(), nullable=False),
        sa.Column("contact_center_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("minted_session_id", sa.Text(), nullable=True),
        sa.Column("minted_seat", sa.Text(), nullable=True),
        sa.Column("crm_session_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("session_id", "app_id"),
        comment="What one app has of one agent session: its own ids, and the CRM's.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "associations",
        sa.Column("association_id", sa.Text(), nullable=False),
        sa.Column("crt_object_id", sa.Text(), nullable=False),
        sa.Column("contact_center_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("seat", sa.Text(), nullable=False),
        sa.Column("association_type", sa.Text(), nullable=False),
        sa.Column("leg_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("ringing_at", sa.BigInteger(), nullable=True),
        sa.Column("connected_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("wrap_ends_at", sa.BigInteger(), nullable=True),
        sa.Column("disposed_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("disposition", sa.Text(), nullable=True),
        sa.Column("transferred_from", sa.Text(), nullable=True),
        sa.Column("held_leg_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("association_id"),
    )
    op.create_index("associations_of_call", "associations", ["crt_object_id"], unique=False)
    op.create_index(
        "associations_of_session", "associations", ["session_id", "created_at"], unique=False
    )
    op.create_index(
        "associations_open",
        "associations",
        ["session_id"],
        unique=False,
        sqlite_where=sa.text("state <> 'disposed'"),
        postgresql_where=sa.text("state <> 'disposed'"),
    )
    op.create_table(
        "callbacks",
        sa.Column("callback_id", sa.Text(), nullable=False),
        sa.Column("contact_center_id", sa.BigInteger(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("promised_in", sa.Text(), nullable=True),
        sa.Column("crt_object_id", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("callback_id"),
    )
    op.create_index(
        "callbacks_by_state", "callbacks", ["contact_center_id", "state", "due_at"], unique=False
    )
    op.create_table(
        "calls",
        sa.Column("crt_object_id", sa.Text(), nullable=False),
        sa.Column("interaction_id", sa.Text(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("contact_center_id", sa.BigInteger(), nullable=False),
        sa.Column("process_id", sa.BigInteger(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("call_type", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("call_state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("customer_leg_id", sa.Text(), nullable=False),
        sa.Column("queue_id", sa.BigInteger(), nullable=True),
        sa.Column("queue_name", sa.Text(), nullable=True),
        sa.Column("dst_phone", sa.Text(), nullable=False),
        sa.Column("src_phone", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_info", sa.Text(), nullable=False),
        sa.Column("additional_params", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("system_disposition", sa.Text(), nullable=True),
        sa.Column("hangup_cause", sa.Integer(), nullable=True),
        sa.Column("queued_at", sa.BigInteger(), nullable=True),
        sa.Column("ringing_at", sa.BigInteger(), nullable=True),
        sa.Column("connected_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("disposed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("crt_object_id"),
        sa.UniqueConstraint("call_id"),
        sa.UniqueConstraint("interaction_id"),
    )
    op.create_index(
        "calls_open",
        "calls",
        ["contact_center_id", "call_state", "queued_at"],
        unique=False,
        sqlite_where=sa.text("call_state <> 'ended'"),
        postgresql_where=sa.text("call_state <> 'ended'"),
    )
    op.create_index("calls_recent", "calls", ["contact_center_id", "created_at"], unique=False)
    op.create_table(
        "configurations",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version"),
        comment="Every version of what administrators set; the last one counts.",
    )
    op.create_table(
        "customer_searchables",
        sa.Column("contact_center_id", sa.BigInteger(), nullable=False),
        sa.Column("process_id", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("process_id", "value", "customer_id"),
    )
    op.create_table(
        "customers",
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_center_id", sa.BigInteger(), nullable=False),
        sa.Column("process_id", sa.BigInteger(), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("touched_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("process_id", "customer_id"),
    )
    op.create_table(
        "deliveries",
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("contact_center_id", sa.BigInteger(), nullable=False),
        sa.Column("app_id", sa.Text(), nullable=False),
        sa.Column("crt_object_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("carried", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("pending_since", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_try_at", sa.BigInteger(), nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_answer", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("delivery_id"),
        comment="Dispose pushes and how far they have come (contract 3.4).",
    )
    op.create_index(
        "deliveries_due",
        "deliveries",
        ["app_id", "due"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "deliveries_of_call", "deliveries", ["crt_object_id", "app_id", "position"], unique=True
    )
    op.create_index(
        "deliveries_recent", "deliveries", ["contact_center_id", "created_at"], unique=False
    )
    op.create_table(
        "facts",
        sa.Column(
            "fact_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("contact_center_id", sa.BigInteger(), nullable=False),
        sa.Column("crt_object_id", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("heard", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("fact_id"),
        comment="Whatever happened, written once; streams point to it.",
    )
    op.create_index("facts_of_call", "facts", ["crt_object_id", "fact_id"], unique=False)
    op.create_index(
        "facts_of_contact_center", "facts", ["contact_center_id", "fact_id"], unique=False
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        comment="Who owns the line and the timers, where several nodes share a database (design 2.7).",  # noqa: E501
    )
    op.create_table(
        "legs",
        sa.Column("leg_id", sa.Text(), nullable=False),
        sa.Column("crt_object_id", sa.Text(), nullable=False),
        sa.Column("contact_center_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("ringing_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("sip", sa.Integer(), nullable=True),
        sa.Column("q850", sa.Integer(), nullable=True),
        sa.Column("invitation", sa.Text(), nullable=True),
        sa.Column("invited_by", sa.Text(), nullable=True),
        sa.Column("joined_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("leg_id"),
    )
    op.create_index("legs_of_call", "legs", ["crt_object_id"], unique=False)
    op.create_table(
        "line_health",
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("up", sa.Boolean(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("line"),
    )
    op.create_table(
        "line_rows",
        sa.Column(
            "row_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("crt_object_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("after_leg", sa.Text(), nullable=True),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("deadline", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("row_id"),
        comment="Commands on their way to the line (design 2.6).",
    )
    op.create_index("line_rows_of_call", "line_rows", ["crt_object_id"], unique=False)
    op.create_index(
        "line_rows_open",
        "line_rows",
        ["row_id"],
        unique=False,
        sqlite_where=sa.text("state in ('pending', 'attempted')"),
        postgresql_where=sa.text("state in ('pending', 'attempted')"),
    )
    op.create_table(
        "node_starts",
        sa.Column("node", sa.Integer(), nullable=False),
        sa.Column("start_second", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("node", "start_second"),
        comment="Every start of a node: together they make its ids unique (design 2.13).",
    )
    op.create_table(
        "note_drafts",
        sa.Column("crt_object_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("contact_center_id", sa.BigInteger(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("crt_object_id", "user_id"),
        comment="Notes that agents type, before the call is disposed.",
        sqlite_with_rowid=False,
    )
    op.create_index("note_drafts_age", "note_drafts", ["saved_at"], unique=False)
    op.create_table(
        "pops",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("app_id", sa.Text(), nullable=False),
        sa.Column("contact_center_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("crt_object_id", sa.Text(), nullable=True),
        sa.Column("point", sa.Text(), nullable=False),
        sa.Column("moment", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("app_name", sa.Text(), nullable=False),
        sa.Column("app_revision", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("options", sa.Text(), nullable=True),
        sa.Column("carried", sa.Text(), nullable=True),
        sa.Column("instance_id", sa.Text(), nullable=True),
        sa.Column("popped_at", sa.BigInteger(), nullable=True),
        sa.Column("times_asked", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.Column("loaded_at", sa.BigInteger(), nullable=True),
        sa.Column("hello_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("subject", "app_id"),
        comment="What was decided about each app for each association and login (contract 3.2).",
        sqlite_with_rowid=False,
    )
    op.create_index("pops_instance", "pops", ["session_id", "instance_id"], unique=False)
    op.create_index(
        "pops_of_call",
        "pops",
        ["crt_object_id"],
        unique=False,
        sqlite_where=sa.text("crt_object_id is not null"),
        postgresql_where=sa.text("crt_object_id is not null"),
    )
    op.create_table(
        "replies",
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("key_space", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", "key_space", "request_id"),
        comment="First replies, for copies of their commands (contract 5, idempotency).",
        sqlite_with_rowid=False,
    )
    op.create_index("replies_age", "replies", ["created_at"], unique=False)
    op.create_table(
        "seats",
        sa.Column("seat", sa.Text(), nullable=False),
        sa.Column("contact_center_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("seat"),
    )
    op.create_index("seats_of_session", "seats", ["session_id"], unique=False)
    op.create_table(
        "secrets",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        comment="Keys the installation drew for itself, such as the signing key.",
    )
    op.create_table(
        "sessions",
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("contact_center_id", sa.BigInteger(), nullable=False),
        sa.Column("process_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("user_type", sa.Text(), nullable=False),
        sa.Column("campaign_ids", sa.Text(), nullable=False),
        sa.Column("selected_campaign_id", sa.BigInteger(), nullable=True),
        sa.Column("extension", sa.Text(), nullable=False),
        sa.Column("seat", sa.Text(), nullable=False),
        sa.Column("presence", sa.Text(), nullable=False),
        sa.Column("break_reason", sa.Text(), nullable=True),
        sa.Column("presence_since", sa.BigInteger(), nullable=False),
        sa.Column("auto_call", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_since", sa.BigInteger(), nullable=False),
        sa.Column("idle_since", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("kept_alive", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("session_id"),
    )
    op.create_index(
        "sessions_live",
        "sessions",
        ["user_id"],
        unique=True,
        sqlite_where=sa.text("ended_at is null"),
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_index(
        "sessions_ready",
        "sessions",
        ["contact_center_id", "idle_since"],
        unique=False,
        sqlite_where=sa.text("state = 'ready'"),
        postgresql_where=sa.text("state = 'ready'"),
    )
    op.create_table(
        "sign_offs",
        sa.Column(
            "sign_off_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("contact_center_id", sa.BigInteger(), nullable=False),
        sa.Column("app_id", sa.Text(), nullable=False),
        sa.Column("crm_session_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sign_off_id"),
        comment="Sessions of CRMs that are over, until the CRM was told (contract 4).",
    )
    op.create_table(
        "sign_on_notices",
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("app_id", sa.Text(), nullable=False),
        sa.Column("contact_center_id", sa.BigInteger(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", "app_id"),
        comment="Why an app of a session has no crmSessionId (contract 4).",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stream_events",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("fact_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "seq"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "streams",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("contact_center_id", sa.BigInteger(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stream"),
    )
    op.create_table(
        "timers",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject"),
        sqlite_with_rowid=False,
    )
    op.create_index("timers_due", "timers", ["due"], unique=False)
    op.create_table(
        "session_ids",
        sa.Column("any_id", sa.Text(), nullable=False),
        sa.Column("contact_center_id", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("app_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sessions.session_id"],
        ),
        sa.PrimaryKeyConstraint("any_id"),
        comment="Every id that leads to a session: its own, and those minted for apps.",
    )
    _note_who_writes_facts()


def _note_who_writes_facts() -> None:
    """On PostgreSQL, tell facts apart whose transactions are still under way.

    Where many write at once, numbers are not given in the order of the commits: a reader of all
    facts leaves out those above which an earlier one may still appear.
    """
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("alter table facts add column written_by xid8 not null default pg_current_xact_id()")
