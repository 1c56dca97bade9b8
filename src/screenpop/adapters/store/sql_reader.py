"""Look-ups over any database: :class:`screenpop.ports.store.Reader` in SQL."""

from __future__ import annotations

import json
from collections.abc import Sequence

from screenpop.adapters.store.app_rows import AppReader
from screenpop.adapters.store.connection import ConfigurationHolder, Connection
from screenpop.adapters.store.count_rows import CountReader
from screenpop.adapters.store.crm_rows import CrmRowsReader
from screenpop.adapters.store.draft_rows import DraftRowsReader
from screenpop.adapters.store.line_records import command_from_record
from screenpop.adapters.store.rows import RowCodec
from screenpop.domain.association import Association
from screenpop.domain.call import Call, Leg
from screenpop.domain.callback import Callback
from screenpop.domain.configuration import Configuration
from screenpop.domain.customer import Customer
from screenpop.domain.event_records import event_from_record
from screenpop.domain.session import AgentSession
from screenpop.ports.store import (
    FoundSession,
    HistoryEntry,
    LineRow,
    LineRowState,
    StoredEvent,
    Timer,
    TimerKind,
)

__all__ = ["ASSOCIATIONS", "CALLBACKS", "CALLS", "CUSTOMERS", "LEGS", "SESSIONS", "SqlReader"]

SESSIONS = RowCodec(AgentSession, "sessions", ["session_id"])
CALLS = RowCodec(Call, "calls", ["crt_object_id"])
LEGS = RowCodec(Leg, "legs", ["leg_id"])
ASSOCIATIONS = RowCodec(Association, "associations", ["association_id"])
CALLBACKS = RowCodec(Callback, "callbacks", ["callback_id"])
CUSTOMERS = RowCodec(Customer, "customers", ["process_id", "customer_id"])

_LINE_COLUMNS = (
    "row_id, crt_object_id, kind, body, state, created_at, after_leg, not_before, deadline"
)


