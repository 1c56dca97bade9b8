"""Writes that wait until somebody looks at their table, or until the commit.

A batch of use cases changes the same rows again and again: each row is then written once, and
all rows of a table by one call into SQLite.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

from screenpop.adapters.store.connection import Connection, Rows
from screenpop.adapters.store.rows import RowCodec
from screenpop.ports.store import Timer, TimerKind

__all__ = [
    "Gathered",
    "GatheredEvents",
    "GatheredInserts",
    "GatheredRows",
    "GatheredTimers",
    "Gathering",
]

T = TypeVar("T")

_WORD = re.compile(r"\w+")


class Gathered(Protocol):
    """What waits for one table, or for a few."""

    def write(self, connection: Connection) -> None:
        """Write what waits."""


class Gathering:
    """A connection that writes what waits for a table before a statement names that table."""

    def __init__(self, connection: Connection, gathered: Mapping[str, Gathered]) -> None:
        """``gathered`` says by a table's name what may wait for it."""
        #: Where everything goes in the end.
        self.connection = connection
        self._gathered = gathered
        self._named: dict[str, tuple[Gathered, ...]] = {}

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Rows:
        """Run one statement, after what waited for its tables."""
        self._write_before(statement)
        return self.connection.execute(statement, values)

    def executemany(self, statement: str, values: Sequence[Sequence[Any]]) -> Any:
        """Run one statement for each row of values, after what waited for its tables."""
        self._write_before(statement)
        return self.connection.executemany(statement, values)

    def write_all(self) -> None:
        """Write everything that waits."""
        for gathered in self._gathered.values():
            gathered.write(self.connection)

    def _write_before(self, statement: str) -> None:
        named = self._named.get(statement)
        if named is None:
            tables = dict.fromkeys(_WORD.findall(statement))
            named = tuple(self._gathered[t] for t in tables if t in self._gathered)
            self._named[statement] = named
        for gathered in named:
            gathered.write(self.connection)


class GatheredRows(Generic[T]):
    """Rows added and changed, each as it is in the end."""

    def __init__(self, codec: RowCodec[T]) -> None:
        """Gather rows of this kind."""
        self._codec = codec
        self._added: list[T] = []
        self._places: dict[tuple[Any, ...], int] = {}
        self._saved: dict[tuple[Any, ...], T] = {}

    def add(self, item: T) -> None:
        """Gather a new row; one that exists fails when it is written."""
        self._places[self._codec.key_of(item)] = len(self._added)
        self._added.append(item)

    def save(self, item: T) -> None:
        """Gather a row's new state."""
        key = self._codec.key_of(item)
        place = self._places.get(key)
        if place is None:
            self._saved[key] = item
        else:
            self._added[place] = item

    def write(self, connection: Connection) -> None:
        """Write what waits."""
        codec = self._codec
        if self._saved:
            # First, for it may free what a new row takes, such as a user's one live session.
            saved, self._saved = self._saved, {}
            connection.executemany(
                codec.update, [codec.update_values(item) for item in saved.values()]
            )
        if self._added:
            added, self._added = self._added, []
            self._places.clear()
            connection.executemany(codec.insert, [codec.insert_values(item) for item in added])


class GatheredInserts:
    """Rows of which nobody knows more than that they are new."""

    def __init__(self, statement: str) -> None:
        """Gather values for this statement."""
        self._statement = statement
        self._values: list[Sequence[Any]] = []

    def add(self, values: Sequence[Any]) -> None:
        """Gather a row."""
        self._values.append(values)

    def write(self, connection: Connection) -> None:
        """Write what waits."""
        if self._values:
            values, self._values = self._values, []
            connection.executemany(self._statement, values)


class GatheredTimers:
    """Timers set and cancelled, each as it is in the end."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._due: dict[tuple[str, str], int | None] = {}

    def set(self, timer: Timer) -> None:
        """Gather a timer, in place of the one of the same kind and subject."""
        self._due[timer.kind.value, timer.subject] = timer.due

    def cancel(self, kind: TimerKind, subject: str) -> None:
        """Gather that a timer is to be forgotten."""
        self._due[kind.value, subject] = None

    def write(self, connection: Connection) -> None:
        """Write what waits."""
        if not self._due:
            return
        waiting, self._due = self._due, {}
        cancelled = [key for key, due in waiting.items() if due is None]
        if cancelled:
            connection.executemany("delete from timers where kind = ? and subject = ?", cancelled)
        if len(cancelled) < len(waiting):
            connection.executemany(
                "insert into timers (kind, subject, due) values (?, ?, ?) "
                "on conflict (kind, subject) do update set due = excluded.due",
                [(*key, due) for key, due in waiting.items() if due is not None],
            )


class GatheredEvents:
    """Facts, and the streams that point to them.

    Nobody else writes the file, so both are numbered here.
    """

    def __init__(self, connection: Connection) -> None:
        """Number on from what ``connection`` finds."""
        self._connection = connection
        self._last_fact: int | None = None
        #: The contact centre and the last number of each stream that was appended to.
        self._streams: dict[str, tuple[int, int]] = {}
        self._moved: set[str] = set()
        self._facts: list[Sequence[Any]] = []
        self._pointers: list[tuple[str, int, int]] = []

    def forget(self) -> None:
        """Ask for the streams' numbers again."""
        self.write(self._connection)
        self._streams.clear()

    def next_number(self, stream: str) -> tuple[int, int]:
        """Take the next number of a stream; return it and the stream's contact centre.

        :raises KeyError: there is no such stream.
        """
        known = self._streams.get(stream)
        if known is None:
            row = self._connection.execute(
                "select contact_center_id, last_seq from streams where stream = ?", (stream,)
            ).fetchone()
            if row is None:
                raise KeyError(stream)
            known = (row[0], row[1])
        centre, last = known
        self._streams[stream] = (centre, last + 1)
        self._moved.add(stream)
        return last + 1, centre

    def add_fact(self, values: Sequence[Any]) -> int:
        """Gather a fact; return its number."""
        if self._last_fact is None:
            row = self._connection.execute("select max(fact_id) from facts").fetchone()
            self._last_fact = row[0] or 0
        self._last_fact += 1
        self._facts.append((self._last_fact, *values))
        return self._last_fact

    def point(self, stream: str, seq: int, fact_id: int) -> None:
        """Gather that a stream has a fact under a number."""
        self._pointers.append((stream, seq, fact_id))

    def write(self, connection: Connection) -> None:
        """Write what waits."""
        if self._facts:
            facts, self._facts = self._facts, []
            connection.executemany(
                "insert into facts (fact_id, contact_center_id, crt_object_id, at, name, body, "
                "heard) values (?, ?, ?, ?, ?, ?, ?)",
                facts,
            )
        if self._moved:
            moved, self._moved = self._moved, set()
            connection.executemany(
                "update streams set last_seq = ? where stream = ?",
                [(self._streams[stream][1], stream) for stream in moved],
            )
            pointers, self._pointers = self._pointers, []
            connection.executemany(
                "insert into stream_events (stream, seq, fact_id) values (?, ?, ?)", pointers
            )
