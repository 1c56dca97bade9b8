"""Bringing a database's schema up to date, at every start."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from pathlib import Path

__all__ = ["SQLITE_SCHEMA", "head", "migrate", "migrate_file", "upgrade"]

_FOLDER = Path(__file__).parent

#: What the migrations make of an empty SQLite database.
SQLITE_SCHEMA = _FOLDER / "sqlite_schema.sql"


def head() -> str:
    """Return the newest revision; a migration's file begins with it and an underscore."""
    newest = max(file.name for file in (_FOLDER / "versions").glob("[0-9]*_*.py"))
    return newest.partition("_")[0]


def migrate(url: str, revision: str | None) -> None:
    """Run the migrations that the database at ``url``, now at ``revision``, lacks.

    Alembic and SQLAlchemy take longer to load than the rest of a server, so one that is not
    needed is not loaded.
    """
    if revision != head():
        upgrade(url)


def migrate_file(path: Path) -> None:
    """Bring the SQLite database at ``path`` up to date, an empty one in a single step."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        try:
            row = connection.execute("select version_num from alembic_version").fetchone()
        except sqlite3.OperationalError:
            connection.executescript(SQLITE_SCHEMA.read_text("utf-8"))
            return
    migrate(f"sqlite:///{path}", str(row[0]) if row else None)


def upgrade(url: str) -> None:
    """Run the migrations that the database lacks."""
    # Before it is loaded: it talks while it is.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    command.upgrade(config, "head")
