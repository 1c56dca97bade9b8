"""Notes that an agent types, kept before the call is disposed."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["NoteDraft"]


@dataclass(frozen=True, slots=True)
class NoteDraft:
    """One agent's unfinished notes on one call.  Times are epoch milliseconds."""

    crt_object_id: str
    user_id: str
    contact_center_id: int
    notes: str
    saved_at: int
