"""Bringing a PostgreSQL database's schema up to date, and seeing whether it is."""

from __future__ import annotations

import psycopg

from screenpop.adapters.store.migrations import head, migrate
from screenpop.adapters.store.postgres.errors import (
    DatabaseUnreachableError,
    SchemaNewerError,
    SchemaOlderError,
)

__all__ = ["check_schema", "migrate_database", "revision_of"]

_CONNECT_SECONDS = 5


def revision_of(url: str) -> str | None:
    """Return the database's schema revision, ``None`` if it has no schema yet.

    :raises DatabaseUnreachableError: nobody answers, or we are not let in.
    """
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=_CONNECT_SECONDS)
    except psycopg.OperationalError as error:
        raise DatabaseUnreachableError(str(error)) from None
    with connection:
        try:
            row = connection.execute("select version_num from alembic_version").fetchone()
        except psycopg.errors.UndefinedTable:
            return None
    return None if row is None else str(row[0])


def check_schema(url: str) -> None:
    """See that the database has the schema that this program works on.

    A server does not change it by itself: others may be at work on it.

    :raises DatabaseUnreachableError: nobody answers, or we are not let in.
    :raises SchemaOlderError: ``screenpop migrate`` has not been run.
    :raises SchemaNewerError: the database is ahead of this program.
    """
    found = revision_of(url)
    if found is None or found < head():
        raise SchemaOlderError(found, head())
    if found > head():
        raise SchemaNewerError(found, head())


def migrate_database(url: str) -> tuple[str | None, str]:
    """Bring the schema up to date; return the revision before and after.

    :raises DatabaseUnreachableError: nobody answers, or we are not let in.
    :raises SchemaNewerError: the database is ahead of this program.
    """
    before = revision_of(url)
    if before is not None and before > head():
        raise SchemaNewerError(before, head())
    migrate(url.replace("postgresql://", "postgresql+psycopg://", 1), before)
    return before, head()
