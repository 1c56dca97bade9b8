"""Look-ups and changes as several nodes make them at once; see ``locks``.

What a use case loads to decide upon is locked and then read again, so that it sees what the
transaction before it left behind.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

from screenpop.adapters.store.connection import ConfigurationHolder
from screenpop.adapters.store.postgres.connection import PgConnection
from screenpop.adapters.store.postgres.locks import Locks, MovedError, Share
from screenpop.adapters.store.sql_reader import SqlReader
from screenpop.adapters.store.sql_transaction import SqlTransaction
from screenpop.domain.association import Association
from screenpop.domain.call import Call, CallState, Leg
from screenpop.domain.callback import Callback
from screenpop.domain.configuration import Configuration
from screenpop.domain.customer import Customer
from screenpop.domain.delivery import Delivery
from screenpop.domain.session import AgentSession
from screenpop.ports.store import BoundReply, FoundSession, LineRow, LineRowState, Timer, TimerKind

__all__ = ["ConfigurationMovedError", "PgReader", "PgTransaction"]

_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_CLAIM: Final = (
    "insert into replies (session_id, key_space, request_id, fingerprint, form, result, "
    "created_at) values (?, ?, ?, '', '', '', 0) on conflict do nothing"
)
_BIND: Final = (
    "insert into replies (session_id, key_space, request_id, fingerprint, form, result, "
    "created_at) values (?, ?, ?, ?, ?, ?, ?) "
    "on conflict (session_id, key_space, request_id) do update set "
    "fingerprint = excluded.fingerprint, form = excluded.form, result = excluded.result, "
    "created_at = excluded.created_at"
)
_FIND_SESSION: Final = (
    "select s.session_id, s.contact_center_id from session_ids i "
    "join sessions s on s.session_id = i.session_id where i.any_id = ?"
)
#: Whose call a timer is about, by its kind.
_CALL_OF_TIMER: Final = {
    TimerKind.AGENT_RING: "associations where association_id",
    TimerKind.WRAP: "associations where association_id",
    TimerKind.CUSTOMER_RING: "calls where crt_object_id",
    TimerKind.QUEUE_WAIT: "calls where crt_object_id",
    TimerKind.PARTY_RING: "legs where leg_id",
}
#: Milliseconds by the one clock that all nodes share.
_NOW: Final = "(extract(epoch from clock_timestamp()) * 1000)::bigint"
_LEASE: Final = f"select owner, epoch, until > {_NOW} from leases where name = ?"


class ConfigurationMovedError(MovedError):
    """Another node has changed the configuration; the use case must see that first."""


class PgReader(SqlReader):
    """Looks things up on a consistent state that is committed."""

    _settled_facts = " and written_by < pg_snapshot_xmin(pg_current_snapshot())"


class PgTransaction(SqlTransaction):
    """Changes things while other nodes do."""

    _db: PgConnection

    def __init__(
        self, connection: PgConnection, holder: ConfigurationHolder, share: Share = Share.SHARED
    ) -> None:
        """Hold contact centres with ``share``."""
        super().__init__(connection, holder)
        self.locks = Locks(connection, share, self._forget_all)

    # --- sessions -------------------------------------------------------------------------

    def find_session(self, any_id: str) -> FoundSession | None:
        row = self._db.execute(_FIND_SESSION, (any_id,)).fetchone()
        if row is None:
            return None
        self.locks.agent(row[0], row[1])
        return super().find_session(any_id)

    def session(self, session_id: str) -> AgentSession | None:
        found = super().session(session_id)
        if found is None or self.locks.holds_session(session_id, found.contact_center_id):
            return found
        if self.locks.nothing:
            self.locks.agent(session_id, found.contact_center_id)
        else:
            self.locks.session(session_id, found.contact_center_id)
        return super().session(session_id)

    def live_session_of(self, user_id: str) -> AgentSession | None:
        found = super().live_session_of(user_id)
        if found is None:
            return None
        held = self.session(found.session_id)
        return held if held is not None and held.ended_at is None else None

    def live_sessions(self, contact_center_id: int | None = None) -> list[AgentSession]:
        if contact_center_id is None:
            self.locks.enter_every()
        else:
            self.locks.need_alone(contact_center_id)
        return super().live_sessions(contact_center_id)

    def ready_sessions(self, contact_center_id: int) -> list[AgentSession]:
        self.locks.enter(contact_center_id)
        found = super().ready_sessions(contact_center_id)
        if found:
            self.locks.need_alone(contact_center_id)
        return found

    def add_session(self, session: AgentSession) -> None:
        self.locks.enter(session.contact_center_id)
        super().add_session(session)
        self.locks.own_session(session.session_id)

    def save_session(self, session: AgentSession) -> None:
        if not self.locks.holds_session(session.session_id, session.contact_center_id):
            self.locks.need_alone(session.contact_center_id)
        super().save_session(session)

    def see_sessions(self, seen: Mapping[str, int]) -> None:
        super().see_sessions(dict(sorted(seen.items())))

    # --- calls ----------------------------------------------------------------------------

    def call(self, any_id: str) -> Call | None:
        found = super().call(any_id)
        if found is None or self.locks.holds_call(found.crt_object_id, found.contact_center_id):
            return found
        if self.locks.any_session:
            # Every open call of a session that acts is held with it: what is not is only
            # looked at, to refuse; a change of it would be refused by save_call.
            return found
        self.locks.call(found.crt_object_id, found.contact_center_id)
        return super().call(found.crt_object_id)

    def call_of_leg(self, leg_id: str) -> Call | None:
        found = super().call_of_leg(leg_id)
        if found is None or self._hold_call_of(found):
            return found
        return super().call_of_leg(leg_id)

    def leg(self, leg_id: str) -> Leg | None:
        found = super().leg(leg_id)
        if found is None or self._hold_call_of(found):
            return found
        return super().leg(leg_id)

    def association(self, association_id: str) -> Association | None:
        found = super().association(association_id)
        if found is None or self._hold_call_of(found):
            return found
        return super().association(association_id)

    def _hold_call_of(self, found: Call | Leg | Association) -> bool:
        """Hold the call; tell whether it was held, so that what was read is the present."""
        if self.locks.holds_call(found.crt_object_id, found.contact_center_id):
            return True
        self.locks.call(found.crt_object_id, found.contact_center_id)
        return False

    def queued_calls(self, contact_center_id: int) -> list[Call]:
        self.locks.enter(contact_center_id)
        return super().queued_calls(contact_center_id)

    def open_calls(self) -> list[Call]:
        self.locks.enter_every()
        return super().open_calls()

    def unended_legs(self) -> list[Leg]:
        self.locks.enter_every()
        return super().unended_legs()

    def add_call(self, call: Call) -> None:
        if call.call_state is CallState.QUEUED:
            self.locks.need_alone(call.contact_center_id)
        self.locks.enter(call.contact_center_id)
        super().add_call(call)
        self.locks.own_call(call.crt_object_id)

    def save_call(self, call: Call) -> None:
        if call.call_state is CallState.QUEUED:
            self.locks.need_alone(call.contact_center_id)
        self._need_call(call)
        super().save_call(call)

    def save_leg(self, leg: Leg) -> None:
        self._need_call(leg)
        super().save_leg(leg)

    def add_association(self, association: Association) -> None:
        self._need_call(association)
        super().add_association(association)

    def save_association(self, association: Association) -> None:
        self._need_call(association)
        super().save_association(association)

    def _need_call(self, changed: Call | Leg | Association) -> None:
        if not self.locks.holds_call(changed.crt_object_id, changed.contact_center_id):
            self.locks.need_alone(changed.contact_center_id)

    # --- customers and callbacks ----------------------------------------------------------

    def touch_customer(self, customer: Customer, now: int) -> None:
        # Whoever is touched by another command at this moment is touched enough; nobody waits.
        self._write(
            "update customers set touched_at = ? where (process_id, customer_id) in "
            "(select process_id, customer_id from customers "
            "where process_id = ? and customer_id = ? for update skip locked)",
            (now, customer.process_id, customer.customer_id),
        )

    def callback(self, callback_id: str) -> Callback | None:
        found = super().callback(callback_id)
        if found is None:
            return None
        self.locks.need_alone(found.contact_center_id)
        return super().callback(callback_id)

    def due_callbacks(self, contact_center_id: int) -> list[Callback]:
        self.locks.enter(contact_center_id)
        return super().due_callbacks(contact_center_id)

    def save_callback(self, callback: Callback) -> None:
        self.locks.need_alone(callback.contact_center_id)
        super().save_callback(callback)

    # --- idempotency ----------------------------------------------------------------------

    def bound_reply(self, session_id: str, key_space: str, request_id: str) -> BoundReply | None:
        # Twins wait at the claim until the first is over, and then read its reply.  Not a write
        # that counts: what is not bound afterwards is forgotten.
        claimed = self._db.execute(_CLAIM, (session_id, key_space, request_id))
        if claimed.rowcount == 1:
            return None
        return super().bound_reply(session_id, key_space, request_id)

    def bind_reply(
        self, session_id: str, key_space: str, request_id: str, reply: BoundReply, now: int
    ) -> None:
        self._write(
            _BIND,
            (
                session_id,
                key_space,
                request_id,
                reply.fingerprint,
                reply.form,
                _dumps(dict(reply.result)),
                now,
            ),
        )

    # --- configuration --------------------------------------------------------------------

    def save_configuration(self, configuration: Configuration) -> None:
        # One after another: each is made from the one before.
        self._db.execute("select pg_advisory_xact_lock(7374)")
        row = self._db.execute("select max(version) from configurations").fetchone()
        if row is not None and (row[0] or 0) > self.configuration.version:
            raise ConfigurationMovedError
        super().save_configuration(configuration)

    # --- deliveries, line and timers ------------------------------------------------------

    def delivery(self, delivery_id: str) -> Delivery | None:
        self._db.execute(
            "select 1 from deliveries where delivery_id = ? for update", (delivery_id,)
        )
        return super().delivery(delivery_id)

    def _line_rows(self, rest: str, values: Sequence[object]) -> list[LineRow]:
        # The owner marks rows as attempted while others drop the dials of their calls.
        return super()._line_rows(f"{rest} for update of line_rows", values)

    def set_line_rows(self, row_ids: Sequence[int], state: LineRowState) -> None:
        super().set_line_rows(sorted(row_ids), state)

    def due_timers(self, now: int, limit: int) -> list[Timer]:
        """Return the timer that is due first, its subject held; ``limit`` is not used up."""
        found = super().due_timers(now, min(limit, 1))
        for timer in found:
            self._hold_subject(timer)
        if not found:
            return []
        row = self._db.execute(
            "select due from timers where kind = ? and subject = ? and due <= ?",
            (found[0].kind.value, found[0].subject, now),
        ).fetchone()
        return [Timer(found[0].kind, found[0].subject, row[0])] if row else []

    def _hold_subject(self, timer: Timer) -> None:
        table = _CALL_OF_TIMER.get(timer.kind)
        if table is not None:
            row = self._db.execute(
                f"select crt_object_id, contact_center_id from {table} = ?", (timer.subject,)
            ).fetchone()
            if row is not None:
                self.locks.call(*row)
        elif timer.kind is TimerKind.SESSION:
            self.session(timer.subject)
        elif timer.kind is TimerKind.CALLBACK:
            self.callback(timer.subject)

    # --- ownership ------------------------------------------------------------------------

    def take_lease(self, name: str, owner: str, milliseconds: int) -> int | None:
        """Own something until that much later, by the database's clock; return the epoch.

        ``None``: somebody else owns it.  A new owner has a new epoch.
        """
        row = self._db.execute(_LEASE, (name,)).fetchone()
        if row is not None and row[2] and row[0] != owner:
            return None
        if row is None:
            self._write(
                "insert into leases (name, owner, epoch, until) values (?, '', 0, 0) "
                "on conflict (name) do nothing",
                (name,),
            )
        elif row[2]:
            # Longer still: a change of no key, which does not wait for those who trust in it.
            kept = self._write(
                f"update leases set until = {_NOW} + ? where name = ? and epoch = ?",
                (milliseconds, name, row[1]),
            )
            return int(row[1]) if kept.rowcount else None
        # It is free.  Whoever acts for the last owner at this moment is waited for.
        row = self._db.execute(f"{_LEASE} for update", (name,)).fetchone()
        if row is None or row[2]:
            return None
        self._write(
            f"update leases set owner = ?, epoch = epoch + 1, until = {_NOW} + ? where name = ?",
            (owner, milliseconds, name),
        )
        return int(row[1]) + 1

    def leave_lease(self, name: str, owner: str, epoch: int) -> None:
        """Let the next one have it at once."""
        self._write(
            "update leases set until = 0 where name = ? and owner = ? and epoch = ?",
            (name, owner, epoch),
        )

    def owns(self, name: str, epoch: int) -> bool:
        """Tell whether this epoch lasts, and let it last until this transaction is over."""
        row = self._db.execute(
            "select epoch from leases where name = ? for key share", (name,)
        ).fetchone()
        return row is not None and row[0] == epoch
