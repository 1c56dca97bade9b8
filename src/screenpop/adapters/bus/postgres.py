"""Hints between nodes: NOTIFY after the commit, LISTEN on one connection (design 2.3, 2.5).

A hint may be lost, so a node also looks once a second at what its listeners wait for.
"""

from __future__ import annotations

import contextlib
import queue
import secrets
import threading
import time
from collections.abc import Callable, Collection, Iterator
from typing import Final

import psycopg
import structlog

from screenpop.adapters.bus.memory import MemoryBus
from screenpop.ports.bus import CONFIGURATION

__all__ = ["PostgresBus"]

_CHANNEL: Final = "screenpop"
#: Seconds for which hints are gathered, so that one NOTIFY carries those of many commits.
_GATHER: Final = 0.005
#: Seconds between two looks.
_LOOK: Final = 1.0
_RECONNECT: Final = 0.5
_CONNECT_SECONDS: Final = 2
#: PostgreSQL's limit for the text of a NOTIFY is 8,000 bytes.
_MOST_BYTES: Final = 7_500

log = structlog.get_logger(__name__)


class PostgresBus(MemoryBus):
    """:class:`screenpop.ports.bus.Bus` for the nodes of one database."""

    def __init__(self, url: str) -> None:
        """Carry hints over the database at ``url``, once :meth:`start` was called."""
        super().__init__()
        self._url = url
        self._self = secrets.token_hex(4)
        self._closing = threading.Event()
        self._to_tell: queue.SimpleQueue[tuple[str, ...] | None] = queue.SimpleQueue()
        #: The last number seen of each stream that somebody here waits for.
        self._seen: dict[str, int] = {}
        self._version = 0
        self._threads = [
            threading.Thread(target=self._keep_on, args=(work,), name=f"bus-{name}", daemon=True)
            for name, work in (("teller", self._tell), ("listener", self._listen))
        ]

    def start(self) -> None:
        """Begin to tell and to listen."""
        for thread in self._threads:
            thread.start()

    def publish(self, hints: Collection[str]) -> None:
        """Tell the listeners here at once and those of other nodes soon; any thread may call."""
        super().publish(hints)
        self._to_tell.put(tuple(hints))

    def close(self) -> None:
        """Stop; hints that are not told yet are lost."""
        self._closing.set()
        self._to_tell.put(None)
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def _keep_on(self, work: Callable[[psycopg.Connection], None]) -> None:
        """Do a thread's work, again after each failure, until closed."""
        while not self._closing.is_set():
            try:
                with self._connection() as connection:
                    work(connection)
            except psycopg.Error as error:
                log.info("bus.disconnected", error=type(error).__name__)
                self._closing.wait(_RECONNECT)

    @contextlib.contextmanager
    def _connection(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(
            self._url,
            autocommit=True,
            connect_timeout=_CONNECT_SECONDS,
            # A hint need not survive a power cut, so telling does not wait for the disk.
            options="-c synchronous_commit=off -c application_name=screenpop-bus",
            keepalives_idle=5,
            keepalives_interval=2,
            keepalives_count=3,
            tcp_user_timeout=10_000,
        ) as connection:
            yield connection

    # --- telling --------------------------------------------------------------------------

    def _tell(self, connection: psycopg.Connection) -> None:
        while (first := self._to_tell.get()) is not None:
            time.sleep(_GATHER)
            gathered = dict.fromkeys(first)
            with contextlib.suppress(queue.Empty):
                while (more := self._to_tell.get_nowait()) is not None:
                    gathered.update(dict.fromkeys(more))
                self._to_tell.put(None)
            for text in _packed(self._self, gathered):
                connection.execute("select pg_notify(%s, %s)", (_CHANNEL, text))

    # --- listening ------------------------------------------------------------------------

    def _listen(self, connection: psycopg.Connection) -> None:
        connection.execute(f"listen {_CHANNEL}")
        # What was told while nobody listened.
        self._wake_soon(self._waited_for())
        while not self._closing.is_set():
            look_at = time.monotonic() + _LOOK
            while (left := look_at - time.monotonic()) > 0 and not self._closing.is_set():
                for told in connection.notifies(timeout=min(left, 0.2), stop_after=1):
                    who, *hints = told.payload.split("\n")
                    if who != self._self:
                        self._wake_soon(hints)
            self._look(connection)

    def _look(self, connection: psycopg.Connection) -> None:
        """Wake those whose stream, or the configuration, has moved."""
        waited_for = self._waited_for()
        moved = []
        sessions = [name for name in waited_for if name.startswith("session:")]
        if sessions:
            moved += connection.execute(
                "select stream, last_seq from streams where stream = any(%s)", (sessions,)
            ).fetchall()
        for name in waited_for:
            kind, _, centre = name.partition(":")
            if kind == "contact_center":
                # Settled or not: whoever waits then looks for himself.
                row = connection.execute(
                    "select max(fact_id) from facts where contact_center_id = %s "
                    "and written_by < pg_snapshot_xmin(pg_current_snapshot())",
                    (int(centre),),
                ).fetchone()
                moved.append((name, row[0] or 0 if row else 0))
        wake = [name for name, seq in moved if self._seen.get(name) != seq]
        self._seen = dict(moved)
        row = connection.execute("select max(version) from configurations").fetchone()
        version = row[0] or 0 if row else 0
        if version != self._version:
            self._version = version
            wake.append(CONFIGURATION)
        self._wake_soon(wake)

    def _waited_for(self) -> list[str]:
        """Return what has listeners; the event loop may change it at the same time."""
        while True:
            try:
                return list(self._wakes)
            except RuntimeError:
                continue

    def _wake_soon(self, hints: Collection[str]) -> None:
        if hints:
            super().publish(hints)


def _packed(sender: str, hints: Collection[str]) -> Iterator[str]:
    """Pack hints into as few texts as their limit allows."""
    text = sender
    for hint in hints:
        if len(text.encode()) + len(hint.encode()) + 1 > _MOST_BYTES:
            yield text
            text = sender
        text = f"{text}\n{hint}"
    yield text
