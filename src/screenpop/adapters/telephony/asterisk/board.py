"""What we know of the legs on Asterisk, and what its events mean to us; pure.

Asterisk repeats itself and tells the same fact in several ways; each is reported once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from screenpop.ports.telephony import (
    CallOffered,
    DtmfReceived,
    LegAnswered,
    LegEnded,
    LegRinging,
    LineEvent,
    LiveLeg,
)

__all__ = ["INBOUND", "OURS", "Board", "Bridge", "Leg", "Stock"]

#: Second argument of ``Stasis()`` for a call that came in, and for a leg that we started.
INBOUND: Final = "inbound"
OURS: Final = "leg"
_RINGS: Final = ("RINGING", "PROGRESS")
#: SIP's "request terminated": a leg that was given up before an answer.
_CANCELLED: Final = 487

State = Literal["offered", "dialled", "ringing", "up"]


@dataclass(slots=True)
class Leg:
    """A living leg."""

    leg_id: str
    state: State
    caller: str = ""
    dialled: str = ""
    #: The bridge in which it is wanted.
    bridge_id: str | None = None
    #: The bridge in which it hears music meanwhile, if it is held.
    hold_id: str | None = None
    #: It is being answered by being connected, which has a report of its own.
    answered_by_connect: bool = False
    #: Why it is about to end: Q.850 cause and SIP status.
    cause: tuple[int | None, int | None] = (None, None)

    @property
    def held(self) -> bool:
        """Whether it hears music, and nobody hears it."""
        return self.hold_id is not None

    @property
    def inbound(self) -> bool:
        """Whether the far end called us."""
        return bool(self.dialled)


@dataclass(slots=True)
class Bridge:
    """Legs that are to hear each other."""

    bridge_id: str
    legs: tuple[str, ...]
    #: Whether somebody still waits to hear that they do.
    awaited: bool = True


@dataclass(frozen=True, slots=True)
class Stock:
    """What lives on Asterisk at one moment, of our application."""

    legs: tuple[Leg, ...]
    #: Bridges of ours in which nobody is.
    empty_bridges: tuple[str, ...] = ()

    @classmethod
    def taken(
        cls,
        app: str,
        channels: Sequence[Mapping[str, Any]],
        bridges: Sequence[Mapping[str, Any]],
    ) -> Stock:
        """Read Asterisk's lists of channels and bridges."""
        place: dict[str, tuple[str | None, str | None]] = {}
        empty = []
        for bridge in bridges:
            owner, _, returns_to = bridge["name"].partition(" ")
            if owner != app:
                continue
            is_hold = bridge["bridge_type"] == "holding"
            where = (returns_to or None, bridge["id"]) if is_hold else (bridge["id"], None)
            place |= dict.fromkeys(bridge["channels"], where)
            if not bridge["channels"]:
                empty.append(bridge["id"])
        legs = []
        for channel in channels:
            kind = _kind(app, channel)
            if kind is None:
                continue
            bridge_id, hold_id = place.get(channel["id"], (None, None))
            leg = _inbound(channel) if kind == INBOUND else Leg(channel["id"], _state(channel))
            leg.bridge_id, leg.hold_id = bridge_id, hold_id
            legs.append(leg)
        return cls(tuple(legs), tuple(empty))

    def live(self) -> tuple[LiveLeg, ...]:
        """Return the legs as the port names them."""
        return tuple(
            LiveLeg(
                leg.leg_id,
                "ringing" if leg.state == "dialled" else leg.state,
                leg.bridge_id,
                leg.caller if leg.state == "offered" else "",
                leg.dialled if leg.state == "offered" else "",
            )
            for leg in self.legs
        )


