"""Django middleware that lets the pages of a project live in the console's frame.

In ``settings.py``, first in the list so that it sees every header and cookie::

    MIDDLEWARE = ["screenpop.crmkit.django.EmbeddingMiddleware", ...]
    SCREENPOP_CONSOLE_ORIGINS = ["https://console.example"]
    SCREENPOP_EMBEDDED_COOKIES = ["sessionid", "csrftoken"]     # optional; without it all of them

``XFrameOptionsMiddleware`` may stay: its header is taken off again.
"""

import inspect
from collections.abc import Awaitable, Callable
from http.cookies import Morsel
from importlib import import_module
from typing import Any, ClassVar

from screenpop.crmkit.embedding import Embedding

__all__ = ["EmbeddingMiddleware"]


class EmbeddingMiddleware:
    """Django's middleware protocol, for synchronous and asynchronous projects."""

    sync_capable: ClassVar[bool] = True
    async_capable: ClassVar[bool] = True

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        # Not at the top: crmkit must be importable where Django is not installed.
        settings = import_module("django.conf").settings
        self._get_response = get_response
        self._embedding = Embedding.of(
            settings.SCREENPOP_CONSOLE_ORIGINS,
            getattr(settings, "SCREENPOP_EMBEDDED_COOKIES", None),
        )
        _teach_partitioned()
        asgiref = import_module("asgiref.sync")
        if asgiref.iscoroutinefunction(get_response):
            # How Django learns that the call of this instance is to be awaited.
            asgiref.markcoroutinefunction(self)

    def __call__(self, request: Any) -> Any:  # noqa: ANN401
        """Answer ``request``; an awaitable in an asynchronous project."""
        response = self._get_response(request)
        if inspect.isawaitable(response):
            return self._await(response)
        return self._fit(response)

    async def _await(self, response: Awaitable[Any]) -> Any:  # noqa: ANN401
        return self._fit(await response)

    def _fit(self, response: Any) -> Any:  # noqa: ANN401
        fit = dict(self._embedding.apply(response.items()))
        if "X-Frame-Options" in response:
            del response["X-Frame-Options"]
        for name, value in fit.items():
            response[name] = value
        for name, morsel in response.cookies.items():
            if self._embedding.cookies is None or name in self._embedding.cookies:
                morsel.update({"secure": True, "samesite": "None", "partitioned": True})
        return response


def _teach_partitioned() -> None:
    """Let Python's cookies know the attribute, as those of Python 3.14 do."""
    reserved: dict[str, str] = Morsel._reserved  # type: ignore[attr-defined]  # noqa: SLF001
    flags: set[str] = Morsel._flags  # type: ignore[attr-defined]  # noqa: SLF001
    reserved.setdefault("partitioned", "Partitioned")
    flags.add("partitioned")
