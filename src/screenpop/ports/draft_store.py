"""What the store keeps of notes that are still being typed.

These are parts of :class:`~screenpop.ports.store.Reader` and
:class:`~screenpop.ports.store.Transaction`.
"""

from __future__ import annotations

from typing import Protocol

from screenpop.domain.draft import NoteDraft

__all__ = ["DraftReader", "DraftWriter"]


class DraftReader(Protocol):
    """What can be looked up."""

    def drafts(self, contact_center_id: int, user_id: str, limit: int) -> list[NoteDraft]:
        """Return a user's drafts, the latest first."""


class DraftWriter(Protocol):
    """What can be changed."""

    def save_draft(self, draft: NoteDraft) -> None:
        """Keep a draft, in place of the one of the same call and user."""

    def forget_draft(self, crt_object_id: str, user_id: str) -> None:
        """Drop a draft, if there is one."""

    def forget_drafts_before(self, saved_before: int) -> None:
        """Drop drafts that nobody came back to."""
