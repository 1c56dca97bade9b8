"""``screenpop simulator``, the telephone network, and ``screenpop simulate``, its far ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import quote

import typer

from screenpop.cli.saying import fail

__all__ = ["PASS_ON", "simulate", "simulator"]

#: Everything behind the name goes to the network's own program, ``--help`` too.
PASS_ON: Final[dict[str, Any]] = {"allow_extra_args": True, "ignore_unknown_options": True}

simulate = typer.Typer(
    help="Act as the far end on the simulated network of a running server.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Url = Annotated[
    str,
    typer.Option(envvar="SCREENPOP_URL", help="Where the server is, as seen on its own machine."),
]
CallId = Annotated[str, typer.Argument(help="The callId or crtObjectId.")]
_SERVER: Final = "http://localhost:8700"


def simulator(context: typer.Context) -> None:
    """Run the simulated telephone network as a process of its own (servers start it themselves)."""
    from screenpop.simulator import main

    raise typer.Exit(main(context.args))


@simulate.command()
def inbound(
    caller: Annotated[str, typer.Option("--from", help="The caller's number.")] = "8447380993",
    dialled: Annotated[
        str, typer.Option("--to", help="The number that a queue has.")
    ] = "18005550172",
    url: Url = _SERVER,
) -> None:
    """Let a customer call; prints the call's ids."""
    reply = _post(url, "calls", {"from": caller, "to": dialled})
    typer.echo(f"callId {reply['callId']}\ncrtObjectId {reply['crtObjectId']}")


@simulate.command()
def answer(call: CallId, url: Url = _SERVER) -> None:
    """Let the ringing far end pick up: the agent's telephone, else the called customer."""
    _post(url, f"calls/{quote(call, safe='')}/answer", {})
    typer.echo("answered")


@simulate.command()
def hangup(
    call: CallId,
    party: Annotated[str, typer.Option(help="Who hangs up: customer or agent.")] = "customer",
    url: Url = _SERVER,
) -> None:
    """Let the customer hang up, or with --party agent the agent's telephone."""
    if party not in {"customer", "agent"}:
        fail(f"--party {party} is nobody in the call. Write customer or agent.")
    query = "?party=agent" if party == "agent" else ""
    _post(url, f"calls/{quote(call, safe='')}/hangup{query}", {})
    typer.echo("hung up")


@simulate.command()
def dtmf(
    call: CallId,
    digits: Annotated[str, typer.Argument(help="Keys to press: 0-9 * # A-D.")],
    url: Url = _SERVER,
) -> None:
    """Let the customer press keys."""
    _post(url, f"calls/{quote(call, safe='')}/dtmf", {"digits": digits})
    typer.echo("pressed")


def _post(url: str, path: str, body: Mapping[str, str]) -> Mapping[str, Any]:
    """Ask the server; a refusal or no answer ends the command with a sentence."""
    import httpx2

    try:
        reply = httpx2.post(
            f"{url.rstrip('/')}/api/v1/simulator/{path}", json=body, timeout=10, trust_env=False
        )
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        fail(
            f"No screenpop server answers at {url} ({error}). "
            "Start one with screenpop demo, or give its --url."
        )
    try:
        content = reply.json()
    except ValueError:
        content = None
    if not isinstance(content, dict):
        fail(f"What answers at {url} is no screenpop server. Give the server's --url.")
    if reply.is_error:
        fail(str(content.get("detail") or content.get("title") or f"Status {reply.status_code}."))
    return content
