"""Errors of the simulated network.

::

    SimulatorError
    ├── LegTakenError             a leg of this id is alive; choose another id
    ├── UnknownLegError           no such leg is alive
    ├── LegStateError             the leg is alive, but cannot do that now
    ├── MalformedMessageError     a message that the protocol does not know
    └── AlreadyRunningError       another simulated network uses this state file
"""

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "AlreadyRunningError",
    "LegStateError",
    "LegTakenError",
    "MalformedMessageError",
    "SimulatorError",
    "UnknownLegError",
]


class SimulatorError(Exception):
    """The simulated network refused."""

    #: Word for it on the socket.
    key: ClassVar[str] = "simulator.error"


class LegTakenError(SimulatorError):
    """A leg of this id is alive: use another id, or hang the old leg up first."""

    key = "leg.taken"

    def __init__(self, leg_id: str) -> None:
        super().__init__(f"leg {leg_id} is alive: use another id, or hang it up first")
        self.leg_id = leg_id


class UnknownLegError(SimulatorError):
    """No leg of this id is alive: list the live legs to see which are."""

    key = "leg.unknown"

    def __init__(self, leg_id: str) -> None:
        super().__init__(f"no leg {leg_id} is alive: list the live legs to see which are")
        self.leg_id = leg_id


class LegStateError(SimulatorError):
    """The leg cannot do that in its present state."""

    key = "leg.state"

    def __init__(self, leg_id: str, state: str, cure: str) -> None:
        super().__init__(f"leg {leg_id} is {state}: {cure}")
        self.leg_id = leg_id
        self.state = state
        self.cure = cure


class MalformedMessageError(SimulatorError):
    """The message is not one of the protocol: are both ends of the same version?"""

    key = "message.malformed"


class AlreadyRunningError(SimulatorError):
    """A simulated network runs already for this state file."""

    key = "already.running"

    def __init__(self, state_file: str) -> None:
        super().__init__(
            f"a simulated network runs already for {state_file}: "
            "use that one, stop it, or give another --state-file"
        )
        self.state_file = state_file
