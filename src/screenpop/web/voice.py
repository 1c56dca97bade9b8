"""The voice REST under /ameyorestapi (contract 5): paths without case, one envelope, CORS."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from screenpop.services.core import Core
from screenpop.web.account_credentials import AccountCredentials
from screenpop.web.campaign_calls import CampaignCalls
from screenpop.web.cors import AppOrigins, Cors
from screenpop.web.envelope import Headers, Reply, key_reply, refusal
from screenpop.web.limits import RestLimits
from screenpop.web.login_check import BeginSession, LoginCheck
from screenpop.web.session_calls import SessionCalls
from screenpop.web.tokens import AgentTokens
from screenpop.web.voice_acting import Actors
from screenpop.web.voice_calls import VoiceCalls
from screenpop.web.voice_commands import COMMANDS
from screenpop.web.voice_request import DisconnectedError, VoiceRequest, read_body, read_request
from screenpop.wire.rest.replies import ReplyForm

__all__ = ["PREFIX", "VoiceSettings", "is_voice_path", "voice_app"]

PREFIX: Final = "/ameyorestapi"
"""Where the voice REST lives; taken without case."""

_POST: Final = ("POST",)
_EITHER: Final = ("GET", "POST")


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """What an installation decides about its voice REST."""

    #: A live session is credential enough for every process (contract 5, "Credentials").
    lenient: bool = False
    #: The form in which disposeAndManualDial and conferWithPhone answer.
    dispose_and_dial_form: ReplyForm = "auto"
    #: All rates of contract 5 times this; the demo's is 10, `inf` is no limit.
    rate_multiplier: float = 1


@dataclass(frozen=True, slots=True)
class _Endpoint:
    methods: tuple[str, ...]
    answer: Callable[[VoiceRequest], Awaitable[Reply]]
    #: A POST may come without a body: everything may be in the headers.
    may_be_empty: bool = False


def is_voice_path(path: str) -> bool:
    """Say whether a path belongs to the voice REST, without case."""
    return path[: len(PREFIX)].lower() == PREFIX and path[len(PREFIX) : len(PREFIX) + 1] in (
        "",
        "/",
    )


def voice_app(
    core: Core,
    settings: VoiceSettings,
    accounts: AccountCredentials,
    logins: LoginCheck,
    tokens: AgentTokens,
    limits: RestLimits,
    begin_session: BeginSession | None = None,
) -> ASGIApp:
    """Give the ASGI application of the voice REST; it wants the whole path.

    `begin_session` logs a checked user in; without it no CRM is asked.
    """
    actors = Actors(core, accounts, lenient=settings.lenient)
    calls = VoiceCalls(core, actors, limits, settings.dispose_and_dial_form)
    life = SessionCalls(core, actors, limits, logins, tokens, begin_session)
    lists = CampaignCalls(core, actors, limits)
    endpoints = {
        **{
            f"voice/{name}": _Endpoint(_POST, partial(calls.answer, name, command))
            for name, command in COMMANDS.items()
        },
        "userLogin/login": _Endpoint(_POST, life.login),
        "session/userLogin": _Endpoint(_POST, life.user_login),
        "session/userLogout": _Endpoint(_POST, life.user_logout, may_be_empty=True),
        "session/keepAliveWithPingPush": _Endpoint(_EITHER, life.keep_alive, may_be_empty=True),
        "session/refreshToken": _Endpoint(_EITHER, life.refresh_token, may_be_empty=True),
        "cc/campaigns/getAssigned": _Endpoint(_EITHER, lists.get_assigned, may_be_empty=True),
        "cc/dispositionCodes/getByCampaign": _Endpoint(_EITHER, lists.get_codes, may_be_empty=True),
        "cc/dispositionClasses/getDispositionClassesForCampaign": _Endpoint(
            _EITHER, lists.get_classes, may_be_empty=True
        ),
    }
    return _Voice(
        {f"{PREFIX}/{path}".lower(): endpoint for path, endpoint in endpoints.items()},
        Cors(AppOrigins(core.configuration)),
    )


class _Voice:
    def __init__(self, endpoints: dict[str, _Endpoint], cors: Cors) -> None:
        self._endpoints = endpoints
        self._cors = cors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = _header(scope, b"origin")
        if scope["method"] == "OPTIONS":
            private = _header(scope, b"access-control-request-private-network") == "true"
            headers = self._cors.preflight_headers(origin, private_network=private)
            await Reply(204, b"").send(send, headers)
            return
        try:
            reply = await self._answer(scope, receive)
        except DisconnectedError:
            return
        await reply.send(send, self._cors.reply_headers(origin))

    async def _answer(self, scope: Scope, receive: Receive) -> Reply:
        endpoint = self._endpoints.get(scope["path"].lower().rstrip("/"))
        if endpoint is None:
            return key_reply("requested.resource.not.found")
        if scope["method"] not in endpoint.methods:
            allow: Headers = ((b"allow", ", ".join((*endpoint.methods, "OPTIONS")).encode()),)
            return key_reply("method.not.allowed", headers=allow)
        request = None
        try:
            body = await read_body(scope, receive)
            request = read_request(scope, body, may_be_empty=endpoint.may_be_empty)
            return await endpoint.answer(request)
        except DisconnectedError:
            raise
        except Exception as error:  # noqa: BLE001  every failure has an envelope
            return refusal(error, None if request is None else request.request_id)


def _header(scope: Scope, name: bytes) -> str | None:
    for header, value in scope["headers"]:
        if header == name:
            return str(value, "latin-1")
    return None
