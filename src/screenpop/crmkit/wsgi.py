"""WSGI middleware that lets the pages of an application live in the console's frame."""

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING

from screenpop.crmkit.embedding import Embedding

if TYPE_CHECKING:
    from types import TracebackType
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["EmbeddingMiddleware"]


class EmbeddingMiddleware:
    """Makes every response fit for the frame; wrap it around the application, outermost.

    With Flask::

        app.wsgi_app = EmbeddingMiddleware(app.wsgi_app, ["https://console.example"])
    """

    def __init__(
        self,
        app: "WSGIApplication",
        console_origins: Iterable[str],
        cookies: Collection[str] | None = None,
    ) -> None:
        self._app = app
        self._embedding = Embedding.of(console_origins, cookies)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Serve one request."""

        def start_fit(
            status: str,
            headers: list[tuple[str, str]],
            exc_info: "tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None" = None,  # noqa: E501
            /,
        ) -> Callable[[bytes], object]:
            fit = self._embedding.apply(headers)
            # Not every server takes the third argument when there is nothing in it.
            return (
                start_response(status, fit, exc_info) if exc_info else start_response(status, fit)
            )

        return self._app(environ, start_fit)
