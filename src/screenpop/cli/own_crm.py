"""``screenpop demo --crm URL``: a programmer's own page, looked at and tried out (contract 3.6)."""

from __future__ import annotations

import contextlib
import json
from threading import Thread

import typer

from screenpop.cli.asking import ask
from screenpop.cli.saying import fail

__all__ = ["refuse_bad_url", "try_out"]


def refuse_bad_url(url: str) -> None:
    """End the command if an app could not have this URL."""
    from screenpop.wire.urls import Point, UrlError, UrlTemplate

    try:
        UrlTemplate.parse(url, Point.CALL, field="--crm")
    except UrlError as error:
        fail(str(error))


def try_out(server: str, app: str, account: str) -> None:
    """Say on standard error what the app's check finds, and let a call come to the first agent.

    It is done in a thread of its own, beside the server in this process.
    """
    Thread(target=_try_out, args=(server, app, account), daemon=True).start()


def _try_out(server: str, app: str, account: str) -> None:
    import httpx2

    # What went wrong was said; a server that stops meanwhile needs no words.
    with contextlib.suppress(typer.Exit, httpx2.HTTPError):
        _say_what_was_found(server, app, account)
        _wait_for_an_agent(server, account)
        _let_a_call_come(server, account)


def _say_what_was_found(server: str, app: str, account: str) -> None:
    for point in ask("POST", server, f"apps/{app}/health", account, {})["points"]:
        seen = f"{point['reachability']} {point['detail']}".strip()
        fine = "" if point["problems"] else "; nothing against the frame was found"
        typer.echo(f"Your CRM's page: {seen}{fine}.", err=True)
        for problem in point["problems"]:
            typer.echo(f"  {problem['text']}", err=True)
            if problem["toSet"]:
                typer.echo(f"  set: {problem['toSet']}", err=True)
    typer.echo("Log in, and a call comes in that opens it.", err=True)


def _wait_for_an_agent(server: str, account: str) -> None:
    """Read the contact centre's events until somebody is ready to take a call."""
    import httpx2

    user, _, secret = account.partition(":")
    with httpx2.stream(
        "GET",
        f"{server.rstrip('/')}/api/v1/events",
        auth=httpx2.BasicAuth(user, secret),
        timeout=None,  # somebody logs in when they please
        trust_env=False,
    ) as events:
        for line in events.iter_lines():
            name, _, value = line.partition(": ")
            if name != "data":
                continue
            event = json.loads(value)
            if event.get("name") == "stateChanged" and event["payload"]["state"] == "ready":
                return


def _let_a_call_come(server: str, account: str) -> None:
    from screenpop.demo import world

    call = {"from": world.CALLER, "to": world.DID}
    ask("POST", server, "simulator/calls", account, call)
    typer.echo(
        f"A call from {call['from']} comes in. Your page opens with it; the console's inspector "
        "(Ctrl+Alt+I) shows every parameter and every message.",
        err=True,
    )
