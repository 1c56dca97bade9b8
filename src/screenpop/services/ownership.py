"""Acting for the whole installation only as long as one owns it (design 2.7).

Several nodes share a database; one of them at a time has the line and the timers. Whatever it
writes as their owner is written only while that is still so.
"""

from __future__ import annotations

__all__ = ["NotOwnerError"]


class NotOwnerError(Exception):
    """Another node owns the line and the timers now."""
