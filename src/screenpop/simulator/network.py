"""The simulated telephone network, pure: no socket, no clock, no randomness (design 2.9).

The time is an argument (epoch milliseconds).  Before a command, everything that was due by then
happens first, so that reports are in the order of their times.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from itertools import count
from typing import Literal

from screenpop.ports.telephony import (
    AnswerLeg,
    CallOffered,
    Connect,
    DialNumber,
    DtmfReceived,
    HangUp,
    HoldLeg,
    LegAnswered,
    LegEnded,
    LegRinging,
    LegsConnected,
    LineCommand,
    LineEvent,
    LiveLeg,
    MuteLeg,
    ResumeLeg,
    RingAgent,
    SendDtmf,
    UnmuteLeg,
)
from screenpop.simulator.errors import LegStateError, LegTakenError, UnknownLegError
from screenpop.simulator.legs import Bridge, JournalEntry, Leg
from screenpop.simulator.plan import AGENT_ANSWERS_AFTER, Course, NumberPlan
from screenpop.simulator.reports import Report, ReportLog

__all__ = ["Network"]

_NORMAL_CLEARING = 16
#: ``fail`` ends a leg that was never answered, ``end`` an answered one.
_Deed = Literal["answer", "fail", "end"]


class Network:
    """Legs, bridges, far ends that follow the number plan, and reports of what they do."""

    def __init__(self, plan: NumberPlan, leg_prefix: str) -> None:
        """``leg_prefix`` begins the ids of inbound legs; give every network its own."""
        self._plan = plan
        self._inbound_ids = (f"{leg_prefix}-{number}" for number in count(1))
        self._legs: dict[str, Leg] = {}
        self._bridges: dict[str, Bridge] = {}
        self._agenda: list[tuple[int, int, Leg, _Deed]] = []
        self._agenda_order = count()
        self._reports = ReportLog()
        self._journal: list[JournalEntry] = []
        self._now = 0

    # --- what the controller does -------------------------------------------------------------

    def handle(self, command: LineCommand, now: int) -> tuple[Report, ...]:
        """Perform a command; returns the reports made meanwhile.

        A command for a leg that is gone changes nothing; one that is repeated changes nothing
        more (a repeated :class:`Connect` is reported again).

        :raises LegTakenError: a dial names a leg that is alive.
        """
        before = self._reports.last
        self._advance(now)
        match command:
            case RingAgent():
                self._ring_agent(command)
            case DialNumber():
                self._dial_number(command)
            case Connect():
                self._connect(command)
            case _:
                if leg := self._legs.get(command.leg_id):
                    self._handle_leg(command, leg)
        return self._reports.after(before)

    def live_legs(self) -> tuple[LiveLeg, ...]:
        """Return every living leg, oldest first.  A leg that is dialled counts as ringing."""
        return tuple(
            LiveLeg(
                leg_id=leg.leg_id,
                state="ringing" if leg.state == "dialled" else leg.state,
                bridge_id=leg.bridge_id,
                caller=leg.number if leg.state == "offered" else "",
                dialled=leg.dialled if leg.state == "offered" else "",
            )
            for leg in self._legs.values()
        )

    def reports_after(self, number: int) -> tuple[Report, ...]:
        """Return the unacknowledged reports with a higher number, oldest first."""
        return self._reports.after(number)

    def acknowledge(self, number: int) -> None:
        """Forget the reports up to ``number``."""
        self._reports.acknowledge(number)

    # --- time ---------------------------------------------------------------------------------

    def due(self, now: int) -> tuple[Report, ...]:
        """Let everything happen that is due by ``now``; returns the reports made."""
        before = self._reports.last
        self._advance(now)
        return self._reports.after(before)

    def next_due(self) -> int | None:
        """Return when something happens next by itself, or ``None``."""
        while self._agenda and not self._is_due_still(self._agenda[0][2], self._agenda[0][3]):
            heapq.heappop(self._agenda)
        return self._agenda[0][0] if self._agenda else None

    # --- what the far ends do -----------------------------------------------------------------

    def place_call(self, caller: str, dialled: str, headers: Mapping[str, str], now: int) -> str:
        """Let a caller call us; returns the new leg's id."""
        self._advance(now)
        leg = Leg(
            leg_id=next(leg_id for leg_id in self._inbound_ids if leg_id not in self._legs),
            call_id="",
            kind="customer",
            number=caller,
            state="offered",
            dialled=dialled,
        )
        self._legs[leg.leg_id] = leg
        self._note("offer", leg)
        self._report(CallOffered(leg.leg_id, caller, dialled, self._now, dict(headers)))
        return leg.leg_id

    def far_end_hangs_up(self, leg_id: str, now: int) -> None:
        """Let the far end of a leg hang up, give up, or refuse.

        :raises UnknownLegError: no such leg.
        """
        self._advance(now)
        leg = self._living(leg_id)
        if leg.state == "up":
            self._end(leg, None, _NORMAL_CLEARING)
        elif leg.inbound:
            self._end(leg, 487, _NORMAL_CLEARING)
        elif leg.kind == "agent":
            self._end(leg, 603, 21)
        else:
            # A mobile network tells the caller of a refused call that it is busy.
            self._end(leg, 486, 17)

    def far_end_answers(self, leg_id: str, now: int) -> None:
        """Let the far end of a ringing leg pick up; no-op when it has.

        :raises UnknownLegError: no such leg.
        :raises LegStateError: the far end called us, or its telephone does not ring.
        """
        self._advance(now)
        leg = self._living(leg_id)
        if leg.state == "offered":
            raise LegStateError(leg_id, "offered", "answer the agent's leg instead")
        if leg.state == "dialled":
            raise LegStateError(leg_id, "not ringing", "this number never rings")
        self._answer(leg)

    def far_end_presses(self, leg_id: str, digits: str, now: int) -> None:
        """Let the far end of an answered leg press keys.

        :raises UnknownLegError: no such leg.
        :raises LegStateError: the leg is not answered.
        """
        self._advance(now)
        leg = self._living(leg_id)
        if leg.state != "up":
            raise LegStateError(leg_id, leg.state, "answer it first")
        self._report(DtmfReceived(leg_id, digits, self._now))

    def legs(self) -> tuple[Leg, ...]:
        """Return the living legs as the network sees them, oldest first; only to be read."""
        return tuple(self._legs.values())

    def take_journal(self) -> tuple[JournalEntry, ...]:
        """Return what has happened at far ends since the last call, oldest first."""
        entries = tuple(self._journal)
        self._journal.clear()
        return entries

    # --- inside -------------------------------------------------------------------------------

    def _advance(self, now: int) -> None:
        while (at := self.next_due()) is not None and at <= now:
            _, _, leg, deed = heapq.heappop(self._agenda)
            self._now = max(self._now, at)
            if deed == "answer":
                self._answer(leg)
            elif leg.course is not None:
                self._end(leg, leg.course.sip, leg.course.q850)
        self._now = max(self._now, now)

    def _is_due_still(self, leg: Leg, deed: _Deed) -> bool:
        if self._legs.get(leg.leg_id) is not leg:
            return False
        return (leg.state == "up") == (deed == "end")

    def _schedule(self, leg: Leg, after: int, deed: _Deed) -> None:
        at = self._now + self._plan.real(after)
        heapq.heappush(self._agenda, (at, next(self._agenda_order), leg, deed))

    def _handle_leg(
        self,
        command: AnswerLeg | HangUp | HoldLeg | ResumeLeg | MuteLeg | UnmuteLeg | SendDtmf,
        leg: Leg,
    ) -> None:
        match command:
            case AnswerLeg():
                # Only the far end can answer a customer whom we called.
                if leg.kind == "agent" or leg.inbound:
                    self._answer(leg)
            case HangUp():
                cancelled = leg.state in ("dialled", "ringing")
                self._end(leg, 487 if cancelled else None, command.cause)
            case HoldLeg() | ResumeLeg():
                leg.held = isinstance(command, HoldLeg)
            case MuteLeg() | UnmuteLeg():
                leg.muted = isinstance(command, MuteLeg)
            case SendDtmf() if leg.state == "up":
                leg.heard += command.digits

    def _ring_agent(self, command: RingAgent) -> None:
        course = Course(answers_after=AGENT_ANSWERS_AFTER if command.auto_answer else None)
        self._start(command.leg_id, command.call_id, "agent", command.extension, course)

    def _dial_number(self, command: DialNumber) -> None:
        course = self._plan.course(command.phone)
        self._start(command.leg_id, command.call_id, "customer", command.phone, course)

    def _start(
        self,
        leg_id: str,
        call_id: str,
        kind: Literal["agent", "customer"],
        number: str,
        course: Course,
    ) -> None:
        if leg_id in self._legs:
            raise LegTakenError(leg_id)
        leg = Leg(leg_id, call_id, kind, number, "dialled", course=course)
        self._legs[leg_id] = leg
        self._note("dial", leg)
        if course.rings:
            leg.state = "ringing"
            self._note("ring", leg)
            self._report(LegRinging(leg_id, self._now))
        if course.answers_after == 0:
            self._answer(leg)
        elif course.answers_after is not None:
            self._schedule(leg, course.answers_after, "answer")
        elif course.ends_after is not None:
            self._schedule(leg, course.ends_after, "fail")

    def _answer(self, leg: Leg) -> None:
        if leg.state == "up":
            return
        self._pick_up(leg)
        self._report(LegAnswered(leg.leg_id, self._now))
        if leg.bridge_id is not None:
            self._report_connected(self._bridges[leg.bridge_id])

    def _pick_up(self, leg: Leg) -> None:
        leg.state = "up"
        self._note("answer", leg)
        course = leg.course
        if course and course.answers_after is not None and course.ends_after is not None:
            self._schedule(leg, course.ends_after, "end")

    def _connect(self, command: Connect) -> None:
        wanted = tuple(dict.fromkeys(command.legs))
        if not wanted or any(leg_id not in self._legs for leg_id in wanted):
            return
        if known := self._bridges.get(command.bridge_id):
            for leg_id in known.legs:
                self._legs[leg_id].bridge_id = None
        bridge = self._bridges[command.bridge_id] = Bridge(command.bridge_id, wanted)
        for leg_id in wanted:
            leg = self._legs[leg_id]
            if leg.bridge_id is not None:
                self._leave_bridge(leg)
            leg.bridge_id = bridge.bridge_id
            if leg.state == "offered":
                self._pick_up(leg)
        self._report_connected(bridge)

    def _report_connected(self, bridge: Bridge) -> None:
        if bridge.reported or any(self._legs[leg_id].state != "up" for leg_id in bridge.legs):
            return
        bridge.reported = True
        self._report(LegsConnected(bridge.bridge_id, bridge.legs, self._now))

    def _leave_bridge(self, leg: Leg) -> None:
        bridge = self._bridges[leg.bridge_id] if leg.bridge_id is not None else None
        leg.bridge_id = None
        if bridge is None:
            return
        bridge.legs = tuple(leg_id for leg_id in bridge.legs if leg_id != leg.leg_id)
        # Those that stay were never asked to be connected without the one that leaves.
        bridge.reported = True
        if not bridge.legs:
            del self._bridges[bridge.bridge_id]

    def _end(self, leg: Leg, sip: int | None, q850: int | None) -> None:
        self._leave_bridge(leg)
        del self._legs[leg.leg_id]
        self._note("end", leg, sip, q850)
        self._report(LegEnded(leg.leg_id, self._now, sip, q850))

    def _living(self, leg_id: str) -> Leg:
        leg = self._legs.get(leg_id)
        if leg is None:
            raise UnknownLegError(leg_id)
        return leg

    def _report(self, event: LineEvent) -> None:
        self._reports.append(event)

    def _note(
        self,
        event: Literal["dial", "ring", "offer", "answer", "end"],
        leg: Leg,
        sip: int | None = None,
        q850: int | None = None,
    ) -> None:
        self._journal.append(
            JournalEntry(self._now, event, leg.leg_id, leg.call_id, leg.kind, leg.number, sip, q850)
        )
