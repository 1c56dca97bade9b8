"""The writer thread: takes use cases from a queue and commits many at once.

A use case that refuses has written nothing, so its neighbours in the batch are not touched.
One that raises after its first write, or a commit that fails, rolls the whole batch back; its
use cases then run again one by one, each in a transaction of its own (design 2.3).
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from screenpop.adapters.store.connection import ConfigurationHolder
from screenpop.adapters.store.sqlite.transaction import SqliteTransaction
from screenpop.ports.store import StoreBusyError, Transaction

__all__ = ["Writer"]

_BATCH = 64
#: After this long without work the write-ahead log is copied back, in seconds.
_IDLE = 0.2


@dataclass(slots=True)
class _Job:
    use_case: Callable[[Transaction], Any]
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


class _BatchSpoiledError(Exception):
    """A use case raised after it had written."""


class Writer:
    """Owns the one connection that writes."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        holder: ConfigurationHolder,
        publish: Callable[[Collection[str]], None],
        limit: int,
    ) -> None:
        """Write on ``connection``; tell ``publish`` what was touched; queue ``limit`` at most."""
        self._connection = connection
        self._holder = holder
        self._publish = publish
        self._limit = limit
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._checkpoint_due = False
        self._transaction = SqliteTransaction(connection, holder)
        #: Hears, in the thread, of how many use cases each commit was and how long it took.
        self.watcher: Callable[[int, float], None] = lambda _commands, _seconds: None

    @property
    def queue_length(self) -> int:
        """How many use cases wait."""
        return self._jobs.qsize()

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what is queued, then end the thread."""
        self._jobs.put(None)
        self._thread.join()
        self._connection.execute("pragma wal_checkpoint(truncate)")
        self._connection.close()

    def submit(self, use_case: Callable[[Transaction], Any]) -> asyncio.Future[Any]:
        """Queue a use case; the future resolves after its commit.

        :raises StoreBusyError: the queue is full.
        """
        if self._jobs.qsize() >= self._limit:
            raise StoreBusyError
        future = asyncio.get_running_loop().create_future()
        self._jobs.put(_Job(use_case, future))
        return future

    def _run(self) -> None:
        running = True
        while running:
            try:
                first = self._jobs.get(timeout=_IDLE if self._checkpoint_due else None)
            except queue.Empty:
                self._connection.execute("pragma wal_checkpoint(passive)")
                self._checkpoint_due = False
                continue
            if first is None:
                return
            batch = [first]
            while len(batch) < _BATCH:
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if job is None:
                    running = False
                    break
                batch.append(job)
            self._perform([job for job in batch if not job.future.cancelled()])

    def _perform(self, batch: list[_Job]) -> None:
        try:
            self._together(batch)
        except Exception:  # noqa: BLE001  # each use case gets its own verdict
            self._rollback()
            for job in batch:
                job.result = job.error = None
                self._alone(job)
        self._checkpoint_due = True
        _resolve(batch)

    def _together(self, batch: list[_Job]) -> None:
        transaction = self._transaction
        self._connection.execute("begin immediate")
        for job in batch:
            transaction.wrote = False
            try:
                job.result = job.use_case(transaction)
            except Exception as error:
                if transaction.wrote:
                    raise _BatchSpoiledError from error
                job.error = error
        self._commit(transaction, len(batch))

    def _alone(self, job: _Job) -> None:
        try:
            self._connection.execute("begin immediate")
            job.result = job.use_case(self._transaction)
            self._commit(self._transaction, 1)
        except Exception as error:  # noqa: BLE001  # it belongs to the one who asked
            self._rollback()
            job.error = error

    def _commit(self, transaction: SqliteTransaction, use_cases: int) -> None:
        transaction.finish()
        began = time.perf_counter()
        self._connection.execute("commit")
        self.watcher(use_cases, time.perf_counter() - began)
        if transaction.new_configuration is not None:
            self._holder.current = transaction.new_configuration
        if transaction.hints:
            self._publish(transaction.hints)
        transaction.begin_anew()

    def _rollback(self) -> None:
        self._transaction = SqliteTransaction(self._connection, self._holder)
        if self._connection.in_transaction:
            self._connection.execute("rollback")


def _resolve(batch: list[_Job]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
    for job in batch:
        by_loop.setdefault(job.future.get_loop(), []).append(job)
    for loop, jobs in by_loop.items():
        try:
            loop.call_soon_threadsafe(_settle, jobs)
        except RuntimeError:
            continue  # the loop is closed: nobody waits any more


def _settle(jobs: list[_Job]) -> None:
    for job in jobs:
        if job.future.done():
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)
