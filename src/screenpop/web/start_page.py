"""The demo's first page: what runs here, and how to try it (contract 8)."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from screenpop.services.core import Core

__all__ = ["start_page"]

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'none'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def start_page(core: Core, lenient: bool) -> Route:  # noqa: FBT001
    """Return the route of the page at ``/``."""

    async def page(request: Request) -> Response:
        base = escape(str(request.base_url).rstrip("/"))
        return HTMLResponse(_html(core, base, lenient), headers=_HEADERS)

    return Route("/", page, methods=["GET"])


def _html(core: Core, base: str, lenient: bool) -> str:  # noqa: FBT001
    configuration = core.configuration()
    campaigns = "".join(
        f"<tr><td>{c.campaign_id}</td><td>{escape(c.name)}</td>"
        f"<td>{escape(c.campaign_type)}</td></tr>"
        for c in configuration.campaigns
    )
    agents = ", ".join(f"<code>{escape(u.user_id)}</code>" for u in configuration.users)
    dids = ", ".join(f"<code>{escape(d)}</code>" for q in configuration.queues for d in q.dids)
    mode = "lenient" if lenient else "strict"
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>screenpop demo</title>
</head>
<body>
<main>
<h1>screenpop demo</h1>
<p>A contact centre on a simulated telephone network runs here. Nothing leaves this machine.
Credentials are read in <strong>{mode}</strong> mode.</p>
<h2>Try it</h2>
<ol>
<li>Log in: <pre>curl {base}/ameyorestapi/userLogin/login \\
  -d '{{"userId":"maya","token":"maya","forceLogin":true}}'</pre></li>
<li>See the session, with the <code>sessionId</code> of the reply:
<pre>curl {base}/api/v1/me -H 'sessionId: …'</pre></li>
<li>Let a call come in: <pre>screenpop simulate inbound --url {base} --from 8447380993</pre></li>
<li>Watch it: <pre>curl -N {base}/api/v1/events -H 'sessionId: …'</pre></li>
</ol>
<h2>What is here</h2>
<p>Agents (the password is the name): {agents}. Inbound numbers: {dids}.</p>
<table>
<thead><tr><th>Campaign</th><th>Name</th><th>Type</th></tr></thead>
<tbody>{campaigns}</tbody>
</table>
<p>The voice REST is under <code>/ameyorestapi</code>, our own API is described at
<a href="/api/v1/openapi.json">/api/v1/openapi.json</a>, health at <a href="/healthz">/healthz</a>
and <a href="/readyz">/readyz</a>.</p>
</main>
</body>
</html>
"""
