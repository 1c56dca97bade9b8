"""What the agent does to calls in the console: the use cases of the voice REST (contract 5, 6).

The console disposes as itself, not as a CRM, so the campaign's disposition pattern is obeyed for
the console's part. Every command may carry a ``requestId``; a repeat then changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from screenpop.domain.commands import (
    Acting,
    ConferCall,
    ControlCall,
    DialNumber,
    DisposeAndDial,
    DisposeCall,
    DispositionChoice,
    RequestKey,
    SendTones,
    Target,
    TargetType,
    TransferCall,
)
from screenpop.domain.errors import AccessDeniedError, InvalidInputError
from screenpop.domain.results import CallResult, Outcome
from screenpop.ports.ids import Draw
from screenpop.ports.store import Transaction
from screenpop.services import dialling, drafts, holding, transferring
from screenpop.services.acting import act
from screenpop.services.core import Core
from screenpop.web.api.access import Access
from screenpop.web.api.guard import guarded, json_reply
from screenpop.web.voice_request import VoiceRequest
from screenpop.wire.rest import is_masked, read_phone

__all__ = ["ConsoleCallEndpoints"]

_UseCase = Callable[[Transaction, Any, int, Draw], Outcome]
_CONTROLS: Final[dict[str, _UseCase]] = {
    "hold": holding.hold,
    "resume": holding.resume,
    "mute": holding.mute,
    "unmute": holding.unmute,
    "tones": holding.send_tones,
    "transfer": transferring.transfer,
    "confer": transferring.confer,
}


class ConsoleCallEndpoints:
    """Dial, dispose, and control a call, as the agent's own console."""

    def __init__(self, core: Core, access: Access) -> None:
        """Run commands in ``core``; ``access`` says who asks."""
        self._core = core
        self._access = access

    def routes(self) -> list[Route]:
        """Return the routes, relative to ``/api/v1``."""
        return [
            Route("/console/dial", guarded(self._dial), methods=["POST"]),
            Route("/console/dispose", guarded(self._dispose), methods=["POST"]),
            Route("/console/dispose-and-dial", guarded(self._dispose_and_dial), methods=["POST"]),
            *(
                Route(
                    f"/console/calls/{{call_id}}/{name}",
                    guarded(self._control(name, use_case)),
                    methods=["POST"],
                )
                for name, use_case in _CONTROLS.items()
            ),
        ]

    async def _acting(self, taken: VoiceRequest) -> Acting:
        """Return who acts; an app is refused, for it has the voice REST and the SDK.

        :raises NotAuthenticatedError, SessionInvalidError, AccessDeniedError: see ``act``.
        """
        acting = await self._access.acting(taken)
        actor = await self._core.read(lambda reader: act(reader, acting))
        if actor.app is not None:
            raise AccessDeniedError("This is the console's own; apps use the SDK or /ameyorestapi.")
        self._core.seen(actor.session.session_id)
        return acting

    async def _dial(self, request: Request) -> Response:
        taken = await self._access.request(request)
        acting = await self._acting(taken)
        command = _dial_command(taken, acting, _key("dial", taken))
        return _reply(await self._core.run(dialling.manual_dial, command))

    async def _dispose(self, request: Request) -> Response:
        taken = await self._access.request(request)
        acting = await self._acting(taken)
        command = _dispose_command(taken, acting, _key("dispose", taken))
        return _reply(await self._core.run(drafts.dispose_call, command))

    async def _dispose_and_dial(self, request: Request) -> Response:
        taken = await self._access.request(request)
        acting = await self._acting(taken)
        command = DisposeAndDial(
            _dispose_command(taken, acting, _key("dispose-and-dial", taken)),
            _dial_command(taken, acting, None),
        )
        return _reply(await self._core.run(drafts.dispose_and_dial, command))

    def _control(self, name: str, use_case: _UseCase) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            taken = await self._access.request(request)
            acting = await self._acting(taken)
            call_id = request.path_params["call_id"]
            command = _control_command(name, taken, acting, call_id)
            return _reply(await self._core.run(use_case, command))

        return answer


def _control_command(name: str, taken: VoiceRequest, acting: Acting, call_id: str) -> ControlCall:
    given: dict[str, Any] = {
        "acting": acting,
        "crt_object_id": call_id,
        "request": _key(f"{name}/{call_id}", taken),
        "request_id": taken.request_id,
    }
    if name == "tones":
        return SendTones(**given, digits=_text(taken, "digits"))
    if name == "transfer":
        return TransferCall(**given, target=_target(taken))
    if name == "confer":
        return ConferCall(**given, target=_target(taken))
    return ControlCall(**given)


def _target(taken: VoiceRequest) -> Target:
    target = taken.value("target")
    if not isinstance(target, dict):
        raise InvalidInputError('Send {"target": {"type": "user", "id": "ravi"}}.')
    try:
        kind = TargetType(str(target.get("type")))
    except ValueError:
        names = ", ".join(one.value for one in TargetType)
        raise InvalidInputError(f"The target's type is one of: {names}.") from None
    target_id = str(target.get("id", ""))
    if kind is TargetType.PHONE:
        target_id = read_phone(target_id) or ""
    return Target(kind, target_id, consult=target.get("consult") is True)


def _dial_command(taken: VoiceRequest, acting: Acting, key: RequestKey | None) -> DialNumber:
    sent = _text(taken, "phone")
    phone = read_phone(sent) or (sent if is_masked(sent) else "")
    return DialNumber(
        acting=acting,
        seat=None,
        campaign_id=_number(taken, "campaignId"),
        phone=phone,
        searchable=phone,
        customer_id=_number(taken, "customerId"),
        request=key,
        request_id=taken.request_id,
    )


def _dispose_command(taken: VoiceRequest, acting: Acting, key: RequestKey | None) -> DisposeCall:
    return DisposeCall(
        acting=acting,
        seat=None,
        campaign_id=None,
        crt_object_id=_text(taken, "crtObjectId") or None,
        choice=DispositionChoice(
            disposition_code_id=_number(taken, "dispositionCodeId"),
            notes=_text(taken, "notes"),
            callback_time=_number(taken, "callbackTime"),
            self_callback=taken.value("selfCallback") is not False,
            by_crm=False,
        ),
        request=key,
        request_id=taken.request_id,
    )


def _key(space: str, taken: VoiceRequest) -> RequestKey | None:
    if not taken.request_id:
        return None
    body = json.dumps(dict(taken.values), sort_keys=True, ensure_ascii=False)
    fingerprint = hashlib.sha256(body.encode()).hexdigest()
    return RequestKey(f"console/{space}", taken.request_id, fingerprint)


def _text(taken: VoiceRequest, name: str) -> str:
    value = taken.value(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InvalidInputError(f"{name} is a text.")
    return value


def _number(taken: VoiceRequest, name: str) -> int | None:
    value = taken.value(name)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise InvalidInputError(f"{name} is an integer.")
    return value


def _reply(outcome: Outcome) -> Response:
    result: CallResult = outcome.result
    return json_reply(
        {
            "crtObjectId": result.crt_object_id,
            "interactionId": result.interaction_id,
            "campaignId": result.campaign_id,
            "requestId": result.request_id,
            "disposedCrtObjectId": result.disposed_crt_object_id,
        }
    )
