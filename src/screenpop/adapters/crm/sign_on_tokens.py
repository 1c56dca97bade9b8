"""The signed token that takes the password's place in single sign-on (contract 4)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import Final

from joserfc import jwt
from joserfc.jwk import OKPKey, RSAKey

__all__ = ["LIFETIME_S", "SignOnTokens"]

#: How long a token is good, in seconds: longer than a CRM may take to answer.
LIFETIME_S: Final = 60


class SignOnTokens:
    """Makes tokens that a CRM verifies against our JWKS.

    A token is good once: the CRM remembers its ``jti`` for a minute.
    """

    def __init__(self, key: OKPKey | RSAKey, issuer: str, now: Callable[[], int]) -> None:
        """Sign with ``key`` in the name of ``issuer``, our public origin; ``now`` in epoch ms."""
        self._key = key
        self._issuer = issuer
        self._now = now
        self._algorithm = "Ed25519" if isinstance(key, OKPKey) else "RS256"

    def mint(self, audience: Sequence[str], user_id: str) -> str:
        """Return a new token that says to the CRM at ``audience`` who the agent is."""
        issued = self._now() // 1000
        claims = {
            "iss": self._issuer,
            "aud": audience[0] if len(audience) == 1 else list(audience),
            "sub": user_id,
            "iat": issued,
            "exp": issued + LIFETIME_S,
            "jti": secrets.token_urlsafe(16),
        }
        header = {"alg": self._algorithm, "typ": "JWT", "kid": self._key.kid}
        return jwt.encode(header, claims, self._key, algorithms=[self._algorithm])
