"""Bringing a database's schema up to date, at every start."""

from __future__ import annotations

import logging
from pathlib import Path

__all__ = ["head", "migrate"]

_FOLDER = Path(__file__).parent


def head() -> str:
    """Return the newest revision; a migration's file begins with it and an underscore."""
    newest = max(file.name for file in (_FOLDER / "versions").glob("[0-9]*_*.py"))
    return newest.partition("_")[0]


def migrate(url: str, revision: str | None) -> None:
    """Run the migrations that the database at ``url``, now at ``revision``, lacks.

    Alembic and SQLAlchemy take longer to load than the rest of a server, so one that is not
    needed is not loaded.
    """
    if revision == head():
        return
    # Before it is loaded: it talks while it is.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = url
    command.upgrade(config, "head")
