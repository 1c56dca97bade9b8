"""A telephone line without a network: performs commands at once, or as scripted, and keeps them.

For tests of use cases and for benches: a command costs a few microseconds.  Every called number
rings, answers at once and stays; an agent's extension does if it may answer by itself, else it
rings until :class:`AnswerLeg`.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Final

from screenpop.ports.telephony import (
    AnswerLeg,
    CallOffered,
    Connect,
    DialNumber,
    DtmfReceived,
    HangUp,
    LegAnswered,
    LegEnded,
    LegIdTakenError,
    LegRinging,
    LegsConnected,
    LineCommand,
    LineDown,
    LineEvent,
    LineNotUpError,
    LineUnavailableError,
    LineUp,
    LiveLeg,
    ReportTo,
    RingAgent,
)

__all__ = [
    "ANSWERS",
    "BUSY",
    "CARRIER_FAILURE",
    "NO_ANSWER",
    "RINGS",
    "SILENT",
    "UNALLOCATED",
    "Outcome",
    "ScriptedLine",
]

_NORMAL_CLEARING = 16
_RETRY_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a dialled number does, all at once."""

    rings: bool = True
    answers: bool = False
    #: It is over after that, with these causes.
    ends: bool = False
    sip: int | None = None
    q850: int | None = None


ANSWERS: Final = Outcome(answers=True)
#: Rings until a test says more.
RINGS: Final = Outcome()
#: Not even rings until a test says more.
SILENT: Final = Outcome(rings=False)
BUSY: Final = Outcome(rings=False, ends=True, sip=486, q850=17)
NO_ANSWER: Final = Outcome(ends=True, sip=480, q850=19)
UNALLOCATED: Final = Outcome(rings=False, ends=True, sip=404, q850=1)
CARRIER_FAILURE: Final = Outcome(rings=False, ends=True, sip=503, q850=34)


@dataclass(slots=True)
class _Leg:
    leg_id: str
    state: str
    agent: bool = False
    bridge_id: str | None = None
    caller: str = ""
    dialled: str = ""


