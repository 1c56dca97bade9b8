"""``/omniapp/toolbar/index.html``: the agent toolbar that a CRM page frames (contract 6).

The page's ``origin`` says which app frames it. Only that app's configured origins may: what the
query says is looked up, never believed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from screenpop.domain.app import App, Scope
from screenpop.services.core import Core
from screenpop.web.cors import app_origins
from screenpop.web.static import BUILT, BuiltFile, static_reply

__all__ = ["toolbar_pages"]

_FILES: Final = ("toolbar.js", "toolbar.js.map", "toolbar.css", "toolbar.css.map", "ticks.js")
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "
)
_ORDER: Final = {"crm": 0, "page": 1}
_HTML: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Agent toolbar</title>
<link rel="stylesheet" href="toolbar.css">
<script type="application/json" id="framing-app">{app}</script>
<script type="module" src="toolbar.js"></script>
</head>
<body></body>
</html>
"""


def toolbar_pages(core: Core) -> list[Route]:
    """Return the routes under ``/omniapp/toolbar``."""

    async def page(request: Request) -> Response:
        app = _framing_app(core.configuration().apps, request.query_params.get("origin", ""))
        known = None if app is None else _facts(app)
        origins = [] if app is None else app_origins(app)
        headers = {
            "Content-Security-Policy": _POLICY + (" ".join(origins) or "'none'"),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
        }
        # In a script element only "<" could end it.
        text = json.dumps(known).replace("<", "\\u003c")
        return HTMLResponse(_HTML.format(app=text), headers=headers)

    async def part(request: Request) -> Response:
        name = request.path_params["name"]
        file = BuiltFile.read(BUILT / "toolbar" / name) if name in _FILES else None
        return static_reply(request, file)

    return [
        Route("/omniapp/toolbar/index.html", page, methods=["GET"]),
        Route("/omniapp/toolbar/{name}", part, methods=["GET"]),
    ]


def _framing_app(apps: Iterable[App], origin: str) -> App | None:
    """Return whose page has this origin: of several the first of kind crm, by position."""
    ordered = sorted(apps, key=lambda app: (_ORDER[app.kind.value], app.position))
    return next((app for app in ordered if origin in app_origins(app)), None)


def _facts(app: App) -> dict[str, Any]:
    """Return what the toolbar must know before anybody is logged in."""
    return {
        "appId": app.app_id,
        "name": app.name,
        "origins": list(app_origins(app)),
        "scopes": [scope.value for scope in Scope if scope in app.scopes],
    }
