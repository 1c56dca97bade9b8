"""One connection to PostgreSQL as the shared statements need it.

Transactions are begun and ended by statements of ours: with the driver's own the first
statement of each would cost another round trip.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import count
from typing import Any, Final

import psycopg
from psycopg.types.numeric import Int8Dumper

__all__ = ["PgConnection", "connect"]

_CONNECT_SECONDS: Final = 2
#: The shared statements, one each, and the forms they have with this or that null value.
_PREPARED: Final = 1_000
_SESSION: Final = {
    "application_name": "screenpop",
    # A commit that was answered survives a power cut, whatever the server's default is.
    "synchronous_commit": "on",
    "lock_timeout": "2s",
    # A node that hangs in the middle of a transaction must not hold up the others for ever.
    "idle_in_transaction_session_timeout": "15s",
    "jit": "off",
}


@cache
def _numbered(statement: str) -> str:
    """Return a statement with ``?`` marks as PostgreSQL writes them."""
    parts = statement.split("?")
    numbers = count(1)
    return "".join(f"{part}${next(numbers)}" for part in parts[:-1]) + parts[-1]


class PgConnection:
    """:class:`~screenpop.adapters.store.connection.Connection` on psycopg."""

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        """Work on this connection, which commits nothing by itself."""
        self.raw = raw
        self._cursor = raw.cursor()

    def execute(self, statement: str, values: Sequence[Any] = ()) -> psycopg.Cursor[Any]:
        """Run one statement; its rows are there until the next one runs."""
        return self._cursor.execute(_numbered(statement), values, prepare=True)

    def executemany(self, statement: str, values: Sequence[Sequence[Any]]) -> None:
        """Run one statement for each row of values."""
        if len(values) == 1:
            self.execute(statement, values[0])
        elif values:
            self._cursor.executemany(_numbered(statement), values)

    def command(self, text: bytes) -> None:
        """Begin or end a transaction.

        Not by the driver's cursor, which forgets all prepared statements at a rollback.

        :raises psycopg.OperationalError: the connection was lost.
        """
        result = self.raw.pgconn.exec_(text)
        if result.status != psycopg.pq.ExecStatus.COMMAND_OK:
            error = psycopg.errors.error_from_result(result)
            if error.sqlstate is None:
                # Not the server's own words: it has gone.
                raise psycopg.OperationalError(str(error)) from None
            raise error
        if text == b"commit" and result.command_status != b"COMMIT":
            # A statement failed, and the use case went on as if it had not.
            raise psycopg.errors.InFailedSqlTransaction("the transaction was rolled back")

    @property
    def broken(self) -> bool:
        """The server has gone, or has thrown us out."""
        return self.raw.closed

    def close(self) -> None:
        """Let go of the connection; what was begun is undone."""
        self.raw.close()


def connect(url: str, **settings: str) -> PgConnection:
    """Connect with our session's settings, and these.

    :raises psycopg.OperationalError: nobody answers, or we are not let in.
    """
    options = " ".join(f"-c {name}={value}" for name, value in (_SESSION | settings).items())
    raw = psycopg.connect(
        url,
        autocommit=True,
        connect_timeout=_CONNECT_SECONDS,
        options=options,
        cursor_factory=psycopg.RawCursor,
        # A server that vanished from the network is noticed, not waited for.
        keepalives_idle=5,
        keepalives_interval=2,
        keepalives_count=3,
        tcp_user_timeout=10_000,
    )
    raw.prepared_max = _PREPARED
    # One type for every number, whatever its size: else each size is another prepared statement.
    raw.adapters.register_dumper(int, Int8Dumper)
    return PgConnection(raw)
