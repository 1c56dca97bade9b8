"""``/api/v1/apps``: administration, preview, test-fire and health of apps (contract 1, 3, 8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from pydantic.alias_generators import to_camel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from screenpop.domain.app import App, IntegrationPoint, Scope
from screenpop.domain.app_commands import RemoveApp, SaveApp
from screenpop.domain.configuration import UserType
from screenpop.domain.errors import (
    AccessDeniedError,
    InvalidInputError,
    NotFoundError,
    StateError,
)
from screenpop.domain.pop import serves
from screenpop.domain.session import AgentSession
from screenpop.ports.store import Reader
from screenpop.services import apps as app_service
from screenpop.services import screen_pop
from screenpop.services.acting import act
from screenpop.services.core import Core
from screenpop.web.api.access import Access
from screenpop.web.api.app_bodies import app_from_body, app_to_body
from screenpop.web.api.guard import guarded, json_reply
from screenpop.web.app_preview import CallFacts, compose_point, facts_of_call, preview
from screenpop.web.cors import app_origins
from screenpop.web.launch_urls import LaunchUrls

__all__ = ["AppEndpoints", "PageChecks"]

_PREVIEWED: Final = "preview"


class PageChecks(Protocol):
    """Asks the apps' pages from the server (contract 3.6)."""

    def health(self, app: App) -> Mapping[str, Any]:
        """Return what was last seen of an app's pages."""

    async def look(self, app: App) -> Mapping[str, Any]:
        """Ask an app's pages now, and return what was seen."""

    async def fire(self, url: str, configured: str) -> Mapping[str, Any]:
        """Open one URL from the server, and return what it answered."""


@dataclass(frozen=True, slots=True)
class _Asker:
    """Who asks: an administrator, or an agent's session."""

    contact_center_id: int
    administrator: bool
    session: AgentSession | None
    #: What the request says, its credentials too.
    body: Mapping[str, Any]


