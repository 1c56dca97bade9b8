"""Whether a queue takes calls at a moment (contract 1, "queue")."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from screenpop.domain.configuration import ClosedHours, Queue, Weekday

__all__ = ["is_closed"]

_DAYS: Final = tuple(Weekday)


def is_closed(queue: Queue, local: datetime) -> bool:
    """Tell whether the queue is closed at a moment, given in the contact centre's time zone."""
    return any(_covers(hours, local) for hours in queue.closed_hours)


def _covers(hours: ClosedHours, local: datetime) -> bool:
    minute = local.hour * 60 + local.minute
    today, yesterday = _DAYS[local.weekday()], _DAYS[local.weekday() - 1]
    if hours.begin < hours.end:
        return today in hours.days and hours.begin <= minute < hours.end
    begun_today = today in hours.days and minute >= hours.begin
    return begun_today or (yesterday in hours.days and minute < hours.end)
