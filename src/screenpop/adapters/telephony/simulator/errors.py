"""Errors of the simulated network's clients.

::

    SimulatorClientError
    ├── SimulatorStartError         it could not be started
    ├── SimulatorUnreachableError   there is none, it does not answer, or it refuses us
    └── FarEndError                 a far end could not do what was asked
        ├── NoSuchLegError          no leg of this id is alive
        └── WrongLegStateError      the leg cannot do that in its present state
"""

from __future__ import annotations

__all__ = [
    "FarEndError",
    "NoSuchLegError",
    "SimulatorClientError",
    "SimulatorStartError",
    "SimulatorUnreachableError",
    "WrongLegStateError",
]


class SimulatorClientError(Exception):
    """The simulated network could not be used."""


class SimulatorStartError(SimulatorClientError):
    """The simulated network could not be started."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the simulated telephone network could not be started: {reason}")
        self.reason = reason


class SimulatorUnreachableError(SimulatorClientError):
    """The simulated network cannot be reached."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"the simulated telephone network cannot be reached: {reason}. "
            "Start it with `screenpop simulator`, or restart what started it"
        )
        self.reason = reason


class FarEndError(SimulatorClientError):
    """The far end could not do that."""


class NoSuchLegError(FarEndError):
    """No leg of this id is alive."""


class WrongLegStateError(FarEndError):
    """The leg cannot do that in its present state."""
