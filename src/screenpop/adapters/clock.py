"""The machine's clock."""

from __future__ import annotations

import time

__all__ = ["MachineClock"]


class MachineClock:
    """:class:`screenpop.ports.clock.Clock` by the machine's own time."""

    def now(self) -> int:
        """Return the present time in epoch milliseconds."""
        return time.time_ns() // 1_000_000
