"""The one way into the use cases: draws time and ids, runs them in a transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from screenpop.domain.configuration import Configuration
from screenpop.ports.clock import Clock
from screenpop.ports.ids import Draw, Ids
from screenpop.ports.store import Reader, Store, Transaction
from screenpop.services import sessions

__all__ = ["Core"]

C = TypeVar("C")
R = TypeVar("R")


class Core:
    """Store, clock and ids together."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        guard: Callable[[Transaction], None] = lambda _tx: None,
    ) -> None:
        """Use these; ``guard`` comes first in every transaction and may refuse it."""
        self._store = store
        self._clock = clock
        self._ids = ids
        self._guard = guard
        self._seen: dict[str, int] = {}

    def guarded(self, guard: Callable[[Transaction], None]) -> Core:
        """Return a way into the same store whose transactions ``guard`` may refuse."""
        return Core(self._store, self._clock, self._ids, guard)

    def now(self) -> int:
        """Return the present time in epoch milliseconds."""
        return self._clock.now()

    def configuration(self) -> Configuration:
        """Return the configuration last committed."""
        return self._store.configuration

    async def run(self, use_case: Callable[[Transaction, C, int, Draw], R], command: C) -> R:
        """Run a use case in a durable transaction.

        Time and ids are drawn here, once, so that a second run is the same.

        :raises DomainError: the use case refused; nothing was written.
        :raises StoreBusyError: too many commands wait.
        :raises StoreUnavailableError: the database is gone.
        """
        now, block = self._clock.now(), self._ids.block()

        def run(tx: Transaction) -> R:
            self._guard(tx)
            return use_case(tx, command, now, block.draw())

        return await self._store.transact(run)

    async def read(self, look_up: Callable[[Reader], R]) -> R:
        """Run a look-up on a consistent state."""
        return await self._store.read(look_up)

    def seen(self, session_id: str) -> None:
        """Note that a session sent a command; written down by :meth:`flush_seen`."""
        self._seen[session_id] = self._clock.now()

    async def flush_seen(self) -> None:
        """Write down when sessions were last seen."""
        if self._seen:
            seen, self._seen = self._seen, {}
            try:
                await self.run(sessions.note_seen, seen)
            except BaseException:
                self._seen = seen | self._seen
                raise
