"""Hints within one process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection

__all__ = ["MemoryBus"]


class MemoryBus:
    """:class:`screenpop.ports.bus.Bus` for one process and one event loop."""

    def __init__(self) -> None:
        """Begin with no listeners."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wakes: dict[str, set[Callable[[], None]]] = {}

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Call listeners in this loop from now on."""
        self._loop = loop

    def publish(self, hints: Collection[str]) -> None:
        """Tell the listeners; any thread may call."""
        if self._loop is None:
            return
        try:
            self._loop.call_soon_threadsafe(self._wake, tuple(hints))
        except RuntimeError:
            return  # the loop is closed; the log is the truth, a hint may be lost

    def _wake(self, hints: tuple[str, ...]) -> None:
        for hint in hints:
            for wake in tuple(self._wakes.get(hint, ())):
                wake()

    def subscribe(self, hint: str, wake: Callable[[], None]) -> Callable[[], None]:
        """Call ``wake`` for each hint; return how to stop."""
        self._wakes.setdefault(hint, set()).add(wake)

        def stop() -> None:
            listeners = self._wakes.get(hint)
            if listeners is not None:
                listeners.discard(wake)
                if not listeners:
                    del self._wakes[hint]

        return stop
