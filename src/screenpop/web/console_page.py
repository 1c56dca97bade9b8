"""The console's page at ``/`` and its files, all from this server (design 5)."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

__all__ = ["pages"]

_BUILT: Final = Path(__file__).with_name("built") / "console"
_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".map": "application/json",
    ".txt": "text/plain; charset=utf-8",
}
#: The apps' frames may be anywhere on https, and on this machine; nothing else leaves the page.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; worker-src 'self'; "
    "frame-src https: http://localhost:* http://127.0.0.1:*; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin",
    "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
}
_ICON: Final = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E"
    "%3Crect width='32' height='32' rx='8' fill='%230f766e'/%3E"
    "%3Cpath d='M9 11h14v9H9zM13 24h6' fill='none' stroke='white' stroke-width='2.5' "
    "stroke-linecap='round' stroke-linejoin='round'/%3E%3C/svg%3E"
)
_PAGE: Final = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>screenpop</title>
<link rel="icon" href="{_ICON}">
<link rel="stylesheet" href="/console/console.css">
<script type="module" src="/console/console.js"></script>
</head>
<body>
<sp-console></sp-console>
<noscript><p>The console needs JavaScript. Switch it on and load this page again.</p></noscript>
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class _File:
    """A built file, ready to be sent; ``changed`` says whether it still is."""

    changed: int
    tag: str
    plain: bytes
    packed: bytes


def pages(start: Route | None) -> list[Route]:
    """Return the console at ``/``, and the demo's ``start`` page beside it at ``/start``.

    Where the front end was not built, the start page stands at ``/``.
    """
    begin = [] if start is None else [start]
    if not (_BUILT / "console.js").is_file():
        return begin
    beside = [Route("/start", one.endpoint, methods=["GET"]) for one in begin]
    return [*_console_routes(), *beside]


def _console_routes() -> list[Route]:
    files: dict[str, _File] = {}

    async def page(_request: Request) -> Response:
        return HTMLResponse(_PAGE, headers=_HEADERS)

    async def file(request: Request) -> Response:
        name = request.path_params["name"]
        media = _TYPES.get(Path(name).suffix)
        path = _BUILT / name
        if media is None or not path.is_file():
            return PlainTextResponse("There is no such file.", 404, {"Cache-Control": "no-store"})
        changed = path.stat().st_mtime_ns
        kept = files.get(name)
        if kept is None or kept.changed != changed:
            kept = files[name] = _read(path, changed)
        return _sent(request, kept, media)

    return [
        Route("/", page, methods=["GET"]),
        Route("/console/{name}", file, methods=["GET"]),
    ]


def _read(path: Path, changed: int) -> _File:
    plain = path.read_bytes()
    tag = f'"{hashlib.sha256(plain).hexdigest()[:24]}"'
    return _File(changed, tag, plain, gzip.compress(plain, 9, mtime=0))


def _sent(request: Request, file: _File, media: str) -> Response:
    headers = {
        "ETag": file.tag,
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        # A worker has a policy of its own: ours.
        "Content-Security-Policy": "default-src 'none'; connect-src 'self'",
    }
    if request.headers.get("if-none-match") == file.tag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(file.packed, headers=headers, media_type=media)
    return Response(file.plain, headers=headers, media_type=media)
