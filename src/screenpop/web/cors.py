"""Who may call the REST from a page (contract 5, "Called from a page")."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from screenpop.domain.app import App
from screenpop.domain.configuration import Configuration
from screenpop.web.envelope import Headers

__all__ = ["AnyOrigin", "AppOrigins", "Cors", "app_origins", "origin_of"]

_METHODS: Final = b"GET, POST, OPTIONS"
_HEADERS: Final = b"authorization, sessionid, content-type, accept, x-requested-with"
_EXPOSED: Final = b"Idempotent-Replayed, Retry-After"
_VARY: Final = (b"vary", b"Origin")
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}


class Cors:
    """The headers that let pages of some origins read replies; never with credentials."""

    def __init__(self, is_allowed: Callable[[str], bool]) -> None:
        self._is_allowed = is_allowed

    def reply_headers(self, origin: str | None) -> Headers:
        """Give the headers of a reply of any status."""
        if origin is None or not self._is_allowed(origin):
            return (_VARY,)
        return (
            (b"access-control-allow-origin", origin.encode("latin-1")),
            (b"access-control-expose-headers", _EXPOSED),
            _VARY,
        )

    def preflight_headers(self, origin: str | None, *, private_network: bool) -> Headers:
        """Give the headers of the reply to OPTIONS."""
        if origin is None or not self._is_allowed(origin):
            return (_VARY,)
        return (
            (b"access-control-allow-origin", origin.encode("latin-1")),
            *_granted(private_network=private_network),
            _VARY,
        )


class AnyOrigin:
    """The headers that let any page read the older calls' replies; never with credentials."""

    def reply_headers(self) -> Headers:
        """Give the headers of a reply of any status."""
        return (
            (b"access-control-allow-origin", b"*"),
            (b"access-control-expose-headers", _EXPOSED),
        )

    def preflight_headers(self, *, private_network: bool) -> Headers:
        """Give the headers of the reply to OPTIONS."""
        return ((b"access-control-allow-origin", b"*"), *_granted(private_network=private_network))


class AppOrigins:
    """Tells the origins of the configured apps; looks again when the configuration changed."""

    def __init__(self, configuration: Callable[[], Configuration]) -> None:
        self._configuration = configuration
        self._seen: Configuration | None = None
        self._origins: frozenset[str] = frozenset()

    def __call__(self, origin: str) -> bool:
        """Say whether an app of the present configuration lives at this origin."""
        present = self._configuration()
        if present is not self._seen:
            self._origins = frozenset(o for app in present.apps for o in app_origins(app))
            self._seen = present
        return origin in self._origins


def _granted(*, private_network: bool) -> Headers:
    """Give what a preflight allows, besides the origin."""
    private = ((b"access-control-allow-private-network", b"true"),) if private_network else ()
    return (
        (b"access-control-allow-methods", _METHODS),
        (b"access-control-allow-headers", _HEADERS),
        (b"access-control-max-age", b"600"),
        *private,
    )


def app_origins(app: App) -> tuple[str, ...]:
    """Give an app's origins: those of its URLs, then those listed besides (contract 6)."""
    if not app.enabled:
        return ()
    return tuple(dict.fromkeys([*(origin_of(url) for url in app.urls.values()), *app.origins]))


def origin_of(url: str) -> str:
    """Give the origin of a URL as browsers write it, without a default port."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if ":" in host:
        host = f"[{host}]"
    port = parts.port
    shown = "" if port is None or port == _DEFAULT_PORTS.get(parts.scheme) else f":{port}"
    return f"{parts.scheme}://{host}{shown}"
