"""``screenpop export-config``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from screenpop.cli.saying import fail

if TYPE_CHECKING:
    from screenpop.domain.configuration import Configuration

__all__ = ["export_config"]


def export_config(
    data: Annotated[Path, typer.Argument(help="The data folder; a server may be running on it.")],
) -> None:
    """Print the configuration as it is now, changes by the API included, as TOML.

    It holds the hashes of passwords and secrets: keep it as you keep the file.
    """
    from screenpop.settings.export import toml_of

    configuration = _kept(data / "screenpop.db")
    if not configuration.contact_centers:
        fail(f"Nothing is configured in {data}. Start a server on it first: screenpop serve.")
    typer.echo(toml_of(configuration), nl=False)


def _kept(database: Path) -> Configuration:
    """Return the newest configuration in a database that is only read."""
    import sqlite3
    from contextlib import closing

    from screenpop.adapters.store.configuration_records import configuration_from_record
    from screenpop.domain.configuration import Configuration

    if not database.is_file():
        fail(f"There is no screenpop.db in {database.parent}. Name the server's data folder.")
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as open_:
            row = open_.execute(
                "select version, body from configurations order by version desc limit 1"
            ).fetchone()
    except sqlite3.Error as error:
        fail(f"{database} cannot be read: {error}. Name the server's data folder.")
    return Configuration() if row is None else configuration_from_record(row[1], row[0])
