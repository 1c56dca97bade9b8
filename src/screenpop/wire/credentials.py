"""Reading the credentials of a REST call by their form (contract 5, "Credentials").

Nothing is verified here: a reading says which value is the account credential and which session
is meant. Three places are looked at: the header `Authorization` (A), the header `sessionId` (H)
and the body's `sessionId` (B; on a GET the query's).
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final, Literal

from .ids import looks_like_session_id, seat_session

TokenForm = Literal["basic", "bearer", "base64", "jwt"]
"""How a token value was written: with a scheme, or bare."""

_SCHEME: Final = re.compile(r"(basic|bearer)\s+(\S.*)", re.IGNORECASE | re.DOTALL)
_JWT: Final = re.compile(r"eyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")
_SURELY_BASE64: Final = 16
"""A shorter bare word (`null`, `undefined`) is a token only if it decodes to `user:secret`."""


@dataclass(frozen=True, slots=True)
class SessionValue:
    """A value that names an agent session; `text` is the session id."""

    text: str


@dataclass(frozen=True, slots=True)
class TokenValue:
    """A value that may be an account credential; `text` stands without its scheme."""

    form: TokenForm
    text: str

    @property
    def is_jwt(self) -> bool:
        """Whether the token has the form of a JWT."""
        return self.form == "jwt" or (
            self.form == "bearer" and _JWT.fullmatch(self.text) is not None
        )

    def user_and_secret(self) -> tuple[str, str] | None:
        """Give the pair behind the base64 of a token; None if it does not decode to one."""
        return None if self.is_jwt else _pair(self.text)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the credentials of one request name.

    The session is `session_text`; if that is None, the session claim of a JWT in
    `account_token`; if there is none either and the account credential is valid,
    `seat_session_text`, which is read only when `session_text` is None. `other_session_text` is
    set when H and B name two sessions: unless both turn out to lead to the same agent session,
    the answer is 403.
    """

    account_token: TokenValue | None
    session_text: str | None
    other_session_text: str | None = None
    seat_session_text: str | None = None

    @property
    def conflict(self) -> bool:
        """Whether H and B name two different sessions."""
        return self.other_session_text is not None


def classify(value: object) -> SessionValue | TokenValue | None:
    """Read one value by its form, after trimming and taking off one pair of quotes."""
    if not isinstance(value, str):
        return None
    text = _bare(value)
    if not text:
        return None
    if looks_like_session_id(text):
        return SessionValue(seat_session(text))
    scheme = _SCHEME.fullmatch(text)
    if scheme is not None:
        return TokenValue("basic" if scheme[1].lower() == "basic" else "bearer", scheme[2].strip())
    if _JWT.fullmatch(text):
        return TokenValue("jwt", text)
    if _BASE64.fullmatch(text) and (len(text) >= _SURELY_BASE64 or _pair(text) is not None):
        return TokenValue("base64", text)
    return None


def read(
    authorization: object,
    header_session: object,
    body_session: object,
    body_seat: object,
    *,
    lenient: bool,
) -> Reading:
    """Find the account credential and the session among A, H, B and the body's seat."""
    a, h, b = classify(authorization), classify(header_session), classify(body_session)
    token = None
    for value in (a, h, b) if lenient else (a,):
        if isinstance(value, TokenValue):
            token = value
            break
    session = other = None
    for value in (h, b):
        if isinstance(value, SessionValue):
            if session is None:
                session = value.text
            elif value.text != session:
                other = value.text
    if session is None and lenient and isinstance(a, SessionValue):
        session = a.text
    # The seat is asked only when nothing else names a session.
    seat = classify(body_seat) if session is None else None
    return Reading(
        account_token=token,
        session_text=session,
        other_session_text=other,
        seat_session_text=seat.text if isinstance(seat, SessionValue) else None,
    )


def _bare(value: str) -> str:
    text = value.strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1].strip()
    return text


def _pair(text: str) -> tuple[str, str] | None:
    """Decode base64, also of the URL alphabet and without its padding, to `user:secret`."""
    plain = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        decoded = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    user, colon, secret = decoded.partition(":")
    return (user, secret) if colon and user else None
