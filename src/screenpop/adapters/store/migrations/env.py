"""Alembic's entry: runs the migrations over the URL handed in by :func:`migrate`."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine, text

from screenpop.adapters.store.schema import metadata

engine = create_engine(context.config.attributes["url"])
with engine.begin() as connection:
    if connection.dialect.name == "postgresql":
        # Two who migrate at once: the second waits, and finds nothing left to do.
        connection.execute(text("select pg_advisory_xact_lock(7371)"))
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
