"""Dispose pushes, sign-offs and sign-on notices as rows (design 2.6)."""

from __future__ import annotations

from collections.abc import Sequence

from screenpop.adapters.store.connection import Connection
from screenpop.adapters.store.rows import RowCodec
from screenpop.domain.delivery import Delivery, DeliveryState
from screenpop.domain.sign_on import SignOff, SignOnNotice
from screenpop.ports.bus import DELIVERIES, SIGN_OFFS

__all__ = ["CrmRowsReader", "CrmRowsWriter"]

_DELIVERIES = RowCodec(Delivery, "deliveries", ["delivery_id"])

# One step per app over the index instead of a scan of all that waits.
_APPS_WITH_PENDING = (
    "with recursive waiting(app_id) as ("
    "select min(app_id) from deliveries where state = 'pending' "
    "union all "
    "select (select min(d.app_id) from deliveries d "
    "where d.state = 'pending' and d.app_id > waiting.app_id) "
    "from waiting where waiting.app_id is not null"
    ") select app_id from waiting where app_id is not null"
)
_FIRST_OF_ITS_CALL = (
    "not exists (select 1 from deliveries before "
    "where before.crt_object_id = deliveries.crt_object_id "
    "and before.app_id = deliveries.app_id and before.state = 'pending' "
    "and before.position < deliveries.position)"
)


class CrmRowsReader:
    """See :class:`~screenpop.ports.crm_store.CrmReader`."""

    _db: Connection

    def delivery(self, delivery_id: str) -> Delivery | None:
        row = self._db.execute(
            f"{_DELIVERIES.select} where delivery_id = ?", (delivery_id,)
        ).fetchone()
        return None if row is None else _DELIVERIES.from_row(row)

    def deliveries(
        self,
        contact_center_id: int,
        limit: int,
        state: DeliveryState | None = None,
        app_id: str | None = None,
    ) -> list[Delivery]:
        where = "contact_center_id = ?"
        values: list[object] = [contact_center_id]
        if state is not None:
            where, values = f"{where} and state = ?", [*values, state.value]
        if app_id is not None:
            where, values = f"{where} and app_id = ?", [*values, app_id]
        rows = self._db.execute(
            f"{_DELIVERIES.select} where {where} "
            "order by created_at desc, crt_object_id desc, app_id, position desc limit ?",
            [*values, limit],
        ).fetchall()
        return [_DELIVERIES.from_row(row) for row in rows]

    def due_deliveries(self, now: int, limit_per_app: int) -> list[Delivery]:
        found = []
        for (app_id,) in self._db.execute(_APPS_WITH_PENDING, ()).fetchall():
            rows = self._db.execute(
                f"{_DELIVERIES.select} where state = 'pending' and app_id = ? and due <= ? "
                f"and {_FIRST_OF_ITS_CALL} order by due, created_at, delivery_id limit ?",
                (app_id, now, limit_per_app),
            ).fetchall()
            found += [_DELIVERIES.from_row(row) for row in rows]
        return found

    def last_delivery_position(self, crt_object_id: str, app_id: str) -> int:
        row = self._db.execute(
            "select max(position) from deliveries where crt_object_id = ? and app_id = ?",
            (crt_object_id, app_id),
        ).fetchone()
        return int(row[0] or 0)

    def sign_offs(self, limit_per_app: int) -> list[SignOff]:
        rows = self._db.execute(
            "select sign_off_id, app_id, crm_session_id from (select sign_offs.*, row_number() "
            "over (partition by app_id order by sign_off_id) as place from sign_offs) as placed "
            "where place <= ? order by sign_off_id",
            (limit_per_app,),
        ).fetchall()
        return [SignOff(*row) for row in rows]

    def sign_on_notices(self, session_id: str) -> list[SignOnNotice]:
        rows = self._db.execute(
            "select app_id, sentence from sign_on_notices where session_id = ? order by app_id",
            (session_id,),
        ).fetchall()
        return [SignOnNotice(*row) for row in rows]


class CrmRowsWriter(CrmRowsReader):
    """See :class:`~screenpop.ports.crm_store.CrmWriter`."""

    wrote: bool
    hints: set[str]

    def add_delivery(self, delivery: Delivery) -> None:
        self._change(_DELIVERIES.insert, _DELIVERIES.insert_values(delivery), DELIVERIES)

    def save_delivery(self, delivery: Delivery) -> None:
        self._change(_DELIVERIES.update, _DELIVERIES.update_values(delivery), DELIVERIES)

    def add_sign_off(
        self, contact_center_id: int, app_id: str, crm_session_id: str, now: int
    ) -> None:
        self._change(
            "insert into sign_offs (contact_center_id, app_id, crm_session_id, created_at) "
            "values (?, ?, ?, ?)",
            (contact_center_id, app_id, crm_session_id, now),
            SIGN_OFFS,
        )

    def drop_sign_offs(self, app_id: str, crm_session_id: str) -> None:
        self._change(
            "delete from sign_offs where app_id = ? and crm_session_id = ?",
            (app_id, crm_session_id),
        )

    def finish_sign_offs(self, sign_off_ids: Sequence[int]) -> None:
        for sign_off_id in sign_off_ids:
            self._change("delete from sign_offs where sign_off_id = ?", (sign_off_id,))

    def add_sign_on_notice(self, session_id: str, notice: SignOnNotice) -> None:
        self._change(
            "insert into sign_on_notices (session_id, contact_center_id, app_id, sentence) "
            "select session_id, contact_center_id, ?, ? from sessions where session_id = ?",
            (notice.app_id, notice.sentence, session_id),
        )

    def _change(self, statement: str, values: Sequence[object], hint: str | None = None) -> None:
        self.wrote = True
        self._db.execute(statement, values)
        if hint is not None:
            self.hints.add(hint)
