"""Running a server from the command line: its folder, its ready line, its failures."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from screenpop.cli.saying import fail, listening_failure

if TYPE_CHECKING:
    from screenpop.bootstrap import ReadyLine
    from screenpop.domain.configuration import Configuration
    from screenpop.domain.customer import Customer
    from screenpop.settings import Settings

__all__ = ["run"]


def run(
    settings: Settings,
    configuration: Configuration,
    customers: Sequence[Customer] = (),
    *,
    announce: Callable[[ReadyLine], str],
    as_json: bool,
    cure: str,
    reread: Callable[[], Configuration] | None = None,
) -> int:
    """Serve until told to stop; return the exit status.

    ``announce`` makes the text that is printed when everything listens; ``as_json`` prints one
    line of JSON instead. ``cure`` says how another port is chosen. ``reread`` reads the file again,
    on SIGHUP.
    """
    from screenpop import logs
    from screenpop.adapters.store.postgres.errors import DatabaseError
    from screenpop.adapters.store.sqlite.lock import DatabaseInUseError
    from screenpop.adapters.telephony.simulator.errors import SimulatorStartError
    from screenpop.bootstrap import AddressInUseError, run_server

    logs.configure(settings.log_level, settings.log_form)
    if settings.data_folder is not None:
        _make(settings.data_folder)

    def ready(line: ReadyLine) -> None:
        if as_json:
            typer.echo(json.dumps(dataclasses.asdict(line), default=str))
        else:
            typer.echo(announce(line))

    try:
        return run_server(settings, configuration, customers, ready=ready, reread=reread)
    except AddressInUseError as error:
        fail(f"{listening_failure(error.__cause__, settings.host, settings.port)} {cure}")
    except (DatabaseInUseError, DatabaseError, SimulatorStartError) as error:
        fail(str(error))


def credentials_mode(settings: Settings) -> str:
    """Return the installation's credentials mode (contract 5), in its own word."""
    return "lenient" if settings.lenient else "strict"


def _make(folder: Path) -> None:
    """Make the data folder, for its owner only: it holds calls and customers."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        fail(
            f"The data folder {folder} cannot be made: {error.strerror}. "
            "Name one that this user may write."
        )
