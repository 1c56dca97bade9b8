"""The tables, one place for every database (design 2.3).

Times are epoch milliseconds.  A table without ``contact_center_id`` is the installation's own.
Columns that hold tuples, mappings or nested values are JSON text.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)

__all__ = ["metadata"]

metadata = MetaData()

_ROW_ID = BigInteger().with_variant(Integer, "sqlite")

Table(
    "node_starts",
    metadata,
    Column("node", Integer, nullable=False),
    Column("start_second", BigInteger, nullable=False),
    PrimaryKeyConstraint("node", "start_second"),
    comment="Every start of a node: together they make its ids unique (design 2.13).",
)

Table(
    "configurations",
    metadata,
    Column("version", Integer, primary_key=True),
    Column("saved_at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    comment="Every version of what administrators set; the last one counts.",
)

Table(
    "secrets",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    comment="Keys the installation drew for itself, such as the signing key.",
)

sessions = Table(
    "sessions",
    metadata,
    Column("session_id", Text, primary_key=True),
    Column("contact_center_id", BigInteger, nullable=False),
    Column("process_id", BigInteger, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("user_name", Text, nullable=False),
    Column("user_type", Text, nullable=False),
    Column("campaign_ids", Text, nullable=False),
    Column("selected_campaign_id", BigInteger),
    Column("extension", Text, nullable=False),
    Column("seat", Text, nullable=False),
    Column("presence", Text, nullable=False),
    Column("break_reason", Text),
    Column("presence_since", BigInteger, nullable=False),
    Column("auto_call", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("state_since", BigInteger, nullable=False),
    Column("idle_since", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("last_seen_at", BigInteger, nullable=False),
    Column("kept_alive", Boolean, nullable=False),
    Column("ended_at", BigInteger),
    Column("end_reason", Text),
)
Index(
    "sessions_live",
    sessions.c.user_id,
    unique=True,
    sqlite_where=text("ended_at is null"),
    postgresql_where=text("ended_at is null"),
)
Index(
    "sessions_ready",
    sessions.c.contact_center_id,
    sessions.c.idle_since,
    sqlite_where=text("state = 'ready'"),
    postgresql_where=text("state = 'ready'"),
)

Table(
    "session_ids",
    metadata,
    Column("any_id", Text, primary_key=True),
    Column("contact_center_id", BigInteger, nullable=False),
    Column("session_id", Text, ForeignKey("sessions.session_id"), nullable=False),
    Column("app_id", Text),
    comment="Every id that leads to a session: its own, and those minted for apps.",
)

seats = Table(
    "seats",
    metadata,
    Column("seat", Text, primary_key=True),
    Column("contact_center_id", BigInteger, nullable=False),
    Column("session_id", Text, nullable=False),
    Column("present", Boolean, nullable=False),
)
Index("seats_of_session", seats.c.session_id)

calls = Table(
    "calls",
    metadata,
    Column("crt_object_id", Text, primary_key=True),
    Column("interaction_id", Text, nullable=False, unique=True),
    Column("call_id", Text, nullable=False, unique=True),
    Column("contact_center_id", BigInteger, nullable=False),
    Column("process_id", BigInteger, nullable=False),
    Column("campaign_id", BigInteger, nullable=False),
    Column("call_type", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("call_state", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("customer_leg_id", Text, nullable=False),
    Column("queue_id", BigInteger),
    Column("queue_name", Text),
    Column("dst_phone", Text, nullable=False),
    Column("src_phone", Text, nullable=False),
    Column("customer_id", BigInteger, nullable=False),
    Column("customer_info", Text, nullable=False),
    Column("additional_params", Text),
    Column("request_id", Text),
    Column("system_disposition", Text),
    Column("hangup_cause", Integer),
    Column("queued_at", BigInteger),
    Column("ringing_at", BigInteger),
    Column("connected_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("disposed_at", BigInteger),
)
Index(
    "calls_open",
    calls.c.contact_center_id,
    calls.c.call_state,
    calls.c.queued_at,
    sqlite_where=text("call_state <> 'ended'"),
    postgresql_where=text("call_state <> 'ended'"),
)
Index("calls_recent", calls.c.contact_center_id, calls.c.created_at)

legs = Table(
    "legs",
    metadata,
    Column("leg_id", Text, primary_key=True),
    Column("crt_object_id", Text, nullable=False),
    Column("contact_center_id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("ringing_at", BigInteger),
    Column("answered_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("sip", Integer),
    Column("q850", Integer),
    Column("invitation", Text),
    Column("invited_by", Text),
    Column("joined_at", BigInteger),
)
Index("legs_of_call", legs.c.crt_object_id)
Index(
    "legs_live",
    legs.c.leg_id,
    sqlite_where=text("state <> 'ended'"),
    postgresql_where=text("state <> 'ended'"),
)

associations = Table(
    "associations",
    metadata,
    Column("association_id", Text, primary_key=True),
    Column("crt_object_id", Text, nullable=False),
    Column("contact_center_id", BigInteger, nullable=False),
    Column("session_id", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("seat", Text, nullable=False),
    Column("association_type", Text, nullable=False),
    Column("leg_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("muted", Boolean, nullable=False),
    Column("ringing_at", BigInteger),
    Column("connected_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("wrap_ends_at", BigInteger),
    Column("disposed_at", BigInteger),
    Column("reason", Text),
    Column("disposition", Text),
    Column("transferred_from", Text),
    Column("held_leg_id", Text),
    Column("worked_in", Text),
)
Index("associations_of_call", associations.c.crt_object_id)
Index("associations_of_session", associations.c.session_id, associations.c.created_at)
Index(
    "associations_open",
    associations.c.session_id,
    sqlite_where=text("state <> 'disposed'"),
    postgresql_where=text("state <> 'disposed'"),
)

Table(
    "customers",
    metadata,
    Column("customer_id", BigInteger, nullable=False),
    Column("contact_center_id", BigInteger, nullable=False),
    Column("process_id", BigInteger, nullable=False),
    Column("columns", Text, nullable=False),
    Column("touched_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("process_id", "customer_id"),
)

Table(
    "customer_searchables",
    metadata,
    Column("contact_center_id", BigInteger, nullable=False),
    Column("process_id", BigInteger, nullable=False),
    Column("value", Text, nullable=False),
    Column("customer_id", BigInteger, nullable=False),
    PrimaryKeyConstraint("process_id", "value", "customer_id"),
)

callbacks = Table(
    "callbacks",
    metadata,
    Column("callback_id", Text, primary_key=True),
    Column("contact_center_id", BigInteger, nullable=False),
    Column("campaign_id", BigInteger, nullable=False),
    Column("user_id", Text),
    Column("phone", Text, nullable=False),
    Column("customer_id", BigInteger, nullable=False),
    Column("due_at", BigInteger),
    Column("state", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("promised_in", Text),
    Column("crt_object_id", Text),
    Column("notes", Text, nullable=False),
)
Index("callbacks_by_state", callbacks.c.contact_center_id, callbacks.c.state, callbacks.c.due_at)

streams = Table(
    "streams",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("contact_center_id", BigInteger, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
)

facts = Table(
    "facts",
    metadata,
    Column("fact_id", _ROW_ID, primary_key=True, autoincrement=True),
    Column("contact_center_id", BigInteger, nullable=False),
    Column("crt_object_id", Text),
    Column("at", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("body", Text, nullable=False),
    # Some agent's stream points to it; else it is only part of a call's history.
    Column("heard", Boolean, nullable=False),
    # On PostgreSQL it has one more column, ``written_by``: see the first migration.
    comment="Whatever happened, written once; streams point to it.",
)
Index("facts_of_contact_center", facts.c.contact_center_id, facts.c.fact_id)
Index("facts_of_call", facts.c.crt_object_id, facts.c.fact_id)

Table(
    "stream_events",
    metadata,
    Column("stream", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("fact_id", BigInteger, nullable=False),
    PrimaryKeyConstraint("stream", "seq"),
    sqlite_with_rowid=False,
)

replies = Table(
    "replies",
    metadata,
    Column("session_id", Text, nullable=False),
    Column("key_space", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("session_id", "key_space", "request_id"),
    sqlite_with_rowid=False,
    comment="First replies, for copies of their commands (contract 5, idempotency).",
)
Index("replies_age", replies.c.created_at)

line_rows = Table(
    "line_rows",
    metadata,
    Column("row_id", _ROW_ID, primary_key=True, autoincrement=True),
    Column("crt_object_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("after_leg", Text),
    Column("not_before", BigInteger, nullable=False),
    Column("deadline", BigInteger, nullable=False),
    comment="Commands on their way to the line (design 2.6).",
)
Index("line_rows_of_call", line_rows.c.crt_object_id)
Index(
    "line_rows_open",
    line_rows.c.row_id,
    sqlite_where=text("state in ('pending', 'attempted')"),
    postgresql_where=text("state in ('pending', 'attempted')"),
)

line_health = Table(
    "line_health",
    metadata,
    Column("line", Text, primary_key=True),
    Column("up", Boolean, nullable=False),
    Column("since", BigInteger, nullable=False),
)

timers = Table(
    "timers",
    metadata,
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("due", BigInteger, nullable=False),
    PrimaryKeyConstraint("kind", "subject"),
    sqlite_with_rowid=False,
)
Index("timers_due", timers.c.due)

Table(
    "app_sessions",
    metadata,
    Column("session_id", Text, nullable=False),
    Column("app_id", Text, nullable=False),
    Column("contact_center_id", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("minted_session_id", Text),
    Column("minted_seat", Text),
    Column("crm_session_id", Text),
    PrimaryKeyConstraint("session_id", "app_id"),
    sqlite_with_rowid=False,
    comment="What one app has of one agent session: its own ids, and the CRM's.",
)

pops = Table(
    "pops",
    metadata,
    Column("subject", Text, nullable=False),
    Column("app_id", Text, nullable=False),
    Column("contact_center_id", BigInteger, nullable=False),
    Column("session_id", Text, nullable=False),
    Column("crt_object_id", Text),
    Column("point", Text, nullable=False),
    Column("moment", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("app_name", Text, nullable=False),
    Column("app_revision", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("decided_at", BigInteger, nullable=False),
    Column("url", Text, nullable=False),
    Column("options", Text),
    Column("carried", Text),
    Column("instance_id", Text),
    Column("popped_at", BigInteger),
    Column("times_asked", Integer, nullable=False),
    Column("asked_at", BigInteger),
    Column("loaded_at", BigInteger),
    Column("hello_at", BigInteger),
    PrimaryKeyConstraint("subject", "app_id"),
    sqlite_with_rowid=False,
    comment="What was decided about each app for each association and login (contract 3.2).",
)
Index(
    "pops_of_call",
    pops.c.crt_object_id,
    sqlite_where=text("crt_object_id is not null"),
    postgresql_where=text("crt_object_id is not null"),
)
Index("pops_instance", pops.c.session_id, pops.c.instance_id)

note_drafts = Table(
    "note_drafts",
    metadata,
    Column("crt_object_id", Text, nullable=False),
    Column("user_id", Text, nullable=False),
    Column("contact_center_id", BigInteger, nullable=False),
    Column("notes", Text, nullable=False),
    Column("saved_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("crt_object_id", "user_id"),
    sqlite_with_rowid=False,
    comment="Notes that agents type, before the call is disposed.",
)
Index("note_drafts_age", note_drafts.c.saved_at)

deliveries = Table(
    "deliveries",
    metadata,
    Column("delivery_id", Text, primary_key=True),
    Column("contact_center_id", BigInteger, nullable=False),
    Column("app_id", Text, nullable=False),
    Column("crt_object_id", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("carried", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("pending_since", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("last_try_at", BigInteger),
    Column("last_status", Integer),
    Column("last_answer", Text, nullable=False),
    Column("ended_at", BigInteger),
    comment="Dispose pushes and how far they have come (contract 3.4).",
)
Index(
    "deliveries_due",
    deliveries.c.app_id,
    deliveries.c.due,
    sqlite_where=text("state = 'pending'"),
    postgresql_where=text("state = 'pending'"),
)
Index(
    "deliveries_of_call",
    deliveries.c.crt_object_id,
    deliveries.c.app_id,
    deliveries.c.position,
    unique=True,
)
Index("deliveries_recent", deliveries.c.contact_center_id, deliveries.c.created_at)

sign_offs = Table(
    "sign_offs",
    metadata,
    Column("sign_off_id", _ROW_ID, primary_key=True, autoincrement=True),
    Column("contact_center_id", BigInteger, nullable=False),
    Column("app_id", Text, nullable=False),
    Column("crm_session_id", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    comment="Sessions of CRMs that are over, until the CRM was told (contract 4).",
)

Table(
    "sign_on_notices",
    metadata,
    Column("session_id", Text, nullable=False),
    Column("app_id", Text, nullable=False),
    Column("contact_center_id", BigInteger, nullable=False),
    Column("sentence", Text, nullable=False),
    PrimaryKeyConstraint("session_id", "app_id"),
    sqlite_with_rowid=False,
    comment="Why an app of a session has no crmSessionId (contract 4).",
)

Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    comment="Who owns the line and the timers, where several nodes share a database (design 2.7).",
)
