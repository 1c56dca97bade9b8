"""What the shared statements need of a database driver."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from screenpop.domain.configuration import Configuration

__all__ = ["ConfigurationHolder", "Connection", "Rows"]


class Rows(Protocol):
    """What a statement gives."""

    def fetchone(self) -> Any:
        """Return the next row or ``None``."""

    def fetchall(self) -> Sequence[Any]:
        """Return all rows that are left."""


class Connection(Protocol):
    """Runs statements with ``?`` marks."""

    def execute(self, statement: str, values: Sequence[Any] = ..., /) -> Rows:
        """Run one statement."""

    def executemany(self, statement: str, values: Sequence[Sequence[Any]], /) -> Any:
        """Run one statement for each row of values."""


class ConfigurationHolder:
    """The configuration last committed, shared by the transactions of one process."""

    def __init__(self, configuration: Configuration) -> None:
        """Begin with this one."""
        self.current = configuration
