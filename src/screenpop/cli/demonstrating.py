"""``screenpop demo``."""

from __future__ import annotations

import dataclasses
import ipaddress
import json
import socket
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from screenpop.cli.saying import fail, listening_failure

if TYPE_CHECKING:
    from screenpop.bootstrap import ReadyLine
    from screenpop.demo.crm.child import CrmChild
    from screenpop.domain.app import SessionPolicy
    from screenpop.domain.configuration import Configuration

__all__ = ["demo"]

_CURE = "Choose another: screenpop demo --port 8800; --port 0 takes any free one."


def demo(  # noqa: PLR0913, PLR0917  # one for each option
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the console; 0 takes a free one.")
    ] = 8700,
    crm_port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=65535,
            help="Port of the reference CRM; 0 takes a free one.",
            show_default="8701; a free one with --port 0",
        ),
    ] = None,
    no_crm: Annotated[
        bool, typer.Option("--no-crm", help="Leave the reference CRM out; its apps are disabled.")
    ] = False,
    own_crm: Annotated[
        str | None,
        typer.Option(
            "--crm", metavar="URL", help="A page of your own CRM, to be popped with each call."
        ),
    ] = None,
    crm_sign_in: Annotated[
        bool,
        typer.Option(
            "--crm-sign-in", help="Let the reference CRM ask for its own login (cookie mode)."
        ),
    ] = False,
    crm_sso: Annotated[
        bool,
        typer.Option("--crm-sso", help="Sign agents on at the reference CRM as they log in."),
    ] = False,
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
    from screenpop.cli.own_crm import refuse_bad_url, try_out
    from screenpop.cli.running import run
    from screenpop.demo import world

    _refuse_strangers(host, password, public_url)
    if crm_port is None:
        crm_port = world.CRM_PORT if port else 0
    if port and port == crm_port:
        fail(f"Console and CRM cannot both have port {port}. Give another --crm-port.")
    policy = _policy(crm_sign_in=crm_sign_in, crm_sso=crm_sso, no_crm=no_crm)
    if own_crm is not None:
        refuse_bad_url(own_crm)
    folder = data.absolute() if data else None
    crm = None if no_crm else _start_crm(crm_port, host, port, folder)
    start = world.load(crm.url if crm else None, crm_port=crm_port, policy=policy)
    configuration = _changed(start.configuration, own_crm, password)
    settings = replace(
        start.settings,
        host=host,
        port=port,
        public_urls=(public_url,) if public_url else (),
        data_folder=folder,
        # With kept data a killed demo finds its network, and the calls on it, again.
        simulator_survives=folder is not None,
        sim_speed=sim_speed,
    )

    def announce(line: ReadyLine) -> str:
        """Let the CRM serve, now that the console's address is known, and say where all is."""
        if crm:
            users = [user.user_id for user in configuration.users]
            app = start.configuration.apps[0]
            crm.tell(world.crm_settings(line.url, app, users, password))
        if own_crm is not None:
            try_out(line.url, world.OWN_CRM, world.account(password))
        if ready_json:
            facts = dataclasses.asdict(line) | {"crm": crm.url if crm else None}
            return json.dumps(facts, default=str)
        return _in_words(line, crm, host, has_password=password is not None, keeps=data is not None)

    try:
        # The CRM belongs into both forms of the announcement, so both are made here.
        status = run(
            settings,
            configuration,
            start.customers,
            announce=announce,
            as_json=False,
            cure=_CURE,
        )
    finally:
        if crm:
            crm.stop()
    raise typer.Exit(status)


def _policy(*, crm_sign_in: bool, crm_sso: bool, no_crm: bool) -> SessionPolicy:
    from screenpop.domain.app import SessionPolicy

    if crm_sign_in and crm_sso:
        fail("--crm-sign-in and --crm-sso are two ways to sign agents on at the CRM. Give one.")
    if no_crm and (crm_sign_in or crm_sso):
        fail("With --no-crm there is no CRM to sign on at. Leave out one of the two.")
    if crm_sso:
        return SessionPolicy.SSO
    return SessionPolicy.COOKIE if crm_sign_in else SessionPolicy.NONE


def _changed(
    configuration: Configuration, own_crm: str | None, password: str | None
) -> Configuration:
    from screenpop.demo import world

    if own_crm is not None:
        configuration = world.with_own_crm(configuration, own_crm)
    if password is not None:
        configuration = world.with_password(configuration, password)
    return configuration


def _in_words(
    line: ReadyLine, crm: CrmChild | None, host: str, *, has_password: bool, keeps: bool
) -> str:
    kept = f"kept in {line.data_folder}" if keeps else "begins empty, gone at the end"
    who = "maya, with the password you gave" if has_password else "maya, password maya"
    page = "left out (--no-crm)"
    if crm:
        page = crm.url if _is_loopback(host) else f"{crm.url}, for this machine's browsers only"
    return "\n".join(
        (
            "The screenpop demo is ready.",
            f"  Go to        {line.url}",
            f"  Log in as    {who}",
            f"  CRM          {page}",
            "  Credentials  lenient: a session id alone is enough for the voice REST",
            f"  Data         {kept}",
            "  Stop         Ctrl+C",
        )
    )


def _start_crm(crm_port: int, host: str, port: int, folder: Path | None) -> CrmChild:
    from screenpop.demo.crm.child import CrmChild

    database = folder / "crm.db" if folder else None
    return CrmChild(_crm_listener(crm_port, host, port), database, _say_crm_ended)


def _crm_listener(crm_port: int, host: str, port: int) -> socket.socket:
    """Listen for the reference CRM; a taken port is said, the console's own one first."""
    from screenpop.demo.crm.child import listen

    try:
        return listen(crm_port)
    except OSError as error:
        if port:
            try:
                socket.create_server((host, port)).close()
            except OSError as first:
                fail(f"{listening_failure(first, host, port)} {_CURE}")
        fail(
            f"{listening_failure(error, '127.0.0.1', crm_port)} The reference CRM needs one: "
            "screenpop demo --crm-port 8801; --crm-port 0 takes any free one, --no-crm leaves it "
            "out."
        )


def _say_crm_ended(status: int) -> None:
    typer.echo(
        f"screenpop: The reference CRM ended by itself (exit status {status}); its pages stay "
        "empty. Stop the demo and start it again.",
        err=True,
    )


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
