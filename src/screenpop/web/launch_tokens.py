"""``{launchToken}``: a signed note in a URL that says who opens it (contract 3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from joserfc import jwt
from joserfc.jwk import OKPKey, RSAKey

__all__ = ["LIFETIME_S", "LaunchTokens"]

#: How long a token is good, in seconds.
LIFETIME_S: Final = 60


class LaunchTokens:
    """Makes launch tokens, signed by the key that is published in the JWKS.

    A token is good once, so the CRM remembers its ``jti`` for a minute. It is no credential
    for our own REST: its audience is the app.
    """

    def __init__(
        self,
        key: OKPKey | RSAKey,
        issuer: str,
        now: Callable[[], int],
        draw: Callable[[], str],
    ) -> None:
        """Sign with ``key`` in the name of ``issuer``, our public origin.

        ``draw`` gives random text, a new one for each token.
        """
        self._draw = draw
        self._key = key
        self._issuer = issuer
        self._now = now
        self._algorithm = "Ed25519" if isinstance(key, OKPKey) else "RS256"

    def mint(self, audience: str, user_id: str, parameters: Mapping[str, str]) -> str:
        """Return a new token for the app at the origin ``audience``.

        ``parameters`` are the URL's standard parameters; they become claims.
        """
        issued = self._now() // 1000
        claims = {
            **parameters,
            "iss": self._issuer,
            "aud": audience,
            "sub": user_id,
            "iat": issued,
            "exp": issued + LIFETIME_S,
            "jti": self._draw(),
        }
        header = {"alg": self._algorithm, "typ": "JWT", "kid": self._key.kid}
        return jwt.encode(header, claims, self._key, algorithms=[self._algorithm])
