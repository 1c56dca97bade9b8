"""Fires the timers that are due, and writes down who was seen (design 2.7)."""

from __future__ import annotations

import asyncio

import structlog

from screenpop.ports.store import StoreBusyError
from screenpop.services import timers
from screenpop.services.core import Core

__all__ = ["Timekeeper"]

#: How late a timer may fire, in seconds: an indexed look ten times a second costs next to nothing.
_TICK = 0.1
_BATCH = 100
_FLUSH_EVERY = 50

log = structlog.get_logger(__name__)


class Timekeeper:
    """Looks at the timers for as long as it runs."""

    def __init__(self, core: Core) -> None:
        """Fire the timers of ``core``'s store."""
        self._core = core

    async def run(self) -> None:
        """Look ten times a second, until cancelled."""
        ticks = 0
        while True:
            try:
                await self._tick()
                ticks += 1
                if ticks % _FLUSH_EVERY == 0:
                    await self._core.flush_seen()
            except StoreBusyError:
                log.warning("timers.busy")
            except Exception:  # one bad timer must not stop all others
                log.exception("timers.failed")
            await asyncio.sleep(_TICK)

    async def _tick(self) -> None:
        due = await self._core.read(lambda reader: reader.next_timer_due())
        if due is not None and due <= self._core.now():
            while await self._core.run(timers.fire_due, _BATCH) == _BATCH:
                pass
