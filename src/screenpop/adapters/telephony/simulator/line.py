"""The simulated network as a :class:`~screenpop.ports.telephony.Line`."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import structlog

from screenpop.adapters.telephony.simulator.connection import ANSWER_SECONDS, Connection
from screenpop.adapters.telephony.simulator.errors import SimulatorUnreachableError
from screenpop.ports.telephony import (
    LegIdTakenError,
    LineCommand,
    LineDown,
    LineEvent,
    LineNotUpError,
    LineUnavailableError,
    LineUp,
    LiveLeg,
    ReportTo,
)
from screenpop.simulator.errors import LegTakenError
from screenpop.simulator.protocol import decode_leg, decode_report, encode_fields

__all__ = ["SimulatorLine"]

_FIRST_WAIT: Final = 0.05
_LONGEST_WAIT: Final = 5.0
#: A superseded line waits for longer than a lease lasts (design 2.7), or two servers that both
#: think themselves the owner would throw each other out without end.
_SUPERSEDED_WAIT: Final = 12.0

_log = structlog.get_logger(__name__)


def _machine_clock() -> int:
    return time.time_ns() // 1_000_000


class SimulatorLine:
    """A line to the simulated network that a state file names.

    The file is read anew for each connection, so a network that was started again is found.
    """

    def __init__(
        self,
        state_file: Path,
        *,
        now: Callable[[], int] = _machine_clock,
        answer_seconds: float = ANSWER_SECONDS,
        superseded_wait: float = _SUPERSEDED_WAIT,
    ) -> None:
        """``now`` gives epoch milliseconds; the waits are seconds."""
        self._state_file = state_file
        self._now = now
        self._answer_seconds = answer_seconds
        self._superseded_wait = superseded_wait
        self._connection: Connection | None = None
        self._is_up = False
        self._task: asyncio.Task[None] | None = None

    async def start(self, report_to: ReportTo) -> None:
        """See :meth:`screenpop.ports.telephony.Line.start`."""
        self._task = asyncio.create_task(self._keep_connected(report_to))

    async def perform(self, command: LineCommand) -> None:
        """See :meth:`screenpop.ports.telephony.Line.perform`."""
        if not self._is_up:
            raise LineNotUpError
        reply = await self._ask({"command": encode_fields(command)})
        if reply.get("error") == LegTakenError.key:
            raise LegIdTakenError(reply["message"])
        if "error" in reply:
            raise LineUnavailableError(reply["message"])

    async def live_legs(self) -> tuple[LiveLeg, ...]:
        """See :meth:`screenpop.ports.telephony.Line.live_legs`."""
        reply = await self._ask({"live": True})
        return tuple(decode_leg(leg) for leg in reply["legs"])

    async def stop(self) -> None:
        """See :meth:`screenpop.ports.telephony.Line.stop`."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _ask(self, message: dict[str, object]) -> dict[str, Any]:
        if self._connection is None:
            raise LineUnavailableError
        try:
            return await self._connection.request(message, self._answer_seconds)
        except SimulatorUnreachableError as problem:
            raise LineUnavailableError(problem.reason) from problem

    # --- in the background --------------------------------------------------------------------

    async def _keep_connected(self, report_to: ReportTo) -> None:
        wait = _FIRST_WAIT
        while True:
            try:
                connection = await Connection.open(self._state_file, "controller")
            except SimulatorUnreachableError as problem:
                _log.info("line.unreachable", reason=problem.reason)
            else:
                wait = _FIRST_WAIT
                if await self._converse(connection, report_to):
                    wait = self._superseded_wait
            # Jitter: servers that lost the same network must not return all at once.
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311  not a secret
            wait = min(wait * 2, _LONGEST_WAIT)

    async def _converse(self, connection: Connection, report_to: ReportTo) -> bool:
        """Deliver what the network pushes until the end; tells whether we were superseded."""
        self._connection = connection
        reason = "the simulated telephone network has gone"
        superseded = False
        was_up = False
        try:
            while (message := await connection.pushed.get()) is not None:
                if "report" in message:
                    await self._deliver(decode_report(message["report"]), report_to)
                    connection.acknowledge(message["number"])
                elif "up" in message:
                    legs = tuple(decode_leg(leg) for leg in message["up"]["legs"])
                    await self._deliver(LineUp(legs, message["up"]["at"]), report_to)
                    self._is_up = was_up = True
                elif "superseded" in message:
                    superseded = True
                    reason = "another server controls the simulated telephone network now"
        finally:
            self._is_up = False
            self._connection = None
            await connection.close()
        if was_up:
            _log.warning("line.down", reason=reason)
            await self._deliver(LineDown(reason, self._now()), report_to)
        return superseded

    async def _deliver(self, event: LineEvent, report_to: ReportTo) -> None:
        wait = _FIRST_WAIT
        while True:
            try:
                return await report_to(event)
            except Exception:  # noqa: BLE001  whatever it was, the fact is told until it is taken
                _log.exception("line.report_not_taken", report=type(event).__name__)
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311  not a secret
            wait = min(wait * 2, _LONGEST_WAIT)
