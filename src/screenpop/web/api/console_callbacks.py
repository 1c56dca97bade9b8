"""The calls an agent has promised, and "call now" (contract 5, "Callback time")."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from screenpop.domain.callback import Callback
from screenpop.domain.commands import CallBackNow, RequestKey
from screenpop.domain.errors import AccessDeniedError, NotFoundError
from screenpop.domain.phone import masked
from screenpop.domain.session import AgentSession
from screenpop.ports.store import Reader
from screenpop.services import callbacks
from screenpop.services.acting import act
from screenpop.services.core import Core
from screenpop.web.api.access import Access
from screenpop.web.api.guard import guarded, json_reply

__all__ = ["ConsoleCallbackEndpoints"]


class ConsoleCallbackEndpoints:
    """``/api/v1/console/callbacks``, for the session's own console."""

    def __init__(self, core: Core, access: Access) -> None:
        """Answer from ``core``; ``access`` says who asks."""
        self._core = core
        self._access = access

    def routes(self) -> list[Route]:
        """Return the routes, relative to ``/api/v1``."""
        return [
            Route("/console/callbacks", guarded(self._list), methods=["GET"]),
            Route("/console/callbacks/{callback_id}/dial", guarded(self._dial), methods=["POST"]),
        ]

    async def _list(self, request: Request) -> Response:
        """The agent's own and the campaigns', not dialled yet; those without a date last."""
        asker = await self._access.asker(request)
        session = asker.session
        if session is None:
            raise NotFoundError("An account token alone has no callbacks; log in as an agent.")
        if asker.app is not None:
            raise AccessDeniedError("The desk is the agent's own, not an app's.")
        return json_reply({"callbacks": await self._core.read(lambda r: _promised(r, session))})

    async def _dial(self, request: Request) -> Response:
        taken = await self._access.request(request)
        acting = await self._access.acting(taken)
        actor = await self._core.read(lambda reader: act(reader, acting))
        if actor.app is not None:
            raise AccessDeniedError("This is the console's own; apps use the SDK or /ameyorestapi.")
        self._core.seen(actor.session.session_id)
        callback_id = request.path_params["callback_id"]
        key = None
        if taken.request_id:
            key = RequestKey("console/callback", taken.request_id, callback_id)
        outcome = await self._core.run(
            callbacks.call_now, CallBackNow(acting, callback_id, request=key)
        )
        return json_reply(
            {
                "crtObjectId": outcome.result.crt_object_id,
                "interactionId": outcome.result.interaction_id,
            }
        )


def _promised(reader: Reader, session: AgentSession) -> list[dict[str, Any]]:
    found = reader.callbacks(session.contact_center_id, session.user_id)
    return [_entry(reader, one) for one in found if one.campaign_id in session.campaign_ids]


def _entry(reader: Reader, callback: Callback) -> dict[str, Any]:
    campaign = reader.configuration.campaign_by_id[callback.campaign_id]
    process = reader.configuration.process_by_id[campaign.process_id]
    customer = reader.customer(campaign.process_id, callback.customer_id)
    hidden = process.masking_enabled
    return {
        "callbackId": callback.callback_id,
        "campaignName": campaign.name,
        "displayPhone": masked(callback.phone) if hidden else callback.phone,
        "customerName": str(customer.columns.get("name", "")) if customer else "",
        "dueAt": callback.due_at,
        "state": callback.state.value,
        "own": callback.user_id is not None,
        "notes": callback.notes,
    }
