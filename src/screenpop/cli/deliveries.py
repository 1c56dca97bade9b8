"""``screenpop deliveries``: dispose pushes that wait or were set aside, and sending them again."""

from __future__ import annotations

from typing import Annotated, Any, Final
from urllib.parse import quote, urlencode

import typer

from screenpop.cli.asking import SERVER, Account, Url, ask
from screenpop.cli.saying import fail

__all__ = ["deliveries"]

deliveries = typer.Typer(
    help="Look after dispose pushes: what waits, what was set aside, sending it again.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_MOST: Final = 1000


@deliveries.command("list")
def list_(
    account: Account = "",
    state: Annotated[
        str, typer.Option(help="Only these: pending, delivered or set-aside.", show_default=False)
    ] = "",
    app: Annotated[str, typer.Option(help="Only this app's, by its id.", show_default=False)] = "",
    limit: Annotated[int, typer.Option(help="At most so many, the latest.")] = 100,
    url: Url = SERVER,
) -> None:
    """Show deliveries, the latest first: id, app, state, tries and the last answer."""
    for one in _list(url, account, state=state, app=app, limit=limit):
        answer = one["lastAnswer"] or "not tried yet"
        tries = f"{one['tries']} tries" if one["tries"] != 1 else "1 try"
        typer.echo(f"{one['deliveryId']}  {one['appId']}  {one['state']}  {tries}  {answer}")


@deliveries.command()
def retry(
    delivery_ids: Annotated[
        list[str] | None, typer.Argument(help="The deliveries, by their ids.", show_default=False)
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Everything that was set aside, oldest first.")
    ] = False,
    app: Annotated[str, typer.Option(help="With --all: only this app's.", show_default=False)] = "",
    account: Account = "",
    url: Url = SERVER,
) -> None:
    """Send deliveries again, now; each keeps the X-Delivery-Id that it always had."""
    if bool(delivery_ids) == every:
        fail("Name the deliveries to send again, or give --all.")
    ids = list(delivery_ids or ())
    if every:
        found = _list(url, account, state="set-aside", app=app, limit=_MOST)
        ids = [one["deliveryId"] for one in reversed(found)]
    for delivery_id in ids:
        ask("POST", url, f"deliveries/{quote(delivery_id, safe='')}/retry", account)
        typer.echo(f"{delivery_id}  is sent again")
    if every and not ids:
        typer.echo("nothing was set aside")


def _list(url: str, account: str, **filters: object) -> list[dict[str, Any]]:
    query = urlencode({name: value for name, value in filters.items() if value})
    found: list[dict[str, Any]] = ask("GET", url, f"deliveries?{query}", account)
    return found
