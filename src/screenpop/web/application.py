"""The outermost ASGI application: which room answers which path, and for which Host."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from screenpop.web.api.problems import problem
from screenpop.web.legacy import is_legacy_path
from screenpop.web.metrics import METRICS_PATH
from screenpop.web.voice import is_voice_path

__all__ = ["Application", "Rooms"]

_API = "/api/v1"


@dataclass(frozen=True, slots=True)
class Rooms:
    """The parts of the outside."""

    voice: ASGIApp
    #: The older calls of contract 5.1.
    legacy: ASGIApp
    api: Sequence[Route]
    #: Raises nothing when every part that must work does; else says which does not.
    ready: Callable[[], Awaitable[Mapping[str, str]]]
    jwks: Callable[[], Mapping[str, object]]
    #: Pages and files at other paths.
    pages: Sequence[Route] = field(default=())


class Application:
    """Answers HTTP; unknown hosts are refused, other known names redirected (design 2.11)."""

    def __init__(self, rooms: Rooms, public_urls: Sequence[str]) -> None:
        """Serve ``rooms`` under ``public_urls``, origins of which the first is the proper one."""
        self._voice = rooms.voice
        self._legacy = rooms.legacy
        self._api = Router(rooms.api, default=_not_found)
        self._pages = Router(
            [
                Route("/healthz", _healthz, methods=["GET"]),
                Route("/readyz", _readyz(rooms.ready), methods=["GET"]),
                Route("/.well-known/jwks.json", _document(rooms.jwks), methods=["GET"]),
                *rooms.pages,
            ],
            default=_not_found,
        )
        self._proper = public_urls[0] if public_urls else None
        self._hosts = {urlsplit(url).netloc.lower() for url in public_urls}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        refusal = self._check_host(scope, path)
        if refusal is not None:
            await refusal(scope, receive, send)
        elif is_voice_path(path):
            await self._voice(scope, receive, send)
        elif is_legacy_path(path):
            await self._legacy(scope, receive, send)
        elif path.startswith(f"{_API}/"):
            await self._api({**scope, "path": path[len(_API) :]}, receive, send)
        else:
            await self._pages(scope, receive, send)

    def _check_host(self, scope: Scope, path: str) -> Response | None:
        if path in ("/healthz", "/readyz", METRICS_PATH):
            return None  # whoever watches over us asks by address
        host = next((v.decode("latin-1") for n, v in scope["headers"] if n == b"host"), "").lower()
        if host not in self._hosts:
            names = ", ".join(sorted(self._hosts))
            detail = f"This server is not {host or 'without a name'!r}. Its names: {names}."
            return problem(421, "unknown.host", detail)
        command = is_voice_path(path) or is_legacy_path(path)
        page = scope["method"] == "GET" and not (command or path.startswith((_API, "/omniapp")))
        if page and self._proper is not None and host != urlsplit(self._proper).netloc:
            query = scope["query_string"].decode("latin-1")
            return RedirectResponse(f"{self._proper}{path}{'?' if query else ''}{query}", 307)
        return None


async def _not_found(scope: Scope, receive: Receive, send: Send) -> None:
    detail = "There is nothing at this path. The API is described at /api/v1/openapi.json."
    await problem(404, "requested.resource.not.found", detail)(scope, receive, send)


async def _healthz(_request: object) -> Response:
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


def _readyz(
    ready: Callable[[], Awaitable[Mapping[str, str]]],
) -> Callable[[object], Awaitable[Response]]:
    async def readyz(_request: object) -> Response:
        parts = await ready()
        status = 200 if all(state == "ok" for state in parts.values()) else 503
        body = {"status": "ok" if status == 200 else "not ready", "parts": dict(parts)}
        return JSONResponse(body, status, {"Cache-Control": "no-store"})

    return readyz


def _document(
    make: Callable[[], Mapping[str, object]],
) -> Callable[[object], Awaitable[Response]]:
    async def document(_request: object) -> Response:
        return JSONResponse(dict(make()), headers={"Cache-Control": "public, max-age=300"})

    return document
