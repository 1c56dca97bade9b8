"""ASGI middleware that lets the pages of an application live in the console's frame."""

from collections.abc import Awaitable, Callable, Collection, Iterable, MutableMapping
from typing import Any

from screenpop.crmkit.embedding import Embedding

__all__ = ["EmbeddingMiddleware"]

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]


class EmbeddingMiddleware:
    """Makes every response fit for the frame; wrap it around the application, outermost.

    ::

        app = EmbeddingMiddleware(app, console_origins=["https://console.example"])

    With Starlette: ``Middleware(EmbeddingMiddleware, console_origins=[...])``.
    """

    def __init__(
        self,
        app: AsgiApp,
        console_origins: Iterable[str],
        cookies: Collection[str] | None = None,
    ) -> None:
        self._app = app
        self._embedding = Embedding.of(console_origins, cookies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_fit(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = self._embedding.apply(
                    (name.decode("latin-1"), value.decode("latin-1"))
                    for name, value in message.get("headers", ())
                )
                message["headers"] = [
                    (name.lower().encode("latin-1"), value.encode("latin-1"))
                    for name, value in headers
                ]
            await send(message)

        await self._app(scope, receive, send_fit)
