"""JSON web tokens that stand for an agent session (contract 5, "A session's life")."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

__all__ = ["AgentClaims", "AgentTokens"]

_AUDIENCE: Final = "ameyorestapi"
_MOST_REMEMBERED: Final = 10_000


@dataclass(frozen=True, slots=True)
class AgentClaims:
    """What a valid token says."""

    user_id: str
    session_id: str
    contact_center_id: int
    #: Epoch milliseconds.
    expires: int


class AgentTokens:
    """Makes and reads the tokens, signed by the key that is published in the JWKS.

    Launch tokens are signed by the same key for another audience: they are no credential here.
    """

    def __init__(
        self,
        key: OKPKey | RSAKey | ECKey,
        now: Callable[[], int],
        lifetime_ms: int = 3_600_000,
    ) -> None:
        self._key = key
        self._now = now
        self._lifetime = lifetime_ms
        self._algorithm = (
            "Ed25519"
            if isinstance(key, OKPKey)
            else "RS256"
            if isinstance(key, RSAKey)
            else "ES256"
        )
        self._known: OrderedDict[bytes, AgentClaims] = OrderedDict()

    def mint(
        self,
        user_id: str,
        session_id: str,
        contact_center_id: int,
        *,
        issued_ms: int | None = None,
        lifetime_ms: int | None = None,
    ) -> tuple[str, int]:
        """Give a token of an agent session and when it expires, in epoch milliseconds.

        `session_id` is the id as the asker knows it: a token keeps an app's scopes. Issued now
        unless `issued_ms` says otherwise.
        """
        issued = (self._now() if issued_ms is None else issued_ms) // 1000
        expires = issued + (lifetime_ms or self._lifetime) // 1000
        header = {"alg": self._algorithm, "kid": self._key.kid}
        claims = {
            "iss": "screenpop",
            "aud": _AUDIENCE,
            "sub": user_id,
            "sid": session_id,
            "cc": contact_center_id,
            "iat": issued,
            "exp": expires,
        }
        token = jwt.encode(
            {name: value for name, value in header.items() if value is not None},
            claims,
            self._key,
            algorithms=[self._algorithm],
        )
        return token, expires * 1000

    def read(self, token: str) -> AgentClaims | None:
        """Give what a token says; None if it is forged, expired or meant for somebody else."""
        digest = hashlib.sha256(token.encode()).digest()
        claims = self._known.get(digest)
        if claims is None:
            claims = self._verified(token)
            if claims is None:
                return None
            self._known[digest] = claims
            if len(self._known) > _MOST_REMEMBERED:
                self._known.popitem(last=False)
        return claims if claims.expires > self._now() else None

    def _verified(self, token: str) -> AgentClaims | None:
        try:
            claims = jwt.decode(token, self._key, algorithms=[self._algorithm]).claims
        except (JoseError, ValueError):
            return None
        user, session = claims.get("sub"), claims.get("sid")
        center, expires = claims.get("cc"), claims.get("exp")
        if (
            claims.get("aud") != _AUDIENCE
            or not isinstance(user, str)
            or not isinstance(session, str)
            or not isinstance(center, int)
            or not isinstance(expires, int)
        ):
            return None
        return AgentClaims(user, session, center, expires * 1000)
