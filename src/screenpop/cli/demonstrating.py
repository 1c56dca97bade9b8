"""``screenpop demo``."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from screenpop.cli.saying import fail

if TYPE_CHECKING:
    from screenpop.bootstrap import ReadyLine

__all__ = ["demo"]

_CURE = "Choose another: screenpop demo --port 8800; --port 0 takes any free one."


def demo(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the console; 0 takes a free one.")
    ] = 8700,
    crm_port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the reference CRM.")
    ] = 8701,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    public_url: Annotated[
        str | None, typer.Option(help="The address by which other machines reach the demo.")
    ] = None,
    password: Annotated[
        str | None,
        typer.Option(
            envvar="SCREENPOP_DEMO_PASSWORD",
            help="One password for all users and the account; needed beyond loopback.",
        ),
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="Folder to keep data in; without it the demo begins empty.")
    ] = None,
    sim_speed: Annotated[
        float, typer.Option(min=0.01, max=1000, help="How fast the telephone network's clock runs.")
    ] = 1.0,
    ready_json: Annotated[
        bool, typer.Option("--ready-json", help="Print the ready line as one line of JSON.")
    ] = False,
) -> None:
    """Run a whole contact centre to try out: no account, no network, no telephone needed."""
    from screenpop.cli.running import run
    from screenpop.demo import world

    _refuse_strangers(host, password, public_url)
    if port and port == crm_port:
        fail(f"Console and CRM cannot both have port {port}. Give another --crm-port.")
    start = world.load(crm_port=crm_port)
    configuration = start.configuration
    if password is not None:
        configuration = world.with_password(configuration, password)

    settings = replace(
        start.settings,
        host=host,
        port=port,
        public_urls=(public_url,) if public_url else (),
        data_folder=data.absolute() if data else None,
        sim_speed=sim_speed,
    )

    def announce(line: ReadyLine) -> str:
        kept = f"kept in {line.data_folder}" if data else "begins empty, gone at the end"
        who = "maya, with the password you gave" if password else "maya, password maya"
        return "\n".join(
            (
                "The screenpop demo is ready.",
                f"  Go to        {line.url}",
                f"  Log in as    {who}",
                "  Credentials  lenient: a session id alone is enough for the voice REST",
                f"  Data         {kept}",
                "  Stop         Ctrl+C",
            )
        )

    status = run(
        settings,
        configuration,
        start.customers,
        announce=announce,
        as_json=ready_json,
        cure=_CURE,
    )
    raise typer.Exit(status)


def _refuse_strangers(host: str, password: str | None, public_url: str | None) -> None:
    """Keep the demo on loopback as long as everybody knows its passwords (contract 8)."""
    if password is not None and len(password) < 8:
        fail("The demo's password is too short. Give one of at least 8 characters.")
    if _is_loopback(host):
        return
    if password is None:
        fail(
            f"The demo's passwords are public, so it does not listen on {host}. Give a password "
            f"of your own: SCREENPOP_DEMO_PASSWORD=… screenpop demo --host {host}."
        )
    if public_url is None and ipaddress.ip_address(host).is_unspecified:
        fail(
            f"With --host {host} the demo cannot know how others reach it. Add its address: "
            "--public-url http://<name or address>:<port>."
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        fail(f"{host} is no address to listen on. Write an IP address, such as 127.0.0.1.")
