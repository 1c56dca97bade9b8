"""Console logins as cookies: several agents fit in one browser (design 5).

A login has a handle. Its cookie ``sp_<handle>`` holds a token that no script can read; the tab
keeps the handle and sends it as a header, which says which of the cookies is meant. The cookie
counts under ``/api/v1`` only: the voice REST never looks at cookies.
"""

from __future__ import annotations

import re
import secrets  # noqa: TID251  # a cookie must not be guessable; it is no id of the contract
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from screenpop.domain.errors import AccessDeniedError, NotAuthenticatedError
from screenpop.domain.session import AgentSession
from screenpop.web.tokens import AgentClaims, AgentTokens

__all__ = ["HANDLE_HEADER", "ConsoleLogins"]

HANDLE_HEADER: Final = "x-screenpop-login"
_HANDLE: Final = re.compile(r"[0-9a-f]{16}")
#: A session lives no longer (contract 5), so its cookie need not either.
_LIFETIME_MS: Final = 12 * 3_600_000
_SAFE: Final = frozenset({"GET", "HEAD"})


class ConsoleLogins:
    """Makes, reads and takes away the cookies of one public origin."""

    def __init__(self, tokens: AgentTokens, origin: str) -> None:
        """``origin`` is the console's own, as ``window.location.origin`` writes it."""
        self._tokens = tokens
        self._origin = origin
        self._secure = urlsplit(origin).scheme == "https"
        self._prefix = "__Host-sp_" if self._secure else "sp_"

    def check_origin(self, request: Request) -> None:
        """Let only our own pages ask for a change.

        :raises AccessDeniedError: another site's page asks, or the body is no JSON.
        """
        same_site = request.headers.get("sec-fetch-site")
        origin = request.headers.get("origin")
        ours = same_site == "same-origin" or (same_site is None and origin == self._origin)
        if not ours:
            raise AccessDeniedError("Only the console's own page may do this.")
        media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media != "application/json":
            raise AccessDeniedError("Send Content-Type: application/json.")

    def token_of(self, request: Request) -> str | None:
        """Return the token of the login that the request names; None: it names none.

        :raises NotAuthenticatedError: the named login has no cookie here.
        :raises AccessDeniedError: see :meth:`check_origin`; a safe request is not checked.
        """
        handle = request.headers.get(HANDLE_HEADER)
        if handle is None:
            return None
        token = request.cookies.get(f"{self._prefix}{handle}")
        if _HANDLE.fullmatch(handle) is None or not token:
            raise NotAuthenticatedError("This login is over; log in again.")
        if request.method not in _SAFE:
            self.check_origin(request)
        return token

    def begin(self, response: Response, session: AgentSession, handle: str) -> None:
        """Set the cookie of a new login."""
        token, _ = self._tokens.mint(
            session.user_id,
            session.session_id,
            session.contact_center_id,
            lifetime_ms=_LIFETIME_MS,
        )
        response.set_cookie(
            f"{self._prefix}{handle}",
            token,
            max_age=_LIFETIME_MS // 1000,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="strict",
        )

    def end(self, response: Response, handle: str) -> None:
        """Take a login's cookie away."""
        response.delete_cookie(
            f"{self._prefix}{handle}",
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="strict",
        )

    def new_handle(self) -> str:
        """Return a name for a new login; it is no secret."""
        return secrets.token_hex(8)

    def forget_ended(
        self, request: Request, response: Response, is_over: Callable[[AgentClaims], bool]
    ) -> None:
        """Take away the cookies of logins that are over, so that they do not pile up."""
        for name, token in request.cookies.items():
            if not name.startswith(self._prefix):
                continue
            claims = self._tokens.read(token)
            if claims is None or is_over(claims):
                self.end(response, name.removeprefix(self._prefix))
