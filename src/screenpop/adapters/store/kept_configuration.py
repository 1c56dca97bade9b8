"""The configuration that an installation has now, read beside the servers that work on it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from screenpop.adapters.store.configuration_records import configuration_from_record
from screenpop.domain.configuration import Configuration

__all__ = ["NoConfigurationError", "kept_in_database", "kept_in_folder"]

_NEWEST: Final = "select version, body from configurations order by version desc limit 1"


class NoConfigurationError(Exception):
    """No configuration can be read there; the message says why, and what to do."""


def kept_in_folder(data: Path) -> Configuration:
    """Return what a data folder has; a server may be running on it.

    :raises NoConfigurationError: there is no database, or nothing in it.
    """
    database = data / "screenpop.db"
    if not database.is_file():
        raise NoConfigurationError(
            f"There is no screenpop.db in {data}. Name the server's data folder."
        )
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as open_:
            row = open_.execute(_NEWEST).fetchone()
    except sqlite3.Error as error:
        raise NoConfigurationError(
            f"{database} cannot be read: {error}. Name the server's data folder."
        ) from None
    return _found(row, str(data))


def kept_in_database(url: str) -> Configuration:
    """Return what a PostgreSQL database has; servers may be running on it.

    :raises DatabaseError: it cannot be reached, or has not our tables.
    :raises NoConfigurationError: nothing is in it.
    """
    # The driver takes a while to load, and an installation on SQLite never needs it.
    from screenpop.adapters.store.postgres.connection import connect  # noqa: PLC0415
    from screenpop.adapters.store.postgres.schema import check_schema  # noqa: PLC0415

    check_schema(url)
    with closing(connect(url)) as connection:
        return _found(connection.execute(_NEWEST).fetchone(), "the database")


def _found(row: tuple[int, str] | None, where: str) -> Configuration:
    if row is None:
        raise NoConfigurationError(
            f"Nothing is configured in {where}. Start a server on it first: screenpop serve."
        )
    return configuration_from_record(row[1], row[0])
