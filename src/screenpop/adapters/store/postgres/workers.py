"""Threads that run use cases, each on a connection of its own.

What two of them, or two nodes, did to one another is run again; a connection that was lost before
the commit as well.  Only when it was lost during the commit nobody knows: that is said.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import random
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final

import psycopg
import structlog

from screenpop.adapters.store.postgres.connection import PgConnection, connect
from screenpop.adapters.store.postgres.locks import MovedError, Share, StrongerLockError
from screenpop.adapters.store.postgres.transaction import PgTransaction
from screenpop.ports.store import StoreBusyError, StoreUnavailableError, Transaction

__all__ = ["Work", "Workers", "in_transaction"]

#: Deadlock, serialisation failure, lock not had in time.
_AGAIN: Final = (
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
    psycopg.errors.LockNotAvailable,
)
_MOST_TRIES: Final = 12
#: Seconds for which a failed attempt to connect stands for all threads.
_DOWN_SECONDS: Final = 0.5

log = structlog.get_logger(__name__)

Work = Callable[[PgConnection, Share], Any]


@dataclass(slots=True)
class _Job:
    work: Work
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


class _Effort:
    """What has been tried for one job."""

    __slots__ = ("fresh", "share", "tries")

    def __init__(self) -> None:
        self.share = Share.SHARED
        self.tries = 0
        #: The connection was made for this job.
        self.fresh = False

    def verdict(self, error: Exception) -> Exception | None:
        """Return what to tell who asked; ``None``: run it again."""
        if isinstance(error, StrongerLockError) and error.share > self.share:
            self.share = error.share
            return None
        if isinstance(error, (MovedError, *_AGAIN)):
            return self._once_more(StoreBusyError())
        if isinstance(error, psycopg.errors.UniqueViolation):
            # Another transaction took the key first: the second run sees it.
            return self._once_more(error)
        if isinstance(error, psycopg.OperationalError) and _is_gone(error):
            # A new connection that is gone as well: the server is on its way down or up.
            return unavailable(error) if self.fresh else None
        return error

    def _once_more(self, in_the_end: Exception) -> Exception | None:
        self.tries += 1
        if self.tries >= _MOST_TRIES:
            log.warning("store.contended", error=type(in_the_end).__name__)
            return in_the_end
        # Who collided once would collide again at the same pace.
        time.sleep(random.uniform(0, 0.002 * self.tries * self.tries))  # noqa: S311
        return None


class Workers:
    """A few threads and their queue."""

    def __init__(self, name: str, url: str, threads: int, limit: int, **settings: str) -> None:
        """Connect to ``url`` when there is work; queue ``limit`` pieces of it at most."""
        self._url = url
        self._settings = settings
        self._limit = limit
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._down_until = 0.0
        self._threads = [
            threading.Thread(target=self._run, name=f"{name}-{n}", daemon=True)
            for n in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def queue_length(self) -> int:
        """How many pieces of work wait."""
        return self._jobs.qsize()

    def submit(self, work: Work) -> asyncio.Future[Any]:
        """Queue a piece of work, which gets a connection; the future resolves when it is done.

        :raises StoreBusyError: the queue is full.
        """
        if self._jobs.qsize() >= self._limit:
            raise StoreBusyError
        future = asyncio.get_running_loop().create_future()
        self._jobs.put(_Job(work, future))
        return future

    def stop(self) -> None:
        """Finish what is queued, then end the threads."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        connection: PgConnection | None = None
        while (job := self._jobs.get()) is not None:
            if job.future.cancelled():
                continue
            connection = self._perform(job, connection)
            try:
                job.future.get_loop().call_soon_threadsafe(_settle, job)
            except RuntimeError:
                continue  # the loop is closed: nobody waits any more
        if connection is not None:
            connection.close()

    def _perform(self, job: _Job, connection: PgConnection | None) -> PgConnection | None:
        effort = _Effort()
        while True:
            try:
                if connection is None or connection.broken:
                    connection, effort.fresh = self._connect(), True
                job.result = job.work(connection, effort.share)
            except Exception as error:  # noqa: BLE001  # it belongs to the one who asked
                _roll_back(connection, error)
                job.error = effort.verdict(error)
                if job.error is None:
                    continue
            return connection

    def _connect(self) -> PgConnection:
        if time.monotonic() < self._down_until:
            raise StoreUnavailableError
        try:
            connection = connect(self._url, **self._settings)
        except psycopg.OperationalError as error:
            self._down_until = time.monotonic() + _DOWN_SECONDS
            raise unavailable(error) from error
        # Only a superuser may; for others the server's own setting holds.
        with contextlib.suppress(psycopg.errors.InsufficientPrivilege):
            connection.execute("set deadlock_timeout = '100ms'")
        return connection


def unavailable(error: psycopg.Error) -> StoreUnavailableError:
    """Return what is told when the database is gone, and log why."""
    log.warning("store.unavailable", error=type(error).__name__, sqlstate=error.sqlstate)
    return StoreUnavailableError()


def _is_gone(error: psycopg.Error) -> bool:
    """Tell whether the connection was lost, or the server throws everybody out."""
    return error.sqlstate is None or error.sqlstate.startswith(("57P", "08"))


def _roll_back(connection: PgConnection | None, error: Exception) -> None:
    if connection is None or connection.broken:
        return
    try:
        if isinstance(error, psycopg.OperationalError) and _is_gone(error):
            connection.close()
        else:
            connection.command(b"rollback")
    except psycopg.Error:
        connection.close()


def _settle(job: _Job) -> None:
    if job.future.done():
        return
    if job.error is not None:
        job.future.set_exception(job.error)
    else:
        job.future.set_result(job.result)


def in_transaction(
    use_case: Callable[[Transaction], Any],
    begin: Callable[[PgConnection, Share], PgTransaction],
    committed: Callable[[PgTransaction, Collection[str], float], None],
) -> Work:
    """Return the work of running a use case and committing what it wrote."""

    def work(connection: PgConnection, share: Share) -> Any:
        connection.command(b"begin")
        transaction = begin(connection, share)
        result = use_case(transaction)
        if not transaction.wrote:
            # Locks alone would be written down, and waited for.
            connection.command(b"rollback")
            return result
        began = time.perf_counter()
        try:
            connection.command(b"commit")
        except psycopg.OperationalError as error:
            connection.close()
            raise unavailable(error) from error
        committed(transaction, transaction.hints, time.perf_counter() - began)
        return result

    return work
