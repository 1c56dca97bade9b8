"""Line commands as requests to Asterisk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from itertools import count
from typing import Final

import structlog

from screenpop.adapters.telephony.asterisk.ari import Ari
from screenpop.adapters.telephony.asterisk.board import OURS, Board, Bridge, Leg, Stock
from screenpop.adapters.telephony.asterisk.dial_strings import (
    endpoint_of_extension,
    endpoint_of_phone,
)
from screenpop.adapters.telephony.asterisk.errors import AriRefusedError, AriUnreachableError
from screenpop.ports.telephony import (
    AnswerLeg,
    Connect,
    DialNumber,
    HangUp,
    HoldLeg,
    LegEnded,
    LegIdTakenError,
    LegsConnected,
    LineCommand,
    LineEvent,
    MuteLeg,
    ResumeLeg,
    RingAgent,
    SendDtmf,
    UnmuteLeg,
)

__all__ = ["Performer"]

#: Longer than anybody lets a telephone ring: ring time-outs are ours (contract 3.5).
_RING_SECONDS: Final = 3600
#: Q.850 cause of a telephone that Asterisk does not have: destination out of order.
_NO_ENDPOINT: Final = 27
#: Set on a leg just before it is dialled: one without it never rang.
_DIALLED: Final = "SCREENPOP_DIALLED"
#: What makes a telephone answer by itself; makers differ in which they heed.
_ANSWER_YOURSELF: Final = {
    "PJSIP_HEADER(add,Call-Info)": "<sip:screenpop>;answer-after=0",
    "PJSIP_HEADER(add,Alert-Info)": "<sip:screenpop>;info=alert-autoanswer;delay=0",
}
#: Seconds before each try: a bridge of the same id may just be going away.
_BRIDGE_PAUSES: Final = (0.0, 0.05, 0.2, 0.5, 1.0)
_log = structlog.get_logger(__name__)
_CONFLICT: Final = 409
#: Seconds from making a channel to its being ours; a few milliseconds are usual.
_ARRIVAL_SECONDS: Final = 10.0


class Performer:
    """Performs commands, keeping the board in step.

    Every method raises :class:`AriUnreachableError` when Asterisk does not answer.  What it
    refuses is a command for a leg that is gone, or not yet there: a no-op.
    """

    def __init__(
        self,
        ari: Ari,
        board: Board,
        trunk: str,
        tell: Callable[[LineEvent], None],
        now: Callable[[], int],
    ) -> None:
        """``tell`` takes the reports that follow from a command itself."""
        self._ari = ari
        self._board = board
        self._trunk = trunk
        self._tell = tell
        self._now = now
        self._holds = count(1)
        self._arrivals: dict[str, asyncio.Future[bool]] = {}

    def arrived(self, leg_id: str) -> None:
        """Take notice that a channel can be told what to do from now on."""
        arrival = self._arrivals.get(leg_id)
        if arrival is not None and not arrival.done():
            arrival.set_result(True)

    def lose_connection(self) -> None:
        """Wait for no channel any longer."""
        for arrival in self._arrivals.values():
            if not arrival.done():
                arrival.set_result(False)

    async def perform(self, command: LineCommand) -> None:
        """Perform one command.

        :raises LegIdTakenError: a dial names a leg that is alive.
        """
        match command:
            case RingAgent(extension=extension, caller=caller, auto_answer=by_itself):
                endpoint = endpoint_of_extension(extension, self._trunk)
                headers = _ANSWER_YOURSELF if by_itself else {}
                await self._dial(command.leg_id, endpoint, caller, headers)
            case DialNumber(phone=phone, caller_id=caller):
                endpoint = endpoint_of_phone(phone, self._trunk)
                await self._dial(command.leg_id, endpoint, caller, {})
            case Connect():
                await self._connect(command)
            case HangUp():
                # Also one that we do not know: whoever asks for its end has found it.
                await self._try("DELETE", "channels", command.leg_id, reason_code=command.cause)
            case _:
                if (leg := self._board.legs.get(command.leg_id)) is not None:
                    await self._handle_leg(command, leg)

    async def stock(self) -> Stock:
        """Return what lives now."""
        channels = await self._ari.ask("GET", "channels")
        bridges = await self._ari.ask("GET", "bridges")
        return Stock.taken(self._board.app, channels, bridges)

    async def clear(self, stock: Stock) -> Stock:
        """End what a lost connection left half done; returns the rest."""
        for bridge_id in stock.empty_bridges:
            await self._try("DELETE", "bridges", bridge_id)
        whole = []
        for leg in stock.legs:
            if leg.state == "dialled" and not await self._was_dialled(leg.leg_id):
                await self._try("DELETE", "channels", leg.leg_id)
            else:
                whole.append(leg)
        return Stock(tuple(whole))

    async def leg_answered(self, leg_id: str) -> None:
        """Connect what waited for this leg."""
        leg = self._board.legs.get(leg_id)
        bridge = self._board.bridges.get(leg.bridge_id or "") if leg is not None else None
        if bridge is not None and bridge.awaited:
            await self._settle(bridge)

    async def leg_gone(self, leg_id: str) -> None:
        """Forget a leg, and clear away what only it used."""
        leg = self._board.legs.get(leg_id)
        if leg is not None and leg.hold_id is not None:
            await self._try("DELETE", "bridges", leg.hold_id)
        empty = self._board.forget(leg_id)
        if empty is not None:
            await self._try("DELETE", "bridges", empty)

    async def headers(self, leg_id: str) -> dict[str, str]:
        """Return the ``X-…`` headers with which a call came in."""
        names = await self._function(leg_id, "PJSIP_HEADERS(X-)")
        return {
            name: await self._function(leg_id, f"PJSIP_HEADER(read,{name})")
            for name in filter(None, names.split(","))
        }

    # --- dials ---------------------------------------------------------------------------------

    async def _dial(
        self, leg_id: str, endpoint: str | None, caller: str, headers: Mapping[str, str]
    ) -> None:
        if leg_id in self._board.legs:
            raise LegIdTakenError(leg_id)
        leg = self._board.legs[leg_id] = Leg(leg_id, "dialled")
        if endpoint is None or not await self._make(leg, endpoint, caller, headers):
            self._board.forget(leg_id)
            self._tell(LegEnded(leg_id, self._now(), None, _NO_ENDPOINT))
            return
        await self._try("POST", "channels", leg_id, "variable", variable=_DIALLED, value="1")
        await self._try("POST", "channels", leg_id, "dial", timeout=_RING_SECONDS)

    async def _make(self, leg: Leg, endpoint: str, caller: str, headers: Mapping[str, str]) -> bool:
        """Make the channel of a leg, which rings nobody yet; tells whether it could be made."""
        app = self._board.app
        where = {"endpoint": endpoint, "app": app, "appArgs": OURS, "channelId": leg.leg_id}
        variables = {"PJSIP_HEADER(add,X-Screenpop-Leg)": leg.leg_id, **headers}
        if caller:
            variables |= {"CONNECTEDLINE(num,i)": caller}
        arrival = self._arrivals[leg.leg_id] = asyncio.get_running_loop().create_future()
        try:
            await self._ari.ask(
                "POST", "channels", "create", params=where, body={"variables": variables}
            )
            # Asterisk answers before the channel can be told to do anything.
            async with asyncio.timeout(_ARRIVAL_SECONDS):
                arrived = await arrival
        except TimeoutError:
            arrived = False
        except AriRefusedError as refused:
            # Asterisk says "exists already" of an unknown endpoint, too.
            if refused.status == _CONFLICT and await self._lives(leg.leg_id):
                raise LegIdTakenError(leg.leg_id) from refused
            return False
        finally:
            del self._arrivals[leg.leg_id]
        if not arrived:
            raise AriUnreachableError("a leg was made, and never came to us")
        if self._board.legs.get(leg.leg_id) is not leg:
            # Told to be lost with a connection meanwhile: it must not ring after that.
            await self._try("DELETE", "channels", leg.leg_id)
        return True

    async def _lives(self, leg_id: str) -> bool:
        try:
            await self._ari.ask("GET", "channels", leg_id)
        except AriRefusedError:
            return False
        return True

    async def _was_dialled(self, leg_id: str) -> bool:
        return bool(await self._function(leg_id, _DIALLED))

    # --- connecting ----------------------------------------------------------------------------

    async def _connect(self, command: Connect) -> None:
        wanted = tuple(dict.fromkeys(command.legs))
        if not wanted or any(leg_id not in self._board.legs for leg_id in wanted):
            return
        leaving = self._board.want(command.bridge_id, wanted)
        for leg_id in leaving:
            if self._board.legs[leg_id].held:
                await self._hold(self._board.legs[leg_id])
            else:
                await self._try(
                    "POST", "bridges", command.bridge_id, "removeChannel", channel=leg_id
                )
        bridge = self._board.bridges[command.bridge_id]
        await self._settle(bridge)

    async def _settle(self, bridge: Bridge) -> None:
        """Bring the legs of a bridge together, unless one of them still rings."""
        legs = [self._board.legs[leg_id] for leg_id in bridge.legs]
        if any(leg.state in ("dialled", "ringing") for leg in legs):
            return
        for leg in legs:
            if leg.state == "offered":
                leg.answered_by_connect = True
                if not await self._try("POST", "channels", leg.leg_id, "answer"):
                    return
                leg.state = "up"
        for leg in legs:
            if leg.held:
                await self._hold(leg)
        joined = await self._join(bridge, [leg.leg_id for leg in legs if not leg.held])
        # Whoever was faster has changed what is wanted, and says so.
        if joined and bridge.awaited and self._board.bridges.get(bridge.bridge_id) is bridge:
            bridge.awaited = False
            self._tell(LegsConnected(bridge.bridge_id, bridge.legs, self._now()))

    async def _join(self, bridge: Bridge, leg_ids: list[str]) -> bool:
        """Put legs into a bridge; tells whether they could be, while that is still wanted."""
        for pause in _BRIDGE_PAUSES:
            await asyncio.sleep(pause)
            if self._board.bridges.get(bridge.bridge_id) is not bridge:
                return False
            await self._make_bridge(bridge.bridge_id, "mixing,dtmf_events", self._board.app)
            together = ",".join(leg_ids)
            path = ("bridges", bridge.bridge_id, "addChannel")
            if not together or await self._try("POST", *path, channel=together):
                return True
            if any(leg_id not in self._board.legs for leg_id in leg_ids):
                return False
        return False

    async def _make_bridge(self, bridge_id: str, kind: str, name: str) -> None:
        """Make a bridge; one that is there already stays."""
        await self._try("POST", "bridges", bridge_id, type=kind, name=name)

    # --- one leg -------------------------------------------------------------------------------

    async def _handle_leg(
        self,
        command: AnswerLeg | HoldLeg | ResumeLeg | MuteLeg | UnmuteLeg | SendDtmf,
        leg: Leg,
    ) -> None:
        match command:
            case AnswerLeg() if leg.state == "offered":
                await self._try("POST", "channels", leg.leg_id, "answer")
            case HoldLeg() if leg.state == "up" and not leg.held:
                await self._hold(leg)
            case ResumeLeg() if leg.held:
                await self._resume(leg)
            case MuteLeg():
                await self._try("POST", "channels", leg.leg_id, "mute", direction="in")
            case UnmuteLeg():
                await self._try("DELETE", "channels", leg.leg_id, "mute", direction="in")
            case SendDtmf() if leg.state == "up":
                await self._try("POST", "channels", leg.leg_id, "dtmf", dtmf=command.digits)

    async def _hold(self, leg: Leg) -> None:
        """Put a leg into a bridge of its own that plays music.

        That bridge's name is where the leg belongs, so that whoever comes after us knows it.
        """
        before = leg.hold_id
        # Another id each time: Asterisk keeps one for a moment after its bridge is gone.
        hold = leg.hold_id = f"{leg.leg_id}-hold-{next(self._holds)}-{self._now()}"
        name = f"{self._board.app} {leg.bridge_id or ''}".rstrip()
        await self._make_bridge(hold, "holding", name)
        await self._try("POST", "bridges", hold, "addChannel", channel=leg.leg_id)
        await self._try("POST", "bridges", hold, "moh")
        if before is not None:
            await self._try("DELETE", "bridges", before)

    async def _resume(self, leg: Leg) -> None:
        hold, leg.hold_id = leg.hold_id, None
        bridge = self._board.bridges.get(leg.bridge_id or "")
        if bridge is not None:
            await self._make_bridge(bridge.bridge_id, "mixing,dtmf_events", self._board.app)
            await self._try("POST", "bridges", bridge.bridge_id, "addChannel", channel=leg.leg_id)
        if hold is not None:
            await self._try("DELETE", "bridges", hold)

    # --- requests ------------------------------------------------------------------------------

    async def _try(self, method: str, *path: str, **params: str | int) -> bool:
        """Make a request whose refusal only says that there is nothing to do it to."""
        try:
            await self._ari.ask(method, *path, params=params)
        except AriRefusedError as refused:
            _log.debug("asterisk.refused", request=f"{method} {'/'.join(path)}", why=str(refused))
            return False
        return True

    async def _function(self, leg_id: str, name: str) -> str:
        """Return the value of a channel's variable or function, empty if there is none."""
        try:
            answer = await self._ari.ask(
                "GET", "channels", leg_id, "variable", params={"variable": name}
            )
        except AriRefusedError:
            return ""
        value: str = answer["value"]
        return value
