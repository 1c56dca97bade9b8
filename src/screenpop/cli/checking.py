"""``screenpop check-config``, ``hash-password`` and ``version``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from screenpop.cli.saying import fail

if TYPE_CHECKING:
    from screenpop.domain.configuration import Configuration

__all__ = ["check_config", "hash_password", "version"]


def check_config(
    file: Annotated[Path, typer.Argument(help="The TOML file to check.")],
) -> None:
    """Check a configuration file: each problem with its file, line, key, reason and cure."""
    from screenpop.settings import ConfigurationRefusedError, load

    try:
        installation = load(file)
    except ConfigurationRefusedError as refused:
        typer.echo(str(refused))
        raise typer.Exit(1) from None
    typer.echo(f"{file}: good. It has {_contents(installation.configuration)}.")


def hash_password() -> None:
    """Read a password without showing it, and print the hash that the configuration wants."""
    from screenpop.settings.passwords import hash_of

    if sys.stdin.isatty():
        password = str(typer.prompt("Password", hide_input=True, err=True))
        if password != typer.prompt("Again", hide_input=True, err=True):
            fail("The two passwords differ. Run the command again.")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        fail("The password is empty. Type one, or send it as one line on standard input.")
    typer.echo(hash_of(password))


def version() -> None:
    """Print the version."""
    from importlib.metadata import version as version_of

    typer.echo(f"screenpop {version_of('screenpop')}")


def _contents(configuration: Configuration) -> str:
    counts = {
        "contact centre": len(configuration.contact_centers),
        "process": len(configuration.processes),
        "campaign": len(configuration.campaigns),
        "queue": len(configuration.queues),
        "user": len(configuration.users),
        "API account": len(configuration.accounts),
        "app": len(configuration.apps),
    }
    return ", ".join(f"{number} {_plural(name, number)}" for name, number in counts.items())


def _plural(name: str, number: int) -> str:
    if number == 1:
        return name
    return f"{name}es" if name.endswith("s") else f"{name}s"
