"""The commands of the voice REST: manualDial, disposeCall, disposeAndManualDial, hangup."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from screenpop.domain.commands import Acting, ReplyForm, RequestKey
from screenpop.domain.errors import (
    AccessDeniedError,
    CallbackTimeRequiredError,
    NotAuthenticatedError,
    SessionInvalidError,
)
from screenpop.domain.results import CallResult, Outcome
from screenpop.ports.ids import Draw
from screenpop.ports.store import Transaction
from screenpop.services import acting as acting_service
from screenpop.services import call_control, dialling, disposing
from screenpop.services.core import Core
from screenpop.web import voice_translate as translate
from screenpop.web.envelope import Reply, json_reply, text_reply
from screenpop.web.limits import RestLimits
from screenpop.web.voice_acting import Actors
from screenpop.web.voice_request import VoiceRequest
from screenpop.wire.errors import InvalidInput
from screenpop.wire.rest import (
    CallbackWish,
    read_call,
    read_dispose_and_manual_dial,
    read_dispose_call,
    read_manual_dial,
    replies,
)
from screenpop.wire.rest.callback_time import NO_CALLBACK
from screenpop.wire.rest.replies import ReplyForm as FormSetting

__all__ = ["VoiceCalls"]

_REPLAYED: Final = ((b"idempotent-replayed", b"true"),)
_UNHEARD: Final = (NotAuthenticatedError, SessionInvalidError, AccessDeniedError)
"""After these nobody acted for a session, so it was not seen."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A decoded command: its use case, what it is bound by, and how its result is told."""

    use_case: Callable[[Transaction, Any, int, Draw], Outcome]
    #: Gives the command of whoever acts, with the callback's time in epoch milliseconds.
    command: Callable[[Acting, int | None], object]
    tell: Callable[[CallResult], dict[str, Any]]
    key: RequestKey | None
    callback: CallbackWish = NO_CALLBACK
    form: ReplyForm = ReplyForm.JSON


class VoiceCalls:
    """Runs the commands in the contract's order of checks."""

    def __init__(
        self, core: Core, actors: Actors, limits: RestLimits, dispose_and_dial_form: FormSetting
    ) -> None:
        self._core = core
        self._actors = actors
        self._limits = limits
        self._form = dispose_and_dial_form

    async def manual_dial(self, request: VoiceRequest) -> Reply:
        """Answer voice/manualDial."""
        return await self._command(request, "voice/manualDial", self._manual_dial, dial=True)

    async def dispose_call(self, request: VoiceRequest) -> Reply:
        """Answer voice/disposeCall."""
        return await self._command(request, "voice/disposeCall", self._dispose_call)

    async def dispose_and_manual_dial(self, request: VoiceRequest) -> Reply:
        """Answer voice/disposeAndManualDial."""
        key_space = "voice/disposeAndManualDial"
        return await self._command(request, key_space, self._dispose_and_dial, dial=True)

    async def hangup(self, request: VoiceRequest) -> Reply:
        """Answer voice/hangup."""
        return await self._command(request, "voice/hangup", self._hangup)

    def _manual_dial(self, request: VoiceRequest, key_space: str, *, lenient: bool) -> _Prepared:
        body = read_manual_dial(request.values, lenient=lenient)
        key = translate.key_of(key_space, body)
        return _Prepared(
            dialling.manual_dial,
            lambda acting, _time: translate.dial_command(acting, body, key),
            translate.dial_reply,
            key,
        )

    def _dispose_call(self, request: VoiceRequest, key_space: str, *, lenient: bool) -> _Prepared:
        body = read_dispose_call(request.values, lenient=lenient)
        key = translate.key_of(key_space, body)
        return _Prepared(
            disposing.dispose_call,
            lambda acting, time: translate.dispose_command(acting, body, key, time),
            translate.dispose_reply,
            key,
            body.callback,
        )

    def _dispose_and_dial(
        self, request: VoiceRequest, key_space: str, *, lenient: bool
    ) -> _Prepared:
        body = read_dispose_and_manual_dial(request.values, lenient=lenient)
        ok = replies.answers_ok(
            self._form, authorization=request.authorization, accept=request.accept
        )
        form = ReplyForm.OK if ok else ReplyForm.JSON
        key = translate.key_of(key_space, body, form)
        return _Prepared(
            disposing.dispose_and_dial,
            lambda acting, time: translate.dispose_and_dial_command(acting, body, key, time),
            translate.dial_reply,
            key,
            body.callback,
            form,
        )

    def _hangup(self, request: VoiceRequest, key_space: str, *, lenient: bool) -> _Prepared:
        body = read_call("hangup", request.values, lenient=lenient)
        key = translate.key_of(key_space, body)
        return _Prepared(
            call_control.hang_up,
            lambda acting, _time: translate.hang_up_command(acting, body, key),
            translate.call_reply,
            key,
        )

    async def _command(
        self,
        request: VoiceRequest,
        key_space: str,
        prepare: Callable[..., _Prepared],
        *,
        dial: bool = False,
    ) -> Reply:
        """Check rate, credentials and fields, in this order, and run the command."""
        claim = await self._actors.claim(request)
        session = claim.session
        key = (session, key_space, request.request_id) if request.request_id else None
        admission = self._limits.admit(session, key, dial=dial)
        bound = replayed = False
        try:
            acting = await self._actors.acting(claim, admission, dial=dial)
            prepared = await self._decode(
                request, acting, partial(prepare, request, key_space, lenient=claim.lenient)
            )
            outcome = await self._run(prepared, acting)
            bound, replayed = prepared.key is not None, outcome.replayed
        finally:
            admission.settle(bound=bound, replayed=replayed)
        form = outcome.form if bound else prepared.form
        headers = _REPLAYED if replayed else ()
        if form == ReplyForm.OK:
            return text_reply(replies.OK, headers=headers)
        return json_reply(prepared.tell(outcome.result), headers=headers)

    async def _decode(
        self, request: VoiceRequest, acting: Acting, prepare: Callable[[], _Prepared]
    ) -> _Prepared:
        try:
            if request.unreadable is not None:
                raise request.unreadable
            return prepare()
        except InvalidInput:
            # 401 and 403 come before 400: only a request that may act is told its fields.
            await self._core.read(lambda reader: acting_service.act(reader, acting))
            raise

    async def _run(self, prepared: _Prepared, acting: Acting) -> Outcome:
        wish = prepared.callback
        time = None
        if wish.time is not None and not wish.unreadable:
            time = wish.due(await self._zone(acting) if isinstance(wish.time, str) else UTC)
        heard = True
        try:
            return await self._core.run(prepared.use_case, prepared.command(acting, time))
        except _UNHEARD:
            heard = False
            raise
        except CallbackTimeRequiredError:
            wish.due(UTC)  # a time that cannot be read is told as such: 400
            raise
        finally:
            if heard and acting.session_id is not None:
                self._core.seen(acting.session_id)

    async def _zone(self, acting: Acting) -> tzinfo:
        """Give the time zone of the session's contact centre."""
        session = acting.session_id or ""
        found = await self._core.read(lambda reader: reader.find_session(session))
        if found is None:
            return UTC
        centers = self._core.configuration().contact_center_by_id
        return ZoneInfo(centers[found.session.contact_center_id].time_zone)
