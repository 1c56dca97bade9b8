"""Every endpoint of our own API behind one guard, and its JSON replies."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from screenpop.web.api.problems import problem_of

__all__ = ["Handler", "guarded", "json_reply"]

Handler = Callable[[Request], Awaitable[Response]]


def guarded(handler: Handler) -> Handler:
    """Return the handler with every error answered as a problem."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except Exception as error:  # noqa: BLE001  # the one place where errors become problems
            return problem_of(error)

    return answer


class _Json(JSONResponse):
    media_type = "application/json; charset=utf-8"


def json_reply(value: object, status: int = 200) -> JSONResponse:
    """Return a JSON reply that no cache keeps."""
    return _Json(value, status, {"Cache-Control": "no-store"})