class AppEndpoints:
    """Apps, for administrators and for consoles."""

    def __init__(self, core: Core, access: Access, urls: LaunchUrls, checks: PageChecks) -> None:
        """Answer from ``core``; ``checks`` asks the apps' pages."""
        self._core = core
        self._access = access
        self._urls = urls
        self._checks = checks

    def routes(self) -> list[Route]:
        """Return the routes, relative to ``/api/v1``."""
        return [
            Route("/apps", guarded(self._list), methods=["GET"]),
            Route("/apps", guarded(self._add), methods=["POST"]),
            Route("/apps/preview", guarded(self._preview), methods=["POST"]),
            Route("/apps/{app_id}", guarded(self._one), methods=["GET"]),
            Route("/apps/{app_id}", guarded(self._change), methods=["PUT"]),
            Route("/apps/{app_id}", guarded(self._remove), methods=["DELETE"]),
            Route("/apps/{app_id}/fire", guarded(self._fire), methods=["POST"]),
            Route("/apps/{app_id}/health", guarded(self._health), methods=["GET"]),
            Route("/apps/{app_id}/health", guarded(self._look), methods=["POST"]),
        ]

    # --- who asks -------------------------------------------------------------------------

    async def _asker(self, request: Request) -> _Asker:
        """Return who asks, and with what.

        :raises NotAuthenticatedError, SessionInvalidError, AccessDeniedError: see ``act``; an
            app has no business here.
        """
        taken = await self._access.request(request)
        acting = await self._access.acting(taken)
        account = self._core.configuration().account_by_id.get(acting.account_id or "")
        if acting.session_id is None and account is not None and not acting.account_refused:
            centre = account.contact_center_id
            return _Asker(centre, account.administrator, None, taken.values)
        actor = await self._core.read(lambda reader: act(reader, acting))
        if actor.app is not None:
            raise AccessDeniedError("Apps are not administered by apps.")
        session = actor.session
        self._core.seen(session.session_id)
        administrator = session.user_type == UserType.ADMINISTRATOR.value
        return _Asker(session.contact_center_id, administrator, session, taken.values)

    async def _administrator(self, request: Request) -> _Asker:
        asker = await self._asker(request)
        if not asker.administrator:
            raise AccessDeniedError("Only an administrator may do this.")
        return asker

    # --- administration -------------------------------------------------------------------

    async def _list(self, request: Request) -> Response:
        """All apps to an administrator; to a console those that its session needs."""
        asker = await self._asker(request)
        apps = self._core.configuration().apps
        mine = [app for app in apps if app.contact_center_id == asker.contact_center_id]
        mine.sort(key=lambda app: app.position)
        if asker.administrator:
            return json_reply({"apps": [app_to_body(app) for app in mine]})
        session = asker.session
        if session is None:
            raise AccessDeniedError("This account may not administer apps.")
        return json_reply({"apps": await self._core.read(lambda r: self._needed(r, session))})

    def _needed(self, reader: Reader, session: AgentSession) -> list[dict[str, Any]]:
        configuration = reader.configuration
        needed = [
            app
            for app in screen_pop.apps_of(configuration, session.process_id)
            if app.enabled and serves(app, session.campaign_ids, configuration)
        ]
        ids = {row.app_id: row for row in reader.app_sessions(session.session_id)}
        shown = []
        for app in needed:
            row = ids.get(app.app_id)
            shown.append(
                {
                    "appId": app.app_id,
                    "name": app.name,
                    "kind": app.kind.value,
                    "points": [point.value for point in app.urls],
                    "popMoment": app.pop_moment.value,
                    "placement": app.placement.value,
                    "position": app.position,
                    "sessionPolicy": app.session_policy.value,
                    "scopes": [scope.value for scope in Scope if scope in app.scopes],
                    "origins": list(app_origins(app)),
                    "allow": app.options.get("allow", []),
                    "sandbox": bool(app.options.get("sandbox", False)),
                    "frameEnd": app.options.get("frame_end", "soon"),
                    # What the console speaks with in the app's name.
                    "sessionId": row.minted_session_id if row else None,
                    "userCrtObjectIds": [row.minted_seat] if row and row.minted_seat else [],
                    "health": self._checks.health(app),
                }
            )
        return shown

    async def _one(self, request: Request) -> Response:
        asker = await self._administrator(request)
        return json_reply(app_to_body(await self._known(asker, request.path_params["app_id"])))

    async def _add(self, request: Request) -> Response:
        asker = await self._administrator(request)
        return await self._save(asker, asker.body, is_new=True)

    async def _change(self, request: Request) -> Response:
        asker = await self._administrator(request)
        body = {**asker.body, "appId": request.path_params["app_id"]}
        return await self._save(asker, body, is_new=False)

    async def _save(self, asker: _Asker, body: Mapping[str, Any], *, is_new: bool) -> Response:
        configuration = self._core.configuration()
        app, position = app_from_body(body, configuration, asker.contact_center_id)
        command = SaveApp(asker.contact_center_id, app, is_new, position)
        saved = await self._core.run(app_service.save, command)
        return json_reply(app_to_body(saved), 201 if is_new else 200)

    async def _remove(self, request: Request) -> Response:
        asker = await self._administrator(request)
        command = RemoveApp(asker.contact_center_id, request.path_params["app_id"])
        await self._core.run(app_service.remove, command)
        return Response(status_code=204, headers={"Cache-Control": "no-store"})

    async def _known(self, asker: _Asker, app_id: str) -> App:
        centre = asker.contact_center_id
        return await self._core.read(lambda r: app_service.app_of(r, centre, app_id))

    # --- trying it out --------------------------------------------------------------------

    async def _preview(self, request: Request) -> Response:
        """Compose every point of a saved app (``appId``) or of one not saved yet (``app``)."""
        asker = await self._administrator(request)
        draft = asker.body.get("app")
        if isinstance(draft, dict):
            named = {"appId": _PREVIEWED, "name": _PREVIEWED, **draft}
            configuration = self._core.configuration()
            app, _ = app_from_body(named, configuration, asker.contact_center_id)
        else:
            app = await self._known(asker, str(asker.body.get("appId", "")))
        real = await self._real(asker)
        return json_reply(
            {
                "values": "sample" if real is None else "call",
                "allowedOrigins": app_to_body(app)["allowedOrigins"],
                "points": [
                    {to_camel(name): value for name, value in one.items()}
                    for one in preview(app, self._urls, real)
                ],
            }
        )

    async def _fire(self, request: Request) -> Response:
        """Open an app's URL once from the server, with the sample's or a past call's values."""
        asker = await self._administrator(request)
        app = await self._known(asker, request.path_params["app_id"])
        try:
            point = IntegrationPoint(str(asker.body.get("point", "call")))
        except ValueError:
            names = ", ".join(one.value for one in IntegrationPoint)
            raise InvalidInputError(f"point is one of: {names}.") from None
        configured = app.urls.get(point)
        if not configured:
            raise NotFoundError(f"The app {app.app_id!r} has no {point.value} URL.")
        url = compose_point(app, point, self._urls, await self._real(asker))
        return json_reply({"point": point.value, **await self._checks.fire(url, configured)})

    async def _real(self, asker: _Asker) -> CallFacts | None:
        call_id = asker.body.get("crtObjectId")
        if call_id is None:
            return None

        def look(reader: Reader) -> CallFacts:
            call = reader.call(str(call_id))
            if call is None or call.contact_center_id != asker.contact_center_id:
                raise NotFoundError("There is no call with this crtObjectId.")
            if call.ended_at is None:
                raise StateError("This call goes on. Name one that is over.")
            facts = facts_of_call(reader, call)
            if facts is None:
                raise StateError("No agent ever had this call. Name one that reached an agent.")
            return facts

        return await self._core.read(look)

    async def _health(self, request: Request) -> Response:
        asker = await self._administrator(request)
        app = await self._known(asker, request.path_params["app_id"])
        return json_reply({"appId": app.app_id, **self._checks.health(app)})

    async def _look(self, request: Request) -> Response:
        """Ask the app's pages now."""
        asker = await self._administrator(request)
        app = await self._known(asker, request.path_params["app_id"])
        return json_reply({"appId": app.app_id, **await self._checks.look(app)})
