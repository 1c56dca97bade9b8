"""Performs the line's outbox: what use cases asked of the line, after their commit.

Commands of one call go one after another, those of different calls side by side.  A dial is
marked *attempted* before the line is asked and never sent again; anything else is repeated
until the line has taken it (design 2.6).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Callable

import structlog

from screenpop.adapters.tracing import interaction_of_call
from screenpop.ports.bus import LINE, Bus
from screenpop.ports.store import LineRow, StoreBusyError
from screenpop.ports.telephony import (
    LegIdTakenError,
    Line,
    LineNotUpError,
    LineUnavailableError,
)
from screenpop.services import line_outbox
from screenpop.services.core import Core

__all__ = ["LineOutbox"]

_LOOK_AGAIN = 0.25
_RETRY = 0.5
_SOON = 0.02

log = structlog.get_logger(__name__)


class LineOutbox:
    """Carries commands from the outbox to the line for as long as it runs."""

    def __init__(self, core: Core, line: Line, bus: Bus) -> None:
        """Take commands from ``core``'s store; ``bus`` says when to look."""
        self._core = core
        self._line = line
        self._bus = bus
        self._wake = asyncio.Event()
        self._in_flight: set[int] = set()
        self._finished: list[int] = []
        self._queues: dict[str, list[tuple[LineRow, int]]] = defaultdict(list)
        #: Counts the line's connections; see :meth:`coming_up`.
        self._connection = 0
        self._claiming = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Look for commands whenever there may be some, until cancelled.

        :raises StoreUnavailableError: the database is gone; whether a dial was claimed is told
            by the line's list of legs, when the line is connected anew.
        :raises NotOwnerError: another node has the line now.
        """
        stop: Callable[[], None] = self._bus.subscribe(LINE, self._wake.set)
        try:
            while True:
                self._wake.clear()
                try:
                    await self._round()
                except StoreBusyError:
                    log.warning("line.outbox.busy")
                # Not wait_for: on Python 3.11 it loses a cancellation that meets the wake-up.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_AGAIN):
                        await self._wake.wait()
        finally:
            stop()
            for task in self._tasks:
                task.cancel()

    @contextlib.asynccontextmanager
    async def coming_up(self) -> AsyncIterator[None]:
        """Hold for as long as the list of legs of a new connection is reconciled.

        A dial that was claimed before is judged by that list and must not ring afterwards; one
        claimed afterwards must.  So no claim may run beside it, as it could with several workers.
        """
        async with self._claiming:
            self._connection += 1
            yield

    async def _round(self) -> None:
        if self._finished:
            done, self._finished = self._finished, []
            await self._core.run(line_outbox.finish, done)
            self._in_flight.difference_update(done)
        async with self._claiming:
            connection = self._connection
            rows = await self._core.run(line_outbox.claim, frozenset(self._in_flight))
        for row in rows:
            self._in_flight.add(row.row_id)
            waiting = self._queues[row.crt_object_id]
            waiting.append((row, connection))
            if len(waiting) == 1:
                task = asyncio.create_task(self._perform_call(row.crt_object_id))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _perform_call(self, crt_object_id: str) -> None:
        waiting = self._queues[crt_object_id]
        while waiting:
            row, connection = waiting[0]
            await self._perform(row, connection)
            self._finished.append(row.row_id)
            waiting.pop(0)
        del self._queues[crt_object_id]
        self._wake.set()

    async def _perform(self, row: LineRow, connection: int) -> None:
        is_dial = line_outbox.is_dial(row)
        while connection == self._connection or not is_dial:
            try:
                await self._line.perform(row.command)
            except LegIdTakenError:
                interaction = await interaction_of_call(self._core, row.crt_object_id)
                log.info("line.leg.adopted", interaction=interaction)
                return
            except LineNotUpError:
                # A dial may be claimed in the moment between the commit of LineUp and the line's
                # own knowledge of it.  If the line has gone, the next LineUp ends this loop.
                await asyncio.sleep(_SOON if is_dial else _RETRY)
            except LineUnavailableError:
                if is_dial:
                    # Whether it rang is told by the line's list of legs, once it is back.
                    return
                await asyncio.sleep(_RETRY)
            else:
                return
