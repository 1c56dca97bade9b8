"""Writes the schema that the migrations make on SQLite, so that an empty database needs none.

``python -m scripts.sqlite_schema`` after each new migration; a test says when it was forgotten.
"""

from __future__ import annotations

import contextlib
import sqlite3
import sys
import tempfile
from pathlib import Path

from screenpop.adapters.store.migrations import SQLITE_SCHEMA, head, upgrade

__all__ = ["schema_of_the_migrations"]


def schema_of_the_migrations() -> str:
    """Return the statements that make an empty database what the migrations make it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        upgrade(f"sqlite:///{path}")
        with contextlib.closing(sqlite3.connect(path)) as connection:
            rows = connection.execute(
                "select sql from sqlite_master where sql is not null order by rowid"
            ).fetchall()
    statements = [f"{sql.strip()};\n" for (sql,) in rows]
    first = (
        f"-- Revision {head()}, as the migrations make it; see scripts/sqlite_schema.py.\nbegin;\n"
    )
    last = f"insert into alembic_version values ('{head()}');\ncommit;\n"
    return "".join((first, *statements, last))


if __name__ == "__main__":
    SQLITE_SCHEMA.write_text(schema_of_the_migrations(), "utf-8")
    sys.stdout.write(f"{SQLITE_SCHEMA.name} is at revision {head()}.\n")