@dataclass(slots=True)
class Board:
    """The living legs and the bridges that were asked for."""

    app: str
    legs: dict[str, Leg] = field(default_factory=dict)
    bridges: dict[str, Bridge] = field(default_factory=dict)

    def replace(self, stock: Stock) -> tuple[str, ...]:
        """Take what lives now for the truth; returns the legs that were lost meanwhile."""
        lost = [leg_id for leg_id in self.legs if leg_id not in {s.leg_id for s in stock.legs}]
        self.legs = {leg.leg_id: leg for leg in stock.legs}
        members: dict[str, list[str]] = {}
        for leg in stock.legs:
            if leg.bridge_id is not None:
                members.setdefault(leg.bridge_id, []).append(leg.leg_id)
        self.bridges = {i: Bridge(i, tuple(legs), awaited=False) for i, legs in members.items()}
        return tuple(lost)

    def want(self, bridge_id: str, legs: tuple[str, ...]) -> tuple[str, ...]:
        """Note that these legs, all alive, are to be in a bridge; returns those that leave it."""
        known = self.bridges.get(bridge_id)
        leaving = tuple(i for i in (known.legs if known else ()) if i not in legs)
        for leg_id in leaving:
            self.legs[leg_id].bridge_id = None
        for leg_id in legs:
            before = self.legs[leg_id].bridge_id
            if before not in (None, bridge_id):
                self._leave(self.legs[leg_id])
            self.legs[leg_id].bridge_id = bridge_id
        self.bridges[bridge_id] = Bridge(bridge_id, legs)
        return leaving

    def forget(self, leg_id: str) -> str | None:
        """Note that a leg is over; returns the bridge in which nobody is left, if any."""
        leg = self.legs.pop(leg_id, None)
        return self._leave(leg) if leg is not None else None

    def take(self, event: Mapping[str, Any], at: int) -> LineEvent | None:
        """Return what an event means; ``None``: nothing, or nothing new."""
        channel = event.get("channel") or event.get("peer") or {}
        if event["type"] == "StasisStart":
            return self._arrived(channel, at)
        leg = self.legs.get(channel.get("id", ""))
        if leg is None:
            return None
        match event["type"]:
            case "ChannelStateChange":
                return self._changed(leg, channel["state"], at)
            case "Dial" if event["dialstatus"] in _RINGS:
                return self._changed(leg, "Ringing", at)
            case "ChannelDtmfReceived":
                return DtmfReceived(leg.leg_id, event["digit"], at)
            case "ChannelHangupRequest":
                leg.cause = _cause(event, leg.cause)
            case "ChannelDestroyed":
                return self._ended(leg, _cause(event, leg.cause), at)
            # A call that came in leaves us for the dialplan, where it ends unseen.
            case "StasisEnd" if leg.inbound:
                return self._ended(leg, leg.cause, at)
        return None

    def _arrived(self, channel: Mapping[str, Any], at: int) -> LineEvent | None:
        if channel["id"] in self.legs or _kind(self.app, channel) != INBOUND:
            return None
        leg = self.legs[channel["id"]] = _inbound(channel)
        return CallOffered(leg.leg_id, leg.caller, leg.dialled, at)

    def _changed(self, leg: Leg, state: str, at: int) -> LineEvent | None:
        if state == "Ringing" and leg.state == "dialled":
            leg.state = "ringing"
            return LegRinging(leg.leg_id, at)
        if state == "Up" and leg.state != "up":
            leg.state = "up"
            return None if leg.answered_by_connect else LegAnswered(leg.leg_id, at)
        return None

    def _ended(self, leg: Leg, cause: tuple[int | None, int | None], at: int) -> LineEvent:
        q850, sip = cause
        if leg.state == "offered" and sip is None:
            sip = _CANCELLED
        return LegEnded(leg.leg_id, at, sip, q850)

    def _leave(self, leg: Leg) -> str | None:
        bridge = self.bridges.get(leg.bridge_id or "")
        leg.bridge_id = None
        if bridge is None:
            return None
        bridge.legs = tuple(i for i in bridge.legs if i != leg.leg_id)
        # Those that stay were never asked to be connected without the one that leaves.
        bridge.awaited = False
        if bridge.legs:
            return None
        del self.bridges[bridge.bridge_id]
        return bridge.bridge_id


def _kind(app: str, channel: Mapping[str, Any]) -> str | None:
    """Return how a channel came to our application, ``None`` if it is not ours."""
    dialplan = channel["dialplan"]
    owner, _, kind = dialplan.get("app_data", "").partition(",")
    ours = dialplan.get("app_name") == "Stasis" and owner == app
    return kind if ours and kind in (INBOUND, OURS) else None


def _inbound(channel: Mapping[str, Any]) -> Leg:
    state: State = "up" if channel["state"] == "Up" else "offered"
    return Leg(channel["id"], state, channel["caller"]["number"], channel["dialplan"]["exten"])


def _state(channel: Mapping[str, Any]) -> State:
    known: dict[str, State] = {"Up": "up", "Ringing": "ringing"}
    return known.get(channel["state"], "dialled")


def _cause(
    event: Mapping[str, Any], known: tuple[int | None, int | None]
) -> tuple[int | None, int | None]:
    """Return Q.850 cause and SIP status; Asterisk tells the latter of failures only."""
    return event.get("cause") or known[0], event.get("tech_cause") or known[1]
