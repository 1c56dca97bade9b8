"""The id port: where new identifiers come from (contract 2; design 2.3, 2.13)."""

from __future__ import annotations

from typing import Protocol

__all__ = ["Draw", "IdBlock", "Ids"]


class Draw(Protocol):
    """Hands out new ids, one after another, to one run of a use case."""

    def session_id(self, user_id: str) -> str:
        """Return a new ``sessionId`` with at least 128 random bits."""

    def seat(self, session_id: str, user_id: str) -> str:
        """Return a new ``userCrtObjectId`` of that session."""

    def crt_object_id(self) -> str:
        """Return a new ``crtObjectId``."""

    def interaction_id(self) -> str:
        """Return a new ``interactionId``."""

    def call_id(self) -> str:
        """Return a new ``callId``."""

    def association_id(self) -> str:
        """Return a new ``associationId``."""

    def leg_id(self) -> str:
        """Return a new name for a leg that we start."""

    def callback_id(self) -> str:
        """Return a new name for a callback."""

    def random_text(self) -> str:
        """Return 128 random bits as text, for instance ids and delivery ids."""

    def customer_id(self) -> int:
        """Return a new ``customerId``."""


class IdBlock(Protocol):
    """The ids of one command: a second run of its use case gets the same ones."""

    def draw(self) -> Draw:
        """Return a draw that begins at the block's first id."""


class Ids(Protocol):
    """Makes blocks."""

    def block(self) -> IdBlock:
        """Return an unused block."""