class ScriptedLine:
    """A :class:`~screenpop.ports.telephony.Line` for tests and benches."""

    def __init__(self, now: Callable[[], int] = lambda: 0) -> None:
        """``now`` gives epoch milliseconds."""
        #: Every command performed, oldest first.
        self.commands: list[LineCommand] = []
        #: The dials among them: what made a telephone ring, or would have.
        self.dials: list[RingAgent | DialNumber] = []
        self._now = now
        self._outcomes: dict[str, Outcome] = {}
        self._legs: dict[str, _Leg] = {}
        self._bridges: dict[str, tuple[str, ...]] = {}
        self._inbound = count(1)
        self._waiting: deque[LineEvent] = deque()
        #: Made while the line was away.
        self._held: list[LineEvent] = []
        self._more = asyncio.Event()
        self._settled = asyncio.Event()
        self._settled.set()
        self._report_to: ReportTo | None = None
        self._task: asyncio.Task[None] | None = None
        #: Whether the network is there, and whether ``LineUp`` has been taken.
        self._reachable = True
        self._is_up = False

    # --- the port -----------------------------------------------------------------------------

    async def start(self, report_to: ReportTo) -> None:
        """See :meth:`screenpop.ports.telephony.Line.start`."""
        self._report_to = report_to
        self._task = asyncio.create_task(self._deliver())
        if self._reachable:
            self._report(self._line_up())

    async def perform(self, command: LineCommand) -> None:
        """See :meth:`screenpop.ports.telephony.Line.perform`."""
        if not (self._is_up and self._reachable):
            raise LineNotUpError
        if isinstance(command, RingAgent | DialNumber):
            self._dial(command)
        else:
            self.commands.append(command)
            if isinstance(command, Connect):
                self._connect(command)
            elif leg := self._legs.get(command.leg_id):
                if isinstance(command, HangUp):
                    cancelled = leg.state == "ringing"
                    self._end(leg, 487 if cancelled else None, command.cause)
                elif isinstance(command, AnswerLeg) and (leg.agent or leg.state == "offered"):
                    self._answer(leg)

    async def live_legs(self) -> tuple[LiveLeg, ...]:
        """See :meth:`screenpop.ports.telephony.Line.live_legs`."""
        if self._task is None or not self._reachable:
            raise LineUnavailableError
        return self._live_legs()

    async def stop(self) -> None:
        """See :meth:`screenpop.ports.telephony.Line.stop`."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self._task = None
        self._is_up = False
        # What was not taken is told to the next server, except how the connection was.
        self._waiting = deque(e for e in self._waiting if not isinstance(e, LineUp | LineDown))
        self._mark_settled()

    # --- the test's hand ----------------------------------------------------------------------

    def script(self, number: str, outcome: Outcome) -> None:
        """Say what a number or an extension does from now on when it is dialled."""
        self._outcomes[number] = outcome

    def place_call(
        self, caller: str, dialled: str, headers: Mapping[str, str] | None = None
    ) -> str:
        """Let a caller call us; returns the leg's id."""
        leg = _Leg(f"inbound-{next(self._inbound)}", "offered", caller=caller, dialled=dialled)
        self._legs[leg.leg_id] = leg
        self._report(CallOffered(leg.leg_id, caller, dialled, self._now(), headers or {}))
        return leg.leg_id

    def answer(self, leg_id: str) -> None:
        """Let the far end of a leg pick up.

        :raises KeyError: no such leg is alive.
        """
        self._answer(self._legs[leg_id])

    def hang_up(self, leg_id: str, sip: int | None = None, q850: int = _NORMAL_CLEARING) -> None:
        """Let the far end of a leg hang up, give up, or refuse.

        :raises KeyError: no such leg is alive.
        """
        self._end(self._legs[leg_id], sip, q850)

    def send_dtmf(self, leg_id: str, digits: str) -> None:
        """Let the far end of a leg press keys.

        :raises KeyError: no such leg is alive.
        """
        self._report(DtmfReceived(self._legs[leg_id].leg_id, digits, self._now()))

    def go_down(self, reason: str = "scripted") -> None:
        """Lose the connection; calls go on."""
        if self._task is not None and self._reachable:
            self._report(LineDown(reason, self._now()))
        self._reachable = False
        self._is_up = False

    def come_up(self) -> None:
        """Have the connection again."""
        self._reachable = True
        held, self._held = self._held, []
        for event in held:
            self._report(event)
        if self._task is not None:
            self._report(self._line_up())

    async def settled(self) -> None:
        """Wait until every report has been taken, those made while the line is away excepted."""
        await self._settled.wait()

    # --- inside -------------------------------------------------------------------------------

    def _dial(self, command: RingAgent | DialNumber) -> None:
        leg_id = command.leg_id
        if leg_id in self._legs:
            raise LegIdTakenError(leg_id)
        self.commands.append(command)
        self.dials.append(command)
        if isinstance(command, RingAgent):
            ordinary = ANSWERS if command.auto_answer else RINGS
            outcome = self._outcomes.get(command.extension, ordinary)
        else:
            outcome = self._outcomes.get(command.phone, ANSWERS)
        leg = self._legs[leg_id] = _Leg(leg_id, "ringing", agent=isinstance(command, RingAgent))
        if outcome.rings:
            self._report(LegRinging(leg_id, self._now()))
        if outcome.answers:
            self._answer(leg)
        if outcome.ends:
            self._end(leg, outcome.sip, outcome.q850)

    def _answer(self, leg: _Leg) -> None:
        if leg.state == "up":
            return
        leg.state = "up"
        self._report(LegAnswered(leg.leg_id, self._now()))
        if leg.bridge_id is not None:
            self._report_connected(leg.bridge_id)

    def _connect(self, command: Connect) -> None:
        if not command.legs or any(leg_id not in self._legs for leg_id in command.legs):
            return
        for leg_id in self._bridges.get(command.bridge_id, ()):
            if leg_id in self._legs:
                self._legs[leg_id].bridge_id = None
        for leg_id in command.legs:
            leg = self._legs[leg_id]
            self._leave_bridge(leg)
            leg.bridge_id = command.bridge_id
            if leg.state == "offered":
                leg.state = "up"
        self._bridges[command.bridge_id] = command.legs
        self._report_connected(command.bridge_id)

    def _report_connected(self, bridge_id: str) -> None:
        legs = self._bridges.get(bridge_id, ())
        if legs and all(self._legs[leg_id].state == "up" for leg_id in legs):
            self._report(LegsConnected(bridge_id, legs, self._now()))

    def _leave_bridge(self, leg: _Leg) -> None:
        if leg.bridge_id is not None:
            # Nobody is waited for any more: the rest were never asked to be connected alone.
            self._bridges.pop(leg.bridge_id, None)
            leg.bridge_id = None

    def _end(self, leg: _Leg, sip: int | None, q850: int | None) -> None:
        self._leave_bridge(leg)
        del self._legs[leg.leg_id]
        self._report(LegEnded(leg.leg_id, self._now(), sip, q850))

    def _live_legs(self) -> tuple[LiveLeg, ...]:
        return tuple(
            LiveLeg(leg.leg_id, leg.state, leg.bridge_id, leg.caller, leg.dialled)
            if leg.state == "offered"
            else LiveLeg(leg.leg_id, leg.state, leg.bridge_id)
            for leg in self._legs.values()
        )

    def _line_up(self) -> LineUp:
        return LineUp(self._live_legs(), self._now())

    def _report(self, event: LineEvent) -> None:
        if not self._reachable:
            self._held.append(event)
            return
        self._waiting.append(event)
        self._settled.clear()
        self._more.set()

    def _mark_settled(self) -> None:
        if not self._waiting:
            self._settled.set()

    async def _deliver(self) -> None:
        report_to = self._report_to
        while report_to is not None:
            while self._waiting:
                event = self._waiting[0]
                try:
                    await report_to(event)
                except Exception:  # noqa: BLE001  the port: a report is repeated until it is taken
                    await asyncio.sleep(_RETRY_SECONDS)
                    continue
                self._waiting.popleft()
                if isinstance(event, LineUp):
                    self._is_up = not any(isinstance(e, LineDown) for e in self._waiting)
            self._mark_settled()
            self._more.clear()
            await self._more.wait()