class SqlReader(AppReader, CountReader, CrmRowsReader, DraftRowsReader):
    """Looks things up on one connection."""

    #: Leaves out facts above which an earlier number may still appear.
    _settled_facts = ""

    def __init__(self, connection: Connection, holder: ConfigurationHolder) -> None:
        """Use this connection and this configuration."""
        self._db = connection
        self._holder = holder

    @property
    def configuration(self) -> Configuration:
        """See :class:`~screenpop.ports.store.Reader`, as for all below."""
        return self._holder.current

    # --- sessions -------------------------------------------------------------------------

    def find_session(self, any_id: str) -> FoundSession | None:
        row = self._db.execute(
            f"{SESSIONS.select.replace(' from sessions', ', session_ids.app_id from sessions')} "
            "join session_ids on session_ids.session_id = sessions.session_id "
            "where session_ids.any_id = ?",
            (any_id,),
        ).fetchone()
        return None if row is None else FoundSession(SESSIONS.from_row(row), row[-1])

    def session(self, session_id: str) -> AgentSession | None:
        row = self._db.execute(f"{SESSIONS.select} where session_id = ?", (session_id,)).fetchone()
        return None if row is None else SESSIONS.from_row(row)

    def live_session_of(self, user_id: str) -> AgentSession | None:
        row = self._db.execute(
            f"{SESSIONS.select} where user_id = ? and ended_at is null", (user_id,)
        ).fetchone()
        return None if row is None else SESSIONS.from_row(row)

    def live_sessions(self, contact_center_id: int | None = None) -> list[AgentSession]:
        rows = self._db.execute(f"{SESSIONS.select} where ended_at is null").fetchall()
        sessions = [SESSIONS.from_row(row) for row in rows]
        if contact_center_id is None:
            return sessions
        return [s for s in sessions if s.contact_center_id == contact_center_id]

    def ready_sessions(self, contact_center_id: int) -> list[AgentSession]:
        rows = self._db.execute(
            f"{SESSIONS.select} where state = 'ready' and contact_center_id = ? "
            "order by idle_since, session_id",
            (contact_center_id,),
        ).fetchall()
        return [SESSIONS.from_row(row) for row in rows]

    def has_seat(self, session_id: str, seat: str) -> bool:
        # The guide's own sample adds further parts to a seat (contract 2).
        return any(
            seat == known or seat.startswith(f"{known}-uce-")
            for known in self._every_seat(session_id)
        )

    def _every_seat(self, session_id: str) -> list[str]:
        rows = self._db.execute(
            "select seat from seats where session_id = ?", (session_id,)
        ).fetchall()
        return [seat for (seat,) in rows]

    def seats(self, session_id: str) -> list[str]:
        rows = self._db.execute(
            "select seat from seats where session_id = ? and present", (session_id,)
        ).fetchall()
        return [seat for (seat,) in rows]

    # --- calls ----------------------------------------------------------------------------

    def call(self, any_id: str) -> Call | None:
        for column in ("crt_object_id", "interaction_id", "call_id"):
            row = self._db.execute(f"{CALLS.select} where {column} = ?", (any_id,)).fetchone()
            if row is not None:
                return CALLS.from_row(row)
        return None

    def call_of_leg(self, leg_id: str) -> Call | None:
        row = self._db.execute(
            f"{CALLS.select} join legs on legs.crt_object_id = calls.crt_object_id "
            "where legs.leg_id = ?",
            (leg_id,),
        ).fetchone()
        return None if row is None else CALLS.from_row(row)

    def queued_calls(self, contact_center_id: int) -> list[Call]:
        rows = self._db.execute(
            f"{CALLS.select} where contact_center_id = ? and call_state = 'queued' "
            # The id breaks a tie of two calls in the same millisecond: shorter means earlier.
            "order by queued_at, length(crt_object_id), crt_object_id",
            (contact_center_id,),
        ).fetchall()
        return [CALLS.from_row(row) for row in rows]

    def open_calls(self) -> list[Call]:
        rows = self._db.execute(f"{CALLS.select} where call_state <> 'ended'").fetchall()
        return [CALLS.from_row(row) for row in rows]

    def legs(self, crt_object_id: str) -> list[Leg]:
        rows = self._db.execute(
            f"{LEGS.select} where crt_object_id = ? order by created_at, length(leg_id), leg_id",
            (crt_object_id,),
        ).fetchall()
        return [LEGS.from_row(row) for row in rows]

    def leg(self, leg_id: str) -> Leg | None:
        row = self._db.execute(f"{LEGS.select} where leg_id = ?", (leg_id,)).fetchone()
        return None if row is None else LEGS.from_row(row)

    def unended_legs(self) -> list[Leg]:
        rows = self._db.execute(f"{LEGS.select} where state <> 'ended'").fetchall()
        return [LEGS.from_row(row) for row in rows]

    def associations(self, crt_object_id: str) -> list[Association]:
        rows = self._db.execute(
            f"{ASSOCIATIONS.select} where crt_object_id = ? "
            "order by created_at, length(association_id), association_id",
            (crt_object_id,),
        ).fetchall()
        return [ASSOCIATIONS.from_row(row) for row in rows]

    def association(self, association_id: str) -> Association | None:
        row = self._db.execute(
            f"{ASSOCIATIONS.select} where association_id = ?", (association_id,)
        ).fetchone()
        return None if row is None else ASSOCIATIONS.from_row(row)

    def open_associations(self, session_id: str) -> list[Association]:
        rows = self._db.execute(
            f"{ASSOCIATIONS.select} where session_id = ? and state <> 'disposed' "
            "order by created_at, length(association_id), association_id",
            (session_id,),
        ).fetchall()
        return [ASSOCIATIONS.from_row(row) for row in rows]

    def association_with(self, session_id: str, crt_object_id: str) -> Association | None:
        mine = [a for a in self.associations(crt_object_id) if a.session_id == session_id]
        return mine[-1] if mine else None

    def recent_calls(
        self, contact_center_id: int, session_id: str | None, limit: int
    ) -> list[tuple[Call, Association | None]]:
        if session_id is None:
            rows = self._db.execute(
                f"{CALLS.select} where contact_center_id = ? "
                "order by (call_state = 'ended'), created_at desc, crt_object_id desc limit ?",
                (contact_center_id, limit),
            ).fetchall()
            return [(CALLS.from_row(row), None) for row in rows]
        rows = self._db.execute(
            f"{ASSOCIATIONS.select} where session_id = ? "
            "order by (state = 'disposed'), created_at desc, association_id desc limit ?",
            (session_id, limit),
        ).fetchall()
        found: dict[str, tuple[Call, Association | None]] = {}
        for association in map(ASSOCIATIONS.from_row, rows):
            call = self.call(association.crt_object_id)
            if call is not None and call.crt_object_id not in found:
                found[call.crt_object_id] = (call, association)
        return list(found.values())

    # --- customers ------------------------------------------------------------------------

    def customer(self, process_id: int, customer_id: int) -> Customer | None:
        row = self._db.execute(
            f"{CUSTOMERS.select} where process_id = ? and customer_id = ?",
            (process_id, customer_id),
        ).fetchone()
        return None if row is None else CUSTOMERS.from_row(row)

    def customer_by_searchable(self, process_id: int, value: str) -> Customer | None:
        row = self._db.execute(
            f"{CUSTOMERS.select} join customer_searchables s "
            "on s.process_id = customers.process_id and s.customer_id = customers.customer_id "
            "where s.process_id = ? and s.value = ? order by customers.touched_at desc limit 1",
            (process_id, value),
        ).fetchone()
        return None if row is None else CUSTOMERS.from_row(row)

    # --- callbacks ------------------------------------------------------------------------

    def callback(self, callback_id: str) -> Callback | None:
        row = self._db.execute(
            f"{CALLBACKS.select} where callback_id = ?", (callback_id,)
        ).fetchone()
        return None if row is None else CALLBACKS.from_row(row)

    def due_callbacks(self, contact_center_id: int) -> list[Callback]:
        rows = self._db.execute(
            f"{CALLBACKS.select} where contact_center_id = ? and state = 'due' order by due_at",
            (contact_center_id,),
        ).fetchall()
        return [CALLBACKS.from_row(row) for row in rows]

    def callbacks(self, contact_center_id: int, user_id: str | None) -> list[Callback]:
        rows = self._db.execute(
            f"{CALLBACKS.select} where contact_center_id = ? and state <> 'dialled' "
            "order by (due_at is null), due_at, callback_id",
            (contact_center_id,),
        ).fetchall()
        found = [CALLBACKS.from_row(row) for row in rows]
        return [c for c in found if user_id is None or c.user_id in (None, user_id)]

    # --- streams --------------------------------------------------------------------------

    def last_seq(self, stream: str) -> int:
        centre = _contact_center_of(stream)
        if centre is not None:
            row = self._db.execute(
                f"select max(fact_id) from facts where contact_center_id = ?{self._settled_facts}",
                (centre,),
            ).fetchone()
        else:
            row = self._db.execute(
                "select max(last_seq) from streams where stream = ?", (stream,)
            ).fetchone()
        return int(row[0] or 0)

    def oldest_seq(self, stream: str) -> int:
        centre = _contact_center_of(stream)
        if centre is not None:
            row = self._db.execute(
                "select min(fact_id) from facts where contact_center_id = ?", (centre,)
            ).fetchone()
        else:
            row = self._db.execute(
                "select min(seq) from stream_events where stream = ?", (stream,)
            ).fetchone()
        return self.last_seq(stream) + 1 if row[0] is None else int(row[0])

    def events_after(self, stream: str, seq: int, limit: int) -> list[StoredEvent]:
        centre = _contact_center_of(stream)
        if centre is not None:
            # A contact centre hears every fact that some session heard, numbered by the fact.
            rows = self._db.execute(
                "select f.fact_id, f.name, f.body from facts f "
                f"where f.contact_center_id = ? and f.fact_id > ? and f.heard{self._settled_facts} "
                "order by f.fact_id limit ?",
                (centre, seq, limit),
            ).fetchall()
        else:
            rows = self._db.execute(
                "select e.seq, f.name, f.body from stream_events e "
                "join facts f on f.fact_id = e.fact_id "
                "where e.stream = ? and e.seq > ? order by e.seq limit ?",
                (stream, seq, limit),
            ).fetchall()
        return [
            StoredEvent(stream, number, event_from_record(name, json.loads(body)))
            for number, name, body in rows
        ]

    def history(self, crt_object_id: str) -> list[HistoryEntry]:
        rows = self._db.execute(
            "select at, name, body from facts where crt_object_id = ? order by fact_id",
            (crt_object_id,),
        ).fetchall()
        return [HistoryEntry(at, name, json.loads(body)) for at, name, body in rows]

    # --- line and timers ------------------------------------------------------------------

    def line_up(self) -> bool:
        row = self._db.execute("select up from line_health where line = 'main'").fetchone()
        return row is not None and bool(row[0])

    def line_rows(
        self, states: Sequence[LineRowState], crt_object_id: str | None = None
    ) -> list[LineRow]:
        marks = ", ".join("?" * len(states))
        where, values = f"state in ({marks})", [s.value for s in states]
        if crt_object_id is not None:
            where, values = f"crt_object_id = ? and {where}", [crt_object_id, *values]
        return self._line_rows(f"where {where} order by row_id", values)

    def _line_rows(self, rest: str, values: Sequence[object]) -> list[LineRow]:
        rows = self._db.execute(f"select {_LINE_COLUMNS} from line_rows {rest}", values).fetchall()
        return [
            LineRow(
                row_id=row[0],
                crt_object_id=row[1],
                command=command_from_record(row[2], row[3]),
                state=LineRowState(row[4]),
                created_at=row[5],
                after_leg=row[6],
                not_before=row[7],
                deadline=row[8],
            )
            for row in rows
        ]

    def due_timers(self, now: int, limit: int) -> list[Timer]:
        rows = self._db.execute(
            "select kind, subject, due from timers where due <= ? order by due limit ?",
            (now, limit),
        ).fetchall()
        return [Timer(TimerKind(kind), subject, due) for kind, subject, due in rows]

    def next_timer_due(self) -> int | None:
        row = self._db.execute("select min(due) from timers").fetchone()
        return None if row[0] is None else int(row[0])


def _contact_center_of(stream: str) -> int | None:
    kind, _, rest = stream.partition(":")
    return int(rest) if kind == "contact_center" else None
