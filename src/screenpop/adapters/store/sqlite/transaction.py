"""Changes on one SQLite file that nobody else writes: rows are remembered, writes gathered.

One of these lives through many commits.  After a rollback it is thrown away, for it remembers
what was never written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from screenpop.adapters.store.connection import ConfigurationHolder, Connection
from screenpop.adapters.store.rows import RowCodec
from screenpop.adapters.store.sql_reader import ASSOCIATIONS, CALLS, LEGS, SESSIONS
from screenpop.adapters.store.sql_transaction import (
    INSERT_LINE_ROW,
    INSERT_REPLY,
    SqlTransaction,
)
from screenpop.adapters.store.sqlite.gathered import (
    Gathered,
    GatheredEvents,
    GatheredInserts,
    GatheredRows,
    GatheredTimers,
    Gathering,
)
from screenpop.domain.call import Call, CallState
from screenpop.domain.pop import AppSession
from screenpop.domain.session import AgentSession
from screenpop.ports.store import BoundReply, Timer, TimerKind

__all__ = ["SqliteTransaction"]

T = TypeVar("T")

#: So many rows are remembered at most from one commit to the next.
_REMEMBERED = 20_000


def _by_arrival(call: Call) -> tuple[int, int, str]:
    return call.queued_at or 0, len(call.crt_object_id), call.crt_object_id


class SqliteTransaction(SqlTransaction):
    """The use cases of one batch after another, on the one connection that writes."""

    _db: Gathering

    def __init__(self, connection: Connection, holder: ConfigurationHolder) -> None:
        """Use this connection; nobody else may write the file."""
        self._rows: dict[str, GatheredRows[Any]] = {
            codec.table: GatheredRows(codec) for codec in (SESSIONS, CALLS, LEGS, ASSOCIATIONS)
        }
        self._events = GatheredEvents(connection)
        self._timers = GatheredTimers()
        self._replies = GatheredInserts(INSERT_REPLY)
        self._line = GatheredInserts(INSERT_LINE_ROW)
        #: Replies bound since the last commit.
        self._bound: dict[tuple[str, str, str], BoundReply] = {}
        self._seats: dict[str, list[str]] = {}
        self._line_is_up: bool | None = None
        #: The calls that wait in each contact centre's queues.
        self._queued: dict[int, set[str]] = {}
        gathered: dict[str, Gathered] = {
            **self._rows,
            "facts": self._events,
            "streams": self._events,
            "stream_events": self._events,
            "timers": self._timers,
            "line_rows": self._line,
        }
        super().__init__(Gathering(connection, gathered), holder)

    def finish(self) -> None:
        """Write what waits; the commit is next."""
        self._db.write_all()
        self._replies.write(self._db.connection)

    def begin_anew(self) -> None:
        """Make ready for the next commit."""
        self.new_configuration = None
        self.hints = set()
        self._bound.clear()
        if self._remembered() > _REMEMBERED:
            self._forget_all()
            self._seats.clear()
            self._queued.clear()
            self._events.forget()

    # --- rows -----------------------------------------------------------------------------

    def _add(self, codec: RowCodec[T], item: T) -> None:
        self.wrote = True
        self._rows[codec.table].add(item)

    def _save(self, codec: RowCodec[T], item: T) -> None:
        self.wrote = True
        self._rows[codec.table].save(item)

    # --- sessions -------------------------------------------------------------------------

    def _every_seat(self, session_id: str) -> list[str]:
        known = self._seats.get(session_id)
        if known is None:
            known = self._seats[session_id] = super()._every_seat(session_id)
        return known

    def add_session(self, session: AgentSession) -> None:
        super().add_session(session)
        self._seats.pop(session.session_id, None)

    def add_seat(self, session_id: str, seat: str) -> None:
        super().add_seat(session_id, seat)
        self._seats.pop(session_id, None)

    def save_app_session(self, row: AppSession) -> None:
        super().save_app_session(row)
        self._seats.pop(row.session_id, None)

    def forget_app(self, app_id: str) -> None:
        super().forget_app(app_id)
        self._seats.clear()

    # --- calls ----------------------------------------------------------------------------

    def _remember_call(self, call: Call) -> None:
        super()._remember_call(call)
        queued = self._queued.get(call.contact_center_id)
        if queued is not None:
            if call.call_state is CallState.QUEUED:
                queued.add(call.crt_object_id)
            else:
                queued.discard(call.crt_object_id)

    def queued_calls(self, contact_center_id: int) -> list[Call]:
        queued = self._queued.get(contact_center_id)
        if queued is None:
            found = super().queued_calls(contact_center_id)
            self._queued[contact_center_id] = {call.crt_object_id for call in found}
            return found
        calls = [call for crt_object_id in queued if (call := self.call(crt_object_id))]
        return sorted(calls, key=_by_arrival)

    # --- streams --------------------------------------------------------------------------

    def _next_number(self, stream: str) -> tuple[int, int]:
        self.wrote = True
        return self._events.next_number(stream)

    def _add_fact(self, values: Sequence[Any]) -> int:
        self.wrote = True
        return self._events.add_fact(values)

    def _point(self, stream: str, seq: int, fact_id: int) -> None:
        self._events.point(stream, seq, fact_id)

    def _contact_center_of_call(self, crt_object_id: str) -> int:
        call = self.call(crt_object_id)
        if call is None:
            raise KeyError(crt_object_id)
        return call.contact_center_id

    # --- idempotency ----------------------------------------------------------------------

    def bound_reply(self, session_id: str, key_space: str, request_id: str) -> BoundReply | None:
        bound = self._bound.get((session_id, key_space, request_id))
        return bound or super().bound_reply(session_id, key_space, request_id)

    def bind_reply(
        self, session_id: str, key_space: str, request_id: str, reply: BoundReply, now: int
    ) -> None:
        self._bound[session_id, key_space, request_id] = reply
        super().bind_reply(session_id, key_space, request_id, reply, now)

    def _add_reply(self, values: Sequence[Any]) -> None:
        self.wrote = True
        self._replies.add(values)

    # --- line and timers ------------------------------------------------------------------

    def _add_line_row(self, values: Sequence[Any]) -> None:
        self.wrote = True
        self._line.add(values)

    def line_up(self) -> bool:
        if self._line_is_up is None:
            self._line_is_up = super().line_up()
        return self._line_is_up

    def set_line_up(self, up: bool, now: int) -> None:  # noqa: FBT001
        super().set_line_up(up, now)
        self._line_is_up = up

    def set_timer(self, timer: Timer) -> None:
        self.wrote = True
        self._timers.set(timer)

    def cancel_timer(self, kind: TimerKind, subject: str) -> None:
        self.wrote = True
        self._timers.cancel(kind, subject)
