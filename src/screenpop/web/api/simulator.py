"""Steering the simulated network by HTTP (contract 8): calls come in, far ends act."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from screenpop.domain.association import TALKING
from screenpop.domain.call import Call, LegState
from screenpop.domain.errors import InvalidInputError, NotFoundError, StateError
from screenpop.ports.store import Reader
from screenpop.services.core import Core
from screenpop.web.api.guard import guarded, json_reply
from screenpop.web.api.problems import problem
from screenpop.wire.json_input import read_json_object

__all__ = ["FarEnds", "SimulatorEndpoints", "is_loopback_host"]

#: How long a call that the network has placed may take to become one of ours, in seconds.
_ARRIVAL_SECONDS = 5.0
_LOOK_SECONDS = 0.01


class FarEnds(Protocol):
    """What the outside world can do on the simulated network."""

    async def place_call(self, caller: str, dialled: str) -> str:
        """Let ``caller`` call our number; return the leg's id."""

    async def hang_up(self, leg_id: str) -> None:
        """Let the far end of a leg hang up."""

    async def answer(self, leg_id: str) -> None:
        """Let the far end of a leg pick up."""

    async def send_dtmf(self, leg_id: str, digits: str) -> None:
        """Let the far end of a leg press keys."""


class SimulatorEndpoints:
    """Served only where the line is the simulated network, and only to loopback."""

    def __init__(
        self, core: Core, far_ends: FarEnds, refusals: tuple[type[Exception], ...]
    ) -> None:
        """Act through ``far_ends``; ``refusals`` are what it raises, told as 409."""
        self._core = core
        self._far_ends = far_ends
        self._refusals = refusals

    def routes(self) -> list[Route]:
        """Return the routes, relative to ``/api/v1``."""
        place = guarded(self._local(self._place))
        act = guarded(self._local(self._act))
        return [
            Route("/simulator/calls", place, methods=["POST"]),
            Route("/simulator/calls/{call_id}/{act}", act, methods=["POST"]),
        ]

    def _local(
        self, handler: Callable[[Request], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """Let only loopback in, and no simple cross-site form: there is no other credential."""

        async def local(request: Request) -> Response:
            client = request.client.host if request.client else ""
            if not is_loopback_host(client) or not is_loopback_host(request.url.hostname or ""):
                detail = "The simulated network is steered from this machine only (loopback)."
                return problem(403, "access.denied", detail)
            media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            if media != "application/json":
                return problem(415, "InvalidInput", "Send Content-Type: application/json.")
            try:
                return await handler(request)
            except self._refusals as error:
                return problem(409, "far.end.refused", f"{error}.")

        return local

    async def _place(self, request: Request) -> Response:
        values = read_json_object(await request.body())
        caller, dialled = values.get("from"), values.get("to")
        if not isinstance(caller, str) or not isinstance(dialled, str) or not caller or not dialled:
            raise InvalidInputError('Send {"from": "8447380993", "to": "18005550172"}.')
        if dialled not in self._core.configuration().queue_by_did:
            dids = ", ".join(sorted(self._core.configuration().queue_by_did)) or "none yet"
            raise NotFoundError(f"No queue has the number {dialled}. Numbers with a queue: {dids}.")
        leg_id = await self._far_ends.place_call(caller, dialled)
        call = await self._arrived(leg_id)
        return json_reply({"callId": call.call_id, "crtObjectId": call.crt_object_id}, 201)

    async def _arrived(self, leg_id: str) -> Call:
        """Wait until the line's report has become a call of ours."""
        async with asyncio.timeout(_ARRIVAL_SECONDS):
            while True:
                call = await self._core.read(lambda reader: reader.call_of_leg(leg_id))
                if call is not None:
                    return call
                await asyncio.sleep(_LOOK_SECONDS)

    async def _act(self, request: Request) -> Response:
        body = await request.body()
        values = read_json_object(body) if body.strip() else {}
        agent = request.query_params.get("party") == "agent"
        call_id, act = request.path_params["call_id"], request.path_params["act"]
        leg_id = await self._core.read(lambda r: _leg_of(r, call_id, act, agent=agent))
        if act == "hangup":
            await self._far_ends.hang_up(leg_id)
        elif act == "answer":
            await self._far_ends.answer(leg_id)
        elif act == "dtmf":
            digits = values.get("digits")
            if not isinstance(digits, str) or not digits:
                raise InvalidInputError('Send {"digits": "123#"}.')
            await self._far_ends.send_dtmf(leg_id, digits)
        else:
            raise NotFoundError("A far end can hangup, answer or dtmf.")
        return json_reply({"ok": True})


def _leg_of(reader: Reader, call_id: str, act: str, *, agent: bool) -> str:
    """Return the leg whose far end is to act.

    ``answer`` is the agent's telephone while that rings, else the called customer's.

    :raises NotFoundError: there is no such call.
    :raises StateError: the call has no agent now.
    """
    call = reader.call(call_id)
    if call is None:
        raise NotFoundError("There is no call with this callId or crtObjectId.")
    agent_leg: str | None = None
    for association in reader.associations(call.crt_object_id):
        if association.state in TALKING:
            agent_leg = association.leg_id
    if agent and agent_leg is None:
        raise StateError("No agent has this call now.")
    if act == "answer" and agent_leg is not None:
        leg = reader.leg(agent_leg)
        agent = agent or (leg is not None and leg.state in (LegState.PENDING, LegState.RINGING))
    return agent_leg if agent and agent_leg is not None else call.customer_leg_id


def is_loopback_host(host: str) -> bool:
    """Tell whether a host name or address is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
