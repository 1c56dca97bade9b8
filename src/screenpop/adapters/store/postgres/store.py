"""The PostgreSQL store: :class:`screenpop.ports.store.Store` for several nodes at once."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Final, TypeVar

import psycopg

from screenpop.adapters.store.configuration_records import configuration_from_record
from screenpop.adapters.store.connection import ConfigurationHolder
from screenpop.adapters.store.postgres.connection import PgConnection, connect
from screenpop.adapters.store.postgres.errors import DatabaseUnreachableError
from screenpop.adapters.store.postgres.locks import Share
from screenpop.adapters.store.postgres.schema import check_schema
from screenpop.adapters.store.postgres.transaction import (
    ConfigurationMovedError,
    PgReader,
    PgTransaction,
)
from screenpop.adapters.store.postgres.workers import Work, Workers, in_transaction
from screenpop.adapters.store.sql_store import SqlStore
from screenpop.domain.configuration import Configuration
from screenpop.ports.store import Reader, Transaction

__all__ = ["PostgresStore"]

T = TypeVar("T")

_WRITERS: Final = 8
_READERS: Final = 2
_QUEUE_LIMIT: Final = 2_000
_NEWEST: Final = (
    "select version, body from configurations where version > ? order by version desc limit 1"
)


class PostgresStore(SqlStore):
    """Everything in one PostgreSQL database, shared with other nodes."""

    def __init__(
        self, url: str, publish: Callable[[Collection[str]], None] = lambda _hints: None
    ) -> None:
        """Work on the database at ``url``.

        ``publish`` hears, in a worker's thread, what each commit touched.

        :raises DatabaseUnreachableError: nobody answers, or we are not let in.
        :raises SchemaOlderError, SchemaNewerError: see :func:`check_schema`.
        """
        check_schema(url)
        self._publish = publish
        self._watcher: Callable[[int, float], None] = lambda _commands, _seconds: None
        self._holder = ConfigurationHolder(Configuration())
        try:
            connection = connect(url)
        except psycopg.OperationalError as error:
            raise DatabaseUnreachableError(str(error)) from None
        self._load(connection)
        connection.close()
        self._writers = Workers("store-writer", url, _WRITERS, _QUEUE_LIMIT)
        self._readers = Workers(
            "store-reader",
            url,
            _READERS,
            _QUEUE_LIMIT,
            default_transaction_isolation="repeatable\\ read",
            default_transaction_read_only="on",
        )

    @property
    def configuration(self) -> Configuration:
        """The configuration last committed, as far as this node knows."""
        return self._holder.current

    def watch(self, committed: Callable[[int, float], None]) -> None:
        """See :class:`~screenpop.adapters.store.sql_store.SqlStore`."""
        self._watcher = committed

    @property
    def queue_length(self) -> int:
        """See :class:`~screenpop.adapters.store.sql_store.SqlStore`."""
        return self._writers.queue_length

    async def transact(self, use_case: Callable[[Transaction], T]) -> T:
        """See :class:`~screenpop.ports.store.Store`.

        :raises StoreUnavailableError: the database is gone; whether the last transaction was
            committed is not known when it went during the commit.
        """
        work = self._on_newest(in_transaction(use_case, self._begin, self._committed))
        result: T = await self._writers.submit(work)
        return result

    async def read(self, look_up: Callable[[Reader], T]) -> T:
        """See :class:`~screenpop.ports.store.Store`.

        :raises StoreUnavailableError: the database is gone.
        """

        def work(connection: PgConnection, _share: Share) -> T:
            connection.command(b"begin")
            result = look_up(PgReader(connection, self._holder))
            connection.command(b"commit")
            return result

        result: T = await self._readers.submit(work)
        return result

    async def refresh_configuration(self) -> None:
        """Take over a newer configuration that another node committed.

        :raises StoreUnavailableError: the database is gone.
        """

        def work(connection: PgConnection, _share: Share) -> None:
            self._load(connection)

        await self._readers.submit(work)

    def close(self) -> None:
        """Finish what was asked and let go of the database."""
        self._writers.stop()
        self._readers.stop()

    def _begin(self, connection: PgConnection, share: Share) -> PgTransaction:
        return PgTransaction(connection, self._holder, share)

    def _on_newest(self, work: Work) -> Work:
        def on_newest(connection: PgConnection, share: Share) -> Any:
            try:
                return work(connection, share)
            except ConfigurationMovedError:
                connection.command(b"rollback")
                self._load(connection)
                raise

        return on_newest

    def _load(self, connection: PgConnection) -> None:
        version = self._holder.current.version
        row = connection.execute(_NEWEST, (version,)).fetchone()
        if row is not None:
            self._take(configuration_from_record(row[1], row[0]))

    def _take(self, configuration: Configuration) -> None:
        if configuration.version > self._holder.current.version:
            self._holder.current = configuration

    def _committed(
        self, transaction: PgTransaction, hints: Collection[str], seconds: float
    ) -> None:
        self._watcher(1, seconds)
        if transaction.new_configuration is not None:
            self._take(transaction.new_configuration)
        if hints:
            self._publish(hints)
