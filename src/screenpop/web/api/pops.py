"""The console's frames: which are to be open, and how far each has come (contract 3.1, 3.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from screenpop.domain.app import App, Scope
from screenpop.domain.commands import MarkPop
from screenpop.domain.errors import AccessDeniedError, InvalidInputError, NotFoundError
from screenpop.domain.pop import Pop, PopMark
from screenpop.services import screen_pop
from screenpop.services.core import Core
from screenpop.web.api.access import Access
from screenpop.web.api.guard import guarded, json_reply
from screenpop.web.launch_urls import LaunchUrls

__all__ = ["PopEndpoints"]


class PopEndpoints:
    """``/api/v1/pops``, for the session's own console."""

    def __init__(
        self,
        core: Core,
        access: Access,
        urls: LaunchUrls,
        look_at: Callable[[list[App]], None],
    ) -> None:
        """Answer from ``core``; ``urls`` composes what is opened.

        ``look_at`` has the apps' pages checked again when a console takes a session up.
        """
        self._look_at = look_at
        self._core = core
        self._access = access
        self._urls = urls

    def routes(self) -> list[Route]:
        """Return the routes, relative to ``/api/v1``."""
        return [
            Route("/pops", guarded(self._open), methods=["GET"]),
            Route("/pops", guarded(self._join), methods=["POST"]),
            Route("/pops/{instance_id}/marks", guarded(self._mark), methods=["POST"]),
        ]

    async def _open(self, request: Request) -> Response:
        """Every frame to be open now, or those of one association."""
        asker = await self._access.asker(request, Scope.SESSION_READ)
        session = asker.session
        if session is None:
            raise NotFoundError("An account token alone has no frames; send a sessionId as well.")
        if asker.app is not None:
            raise AccessDeniedError("Frames are the console's own business, not an app's.")
        pops = await self._core.read(lambda reader: screen_pop.frames(reader, session))
        wanted = request.query_params.get("associationId")
        return self._reply(pop for pop in pops if wanted in (None, pop.subject))

    async def _join(self, request: Request) -> Response:
        """A console takes the session up: its login URLs are decided now, once."""
        taken = await self._access.request(request)
        acting = await self._access.acting(taken)
        pops = await self._core.run(screen_pop.join, acting)
        apps = self._core.configuration().app_by_id
        self._look_at([apps[app_id] for app_id in {p.app_id for p in pops} if app_id in apps])
        return self._reply(pops)

    async def _mark(self, request: Request) -> Response:
        taken = await self._access.request(request)
        try:
            mark = PopMark(str(taken.value("mark")))
        except ValueError:
            names = ", ".join(mark.value for mark in PopMark)
            raise InvalidInputError(f'Send {{"mark": …}} with one of: {names}.') from None
        acting = await self._access.acting(taken)
        instance_id = request.path_params["instance_id"]
        pop = await self._core.run(screen_pop.mark, MarkPop(acting, instance_id, mark))
        return json_reply({"instanceId": pop.instance_id, "timesAsked": pop.times_asked})

    def _reply(self, pops: Iterable[Pop]) -> Response:
        apps = self._core.configuration().app_by_id
        frames: list[dict[str, Any]] = [
            self._urls.frame(pop, apps[pop.app_id]) for pop in pops if pop.app_id in apps
        ]
        return json_reply({"pops": frames})
