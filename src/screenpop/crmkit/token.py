"""Signed tokens of the console's server, checked against its published keys (contract 3, 4).

Two tokens look alike: the one that takes the password's place in single sign-on, and
``{launchToken}`` in a URL. Both name the agent (``sub``) and this CRM's origin (``aud``), are
short-lived, and are taken once.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx2
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

__all__ = ["AcceptedToken", "JwksFetch", "TokenRefusedError", "TokenVerifier", "fetch_jwks"]

JwksFetch = Callable[[], Mapping[str, Any]]
"""Gives the key set as JSON, from ``<console>/.well-known/jwks.json``."""

ALGORITHMS: Final = ("EdDSA", "Ed25519", "RS256")
KEYS_KEPT_S: Final = 600
KEYS_ASKED_AGAIN_S: Final = 10
LEEWAY_S: Final = 5
"""How far the two clocks may differ."""


class TokenRefusedError(Exception):
    """The token is not to be trusted; the text says why, for the log and not for the agent."""


@dataclass(frozen=True, slots=True)
class AcceptedToken:
    """A token that was checked: who the agent is, and all that was claimed."""

    user_id: str
    claims: Mapping[str, Any]


def fetch_jwks(console_origin: str, timeout_s: float = 5.0) -> JwksFetch:
    """A fetch of the console's published keys over HTTP."""

    def fetch() -> Mapping[str, Any]:
        response = httpx2.get(f"{console_origin}/.well-known/jwks.json", timeout=timeout_s)
        response.raise_for_status()
        keys: dict[str, Any] = response.json()
        return keys

    return fetch


class TokenVerifier:
    """Checks tokens for one CRM; keep one instance for the life of the process.

    Args:
        fetch: where the keys come from. They are kept for ten minutes, and asked for again when
            a token names a key that is not among them (keys are exchanged now and then).
        audience: this CRM's origin, ``https://crm.example``.
        clock: seconds since 1970.

    A token is remembered until it expires, so that it is taken once. With several processes each
    remembers its own; give them one place to sign in if that matters to you.
    """

    def __init__(
        self, fetch: JwksFetch, audience: str, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._fetch = fetch
        self._audience = audience
        self._clock = clock
        self._keys: KeySet | None = None
        self._fetched_at = 0.0
        self._used: dict[str, float] = {}

    def verify(self, token: str) -> AcceptedToken:
        """Check signature, audience, expiry, subject, and that it is new.

        Raises:
            TokenRefusedError: it fails one of them.
            httpx2.HTTPError: the keys cannot be fetched.
        """
        now = self._clock()
        claims = self._decode(token, now)
        registry = jwt.JWTClaimsRegistry(
            now=int(now),
            leeway=LEEWAY_S,
            aud={"essential": True, "value": self._audience},
            sub={"essential": True},
            exp={"essential": True},
        )
        try:
            registry.validate(claims)
        except (JoseError, TypeError, ValueError) as error:
            raise TokenRefusedError(f"the token's claims do not hold: {error}") from error
        user_id = claims["sub"]
        if not isinstance(user_id, str) or not user_id:
            raise TokenRefusedError("the token names no agent")
        self._take(token, claims["exp"], now)
        return AcceptedToken(user_id, claims)

    def _decode(self, token: str, now: float) -> dict[str, Any]:
        for is_last in (False, True):
            keys = self._current_keys(now, at_once=is_last)
            try:
                return jwt.decode(token, keys, algorithms=ALGORITHMS).claims
            except (JoseError, ValueError, TypeError) as error:
                if is_last or now - self._fetched_at < KEYS_ASKED_AGAIN_S:
                    raise TokenRefusedError(f"the token cannot be read: {error}") from error
        raise AssertionError  # pragma: no cover

    def _current_keys(self, now: float, *, at_once: bool) -> KeySet:
        if self._keys is None or at_once or now - self._fetched_at > KEYS_KEPT_S:
            published = self._fetch()
            self._fetched_at = now
            try:
                self._keys = KeySet.import_key_set(published)  # type: ignore[arg-type]
            except (JoseError, KeyError, TypeError, ValueError) as error:
                raise TokenRefusedError(f"the console publishes no usable key: {error}") from error
        return self._keys

    def _take(self, token: str, expires: float, now: float) -> None:
        self._used = {one: until for one, until in self._used.items() if until > now}
        # The signature may be written in more than one way, what is signed may not.
        signed = token.rpartition(".")[0]
        if signed in self._used:
            raise TokenRefusedError("the token was used before")
        self._used[signed] = expires + LEEWAY_S
