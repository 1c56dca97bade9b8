"""``POST /api/v1/sdk/{namespace}/{method}``: what the host of a page asks in its app's name."""

from __future__ import annotations

from datetime import UTC, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Send
from starlette.types import Scope as AsgiScope

from screenpop.domain.app import Scope
from screenpop.domain.commands import Acting
from screenpop.domain.errors import CallbackTimeRequiredError
from screenpop.domain.results import Outcome
from screenpop.ports.store import Reader
from screenpop.services.acting import Actor, act
from screenpop.services.core import Core
from screenpop.web.api.access import Access
from screenpop.web.envelope import Headers, Reply, json_reply, key_reply, refusal
from screenpop.web.limits import RestLimits
from screenpop.web.sdk.commands import COMMANDS, Asked, Command, Prepared
from screenpop.web.sdk.queries import QUERIES, Query, Question
from screenpop.web.voice_acting import Actors
from screenpop.web.voice_request import DisconnectedError, VoiceRequest
from screenpop.wire.errors import InvalidInput, envelope
from screenpop.wire.rest.fields import FieldReader, spellings

__all__ = ["SdkEndpoints"]

_REPLAYED: Final[Headers] = ((b"idempotent-replayed", b"true"),)
_BODY: Final = spellings("requestId")


class SdkEndpoints:
    """Answers every method of the catalogue that is the server's (contracts/sdk-catalogue.json).

    The credential is an app's token, whose scopes hold, or a session's own, which may all. Body:
    ``{"requestId", "args": […]}``. Reply: ``{"result": …}``, or the envelope of contract 5.
    """

    def __init__(self, core: Core, access: Access, actors: Actors, limits: RestLimits) -> None:
        """Run commands in ``core``; ``access`` takes requests apart, ``actors`` says who acts."""
        self._core = core
        self._access = access
        self._actors = actors
        self._limits = limits

    def routes(self) -> list[Route]:
        """Return the routes, relative to ``/api/v1``."""
        return [Route("/sdk/{namespace}/{method}", self)]

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        params = scope["path_params"]
        try:
            reply = await self._answer(f"{params['namespace']}.{params['method']}", scope, receive)
        except DisconnectedError:
            return
        await reply.send(send)

    async def _answer(self, method: str, scope: AsgiScope, receive: Receive) -> Reply:
        command, query = COMMANDS.get(method), QUERIES.get(method)
        if command is None and query is None:
            return _unknown(method)
        if scope["method"] != "POST":
            return key_reply("method.not.allowed", headers=((b"allow", b"POST"),))
        request = None
        try:
            request = await self._access.request(Request(scope, receive))
            if command is not None:
                return await self._run(method, command, request)
            assert query is not None  # one of both was found  # noqa: S101
            return await self._look(method, query, request)
        except DisconnectedError:
            raise
        except Exception as error:  # noqa: BLE001  every failure has an envelope
            return refusal(error, None if request is None else request.request_id)

    async def _run(self, method: str, command: Command, request: VoiceRequest) -> Reply:
        claim = await self._actors.claim(request)
        who = claim.session or request.authorization
        key = (who, f"sdk/{method}", request.request_id) if request.request_id else None
        admission = self._limits.admit(claim.session, key, dial=command.dials)
        bound = replayed = False
        try:
            acting = await self._actors.acting(claim, admission, dial=command.dials)
            actor = await self._actor(acting, command.scope)
            prepared = command.decode(_asked(method, request))
            outcome = await self._perform(prepared, acting, actor)
            bound, replayed = prepared.bound, outcome.replayed
        finally:
            admission.settle(bound=bound, replayed=replayed)
        headers = _REPLAYED if replayed else ()
        return json_reply({"result": prepared.tell(outcome.result)}, headers=headers)

    async def _look(self, method: str, query: Query, request: VoiceRequest) -> Reply:
        acting = await self._actors.admitted(request, self._limits)
        actor = await self._actor(acting, query.scope)
        asked = _asked(method, request)
        now = self._core.now()

        def look(reader: Reader) -> object:
            fresh = act(reader, acting, query.scope)
            return query.answer(Question(reader, fresh, asked.args, now))

        self._core.seen(actor.session.session_id)
        return json_reply({"result": await self._core.read(look)})

    async def _actor(self, acting: Acting, scope: Scope) -> Actor:
        """Return who acts: 401 and 403 come before 400."""
        return await self._core.read(lambda reader: act(reader, acting, scope))

    async def _perform(self, prepared: Prepared, acting: Acting, actor: Actor) -> Outcome:
        self._core.seen(actor.session.session_id)
        wish = prepared.callback
        readable = wish.time is not None and not wish.unreadable
        due = wish.due(self._zone(actor)) if readable else None
        try:
            return await self._core.run(prepared.use_case, prepared.command(acting, due))
        except CallbackTimeRequiredError:
            wish.due(UTC)  # a time that cannot be read is told as such: 400
            raise

    def _zone(self, actor: Actor) -> tzinfo:
        centers = self._core.configuration().contact_center_by_id
        return ZoneInfo(centers[actor.session.contact_center_id].time_zone)


def _asked(method: str, request: VoiceRequest) -> Asked:
    """Take a call's body apart.

    :raises InvalidInput: it cannot be read.
    """
    fields = FieldReader(request.values, _BODY)
    request_id = fields.request_id(required=False)
    fields.finish()
    args: Any = request.value("args")
    if args is None:
        args = []
    if not isinstance(args, list):
        raise InvalidInput(
            "args must be an array.", hint="Send the method's arguments in order: [ … ]."
        )
    return Asked(method, request_id, args)


def _unknown(method: str) -> Reply:
    status, body = envelope(
        "unknown.method",
        info=f"The server answers no method {method}.",
        hint="Check its spelling in the reference of the SDK; some are answered by the host.",
        status=404,
    )
    return json_reply(body, status=status)
