"""The SQLite store: :class:`screenpop.ports.store.Store` on one file."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from screenpop.adapters.store.configuration_records import configuration_from_record
from screenpop.adapters.store.connection import ConfigurationHolder
from screenpop.adapters.store.migrations import migrate_file
from screenpop.adapters.store.sql_reader import SqlReader
from screenpop.adapters.store.sql_store import SqlStore
from screenpop.adapters.store.sqlite.lock import FileLock
from screenpop.adapters.store.sqlite.writer import Writer
from screenpop.domain.configuration import Configuration
from screenpop.ports.store import Reader, Transaction

__all__ = ["SqliteStore"]

T = TypeVar("T")

_READERS = 2
_QUEUE_LIMIT = 2_000
_STATEMENTS_CACHED = 512


class SqliteStore(SqlStore):
    """Everything in one SQLite file: a writer thread and a few reading ones."""

    def __init__(
        self, path: Path, publish: Callable[[Collection[str]], None] = lambda _hints: None
    ) -> None:
        """Open or make the database at ``path``, bringing its schema up to date.

        ``publish`` hears, in the writer's thread, what each commit touched.

        :raises DatabaseInUseError: another process has it open.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._lock = FileLock(path)
        migrate_file(path)
        connection = self._open("rw")
        # A commit must survive a power cut; the log is copied back in idle moments.
        connection.execute("pragma synchronous = full")
        connection.execute("pragma wal_autocheckpoint = 10000")
        row = connection.execute(
            "select version, body from configurations order by version desc limit 1"
        ).fetchone()
        stored = configuration_from_record(row[1], row[0]) if row else Configuration()
        self._holder = ConfigurationHolder(stored)
        self._writer = Writer(connection, self._holder, publish, _QUEUE_LIMIT)
        self._writer.start()
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="store-reader")
        self._local = threading.local()
        self._reading: list[sqlite3.Connection] = []

    def _open(self, mode: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"file:{self._path}?mode={mode}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=_STATEMENTS_CACHED,
        )
        connection.execute("pragma busy_timeout = 5000")
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma cache_size = -16000")
        return connection

    @property
    def configuration(self) -> Configuration:
        """The configuration last committed."""
        return self._holder.current

    def watch(self, committed: Callable[[int, float], None]) -> None:
        """See :class:`~screenpop.adapters.store.sql_store.SqlStore`."""
        self._writer.watcher = committed

    @property
    def queue_length(self) -> int:
        """See :class:`~screenpop.adapters.store.sql_store.SqlStore`."""
        return self._writer.queue_length

    async def transact(self, use_case: Callable[[Transaction], T]) -> T:
        """See :class:`~screenpop.ports.store.Store`."""
        result: T = await self._writer.submit(use_case)
        return result

    async def read(self, look_up: Callable[[Reader], T]) -> T:
        """See :class:`~screenpop.ports.store.Store`."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._read, look_up)

    def _read(self, look_up: Callable[[Reader], T]) -> T:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._open("ro")
            self._reading.append(connection)
        connection.execute("begin")
        try:
            return look_up(SqlReader(connection, self._holder))
        finally:
            connection.execute("commit")

    def close(self) -> None:
        """Finish what was asked and let go of the file."""
        self._writer.stop()
        self._readers.shutdown()
        for connection in self._reading:
            connection.close()
        self._lock.release()
