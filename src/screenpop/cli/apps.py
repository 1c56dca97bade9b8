"""``screenpop apps``: which apps there are, and what the server sees of their pages."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

import typer

from screenpop.cli.asking import SERVER, Account, Url, ask

__all__ = ["apps"]

apps = typer.Typer(
    help="Look after apps: which there are, and whether their pages can be framed.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@apps.command("list")
def list_(account: Account = "", server: Url = SERVER) -> None:
    """Show the apps in the administrator's order."""
    for app in ask("GET", server, "apps", account)["apps"]:
        points = ", ".join(app["urls"])
        state = "" if app["enabled"] else "  disabled"
        typer.echo(f"{app['appId']}  {app['name']}  {app['kind']}  {points}{state}")


@apps.command()
def health(
    app: Annotated[str, typer.Argument(help="The app's id.", show_default=False)],
    servers: Annotated[bool, typer.Option(help="Say what to write for each web server.")] = False,
    account: Account = "",
    server: Url = SERVER,
) -> None:
    """Ask an app's pages now: reachable, certificate, framing, cookies, and what to set."""
    seen = ask("POST", server, f"apps/{quote(app, safe='')}/health", account, {})
    for point in seen["points"]:
        typer.echo(f"{point['point']}: {point['reachability']} {point['detail']}".rstrip())
        for problem in point["problems"]:
            typer.echo(f"  {problem['text']}")
            if problem["toSet"]:
                typer.echo(f"  set: {problem['toSet']}")
            for fix in problem["fixes"] if servers else ():
                typer.echo(f"  {fix['server']}:\n{fix['text']}")
