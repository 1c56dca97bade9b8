"""The telephony port: commands to a line, reports from it (design 2.6 to 2.8).

The line decides nothing.  It performs :data:`LineCommand` and reports :data:`LineEvent`;
what follows from a report is decided by ``services.intake`` in one transaction.  Legs are
named by us before they exist, except the leg of an inbound call, which the line names.
Times are epoch milliseconds, durations milliseconds.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

__all__ = [
    "AnswerLeg",
    "CallOffered",
    "Connect",
    "DialNumber",
    "DtmfReceived",
    "HangUp",
    "HoldLeg",
    "LegAnswered",
    "LegEnded",
    "LegIdTakenError",
    "LegRinging",
    "LegsConnected",
    "Line",
    "LineCommand",
    "LineDown",
    "LineError",
    "LineEvent",
    "LineNotUpError",
    "LineUnavailableError",
    "LineUp",
    "LiveLeg",
    "MuteLeg",
    "ReportTo",
    "ResumeLeg",
    "RingAgent",
    "SendDtmf",
    "UnmuteLeg",
]


# --- commands -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RingAgent:
    """Ring an agent's extension.  A dial: performed at most once (design 2.6)."""

    leg_id: str
    call_id: str
    extension: str
    caller: str
    #: The extension may answer by itself (contract 1, auto-call).
    auto_answer: bool


@dataclass(frozen=True, slots=True)
class DialNumber:
    """Call a number in the outside world.  A dial: performed at most once (design 2.6)."""

    leg_id: str
    call_id: str
    phone: str
    caller_id: str


@dataclass(frozen=True, slots=True)
class AnswerLeg:
    """Pick up a ringing leg: the agent pressed *Answer*, or an inbound caller is let in.

    A customer whom we called can only answer by himself: for such a leg it is a no-op.
    """

    leg_id: str


@dataclass(frozen=True, slots=True)
class Connect:
    """Let all these legs hear each other, answering an inbound leg that still rings.

    Repeating it with more or fewer legs changes who is in the bridge; a leg left out is kept
    up, alone.  A leg that does not answer until later is waited for.  When one of the legs is
    gone, nothing is changed: its :class:`LegEnded` says so.
    """

    bridge_id: str
    legs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HangUp:
    """End a leg.  A leg that is gone already is no error."""

    leg_id: str
    #: Q.850 cause told to the far end; 16 is normal clearing.
    cause: int = 16


@dataclass(frozen=True, slots=True)
class HoldLeg:
    """Play music to a leg and let nobody hear it."""

    leg_id: str


@dataclass(frozen=True, slots=True)
class ResumeLeg:
    """End a hold."""

    leg_id: str


@dataclass(frozen=True, slots=True)
class MuteLeg:
    """Let nobody hear what this leg says."""

    leg_id: str


@dataclass(frozen=True, slots=True)
class UnmuteLeg:
    """End a mute."""

    leg_id: str


@dataclass(frozen=True, slots=True)
class SendDtmf:
    """Send key tones (``0-9A-D*#``) to a leg."""

    leg_id: str
    digits: str


LineCommand = (
    RingAgent
    | DialNumber
    | AnswerLeg
    | Connect
    | HangUp
    | HoldLeg
    | ResumeLeg
    | MuteLeg
    | UnmuteLeg
    | SendDtmf
)


# --- reports ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CallOffered:
    """A call came in and rings; nobody has answered it yet."""

    leg_id: str
    caller: str
    #: The number the caller dialled (DID).
    dialled: str
    at: int
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LegRinging:
    """The far end of a leg we started rings."""

    leg_id: str
    at: int


@dataclass(frozen=True, slots=True)
class LegAnswered:
    """The far end of a leg we started picked up, or :class:`AnswerLeg` answered an inbound one.

    An inbound leg that :class:`Connect` answers is reported by :class:`LegsConnected` alone.
    """

    leg_id: str
    at: int


@dataclass(frozen=True, slots=True)
class LegEnded:
    """A leg is over: hung up by either side, refused, or lost."""

    leg_id: str
    at: int
    #: SIP status that ended it, where there was one.
    sip: int | None = None
    #: Q.850 cause, where there was one.
    q850: int | None = None


@dataclass(frozen=True, slots=True)
class LegsConnected:
    """Every leg of the bridge hears the others: the outcome of :class:`Connect`, once for each."""

    bridge_id: str
    legs: tuple[str, ...]
    at: int


@dataclass(frozen=True, slots=True)
class DtmfReceived:
    """The far end of a leg pressed keys."""

    leg_id: str
    digits: str
    at: int


@dataclass(frozen=True, slots=True)
class LiveLeg:
    """A leg that the line has now."""

    leg_id: str
    #: ``offered`` (inbound, not answered), ``ringing`` or ``up``.
    state: str
    #: Bridge it is in, if any.
    bridge_id: str | None = None
    #: For ``offered`` legs: as in :class:`CallOffered`.
    caller: str = ""
    dialled: str = ""


@dataclass(frozen=True, slots=True)
class LineUp:
    """The line can be used (again).  ``legs`` is everything alive on it, for reconciliation."""

    legs: tuple[LiveLeg, ...]
    at: int


@dataclass(frozen=True, slots=True)
class LineDown:
    """The line cannot be used; its calls may go on without us."""

    reason: str
    at: int


LineEvent = (
    CallOffered
    | LegRinging
    | LegAnswered
    | LegEnded
    | LegsConnected
    | DtmfReceived
    | LineUp
    | LineDown
)

#: Takes one report; returns once it is committed, so that the line may forget it.
ReportTo = Callable[[LineEvent], Awaitable[None]]


class LineError(Exception):
    """The line did not perform a command.

    ::

        LineError
        ├── LineUnavailableError   no connection to the line; ask again later
        └── LegIdTakenError        a leg of this id lives already; it is to be adopted
    """


class LineUnavailableError(LineError):
    """The line is not connected."""


class LineNotUpError(LineUnavailableError):
    """The line is not up, so nothing was performed."""


class LegIdTakenError(LineError):
    """A leg with this id is alive on the line."""


class Line(Protocol):
    """A telephone line: the simulated network, or a PBX."""

    async def start(self, report_to: ReportTo) -> None:
        """Connect and keep connected in the background; returns at once.

        Reports are delivered one after another, in order, at least once: a report is repeated
        until ``report_to`` has returned for it.  Each connection begins with the reports that
        were made before it and never acknowledged; then comes :class:`LineUp`, whose legs are
        those alive after these reports and before any later one, so that nothing is taken for
        lost whose end is still on its way.  :class:`LineDown` is the last of every connection
        that was lost; :meth:`stop` reports nothing.
        """

    async def perform(self, command: LineCommand) -> None:
        """Perform one command; returns when the line has taken it.

        A command for a leg that is gone is a no-op.  Nothing is performed until ``report_to``
        has returned for :class:`LineUp`: its legs would be out of date.

        :raises LineNotUpError: it was not performed: the line is away, or its ``LineUp`` is still
            being taken.
        :raises LineUnavailableError: nobody can tell whether it was performed.
        :raises LegIdTakenError: :class:`RingAgent` or :class:`DialNumber` for a live leg's id.
        """

    async def live_legs(self) -> tuple[LiveLeg, ...]:
        """Return every leg that is alive now.

        :raises LineUnavailableError: the line cannot be asked.
        """

    async def stop(self) -> None:
        """Disconnect; calls on the line go on."""
