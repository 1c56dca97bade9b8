"""``screenpop migrate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from screenpop.cli.saying import fail

__all__ = ["migrate"]


def migrate(
    config: Annotated[Path, typer.Option(help="The TOML file with settings and contact centres.")],
) -> None:
    """Bring the tables of the configured PostgreSQL database up to date."""
    from screenpop.adapters.store.postgres.errors import DatabaseError
    from screenpop.adapters.store.postgres.schema import migrate_database
    from screenpop.settings import ConfigurationRefusedError, load

    try:
        settings = load(config).settings
    except ConfigurationRefusedError as refused:
        fail(f"The configuration cannot be used.\n{refused}")
    if not settings.database:
        fail(
            "server.database is not set: the database in the data folder is brought up to date "
            "whenever the server starts. Set it to share a PostgreSQL database between servers."
        )
    try:
        before, now = migrate_database(settings.database)
    except DatabaseError as error:
        fail(str(error))
    if before == now:
        typer.echo(f"The database is at revision {now} already; nothing was changed.")
    else:
        typer.echo(f"The database was brought from {before or 'nothing'} to revision {now}.")
