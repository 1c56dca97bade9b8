"""The far ends of the simulated network at one's fingertips (contract 8, simulator control)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from screenpop.adapters.telephony.simulator.connection import Connection
from screenpop.adapters.telephony.simulator.errors import (
    FarEndError,
    NoSuchLegError,
    WrongLegStateError,
)
from screenpop.simulator.errors import LegStateError, UnknownLegError

__all__ = ["SimulatedLeg", "SimulatorControl"]

_REFUSALS: Final[dict[str, type[FarEndError]]] = {
    UnknownLegError.key: NoSuchLegError,
    LegStateError.key: WrongLegStateError,
}


@dataclass(frozen=True, slots=True)
class SimulatedLeg:
    """A living leg, seen from the far end."""

    leg_id: str
    #: Empty for an inbound leg.
    call_id: str
    kind: Literal["agent", "customer"]
    #: The far end's number or extension.
    number: str
    #: For inbound legs the number that the caller dialled, else empty.
    dialled: str
    state: Literal["offered", "dialled", "ringing", "up"]
    bridge_id: str | None
    held: bool
    muted: bool
    #: Tones that the far end has heard so far.
    heard: str


class SimulatorControl:
    """Places calls and lets far ends act.  Connects when first used, and again when needed.

    Every method raises :class:`SimulatorUnreachableError` when the network cannot be asked.
    """

    def __init__(self, state_file: Path) -> None:
        self._state_file = state_file
        self._connection: Connection | None = None
        self._connecting = asyncio.Lock()

    async def place_call(
        self, caller: str, dialled: str, headers: Mapping[str, str] | None = None
    ) -> str:
        """Let ``caller`` call our number ``dialled``; returns the leg's id."""
        reply = await self._ask(
            {"far": "place", "from": caller, "to": dialled, "headers": dict(headers or {})}
        )
        leg_id: str = reply["leg_id"]
        return leg_id

    async def hang_up(self, leg_id: str) -> None:
        """Let the far end of a leg hang up, give up, or refuse.

        :raises NoSuchLegError: no such leg is alive.
        """
        await self._ask({"far": "hangup", "leg_id": leg_id})

    async def answer(self, leg_id: str) -> None:
        """Let the far end of a ringing leg pick up; a no-op when it has.

        :raises NoSuchLegError: no such leg is alive.
        :raises WrongLegStateError: the far end called us, or does not ring.
        """
        await self._ask({"far": "answer", "leg_id": leg_id})

    async def send_dtmf(self, leg_id: str, digits: str) -> None:
        """Let the far end of an answered leg press keys.

        :raises NoSuchLegError: no such leg is alive.
        :raises WrongLegStateError: the leg is not answered.
        """
        await self._ask({"far": "dtmf", "leg_id": leg_id, "digits": digits})

    async def legs(self) -> tuple[SimulatedLeg, ...]:
        """Return every living leg, oldest first."""
        reply = await self._ask({"far": "list"})
        return tuple(SimulatedLeg(**leg) for leg in reply["legs"])

    async def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    async def _ask(self, message: Mapping[str, object]) -> dict[str, Any]:
        async with self._connecting:
            if self._connection is None or not self._connection.is_open:
                self._connection = await Connection.open(self._state_file, "control")
            connection = self._connection
        reply = await connection.request(message)
        if "error" in reply:
            raise _REFUSALS.get(reply["error"], FarEndError)(reply["message"])
        return reply
