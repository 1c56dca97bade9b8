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
    data: Annotated[
        Path | None, typer.Argument(help="The data folder; a server may be running on it.")
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(help="The server's file instead: it says where, also in PostgreSQL."),
    ] = None,
) -> None:
    """Print the configuration as it is now, changes by the API included, as TOML.

    It holds the hashes of passwords and secrets: keep it as you keep the file.
    """
    from screenpop.adapters.store.kept_configuration import NoConfigurationError
    from screenpop.adapters.store.postgres.errors import DatabaseError
    from screenpop.settings.export import toml_of

    if (data is None) is (config is None):
        fail("Name either the data folder or, with --config, the server's file.")
    try:
        configuration = _kept(data, config)
    except (NoConfigurationError, DatabaseError) as error:
        fail(str(error))
    typer.echo(toml_of(configuration), nl=False)


def _kept(data: Path | None, config: Path | None) -> Configuration:
    """Return the newest configuration from a database that is only read."""
    from screenpop.adapters.store.kept_configuration import kept_in_database, kept_in_folder

    if config is None:
        assert data is not None  # one of both was given  # noqa: S101
        return kept_in_folder(data)
    from screenpop.settings import ConfigurationRefusedError, load

    try:
        settings = load(config).settings
    except ConfigurationRefusedError as refused:
        fail(f"The configuration cannot be used.\n{refused}")
    if settings.database:
        return kept_in_database(settings.database)
    assert settings.data_folder is not None  # a file always has one  # noqa: S101
    return kept_in_folder(settings.data_folder)
