"""The clock port."""

from __future__ import annotations

from typing import Protocol

__all__ = ["Clock"]


class Clock(Protocol):
    """Where the time comes from: the machine, or a test's hand."""

    def now(self) -> int:
        """Return the present time in epoch milliseconds."""
