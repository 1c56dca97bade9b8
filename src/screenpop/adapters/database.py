"""The database of an installation with all that depends on its kind."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import structlog

from screenpop.adapters.bus.memory import MemoryBus
from screenpop.adapters.lease import Always, Lease
from screenpop.adapters.store.sqlite.store import SqliteStore
from screenpop.ports.bus import CONFIGURATION
from screenpop.ports.store import StoreUnavailableError

__all__ = ["Database", "PostgresDatabase", "SqliteDatabase", "open_database"]

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class SqliteDatabase:
    """One file, one process."""

    store: SqliteStore
    bus: MemoryBus
    owner: Always

    def start(self) -> None:
        """Carry hints in the running event loop."""
        self.bus.attach(asyncio.get_running_loop())

    def close(self) -> None:
        """Let go of the file."""
        self.store.close()


class PostgresDatabase:
    """One of several nodes on a PostgreSQL database."""

    def __init__(self, url: str, node: int, data_folder: Path) -> None:
        """Work on the database at ``url`` as node ``node``.

        :raises NodeInUseError: another process here is this node.
        :raises DatabaseError: see :class:`PostgresStore`.
        """
        # Not loaded by a server that has no PostgreSQL.
        from screenpop.adapters.bus.postgres import PostgresBus  # noqa: PLC0415
        from screenpop.adapters.store.postgres.node_lock import NodeLock  # noqa: PLC0415
        from screenpop.adapters.store.postgres.store import PostgresStore  # noqa: PLC0415

        self._lock = NodeLock(data_folder, node)
        self.bus = PostgresBus(url)
        try:
            self.store = PostgresStore(url, self.bus.publish)
        except BaseException:
            self._lock.release()
            raise
        self.owner = Lease(self._lock.name)
        self._refreshing: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Carry hints in the running event loop, and follow the configuration."""
        self.bus.attach(asyncio.get_running_loop())
        self.bus.subscribe(CONFIGURATION, self._refresh_soon)
        self.bus.start()

    def close(self) -> None:
        """Let go of the database."""
        self.bus.close()
        self.store.close()
        self._lock.release()

    def _refresh_soon(self) -> None:
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.ensure_future(self._refresh())

    async def _refresh(self) -> None:
        before = self.store.configuration.version
        try:
            await self.store.refresh_configuration()
        except StoreUnavailableError:
            return  # the bus looks again when the database is back
        if self.store.configuration.version != before:
            log.info("configuration.changed", version=self.store.configuration.version)
            # Whoever heard the hint before us has seen the old one.
            MemoryBus.publish(self.bus, [CONFIGURATION])


Database = SqliteDatabase | PostgresDatabase


def open_database(url: str, node: int, data_folder: Path) -> Database:
    """Open the database at ``url``, or, where that is empty, the file in the data folder.

    :raises DatabaseInUseError: another process works on the file.
    :raises DatabaseError: the database at ``url`` cannot be used.
    """
    if url:
        return PostgresDatabase(url, node, data_folder)
    bus = MemoryBus()
    return SqliteDatabase(SqliteStore(data_folder / "screenpop.db", bus.publish), bus, Always())
