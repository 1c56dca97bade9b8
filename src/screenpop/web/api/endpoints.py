"""Reading and steering over our own API: me, calls, events (contract 8)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Send
from starlette.types import Scope as AsgiScope

from screenpop.domain.app import App, Scope
from screenpop.domain.commands import (
    Acting,
    AnswerCall,
    HangUpCall,
    RejectCall,
    SelectWork,
    SetAutoCall,
    SetPresence,
)
from screenpop.domain.errors import InvalidInputError, NotFoundError
from screenpop.domain.session import AgentSession
from screenpop.ports.store import Reader
from screenpop.services import agent, call_control, sessions
from screenpop.services.acting import act
from screenpop.services.core import Core
from screenpop.web.api.access import Access
from screenpop.web.api.call_view import call_details, call_summary
from screenpop.web.api.guard import guarded, json_reply
from screenpop.web.event_stream import EventStreams
from screenpop.web.sight import as_seen_by, sight_of
from screenpop.web.translate import session_to_wire
from screenpop.web.voice_request import VoiceRequest

__all__ = ["ApiEndpoints"]

_CALLS_SHOWN = 100


class ApiEndpoints:
    """The endpoints that every installation has."""

    def __init__(self, core: Core, access: Access, streams: EventStreams) -> None:
        """Answer from ``core``; ``access`` says who asks, ``streams`` serves events."""
        self._core = core
        self._access = access
        self._streams = streams

    def routes(self) -> list[Route]:
        """Return the routes, relative to ``/api/v1``."""
        return [
            Route("/me", guarded(self._me), methods=["GET"]),
            Route("/me/ready", guarded(self._ready), methods=["POST"]),
            Route("/me/break", guarded(self._break), methods=["POST"]),
            Route("/me/auto-call", guarded(self._auto_call), methods=["POST"]),
            Route("/me/work", guarded(self._work), methods=["POST"]),
            Route("/calls", guarded(self._calls), methods=["GET"]),
            Route("/calls/{call_id}", guarded(self._call), methods=["GET"]),
            Route("/calls/{call_id}/answer", guarded(self._answer), methods=["POST"]),
            Route("/calls/{call_id}/reject", guarded(self._reject), methods=["POST"]),
            Route("/calls/{call_id}/hang-up", guarded(self._hang_up), methods=["POST"]),
            Route("/events", guarded(self._events), methods=["GET"]),
        ]

    async def _me(self, request: Request) -> Response:
        asker = await self._access.asker(request, Scope.SESSION_READ)
        if asker.session is None:
            raise NotFoundError("An account token alone is no agent; send a sessionId as well.")
        return await self._session_reply(asker.session, asker.app)

    async def _session_reply(self, session: AgentSession, app: App | None) -> Response:
        def look(reader: Reader) -> dict[str, Any]:
            seats = reader.seats(session.session_id)
            seen = as_seen_by(sight_of(reader, session, app), session_to_wire(session, seats))
            # For the agent's own eyes: which apps have no login of their own, and why.
            notices = [] if app else reader.sign_on_notices(session.session_id)
            apps = reader.configuration.app_by_id
            return {
                **seen,
                "signOnNotices": [
                    {
                        "appId": one.app_id,
                        "appName": apps[one.app_id].name if one.app_id in apps else one.app_id,
                        "reason": one.sentence,
                    }
                    for one in notices
                ],
            }

        return json_reply(
            {
                **await self._core.read(look),
                "userName": session.user_name,
                "userType": session.user_type,
                "selectedCampaignId": session.selected_campaign_id,
                "extension": session.extension,
                "contactCenterId": session.contact_center_id,
                "processId": session.process_id,
            }
        )

    async def _changed(self, acting: Acting) -> Response:
        """Answer a change of the session as whoever asked for it sees the session."""
        actor = await self._core.read(lambda reader: act(reader, acting))
        return await self._session_reply(actor.session, actor.app)

    async def _ready(self, request: Request) -> Response:
        taken = await self._access.request(request)
        command = SetPresence(await self._access.acting(taken), ready=True)
        await self._core.run(agent.set_presence, command)
        return await self._changed(command.acting)

    async def _break(self, request: Request) -> Response:
        taken = await self._access.request(request)
        reason = taken.value("reason")
        command = SetPresence(
            await self._access.acting(taken),
            ready=False,
            break_reason=reason if isinstance(reason, str) else None,
        )
        await self._core.run(agent.set_presence, command)
        return await self._changed(command.acting)

    async def _auto_call(self, request: Request) -> Response:
        taken = await self._access.request(request)
        on = taken.value("on")
        if not isinstance(on, bool):
            raise InvalidInputError('Send {"on": true} or {"on": false}.')
        command = SetAutoCall(await self._access.acting(taken), on)
        await self._core.run(agent.set_auto_call, command)
        return await self._changed(command.acting)

    async def _work(self, request: Request) -> Response:
        taken = await self._access.request(request)
        campaigns = taken.value("campaignIds")
        selected = taken.value("selectedCampaignId")
        extension = taken.value("extension")
        if (
            not isinstance(campaigns, list)
            or not all(isinstance(c, int) for c in campaigns)
            or not isinstance(extension, str)
            or not isinstance(selected, int | None)
        ):
            raise InvalidInputError('Send {"campaignIds": [60], "extension": "sim-maya"}.')
        acting = await self._access.acting(taken)
        command = SelectWork(acting, tuple(campaigns), selected, extension)
        await self._core.run(sessions.select_work, command)
        return await self._changed(acting)

    async def _calls(self, request: Request) -> Response:
        asker = await self._access.asker(request)
        limit = _limit(request)
        session_id = asker.session.session_id if asker.session else None

        def look(reader: Reader) -> list[dict[str, Any]]:
            found = reader.recent_calls(asker.contact_center_id, session_id, limit)
            shown = [call_summary(call, mine, reader.configuration) for call, mine in found]
            if asker.session is None:
                return shown
            sight = sight_of(reader, asker.session, asker.app)
            return [as_seen_by(sight, one) for one in shown]

        return json_reply(await self._core.read(look))

    async def _call(self, request: Request) -> Response:
        asker = await self._access.asker(request)
        call_id = request.path_params["call_id"]

        def look(reader: Reader) -> dict[str, Any] | None:
            call = reader.call(call_id)
            if call is None or call.contact_center_id != asker.contact_center_id:
                return None
            if asker.session is None:
                return call_details(reader, call, None)
            mine = reader.association_with(asker.session.session_id, call.crt_object_id)
            if mine is None:
                return None
            sight = sight_of(reader, asker.session, asker.app)
            return as_seen_by(sight, call_details(reader, call, mine))

        details = await self._core.read(look)
        if details is None:
            raise NotFoundError("There is no such call, or it is not yours to see.")
        return json_reply(details)

    async def _answer(self, request: Request) -> Response:
        taken, call_id = await self._taken(request)
        command = AnswerCall(await self._access.acting(taken), call_id)
        result = await self._core.run(call_control.answer, command)
        return json_reply(
            {"interactionId": result.interaction_id, "crtObjectId": result.crt_object_id}
        )

    async def _reject(self, request: Request) -> Response:
        taken, call_id = await self._taken(request)
        command = RejectCall(await self._access.acting(taken), call_id)
        result = await self._core.run(call_control.reject, command)
        return json_reply(
            {"interactionId": result.interaction_id, "crtObjectId": result.crt_object_id}
        )

    async def _hang_up(self, request: Request) -> Response:
        taken, call_id = await self._taken(request)
        command = HangUpCall(await self._access.acting(taken), call_id)
        result = (await self._core.run(call_control.hang_up, command)).result
        return json_reply(
            {"interactionId": result.interaction_id, "crtObjectId": result.crt_object_id}
        )

    async def _taken(self, request: Request) -> tuple[VoiceRequest, str]:
        return await self._access.request(request), request.path_params["call_id"]

    async def _events(self, request: Request) -> Response:
        asker = await self._access.asker(request)
        last = _last_event_id(request)
        if asker.session is not None:
            session = asker.session
            sight = await self._core.read(lambda r: sight_of(r, session, asker.app))
            return _Stream(lambda r, s: self._streams.serve_session(session, sight, last, r, s))
        centre = asker.contact_center_id
        return _Stream(lambda r, s: self._streams.serve_contact_center(centre, last, r, s))


class _Stream(Response):
    """Hands the connection to an event stream."""

    def __init__(self, serve: Callable[[Receive, Send], Awaitable[None]]) -> None:
        super().__init__()
        self._serve = serve

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        del scope
        await self._serve(receive, send)


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", str(_CALLS_SHOWN))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= _CALLS_SHOWN:
        raise InvalidInputError(f"limit is a number from 1 to {_CALLS_SHOWN}.")
    return int(text)


def _last_event_id(request: Request) -> int | None:
    text = request.headers.get("last-event-id") or request.query_params.get("lastEventId")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise InvalidInputError("Last-Event-ID is the number of an event, as its id says.")
    return int(text)
