"""GET /dacx/dispose: a disposal by name, answered by one line (contract 5.1)."""

from __future__ import annotations

from datetime import tzinfo
from zoneinfo import ZoneInfo

from screenpop.domain.commands import Acting, DisposeCall, DispositionChoice
from screenpop.domain.errors import CallAlreadyDisposedError, CallbackTimeRequiredError
from screenpop.domain.session import AgentSession
from screenpop.ports.store import Reader
from screenpop.services import acting as acting_service
from screenpop.services import disposing
from screenpop.services.core import Core
from screenpop.web.envelope import Reply, text_reply
from screenpop.web.legacy.request import OlderRequest, acting_for
from screenpop.web.limits import RestLimits
from screenpop.wire.errors import InvalidInput
from screenpop.wire.ids import own_seat
from screenpop.wire.legacy import (
    DISPOSED,
    OlderDisposal,
    no_callback_time,
    read_dispose,
    read_disposition_attr,
)

__all__ = ["DisposePage"]


class DisposePage:
    """Disposes calls for CRMs that know no body and no header."""

    def __init__(self, core: Core, limits: RestLimits) -> None:
        self._core = core
        self._limits = limits

    async def answer(self, request: OlderRequest) -> Reply:
        """Dispose; raises what `disposing.dispose_call` raises, and `InvalidInput`."""
        acting = acting_for(request.values.get("sessionid", request.header_session))
        self._limits.admit(acting.session_id)
        actor = await self._core.read(lambda reader: acting_service.act(reader, acting))
        self._core.seen(actor.session.session_id)
        body = read_dispose(request.values)
        await self._dispose(acting, actor.session, body)
        return text_reply(DISPOSED)

    async def _dispose(self, acting: Acting, session: AgentSession, body: OlderDisposal) -> None:
        time, unreadable = self._callback_time(body, session)
        command = DisposeCall(
            acting=acting,
            seat=own_seat(body.user_crt_object_id) if body.user_crt_object_id else None,
            campaign_id=_campaign(body, session),
            crt_object_id=body.crt_object_id,
            choice=DispositionChoice(
                disposition_code=body.disposition_code,
                callback_time=time,
                self_callback=body.self_callback,
            ),
        )
        try:
            await self._core.run(disposing.dispose_call, command)
        except CallbackTimeRequiredError:
            # What cannot be read counts only with a code that needs it.
            raise unreadable or no_callback_time() from None
        except CallAlreadyDisposedError:
            if not await self._core.read(lambda reader: _same(reader, session, body)):
                raise

    def _callback_time(
        self, body: OlderDisposal, session: AgentSession
    ) -> tuple[int | None, InvalidInput | None]:
        try:
            now, zone = self._core.now(), self._zone(session)
            return read_disposition_attr(body.disposition_attr, now, zone), None
        except InvalidInput as error:
            return None, error

    def _zone(self, session: AgentSession) -> tzinfo:
        centers = self._core.configuration().contact_center_by_id
        return ZoneInfo(centers[session.contact_center_id].time_zone)


def _campaign(body: OlderDisposal, session: AgentSession) -> int | None:
    """Give the first of the named campaigns that is of this login, else the first for refusal."""
    own = (number for number in body.campaign_ids if number in session.campaign_ids)
    return next(own, body.campaign_ids[0] if body.campaign_ids else None)


def _same(reader: Reader, session: AgentSession, body: OlderDisposal) -> bool:
    """Say whether this agent disposed this call with this code before."""
    call = reader.call(body.crt_object_id)
    mine = call and reader.association_with(session.session_id, call.crt_object_id)
    made = mine.disposition if mine else None
    wanted = body.disposition_code.casefold()
    return made is not None and made.disposition_code.casefold() == wanted
