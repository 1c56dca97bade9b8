"""``screenpop serve``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from screenpop.cli.saying import fail

if TYPE_CHECKING:
    from screenpop.bootstrap import ReadyLine

__all__ = ["serve"]


def serve(
    config: Annotated[Path, typer.Option(help="The TOML file with settings and contact centres.")],
    ready_json: Annotated[
        bool, typer.Option("--ready-json", help="Print the ready line as one line of JSON.")
    ] = False,
) -> None:
    """Run the server of an installation until it is told to stop."""
    from screenpop.cli.running import credentials_mode, run
    from screenpop.settings import ConfigurationRefusedError, load

    try:
        installation = load(config)
    except ConfigurationRefusedError as refused:
        fail(f"The configuration cannot be used.\n{refused}")
    settings = installation.settings

    def announce(line: ReadyLine) -> str:
        return (
            f"screenpop is ready at {line.url} "
            f"(credentials mode {credentials_mode(settings)}, data in {settings.data_folder})."
        )

    status = run(
        settings,
        installation.configuration,
        announce=announce,
        as_json=ready_json,
        reread=lambda: load(config).configuration,
        cure=f"Set server.port or server.host in {config}, or SCREENPOP_SERVER__PORT.",
    )
    raise typer.Exit(status)
