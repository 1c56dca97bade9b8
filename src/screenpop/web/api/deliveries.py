"""Dispose pushes as administrators see them: what waits, what was set aside, once more (3.4).

No delivery shows what it carries: numbers and names belong to the CRM, not into a list of faults.
"""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from screenpop.domain.configuration import Configuration, UserType
from screenpop.domain.delivery import Delivery, DeliveryState
from screenpop.domain.errors import AccessDeniedError, InvalidInputError
from screenpop.ports.store import Reader
from screenpop.services import deliveries
from screenpop.services.acting import act
from screenpop.services.core import Core
from screenpop.services.deliveries import SendAgain
from screenpop.web.api.access import Access
from screenpop.web.api.guard import guarded, json_reply

__all__ = ["DeliveryEndpoints"]

_STATES: Final = {state.value.replace(" ", "-"): state for state in DeliveryState}
_WORDS: Final = {state: word for word, state in _STATES.items()}
_SHOWN: Final = 100
_MOST: Final = 1000


class DeliveryEndpoints:
    """The deliveries of the asker's contact centre."""

    def __init__(self, core: Core, access: Access) -> None:
        """Answer from ``core``; ``access`` says who asks."""
        self._core = core
        self._access = access

    def routes(self) -> list[Route]:
        """Return the routes, relative to ``/api/v1``."""
        again = guarded(self._retry)
        return [
            Route("/deliveries", guarded(self._list), methods=["GET"]),
            Route("/deliveries/{delivery_id}/retry", again, methods=["POST"]),
        ]

    async def _list(self, request: Request) -> Response:
        centre = await self._administrator(request)
        asked = request.query_params
        state = _state(asked.get("state"))
        app_id, limit = asked.get("app") or None, _limit(asked.get("limit"))

        def look(reader: Reader) -> list[dict[str, Any]]:
            found = reader.deliveries(centre, limit, state, app_id)
            return [_shown(one, reader.configuration) for one in found]

        return json_reply(await self._core.read(look))

    async def _retry(self, request: Request) -> Response:
        centre = await self._administrator(request)
        command = SendAgain(centre, request.path_params["delivery_id"])
        delivery = await self._core.run(deliveries.send_again, command)
        return json_reply(_shown(delivery, self._core.configuration()))

    async def _administrator(self, request: Request) -> int:
        """Return the contact centre of the administrator who asks.

        :raises NotAuthenticatedError, SessionInvalidError, AccessDeniedError: see ``act``; who
            asks is no administrator.
        """
        acting = await self._access.acting(await self._access.request(request))
        account = self._core.configuration().account_by_id.get(acting.account_id or "")
        if acting.session_id is None and account is not None and not acting.account_refused:
            centre, administrator = account.contact_center_id, account.administrator
        else:
            actor = await self._core.read(lambda reader: act(reader, acting))
            self._core.seen(actor.session.session_id)
            centre = actor.session.contact_center_id
            own = actor.app is None
            administrator = own and actor.session.user_type == UserType.ADMINISTRATOR.value
        if not administrator:
            raise AccessDeniedError("Only an administrator may see and repeat deliveries.")
        return centre


def _shown(delivery: Delivery, configuration: Configuration) -> dict[str, Any]:
    app = configuration.app_by_id.get(delivery.app_id)
    pending = delivery.state is DeliveryState.PENDING
    return {
        "deliveryId": delivery.delivery_id,
        "appId": delivery.app_id,
        "appName": app.name if app else None,
        "crtObjectId": delivery.crt_object_id,
        "kind": delivery.kind.value,
        "position": delivery.position,
        "state": _WORDS[delivery.state],
        "tries": delivery.tries,
        "createdAt": delivery.created_at,
        "dueAt": delivery.due if pending else None,
        "lastTryAt": delivery.last_try_at,
        "lastStatus": delivery.last_status,
        "lastAnswer": delivery.last_answer,
        "endedAt": delivery.ended_at,
    }


def _state(text: str | None) -> DeliveryState | None:
    if not text:
        return None
    state = _STATES.get(text)
    if state is None:
        raise InvalidInputError(f"state is one of {', '.join(_STATES)}.")
    return state


def _limit(text: str | None) -> int:
    if not text:
        return _SHOWN
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= _MOST:
        raise InvalidInputError(f"limit is a number from 1 to {_MOST}.")
    return int(text)
