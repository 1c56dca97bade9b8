"""Changes over any database: :class:`screenpop.ports.store.Transaction` in SQL."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from screenpop.adapters.store.app_rows import AppWriter
from screenpop.adapters.store.configuration_records import configuration_to_record
from screenpop.adapters.store.connection import ConfigurationHolder, Connection
from screenpop.adapters.store.crm_rows import CrmRowsWriter
from screenpop.adapters.store.draft_rows import DraftRowsWriter
from screenpop.adapters.store.line_records import command_to_record
from screenpop.adapters.store.remembering import RememberingReader
from screenpop.adapters.store.rows import RowCodec, dumps
from screenpop.adapters.store.sql_reader import (
    ASSOCIATIONS,
    CALLBACKS,
    CALLS,
    CUSTOMERS,
    LEGS,
    SESSIONS,
)
from screenpop.domain.association import Association
from screenpop.domain.call import Call, Leg
from screenpop.domain.callback import Callback
from screenpop.domain.configuration import Configuration
from screenpop.domain.customer import Customer
from screenpop.domain.events import AssociationEvent, Event
from screenpop.domain.session import AgentSession
from screenpop.ports.bus import CONFIGURATION, LINE, contact_center_stream, session_stream
from screenpop.ports.store import BoundReply, LineRow, LineRowState, Timer, TimerKind
from screenpop.ports.telephony import LineCommand

__all__ = ["INSERT_LINE_ROW", "INSERT_REPLY", "SqlTransaction"]

T = TypeVar("T")

INSERT_REPLY = (
    "insert into replies (session_id, key_space, request_id, fingerprint, form, result, "
    "created_at) values (?, ?, ?, ?, ?, ?, ?)"
)
INSERT_LINE_ROW = (
    "insert into line_rows (crt_object_id, kind, body, state, created_at, after_leg, "
    "not_before, deadline) values (?, ?, ?, 'pending', ?, ?, ?, ?)"
)
_INSERT_FACT = (
    "insert into facts (contact_center_id, crt_object_id, at, name, body, heard) "
    "values (?, ?, ?, ?, ?, ?) "
    "returning fact_id"
)
#: Facts are written in the order of their times: the search ends at the first that is kept.
_FIRST_KEPT_FACT = (
    "coalesce((select f.fact_id from facts f where f.at >= ? order by f.fact_id limit 1), "
    "(select max(f.fact_id) + 1 from facts f))"
)


class SqlTransaction(AppWriter, CrmRowsWriter, DraftRowsWriter, RememberingReader):
    """Changes things on one connection; see :class:`~screenpop.ports.store.Transaction`.

    ``wrote`` says whether anything was written since it was last set to false, ``hints`` whom
    to tell after the commit.
    """

    def __init__(self, connection: Connection, holder: ConfigurationHolder) -> None:
        """Use this connection; ``holder`` changes only when the commit succeeded."""
        super().__init__(connection, holder)
        self.wrote = False
        self.hints: set[str] = set()
        self.new_configuration: Configuration | None = None

    def _write(self, statement: str, values: Sequence[Any]) -> Any:
        self.wrote = True
        return self._db.execute(statement, values)

    def _add(self, codec: RowCodec[T], item: T) -> None:
        self._write(codec.insert, codec.insert_values(item))

    def _save(self, codec: RowCodec[T], item: T) -> None:
        self._write(codec.update, codec.update_values(item))

    @property
    def configuration(self) -> Configuration:
        return self.new_configuration or self._holder.current

    def save_configuration(self, configuration: Configuration) -> None:
        version = self.configuration.version + 1
        values = {n: getattr(configuration, n) for n in configuration.__dataclass_fields__}
        self.new_configuration = Configuration(**{**values, "version": version})
        self._write(
            "insert into configurations (version, saved_at, body) values (?, 0, ?)",
            (version, configuration_to_record(self.new_configuration)),
        )
        self.hints.add(CONFIGURATION)

    # --- the installation's own -----------------------------------------------------------

    def claim_node_start(self, node: int, second: int) -> int:
        """Claim the first free start second from ``second`` on."""
        row = self._db.execute(
            "select max(start_second) from node_starts where node = ?", (node,)
        ).fetchone()
        claimed = max(second, (row[0] or 0) + 1)
        self._write("insert into node_starts (node, start_second) values (?, ?)", (node, claimed))
        return claimed

    def secret(self, name: str, make: Callable[[], str], now: int) -> str:
        """Return a secret, drawn the first time it is asked for."""
        row = self._db.execute("select value from secrets where name = ?", (name,)).fetchone()
        if row is not None:
            return str(row[0])
        value = make()
        self._write(
            "insert into secrets (name, value, created_at) values (?, ?, ?)", (name, value, now)
        )
        return value

    # --- sessions -------------------------------------------------------------------------

    def add_session(self, session: AgentSession) -> None:
        centre = session.contact_center_id
        self._add(SESSIONS, session)
        self._remember_session(session)
        self._write(
            "insert into session_ids (any_id, contact_center_id, session_id, app_id) "
            "values (?, ?, ?, null)",
            (session.session_id, centre, session.session_id),
        )
        self._write(
            "insert into seats (seat, contact_center_id, session_id, present) values (?, ?, ?, ?)",
            (session.seat, centre, session.session_id, True),
        )
        self._write(
            "insert into streams (stream, contact_center_id, last_seq) values (?, ?, 0)",
            (session_stream(session.session_id), centre),
        )

    def save_session(self, session: AgentSession) -> None:
        self._save(SESSIONS, session)
        self._remember_session(session)

    def see_sessions(self, seen: Mapping[str, int]) -> None:
        self.wrote = True
        self._forget_sessions()
        self._db.executemany(
            "update sessions set last_seen_at = ? "
            "where session_id = ? and ended_at is null and last_seen_at < ?",
            [(at, session_id, at) for session_id, at in seen.items()],
        )

    def forget_app(self, app_id: str) -> None:
        super().forget_app(app_id)
        self._forget_session_ids()

    def add_seat(self, session_id: str, seat: str) -> None:
        self._write("update seats set present = ? where session_id = ?", (False, session_id))
        self._write(
            "insert into seats (seat, contact_center_id, session_id, present) "
            "select ?, contact_center_id, session_id, ? from sessions where session_id = ?",
            (seat, True, session_id),
        )

    # --- calls ----------------------------------------------------------------------------

    def add_call(self, call: Call) -> None:
        self._add(CALLS, call)
        self._remember_new_call(call)

    def save_call(self, call: Call) -> None:
        self._save(CALLS, call)
        self._remember_call(call)

    def add_leg(self, leg: Leg) -> None:
        self._add(LEGS, leg)
        self._remember_leg(leg, added=True)

    def save_leg(self, leg: Leg) -> None:
        self._save(LEGS, leg)
        self._remember_leg(leg, added=False)
        self.hints.add(LINE)

    def add_association(self, association: Association) -> None:
        self._add(ASSOCIATIONS, association)
        self._remember_association(association, added=True)

    def save_association(self, association: Association) -> None:
        self._save(ASSOCIATIONS, association)
        self._remember_association(association, added=False)

    # --- customers ------------------------------------------------------------------------

    def add_customer(self, customer: Customer) -> None:
        key = (customer.process_id, customer.customer_id)
        self._write("delete from customers where process_id = ? and customer_id = ?", key)
        self._write(
            "delete from customer_searchables where process_id = ? and customer_id = ?", key
        )
        self._write(CUSTOMERS.insert, CUSTOMERS.insert_values(customer))
        process = self.configuration.process_by_id[customer.process_id]
        values = {customer.columns.get(c, "") for c in process.searchable_columns} - {""}
        self._db.executemany(
            "insert into customer_searchables "
            "(contact_center_id, process_id, value, customer_id) values (?, ?, ?, ?)",
            [(customer.contact_center_id, key[0], value, key[1]) for value in sorted(values)],
        )

    def touch_customer(self, customer: Customer, now: int) -> None:
        self._write(
            "update customers set touched_at = ? where process_id = ? and customer_id = ?",
            (now, customer.process_id, customer.customer_id),
        )

    def add_callback(self, callback: Callback) -> None:
        self._write(CALLBACKS.insert, CALLBACKS.insert_values(callback))

    def save_callback(self, callback: Callback) -> None:
        self._write(CALLBACKS.update, CALLBACKS.update_values(callback))

    # --- streams --------------------------------------------------------------------------

    def append(self, stream: str, event: Event) -> int:
        crt_object_id = event.about.crt_object_id if isinstance(event, AssociationEvent) else None
        name = type(event).__name__
        seq, centre = self._next_number(stream)
        fact_id = self._add_fact((centre, crt_object_id, event.at, name, dumps(event), True))
        self._point(stream, seq, fact_id)
        self.hints.add(stream)
        self.hints.add(contact_center_stream(centre))
        return seq

    def add_history(self, crt_object_id: str, at: int, what: str, facts: Mapping[str, Any]) -> None:
        centre = self._contact_center_of_call(crt_object_id)
        self._add_fact((centre, crt_object_id, at, what, dumps(dict(facts)), False))

    def _next_number(self, stream: str) -> tuple[int, int]:
        row = self._write(
            "update streams set last_seq = last_seq + 1 where stream = ? "
            "returning last_seq, contact_center_id",
            (stream,),
        ).fetchone()
        return int(row[0]), row[1]

    def _add_fact(self, values: Sequence[Any]) -> int:
        return int(self._write(_INSERT_FACT, values).fetchone()[0])

    def _point(self, stream: str, seq: int, fact_id: int) -> None:
        self._write(
            "insert into stream_events (stream, seq, fact_id) values (?, ?, ?)",
            (stream, seq, fact_id),
        )

    def _contact_center_of_call(self, crt_object_id: str) -> int:
        row = self._db.execute(
            "select contact_center_id from calls where crt_object_id = ?", (crt_object_id,)
        ).fetchone()
        return int(row[0])

    # --- idempotency ----------------------------------------------------------------------

    def bound_reply(self, session_id: str, key_space: str, request_id: str) -> BoundReply | None:
        row = self._db.execute(
            "select fingerprint, form, result from replies "
            "where session_id = ? and key_space = ? and request_id = ?",
            (session_id, key_space, request_id),
        ).fetchone()
        return None if row is None else BoundReply(row[0], row[1], json.loads(row[2]))

    def bind_reply(
        self, session_id: str, key_space: str, request_id: str, reply: BoundReply, now: int
    ) -> None:
        self._add_reply(
            (
                session_id,
                key_space,
                request_id,
                reply.fingerprint,
                reply.form,
                dumps(dict(reply.result)),
                now,
            ),
        )

    def _add_reply(self, values: Sequence[Any]) -> None:
        self._write(INSERT_REPLY, values)

    # --- line and timers ------------------------------------------------------------------

    def add_line_command(
        self,
        crt_object_id: str,
        command: LineCommand,
        now: int,
        *,
        after_leg: str | None = None,
        not_before: int = 0,
        deadline: int = 0,
    ) -> None:
        kind, body = command_to_record(command)
        self._add_line_row((crt_object_id, kind, body, now, after_leg, not_before, deadline))
        self.hints.add(LINE)

    def _add_line_row(self, values: Sequence[Any]) -> None:
        self._write(INSERT_LINE_ROW, values)

    def pending_line_rows(self, now: int, limit: int) -> list[LineRow]:
        return self._line_rows(
            "where state = 'pending' and (after_leg is null or not_before <= ? or exists "
            "(select 1 from legs where legs.leg_id = after_leg and legs.state = 'ended')) "
            "order by row_id limit ?",
            (now, limit),
        )

    def set_line_rows(self, row_ids: Sequence[int], state: LineRowState) -> None:
        self.wrote = True
        self._db.executemany(
            "update line_rows set state = ? where row_id = ?",
            [(state.value, row_id) for row_id in row_ids],
        )

    def set_line_deadline(self, row_id: int, deadline: int) -> None:
        self._write("update line_rows set deadline = ? where row_id = ?", (deadline, row_id))

    def next_line_row_due(self, now: int) -> int | None:
        row = self._db.execute(
            "select min(not_before) from line_rows where state = 'pending' and not_before > ?",
            (now,),
        ).fetchone()
        return None if row[0] is None else int(row[0])

    def set_line_up(self, up: bool, now: int) -> None:  # noqa: FBT001
        self._write(
            "insert into line_health (line, up, since) values ('main', ?, ?) "
            "on conflict (line) do update set up = excluded.up, since = excluded.since",
            (up, now),
        )
        self.hints.add(LINE)

    def set_timer(self, timer: Timer) -> None:
        self._write(
            "insert into timers (kind, subject, due) values (?, ?, ?) "
            "on conflict (kind, subject) do update set due = excluded.due",
            (timer.kind.value, timer.subject, timer.due),
        )

    def cancel_timer(self, kind: TimerKind, subject: str) -> None:
        self._write("delete from timers where kind = ? and subject = ?", (kind.value, subject))

    def forget_before(self, events_before: int, replies_before: int, keep_events: int) -> None:
        self._write("delete from replies where created_at < ?", (replies_before,))
        self._write(
            "delete from line_rows where state in ('done', 'dropped') and created_at < ?",
            (replies_before,),
        )
        self._write(
            "delete from stream_events where exists (select 1 from streams s "
            "where s.stream = stream_events.stream and stream_events.seq <= s.last_seq - ?)",
            (keep_events,),
        )
        self._write(
            f"delete from stream_events where fact_id < {_FIRST_KEPT_FACT}", (events_before,)
        )
        self._write(
            "delete from deliveries where state = 'delivered' and ended_at < ?", (events_before,)
        )
        self._write(
            f"delete from facts where fact_id < {_FIRST_KEPT_FACT} and not exists (select 1 "
            "from calls c where c.crt_object_id = facts.crt_object_id and c.disposed_at is null)",
            (events_before,),
        )
