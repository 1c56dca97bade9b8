"""Fires the timers that are due, and writes down who was seen (design 2.7)."""

from __future__ import annotations

import asyncio

import structlog

from screenpop.ports.store import StoreBusyError, StoreUnavailableError
from screenpop.services import timers
from screenpop.services.core import Core
from screenpop.services.ownership import NotOwnerError

__all__ = ["Timekeeper", "note_seen"]

#: How late a timer may fire, in seconds: an indexed look ten times a second costs next to nothing.
_TICK = 0.1
_BATCH = 100
#: Seconds between two notes of who was seen.
_NOTE_EVERY = 5.0

log = structlog.get_logger(__name__)


class Timekeeper:
    """Looks at the timers for as long as it runs; one node at a time does."""

    def __init__(self, core: Core) -> None:
        """Fire the timers of ``core``'s store."""
        self._core = core

    async def run(self) -> None:
        """Look ten times a second, until cancelled.

        :raises StoreUnavailableError: the database is gone.
        :raises NotOwnerError: another node has the timers now.
        """
        while True:
            try:
                await self._tick()
            except StoreBusyError:
                log.warning("timers.busy")
            except (StoreUnavailableError, NotOwnerError):
                raise
            except Exception:  # one bad timer must not stop all others
                log.exception("timers.failed")
            await asyncio.sleep(_TICK)

    async def _tick(self) -> None:
        due = await self._core.read(lambda reader: reader.next_timer_due())
        if due is not None and due <= self._core.now():
            # A store may hand out fewer at a time than it is asked for.
            while await self._core.run(timers.fire_due, _BATCH) > 0:
                pass


async def note_seen(core: Core) -> None:
    """Write down every 5 s who was seen on this node, until cancelled."""
    while True:
        await asyncio.sleep(_NOTE_EVERY)
        try:
            await core.flush_seen()
        except (StoreBusyError, StoreUnavailableError):
            log.warning("seen.not.noted")
