"""A programmer's own CRM, brought into a running demo from its console (contract 8).

It does by API what ``screenpop demo --crm URL`` does at the start; an installation that is no
demo lacks it, for there apps are an administrator's.
"""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from screenpop.domain.app_commands import SaveApp
from screenpop.domain.errors import AccessDeniedError, InvalidInputError
from screenpop.services import apps
from screenpop.services.acting import act
from screenpop.services.core import Core
from screenpop.web.api.access import Access
from screenpop.web.api.app_bodies import app_from_body
from screenpop.web.api.apps import PageChecks
from screenpop.web.api.guard import guarded, json_reply

__all__ = ["DemoEndpoints"]

#: As ``demo.world`` names it, so that both ways lead to the one app.
_APP_ID: Final = "own-crm"
_NAME: Final = "Your CRM"


class DemoEndpoints:
    """``/api/v1/console/own-crm``, in a demo only."""

    def __init__(self, core: Core, access: Access, checks: PageChecks) -> None:
        """Save in ``core``; ``checks`` asks the page whether it can be framed."""
        self._core = core
        self._access = access
        self._checks = checks

    def routes(self) -> list[Route]:
        """Return the routes, relative to ``/api/v1``."""
        return [Route("/console/own-crm", guarded(self._bring), methods=["POST"])]

    async def _bring(self, request: Request) -> Response:
        """Open the page for each call from now on, before all others; tell what its check found.

        :raises AppInvalidError: the URL cannot be used, with reason and cure.
        """
        taken = await self._access.request(request)
        acting = await self._access.acting(taken)
        actor = await self._core.read(lambda reader: act(reader, acting))
        if actor.app is not None:
            raise AccessDeniedError("Apps are not administered by apps.")
        url = taken.value("url")
        if not isinstance(url, str) or not url.strip():
            raise InvalidInputError('Send {"url": "https://localhost:3000/customer"}.')
        session, configuration = actor.session, self._core.configuration()
        body = {
            "appId": _APP_ID,
            "name": _NAME,
            "processId": session.process_id,
            "urls": {"call": url.strip()},
        }
        app, _ = app_from_body(body, configuration, session.contact_center_id)
        is_new = app.app_id not in configuration.app_by_id
        command = SaveApp(session.contact_center_id, app, is_new, position=0)
        saved = await self._core.run(apps.save, command)
        return json_reply({"appId": saved.app_id, **await self._checks.look(saved)})
