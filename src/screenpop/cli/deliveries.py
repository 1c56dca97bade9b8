"""``screenpop deliveries``: dispose pushes that wait or were set aside, and sending them again."""

from __future__ import annotations

from typing import Annotated, Any, Final
from urllib.parse import quote, urlencode

import typer

from screenpop.cli.saying import fail

__all__ = ["deliveries"]

deliveries = typer.Typer(
    help="Look after dispose pushes: what waits, what was set aside, sending it again.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_SERVER: Final = "http://localhost:8700"
_MOST: Final = 1000

Url = Annotated[str, typer.Option(envvar="SCREENPOP_URL", help="Where the server is.")]
Account = Annotated[
    str,
    typer.Option(
        envvar="SCREENPOP_ACCOUNT",
        help="An administrator's API account as id:secret; better in the environment.",
        show_default=False,
    ),
]


@deliveries.command("list")
def list_(
    account: Account = "",
    state: Annotated[
        str, typer.Option(help="Only these: pending, delivered or set-aside.", show_default=False)
    ] = "",
    app: Annotated[str, typer.Option(help="Only this app's, by its id.", show_default=False)] = "",
    limit: Annotated[int, typer.Option(help="At most so many, the latest.")] = 100,
    url: Url = _SERVER,
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
    url: Url = _SERVER,
) -> None:
    """Send deliveries again, now; each keeps the X-Delivery-Id that it always had."""
    if bool(delivery_ids) == every:
        fail("Name the deliveries to send again, or give --all.")
    ids = list(delivery_ids or ())
    if every:
        found = _list(url, account, state="set-aside", app=app, limit=_MOST)
        ids = [one["deliveryId"] for one in reversed(found)]
    for delivery_id in ids:
        _ask("POST", url, f"deliveries/{quote(delivery_id, safe='')}/retry", account)
        typer.echo(f"{delivery_id}  is sent again")
    if every and not ids:
        typer.echo("nothing was set aside")


def _list(url: str, account: str, **filters: object) -> list[dict[str, Any]]:
    query = urlencode({name: value for name, value in filters.items() if value})
    found: list[dict[str, Any]] = _ask("GET", url, f"deliveries?{query}", account)
    return found


def _ask(method: str, url: str, path: str, account: str) -> Any:  # noqa: ANN401
    """Ask the server; a refusal or no answer ends the command with a sentence."""
    import httpx2

    user, colon, secret = account.partition(":")
    if not colon:
        fail("Say who asks: SCREENPOP_ACCOUNT=id:secret, an API account with administrator = true.")
    try:
        reply = httpx2.request(
            method,
            f"{url.rstrip('/')}/api/v1/{path}",
            auth=httpx2.BasicAuth(user, secret),
            headers={"Content-Type": "application/json"},
            timeout=10,
            trust_env=False,
        )
        content = reply.json()
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        fail(
            f"No screenpop server answers at {url} ({error}). "
            "Start it with screenpop serve, or give its --url."
        )
    except ValueError:
        fail(f"What answers at {url} is no screenpop server. Give the server's --url.")
    if reply.is_error:
        fail(str(content.get("detail") or content.get("title") or f"Status {reply.status_code}."))
    return content
