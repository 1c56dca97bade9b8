"""The migrations together make the schema that the code expects (design 2.3)."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from screenpop.adapters.store.migrations import SQLITE_SCHEMA, migrate
from screenpop.adapters.store.schema import metadata
from scripts.sqlite_schema import schema_of_the_migrations


def test_migrations_make_exactly_the_schema(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'fresh.db'}"
    migrate(url, None)
    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, metadata)
    engine.dispose()
    assert differences == []


def test_empty_sqlite_database_is_made_what_the_migrations_make_it() -> None:
    """Was a migration added? Renew the file by python -m scripts.sqlite_schema."""
    assert SQLITE_SCHEMA.read_text("utf-8") == schema_of_the_migrations()
