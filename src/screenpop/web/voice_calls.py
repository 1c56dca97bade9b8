"""Running the commands of the voice REST in the contract's order of checks (contract 5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, tzinfo
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from screenpop.domain.commands import Acting, ReplyForm
from screenpop.domain.errors import (
    AccessDeniedError,
    CallbackTimeRequiredError,
    NotAuthenticatedError,
    SessionInvalidError,
)
from screenpop.domain.results import Outcome
from screenpop.services import acting as acting_service
from screenpop.services.core import Core
from screenpop.web.envelope import Reply, json_reply, text_reply
from screenpop.web.limits import RestLimits
from screenpop.web.voice_acting import Actors
from screenpop.web.voice_commands import Prepared, VoiceCommand
from screenpop.web.voice_request import VoiceRequest
from screenpop.wire.errors import InvalidInput
from screenpop.wire.rest import CallbackWish, replies
from screenpop.wire.rest.replies import ReplyForm as FormSetting

__all__ = ["VoiceCalls"]

_REPLAYED: Final = ((b"idempotent-replayed", b"true"),)
_UNHEARD: Final = (NotAuthenticatedError, SessionInvalidError, AccessDeniedError)
"""After these nobody acted for a session, so it was not seen."""


class VoiceCalls:
    """Answers the endpoints under voice."""

    def __init__(
        self, core: Core, actors: Actors, limits: RestLimits, ok_form: FormSetting
    ) -> None:
        self._core = core
        self._actors = actors
        self._limits = limits
        self._ok_form = ok_form

    async def answer(self, name: str, command: VoiceCommand, request: VoiceRequest) -> Reply:
        """Check rate, credentials and fields, in this order, and run the command `name`."""
        key_space = f"voice/{name}"
        claim = await self._actors.claim(request)
        key = (claim.session, key_space, request.request_id) if request.request_id else None
        admission = self._limits.admit(claim.session, key, dial=command.dials)
        form = self._form(request) if command.may_answer_ok else ReplyForm.JSON
        decode = partial(command.decode, request.values, key_space, form, lenient=claim.lenient)
        bound = replayed = False
        try:
            acting = await self._actors.acting(claim, admission, dial=command.dials)
            prepared = await self._decode(request, acting, decode)
            outcome = await self._run(prepared, acting)
            bound, replayed = prepared.key is not None, outcome.replayed
        finally:
            admission.settle(bound=bound, replayed=replayed)
        headers = _REPLAYED if replayed else ()
        if (outcome.form if bound else form) == ReplyForm.OK:
            return text_reply(replies.OK, headers=headers)
        return json_reply(prepared.tell(outcome.result), headers=headers)

    def _form(self, request: VoiceRequest) -> ReplyForm:
        ok = replies.answers_ok(
            self._ok_form, authorization=request.authorization, accept=request.accept
        )
        return ReplyForm.OK if ok else ReplyForm.JSON

    async def _decode(
        self, request: VoiceRequest, acting: Acting, decode: Callable[[], Prepared]
    ) -> Prepared:
        try:
            if request.unreadable is not None:
                raise request.unreadable
            return decode()
        except InvalidInput:
            # 401 and 403 come before 400: only a request that may act is told its fields.
            await self._core.read(lambda reader: acting_service.act(reader, acting))
            raise

    async def _run(self, prepared: Prepared, acting: Acting) -> Outcome:
        wish, phone = prepared.callback, ""
        if prepared.phone is not None:
            look_up = prepared.phone
            phone = await self._core.read(lambda reader: look_up(reader, acting))
        command = prepared.command(acting, await self._due(wish, acting), phone)
        heard = True
        try:
            return await self._core.run(prepared.use_case, command)
        except _UNHEARD:
            heard = False
            raise
        except CallbackTimeRequiredError:
            wish.due(UTC)  # a time that cannot be read is told as such: 400
            raise
        finally:
            if heard and acting.session_id is not None:
                self._core.seen(acting.session_id)

    async def _due(self, wish: CallbackWish, acting: Acting) -> int | None:
        """Give the callback's time, if the body has one that can be read."""
        if wish.time is None or wish.unreadable:
            return None
        return wish.due(await self._zone(acting) if isinstance(wish.time, str) else UTC)

    async def _zone(self, acting: Acting) -> tzinfo:
        """Give the time zone of the session's contact centre."""
        session = acting.session_id or ""
        found = await self._core.read(lambda reader: reader.find_session(session))
        if found is None:
            return UTC
        centers = self._core.configuration().contact_center_by_id
        return ZoneInfo(centers[found.session.contact_center_id].time_zone)
