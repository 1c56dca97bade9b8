"""Verifying account credentials: API accounts and agents' tokens (contract 5, "Credentials")."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from screenpop.domain.configuration import Configuration
from screenpop.web.secret_check import SecretCheck
from screenpop.web.tokens import AgentTokens
from screenpop.wire.credentials import TokenValue

__all__ = ["AccountCredentials", "Proof"]


@dataclass(frozen=True, slots=True)
class Proof:
    """A credential that was verified: an API account, or an agent's token."""

    contact_center_id: int
    account_id: str | None = None
    user_id: str | None = None
    #: The session claim of an agent's token.
    session_id: str | None = None


class AccountCredentials:
    """Verifies token values against the configuration and our signing key."""

    def __init__(
        self,
        configuration: Callable[[], Configuration],
        secrets: SecretCheck,
        tokens: AgentTokens,
    ) -> None:
        self._configuration = configuration
        self._secrets = secrets
        self._tokens = tokens

    async def verify(self, token: TokenValue) -> Proof | None:
        """Give whom a token proves; None if it is unknown, expired or revoked.

        Raises `TooManyRequestsError` when too many credentials wait to be checked.
        """
        if token.is_jwt:
            return self._agent(token.text)
        pair = token.user_and_secret()
        if pair is None:
            return None
        account_id, secret = pair
        account = self._configuration().account_by_id.get(account_id)
        secret_hash = None if account is None else account.secret_hash
        if not await self._secrets.matches_again(secret_hash, secret) or account is None:
            return None
        return Proof(account.contact_center_id, account_id=account_id)

    def _agent(self, text: str) -> Proof | None:
        claims = self._tokens.read(text)
        if claims is None or self._configuration().user(claims.user_id) is None:
            return None
        return Proof(claims.contact_center_id, user_id=claims.user_id, session_id=claims.session_id)
