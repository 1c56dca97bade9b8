"""Who does what only one node at a time may do: the line, the timers (design 2.7).

On SQLite the process itself, for it is alone. On a database shared by several nodes the one that
holds a lease: a row with an owner, an epoch and an end, renewed every 3 s, free 10 s after its
owner was last heard of.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final, cast

import structlog

from screenpop.ports.ids import Draw
from screenpop.ports.store import StoreBusyError, StoreUnavailableError, Transaction
from screenpop.services.core import Core
from screenpop.services.ownership import NotOwnerError

if TYPE_CHECKING:  # a server without PostgreSQL does not load its driver
    from screenpop.adapters.store.postgres.transaction import PgTransaction

__all__ = ["Always", "Lease", "Work"]

#: What the owner does, with a core whose use cases fail once it owns no more.
Work = Callable[[Core], Awaitable[None]]

_NAME: Final = "line"
#: Seconds that a lease lasts, that it is renewed after, and between two looks of the others.
_LASTS: Final = 10.0
_RENEW: Final = 3.0
_LOOK: Final = 1.0
#: An owner that cannot renew stops that much before the next one begins.
_MARGIN: Final = 1.0
_RETRY: Final = 0.5

log = structlog.get_logger(__name__)


class Always:
    """Owns the line as long as the process lives."""

    async def run(self, core: Core, work: Work) -> None:
        """Work until cancelled, again after each failure."""
        while True:
            try:
                await work(core)
            except Exception:  # what failed once must not rest for ever
                log.exception("owner.failed")
            await asyncio.sleep(_RETRY)


class Lease:
    """Owns the line while the lease is ours, and tries to get it while it is not."""

    def __init__(self, owner: str) -> None:
        """``owner`` names this node over its restarts: no other may ever have the name."""
        self._owner = owner

    async def run(self, core: Core, work: Work) -> None:
        """Work whenever the lease is ours, until cancelled; then leave it to the others."""
        while True:
            asked = time.monotonic()
            epoch = await self._take(core)
            if epoch is not None:
                log.info("lease.taken", epoch=epoch)
                await self._own(core, work, epoch, asked)
            # Jitter: who looks at the same moment as another would always be second.
            await asyncio.sleep(_LOOK * random.uniform(0.5, 1.0))  # noqa: S311

    async def _own(self, core: Core, work: Work, epoch: int, asked: float) -> None:
        task = asyncio.ensure_future(work(core.guarded(_while_epoch(epoch))))
        left = False
        try:
            while not task.done():
                late = time.monotonic() - asked > _RENEW
                await asyncio.wait({task}, timeout=_RETRY if late else _RENEW)
                again = time.monotonic()
                kept = None if task.done() else await self._take(core)
                if kept == epoch:
                    asked = again
                elif kept is not None or time.monotonic() - asked > _LASTS - _MARGIN:
                    break
        except asyncio.CancelledError:
            left = True
            raise
        finally:
            failed = task.done()
            task.cancel()
            await asyncio.wait({task})
            if failed and not task.cancelled():
                log.warning("owner.failed", exc_info=task.exception())
            if left:
                await self._leave(core, epoch)
            else:
                log.info("lease.lost", epoch=epoch)

    async def _take(self, core: Core) -> int | None:
        def take(tx: Transaction, owner: str, _now: int, _ids: Draw) -> int | None:
            return _leases(tx).take_lease(_NAME, owner, int(_LASTS * 1000))

        try:
            return await core.run(take, self._owner)
        except (StoreUnavailableError, StoreBusyError):
            return None

    async def _leave(self, core: Core, epoch: int) -> None:
        def leave(tx: Transaction, owner: str, _now: int, _ids: Draw) -> None:
            _leases(tx).leave_lease(_NAME, owner, epoch)

        try:
            await core.run(leave, self._owner)
        except (StoreUnavailableError, StoreBusyError):
            log.info("lease.not.left")


def _while_epoch(epoch: int) -> Callable[[Transaction], None]:
    """Return what refuses a transaction of an owner that was replaced."""

    def check(tx: Transaction) -> None:
        if not _leases(tx).owns(_NAME, epoch):
            raise NotOwnerError

    return check


def _leases(tx: Transaction) -> PgTransaction:
    """Return a transaction of the one store that has leases: nodes that share another ask none."""
    return cast("PgTransaction", tx)
