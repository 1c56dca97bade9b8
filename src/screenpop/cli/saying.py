"""How commands speak: results on standard output, failures as a sentence on standard error."""

from __future__ import annotations

import errno
from typing import NoReturn

import typer

__all__ = ["fail", "listening_failure"]


def fail(sentence: str) -> NoReturn:
    """Say what went wrong, and what to do, and end with status 1."""
    typer.echo(f"screenpop: {sentence}", err=True)
    raise typer.Exit(1)


def listening_failure(error: BaseException | None, host: str, port: int) -> str:
    """Return why nothing can listen on this address, as a sentence."""
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.EADDRNOTAVAIL:
        return f"This machine has no address {host}."
    if number == errno.EACCES:
        return f"Port {port} is not for this user; ports below 1024 are the system's."
    return f"Port {port} on {host} is taken by another program."
