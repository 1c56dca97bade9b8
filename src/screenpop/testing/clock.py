"""A clock that a test moves by hand."""

from __future__ import annotations

__all__ = ["ManualClock"]


class ManualClock:
    """:class:`screenpop.ports.clock.Clock` that stands still until it is moved."""

    def __init__(self, now: int = 1_767_225_600_000) -> None:
        """Begin at ``now``, epoch milliseconds; the default is the start of 2026."""
        self._now = now

    def now(self) -> int:
        """Return the present time in epoch milliseconds."""
        return self._now

    def advance(self, milliseconds: int) -> None:
        """Let time pass.

        :raises ValueError: time does not run backwards.
        """
        if milliseconds < 0:
            raise ValueError("time does not run backwards")
        self._now += milliseconds
