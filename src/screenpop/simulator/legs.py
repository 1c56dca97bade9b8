"""What the simulated network knows of a leg, a bridge, and what it writes down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from screenpop.simulator.plan import Course

__all__ = ["Bridge", "JournalEntry", "Kind", "Leg", "State"]

#: Whose telephone is at the far end.
Kind = Literal["agent", "customer"]

#: ``offered``: inbound, not answered; ``dialled``: started, does not ring (yet).
State = Literal["offered", "dialled", "ringing", "up"]


@dataclass(slots=True)
class Leg:
    """A living leg."""

    leg_id: str
    #: The call it belongs to; empty for an inbound leg, whose call the network never learns.
    call_id: str
    kind: Kind
    #: The far end's number or extension.
    number: str
    state: State
    #: The number an inbound caller dialled.
    dialled: str = ""
    course: Course | None = None
    bridge_id: str | None = None
    held: bool = False
    muted: bool = False
    #: Tones that the far end has heard.
    heard: str = ""

    @property
    def inbound(self) -> bool:
        """Whether the far end started it."""
        return bool(self.dialled)


@dataclass(slots=True)
class Bridge:
    """Legs that hear each other."""

    bridge_id: str
    legs: tuple[str, ...]
    #: Whether ``LegsConnected`` has been reported for these legs.
    reported: bool = False


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A fact of a far end, for the journal.

    ``dial``: a dial reached the network; ``ring``: a telephone began to ring; ``offer``: a
    caller called us; ``answer``: a leg was answered; ``end``: it is over.
    """

    at: int
    event: Literal["dial", "ring", "offer", "answer", "end"]
    leg_id: str
    call_id: str
    kind: Kind
    number: str
    sip: int | None = None
    q850: int | None = None
