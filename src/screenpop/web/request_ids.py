"""A name for each HTTP request: in every line of the log about it, and in its reply."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars

from screenpop.web.legacy import is_legacy_path
from screenpop.web.voice import is_voice_path

__all__ = ["RequestIds"]

_HEADER: Final = b"x-request-id"


class RequestIds:
    """Wraps the whole application."""

    def __init__(
        self, application: ASGIApp, prefix: str, answered: Callable[[str, int], None]
    ) -> None:
        """Name requests ``<prefix>-<number>``; tell ``answered`` each reply's room and status.

        ``prefix`` is drawn anew for each process, so that no name returns after a restart.
        """
        self._application = application
        self._prefix = prefix
        self._answered = answered
        self._numbers = count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        name = f"{self._prefix}-{next(self._numbers)}"
        header = (_HEADER, name.encode())
        path: str = scope["path"]
        # Each request is served in a task, and so a context, of its own.
        bind_contextvars(request=name)

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), header]}
                self._answered(_room(path), message["status"])
            await send(message)

        await self._application(scope, receive, named)


def _room(path: str) -> str:
    """Return which part of the outside answers a path."""
    if is_voice_path(path):
        return "voice"
    if is_legacy_path(path):
        return "legacy"
    if path.startswith("/api/v1/sdk/"):
        return "sdk"
    return "api" if path.startswith("/api/v1/") else "pages"
