"""The bus port: hints that something may have changed (design 2.5)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Protocol

__all__ = [
    "CONFIGURATION",
    "DELIVERIES",
    "LINE",
    "SIGN_OFFS",
    "Bus",
    "contact_center_stream",
    "session_stream",
]

#: Hint names besides the streams' own.
LINE = "line"
CONFIGURATION = "configuration"
DELIVERIES = "deliveries"
SIGN_OFFS = "sign-offs"


def session_stream(session_id: str) -> str:
    """Return the name of a session's stream, which is also its hint."""
    return f"session:{session_id}"


def contact_center_stream(contact_center_id: int) -> str:
    """Return the name of the stream of everything that a contact centre's agents hear."""
    return f"contact_center:{contact_center_id}"


class Bus(Protocol):
    """Carries hints from who commits to who waits.  A hint may be lost or doubled."""

    def publish(self, hints: Collection[str]) -> None:
        """Tell everyone that these streams or tables were written.  Any thread may call."""

    def subscribe(self, hint: str, wake: Callable[[], None]) -> Callable[[], None]:
        """Call ``wake`` in the event loop for each hint; return how to stop."""
