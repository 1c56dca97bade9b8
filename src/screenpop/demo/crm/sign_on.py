"""Who is signed on at the CRM, and how that came about (contract 4).

Three policies, as an app of the console has them: with ``none`` the CRM trusts the URL, with
``cookie`` agents sign in at the CRM itself, with ``sso`` the console's server signs them on.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeVar

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from screenpop.crmkit.launch import LaunchContext
from screenpop.crmkit.sso import answer_sso
from screenpop.crmkit.token import TokenVerifier, fetch_jwks
from screenpop.demo.crm.records import Records

__all__ = ["COOKIE", "CrmSettings", "Policy", "SignOn"]

COOKIE: Final = "crm_login"
_LONGEST_REQUEST: Final = 64 * 1024

Policy = Literal["none", "cookie", "sso"]
Given = TypeVar("Given")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class CrmSettings:
    """What the CRM must be told.

    Attributes:
        console: the origin of the console; it alone may frame the pages and serve the SDK.
        authorization: the account token for the voice REST, as the header's value.
        policy: how agents are signed on.
        passwords: who may sign on, with which password.
        origin: the CRM's own, which sign-on tokens are made out to; without it none is taken.
    """

    console: str
    authorization: str | None = field(repr=False)
    policy: Policy = "none"
    passwords: Mapping[str, str] = field(default_factory=dict, repr=False)
    origin: str = ""


class SignOn:
    """The CRM's own sessions, kept with its records."""

    def __init__(self, settings: CrmSettings, records: Records) -> None:
        """Keep sessions in ``records``; tokens are checked by the keys of the console."""
        self._settings = settings
        self._records = records
        self._tokens = (
            TokenVerifier(fetch_jwks(settings.console), settings.origin)
            if settings.origin
            else None
        )

    def agent(self, request: Request, launch: LaunchContext) -> str:
        """Who asks: by the cookie, or by the ``crmSessionId`` of the URL; empty if nobody does."""
        match self._settings.policy:
            case "cookie":
                return self._records.agent_of(request.cookies.get(COOKIE, ""))
            case "sso":
                return self._records.agent_of(launch.crm_session_id or "")
            case "none":
                return ""

    def sign_in(self, user: str, password: str) -> str:
        """A new session of the agent with this password; empty if they do not match."""
        return self._open(user) if self._knows(user, password) else ""

    async def answer(self, request: Request) -> Response:
        """The single sign-on endpoint, asked by the console's server and never by a browser."""
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > _LONGEST_REQUEST:
                return PlainTextResponse("A sign-on request is shorter.", 413)
        # Checking a token may fetch keys, which must not stop the other pages; what is written
        # is written back here, where the database is open.
        reply = await asyncio.to_thread(
            answer_sso,
            body,
            open_session=_here(self._open),
            close_session=_here(self._records.close_session),
            check_password=self._knows,
            tokens=self._tokens,
        )
        return Response(reply.body, media_type=reply.content_type)

    def _knows(self, user: str, password: str) -> bool:
        known = self._settings.passwords.get(user, "")
        return bool(known) and hmac.compare_digest(known.encode(), password.encode())

    def _open(self, user: str) -> str:
        session = secrets.token_urlsafe(32)
        self._records.open_session(session, user)
        return session


def _here(act: Callable[[Given], Made]) -> Callable[[Given], Made]:
    """``act``, to be called in another thread and done in this one's loop."""
    loop = asyncio.get_running_loop()

    async def done(given: Given) -> Made:
        return act(given)

    return lambda given: asyncio.run_coroutine_threadsafe(done(given), loop).result()
