"""The older calls under /dacx and /ameyowebaccess (contract 5.1): paths, framing, CORS, errors."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from screenpop.services.core import Core
from screenpop.web.cors import AnyOrigin
from screenpop.web.envelope import Headers, Reply, key_reply
from screenpop.web.legacy.commands import CommandServlet
from screenpop.web.legacy.dispose import DisposePage
from screenpop.web.legacy.request import OlderRequest, read_older_request
from screenpop.web.legacy.telling import as_line, as_object
from screenpop.web.limits import RestLimits
from screenpop.web.login_check import BeginSession, LoginCheck
from screenpop.web.voice_request import DisconnectedError, read_body

__all__ = ["is_legacy_path", "legacy_app"]

_PREFIXES: Final = ("/dacx", "/ameyowebaccess")
#: CRMs load the replies in frames; whatever a value brings into one, nothing runs there.
_FRAMED: Final[Headers] = (
    (b"content-security-policy", b"sandbox; default-src 'none'"),
    (b"x-content-type-options", b"nosniff"),
)


@dataclass(frozen=True, slots=True)
class _Page:
    methods: tuple[str, ...]
    answer: Callable[[OlderRequest], Awaitable[Reply]]
    #: Tells an error in the call's own form.
    tell: Callable[[Exception], Reply]


def is_legacy_path(path: str) -> bool:
    """Say whether a path belongs to the older calls, without case."""
    folded = path[:16].lower()
    return any(folded == p or folded.startswith(f"{p}/") for p in _PREFIXES)


def legacy_app(
    core: Core,
    logins: LoginCheck,
    limits: RestLimits,
    begin_session: BeginSession | None = None,
) -> ASGIApp:
    """Give the ASGI application of the older calls; it wants the whole path.

    `begin_session` logs a checked user in; without it no CRM is asked.
    """
    servlet = CommandServlet(core, logins, limits, begin_session)
    return _Legacy(
        {
            "/dacx/dispose": _Page(("GET",), DisposePage(core, limits).answer, as_line),
            "/ameyowebaccess/command": _Page(("GET", "POST"), servlet.answer, as_object),
        }
    )


class _Legacy:
    def __init__(self, pages: dict[str, _Page]) -> None:
        self._pages = pages
        self._cors = AnyOrigin()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "OPTIONS":
            private = any(
                name == b"access-control-request-private-network" and value == b"true"
                for name, value in scope["headers"]
            )
            headers = self._cors.preflight_headers(private_network=private)
            await Reply(204, b"").send(send, (*headers, *_FRAMED))
            return
        try:
            reply = await self._answer(scope, receive)
        except DisconnectedError:
            return
        await reply.send(send, (*self._cors.reply_headers(), *_FRAMED))

    async def _answer(self, scope: Scope, receive: Receive) -> Reply:
        page = self._pages.get(scope["path"].lower().rstrip("/"))
        if page is None:
            return key_reply("requested.resource.not.found")
        if scope["method"] not in page.methods:
            allow: Headers = ((b"allow", ", ".join((*page.methods, "OPTIONS")).encode()),)
            return key_reply("method.not.allowed", headers=allow)
        try:
            request = read_older_request(scope, await read_body(scope, receive))
            return await page.answer(request)
        except DisconnectedError:
            raise
        except Exception as error:  # noqa: BLE001  # every failure has its form
            return page.tell(error)
