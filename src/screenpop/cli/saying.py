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


def listening_failure(error: OSError, host: str, port: int, cure: str) -> str | None:
    """Return why nothing can listen there, as a sentence; ``None`` if that is not the failure.

    ``cure`` says how another port or host is chosen.
    """
    reasons = {
        errno.EADDRINUSE: f"Port {port} on {host} is taken by another program.",
        errno.EADDRNOTAVAIL: f"This machine has no address {host}.",
        errno.EACCES: f"Port {port} is not for this user; ports below 1024 are the system's.",
    }
    reason = reasons.get(error.errno or 0)
    return f"{reason} {cure}" if reason else None
