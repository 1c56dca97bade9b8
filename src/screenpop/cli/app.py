"""All commands, put together."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from screenpop.cli import (
    apps,
    checking,
    deliveries,
    demonstrating,
    explaining,
    exporting,
    migrating,
    serving,
    simulating,
    telephony,
)
from screenpop.cli import url as urls

__all__ = ["app", "run"]

app = typer.Typer(
    name="screenpop",
    help="An agent console that embeds any CRM, pops the right record, and lets the CRM dial.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(serving.serve)
app.command()(demonstrating.demo)
app.command()(migrating.migrate)
app.command()(checking.check_config)
app.command()(exporting.export_config)
app.command()(checking.hash_password)
app.command()(explaining.explain)
app.command(context_settings=simulating.PASS_ON, add_help_option=False)(simulating.simulator)
app.add_typer(simulating.simulate, name="simulate")
app.add_typer(telephony.telephony, name="telephony")
app.add_typer(deliveries.deliveries, name="deliveries")
app.add_typer(apps.apps, name="apps")
app.add_typer(urls.url, name="url")
app.command()(checking.version)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    try:
        app(args=None if arguments is None else list(arguments), prog_name="screenpop")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0
