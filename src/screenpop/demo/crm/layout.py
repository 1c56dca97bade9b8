"""What all pages share: head, navigation, the SDK, and the headers."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse

from screenpop.crmkit.launch import LaunchContext
from screenpop.crmkit.snippet import sdk_snippet
from screenpop.demo.crm.markup import Markup, markup

__all__ = ["Visit", "address", "moment", "page"]

_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} · Demo CRM</title>
<link rel="icon" href="/static/icon.svg">
<link rel="stylesheet" href="/static/crm.css">
<script type="module" src="/static/crm.js"></script>
{sdk}
</head>
<body data-desk="{desk}" data-sdk="{has_sdk}">
<a class="skip" href="#main">Skip to content</a>
<header class="bar">
<a class="brand" href="{home}">Demo CRM</a>
<nav aria-label="CRM"><a href="{customers}">Customers</a><a href="{help}">Help</a></nav>
<form class="search" role="search" action="/customers">
<label class="hidden" for="q">Search customers</label>
<input id="q" name="q" type="search" placeholder="Name, company or number" value="{query}">
{desk_field}<button>Search</button>
</form>
</header>
<p id="said" class="said" role="status" aria-live="polite"></p>
<main id="main" tabindex="-1">
{body}
</main>
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks at a page, and from where.

    Attributes:
        launch: what the console opened the page with; empty for a page opened by itself.
        desk: the key of that launch, empty without one.
        console: the origin of the console that may frame the page.
        agent: who signed in at the CRM itself (cookie mode), empty otherwise.
    """

    launch: LaunchContext
    desk: str
    console: str
    agent: str = ""

    @property
    def is_embedded(self) -> bool:
        """Whether our own console opened it. Anybody can write another origin into a URL."""
        return self.launch.origin == self.console

    @property
    def who(self) -> str:
        """The agent's name for what is written down."""
        return self.agent or self.launch.user_id or "unknown"

    def link(self, path: str, **query: object) -> str:
        """A link within the CRM that keeps the desk."""
        return address(path, desk=self.desk, **query)


def address(path: str, **query: object) -> str:
    """``path`` with those parameters that have a value."""
    text = urlencode({name: value for name, value in query.items() if value not in (None, "")})
    return f"{path}?{text}" if text else path


def moment(at: int) -> Markup:
    """A time in epoch milliseconds as an element; the script shows it in the reader's zone."""
    time = datetime.fromtimestamp(at / 1000, UTC)
    return markup(
        '<time datetime="{iso}">{text}</time>',
        iso=time.isoformat(timespec="seconds"),
        text=time.strftime("%d %b %Y, %H:%M UTC"),
    )


def page(
    request: Request, visit: Visit, title: str, body: Markup, *, query: str = "", status: int = 200
) -> HTMLResponse:
    """A whole page; the SDK is loaded where our own console opened it, and nowhere else."""
    nonce = secrets.token_urlsafe(16)
    sdk = Markup()
    if visit.is_embedded:
        own = f"{request.url.scheme}://{request.url.netloc}"
        sdk = Markup(sdk_snippet(visit.console, page_origin=own, nonce=nonce))
    desk = markup('<input type="hidden" name="desk" value="{desk}">', desk=visit.desk)
    html = markup(
        _PAGE,
        title=title,
        sdk=sdk,
        desk=visit.desk,
        has_sdk="yes" if visit.is_embedded else "no",
        home=visit.link("/"),
        customers=visit.link("/customers"),
        help=visit.link("/knowledge"),
        query=query,
        desk_field=desk if visit.desk else None,
        body=body,
    )
    return HTMLResponse(html, status, headers=_headers(visit, nonce))


def _headers(visit: Visit, nonce: str) -> dict[str, str]:
    scripts, connections = "script-src 'self'", "connect-src 'self'"
    if visit.is_embedded:
        scripts += f" 'nonce-{nonce}' {visit.console}"
        connections += f" {visit.console}"
    # Who may frame it is the business of crmkit's EmbeddingMiddleware.
    policy = (
        f"default-src 'none'; {scripts}; {connections}; style-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        # The launch URL holds the session's ids: no other site may read it from a Referer.
        "Referrer-Policy": "same-origin",
    }
