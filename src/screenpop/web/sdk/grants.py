"""``GET /api/v1/sdk/apps``: what a host needs to bridge each app of its session (contract 2, 6)."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from screenpop.domain.app import App, Scope
from screenpop.domain.errors import AccessDeniedError, NotFoundError
from screenpop.domain.pop import ACTING_SCOPES, AppSession, serves
from screenpop.domain.session import AgentSession
from screenpop.ports.store import Reader
from screenpop.services.core import Core
from screenpop.services.screen_pop import apps_of
from screenpop.web.api.access import Access
from screenpop.web.api.guard import guarded, json_reply
from screenpop.web.cors import app_origins
from screenpop.web.tokens import AgentTokens

__all__ = ["GrantEndpoints"]

#: A session lives no longer (contract 5), so neither need what stands for an app in it.
_TOKEN_LIFETIME_MS: Final = 12 * 3_600_000


class GrantEndpoints:
    """Tells a session's own console or toolbar what each app may do, with the app's own token.

    The token is a JWT whose session claim is the session id minted for the app. It is good
    wherever a bearer token is, with that app's scopes, and dies with the app and the session.
    """

    def __init__(self, core: Core, access: Access, tokens: AgentTokens) -> None:
        """Answer from ``core``; ``tokens`` signs what is handed out."""
        self._core = core
        self._access = access
        self._tokens = tokens

    def routes(self) -> list[Route]:
        """Return the routes, relative to ``/api/v1``."""
        return [Route("/sdk/apps", guarded(self._list), methods=["GET"])]

    async def _list(self, request: Request) -> Response:
        asker = await self._access.asker(request, Scope.SESSION_READ)
        session = asker.session
        if session is None:
            raise NotFoundError("An account token alone has no apps; send a sessionId as well.")
        if asker.app is not None:
            raise AccessDeniedError("Tokens are handed to the console, not to an app.")

        def look(reader: Reader) -> list[dict[str, Any]]:
            seats = reader.seats(session.session_id)
            mine = {row.app_id: row for row in reader.app_sessions(session.session_id)}
            return [
                self._grant(app, session, seats, mine.get(app.app_id))
                for app in apps_of(reader.configuration, session.process_id)
                if app.enabled and serves(app, session.campaign_ids, reader.configuration)
            ]

        return json_reply({"apps": await self._core.read(look)})

    def _grant(
        self, app: App, session: AgentSession, seats: list[str], row: AppSession | None
    ) -> dict[str, Any]:
        minted = row.minted_session_id if row else None
        acting = not app.scopes.isdisjoint(ACTING_SCOPES)
        seat = row.minted_seat if row and acting else None
        return {
            "appId": app.app_id,
            "name": app.name,
            "origins": list(app_origins(app)),
            "scopes": [scope.value for scope in Scope if scope in app.scopes],
            "campaigns": sorted(app.campaign_ids) or None,
            "queues": sorted(app.queue_ids) or None,
            "token": self._token(session, minted),
            "sessionId": minted if acting else None,
            "seats": {} if seat is None else dict.fromkeys(seats, seat),
            "originalPhone": bool(app.options.get("original_phone")),
        }

    def _token(self, session: AgentSession, minted: str | None) -> str | None:
        """Return an app's token; none for an app without scopes, or before the console joined."""
        if minted is None:
            return None
        token, _ = self._tokens.mint(
            session.user_id, minted, session.contact_center_id, lifetime_ms=_TOKEN_LIFETIME_MS
        )
        return token
