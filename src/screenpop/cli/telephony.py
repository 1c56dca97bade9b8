"""``screenpop telephony``: sets Asterisk up, and looks whether it is fit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from screenpop.cli.saying import fail

if TYPE_CHECKING:
    from screenpop.settings import Installation

__all__ = ["telephony"]

telephony = typer.Typer(
    help="Set a real telephone line up, and check it.", no_args_is_help=True, rich_markup_mode=None
)
asterisk = typer.Typer(
    help="Asterisk's own configuration.", no_args_is_help=True, rich_markup_mode=None
)
telephony.add_typer(asterisk, name="asterisk")


@asterisk.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Folder to write to; made if it is missing.")],
    trunk_host: Annotated[
        str, typer.Option(help="The provider's SIP server, with :port if it is not 5060.")
    ] = "sip.provider.example",
    trunk_user: Annotated[
        str, typer.Option(help="Name at the provider; without one it knows you by your address.")
    ] = "",
    trunk_secret: Annotated[
        str, typer.Option(envvar="SCREENPOP_TRUNK_SECRET", help="Secret at the provider.")
    ] = "",
    telephone: Annotated[
        list[str] | None,
        typer.Option(help="An agent's telephone, such as 1001; may be repeated."),
    ] = None,
    fallback: Annotated[
        str, typer.Option(help="Number for callers whom screenpop does not take for a minute.")
    ] = "",
    http_port: Annotated[
        int, typer.Option(min=1, max=65535, help="Port of Asterisk's REST interface.")
    ] = 8088,
    sip_port: Annotated[int, typer.Option(min=1, max=65535, help="Port of SIP over UDP.")] = 5060,
) -> None:
    """Write a complete, commented configuration of Asterisk, and say what to do with it."""
    import secrets

    from screenpop.adapters.telephony.asterisk.set_up import (
        FILES,
        AsteriskPlan,
        UnfitValueError,
        asterisk_files,
    )

    if there := [name for name in FILES if (folder / name).exists()]:
        fail(
            f"{folder} has {', '.join(there)} already, and nothing is overwritten. "
            "Name another folder, and compare."
        )
    plan = AsteriskPlan(
        secret=secrets.token_urlsafe(24),
        trunk_host=trunk_host,
        trunk_user=trunk_user,
        trunk_secret=trunk_secret,
        telephones={name: secrets.token_urlsafe(15) for name in telephone or ()},
        fallback=fallback,
        http_port=http_port,
        sip_bind=f"0.0.0.0:{sip_port}",
    )
    try:
        texts = asterisk_files(plan)
    except UnfitValueError as error:
        fail(str(error))
    _write(folder, texts)
    typer.echo(
        f"Written to {folder}: {', '.join(texts)}.\n"
        "Copy them to /etc/asterisk (chown asterisk:asterisk, chmod 640: there are secrets in\n"
        "them), or take over what your own files lack; then: systemctl restart asterisk.\n"
        "In screenpop's configuration:\n\n"
        "[telephony]\n"
        'kind = "asterisk"\n'
        f'url = "http://{plan.http_host}:{plan.http_port}"\n'
        f'user = "{plan.user}"\n'
        f'secret = "{plan.secret}"\n'
        f'trunk = "{plan.trunk}"\n\n'
        "Then: screenpop telephony check --config <that file>"
    )


@telephony.command()
def check(
    config: Annotated[Path, typer.Option(help="The TOML file with settings and contact centres.")],
) -> None:
    """Look step by step whether Asterisk is fit; status 1 if something is not."""
    import asyncio

    from screenpop.settings import ConfigurationRefusedError, load

    try:
        installation = load(config)
    except ConfigurationRefusedError as refused:
        fail(f"The configuration cannot be used.\n{refused}")
    if installation.settings.asterisk is None:
        fail(
            "The line is the simulated network, which needs no check. For Asterisk set "
            f'[telephony] kind = "asterisk" in {config}.'
        )
    if not asyncio.run(_check(installation)):
        raise typer.Exit(1)


async def _check(installation: Installation) -> bool:
    from screenpop.adapters.telephony.asterisk.ari import AriAccount
    from screenpop.adapters.telephony.asterisk.checking import check_asterisk

    asterisk = installation.settings.asterisk
    assert asterisk is not None  # the caller looked  # noqa: S101
    configuration = installation.configuration
    account = AriAccount(asterisk.url, asterisk.user, asterisk.secret, asterisk.app)
    extensions = sorted({user.extension for user in configuration.users if user.extension})
    dids = sorted(did for queue in configuration.queues for did in queue.dids)
    fit = True
    async for finding in check_asterisk(account, asterisk.trunk, extensions, dids):
        if finding.ok:
            typer.echo(f"ok      {finding.step}")
        else:
            fit = False
            typer.echo(f"WRONG   {finding.step}: {finding.problem}\n        {finding.cure}")
    return fit


def _write(folder: Path, texts: dict[str, str]) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, text in texts.items():
            file = folder / name
            file.touch(mode=0o640)
            file.write_text(text, "utf-8")
    except OSError as error:
        fail(f"{folder} cannot be written: {error.strerror}. Name one that this user may write.")
