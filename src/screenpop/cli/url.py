"""``screenpop url``: what an app would be sent, and what its page answers (contract 3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, NoReturn
from urllib.parse import quote

import typer

from screenpop.cli.asking import SERVER, Account, Url, ask
from screenpop.cli.saying import fail

__all__ = ["url"]

url = typer.Typer(
    help="See an app's URLs before anyone calls, and open one from the server.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

AppId = Annotated[str, typer.Argument(help="The app's id.", show_default=False)]
Call = Annotated[
    str,
    typer.Option(help="A past call's crtObjectId, instead of sample values.", show_default=False),
]


@url.command()
def preview(
    app: Annotated[str, typer.Argument(help="The app's id.", show_default=False)] = "",
    template: Annotated[
        str,
        typer.Option(help="A URL to try instead of an app's; needs no server.", show_default=False),
    ] = "",
    point: Annotated[
        str, typer.Option(help="With --template: login, call, preview or dispose.")
    ] = "call",
    call: Call = "",
    account: Account = "",
    server: Url = SERVER,
) -> None:
    """Compose every URL of an app, and say where each parameter comes from."""
    if bool(app) == bool(template):
        fail("Name an app, or give a URL with --template.")
    if template:
        points = _of_template(template, point)
    else:
        body = {"appId": app, **({"crtObjectId": call} if call else {})}
        points = ask("POST", server, "apps/preview", account, body)["points"]
    for one in points:
        _show(one)


@url.command()
def fire(
    app: AppId,
    point: Annotated[str, typer.Option(help="login, call, preview or dispose.")] = "call",
    call: Call = "",
    account: Account = "",
    server: Url = SERVER,
) -> None:
    """Open an app's URL once from the server: status, redirect, framing, cookies, timing."""
    body = {"point": point, **({"crtObjectId": call} if call else {})}
    report = ask("POST", server, f"apps/{quote(app, safe='')}/fire", account, body)
    typer.echo(report["url"])
    if not report["answered"]:
        fail(report["detail"])
    times = "  ".join(f"{name} {value:.0f} ms" for name, value in report["timing"].items())
    typer.echo(f"status {report['status']} from {report['address']}\n{times}")
    if report["redirect"]:
        typer.echo(f"redirect to {report['redirect']} (not followed)")
    for verdict in report["framing"]:
        refused = f"refused by {verdict['header']}: {verdict['value']}"
        typer.echo(
            f"framing by {verdict['origin']}: {'allowed' if verdict['allowed'] else refused}"
        )
    for cookie in report["cookies"]:
        lacks = f"lacks {', '.join(cookie['missing'])}" if cookie["missing"] else "good"
        typer.echo(f"cookie {cookie['name']}: {lacks}")
    _show_problems(report["problems"])


def _of_template(template: str, point: str) -> list[dict[str, Any]]:
    """Return a bare URL's preview with sample values, as the server would give it."""
    from dataclasses import asdict

    from screenpop.wire.urls import Point, UrlError, UrlTemplate, explain, sample

    try:
        wanted = Point(point)
    except ValueError:
        _no_point(point)
    try:
        parsed = UrlTemplate.parse(template, wanted, field="--template")
    except UrlError as error:
        fail(str(error))
    shown = []
    for values in sample(wanted):
        one = explain(parsed, values)
        shown.append(
            {
                "point": wanted.value,
                "url": one.url,
                "parameters": [asdict(part) for part in one.parameters],
                "emptyPlaceholders": list(one.empty_placeholders),
                "leftOut": [asdict(part) for part in one.left_out],
            }
        )
    return shown


def _no_point(point: str) -> NoReturn:
    fail(f"{point} is no integration point. Write login, call, preview or dispose.")


def _show(one: Mapping[str, Any]) -> None:
    typer.echo(f"{one['point']}\n  {one['url']}")
    for part in one["parameters"]:
        value = part["value"] if not part["empty"] else "(empty)"
        typer.echo(f"    {part['name']} = {value}  [{part['source']}]")
    for text in one["emptyPlaceholders"]:
        typer.echo(f"    {text} had no value")
    for part in one["leftOut"]:
        typer.echo(f"    {part['name']} is left out: {part['reason']}")


def _show_problems(problems: Iterable[Mapping[str, Any]]) -> None:
    for problem in problems:
        typer.echo(f"problem: {problem['text']}")
        if problem["toSet"]:
            typer.echo(f"  set: {problem['toSet']}")
