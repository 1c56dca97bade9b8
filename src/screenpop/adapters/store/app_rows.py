"""What apps have of sessions, and what was decided about their frames (contract 2, 3)."""

from __future__ import annotations

from collections.abc import Sequence

from screenpop.adapters.store.connection import Connection
from screenpop.adapters.store.rows import RowCodec
from screenpop.domain.pop import AppSession, Pop

__all__ = ["AppReader", "AppWriter"]

_APP_SESSIONS = RowCodec(AppSession, "app_sessions", ["session_id", "app_id"])
_SAVE_APP_SESSION = (
    f"{_APP_SESSIONS.insert} on conflict (session_id, app_id) do update set "
    "minted_session_id = excluded.minted_session_id, minted_seat = excluded.minted_seat, "
    "crm_session_id = excluded.crm_session_id"
)
_POPS = RowCodec(Pop, "pops", ["subject", "app_id"])


class AppReader:
    """The part of :class:`~screenpop.ports.store.Reader` that is about apps."""

    _db: Connection

    def app_session(self, session_id: str, app_id: str) -> AppSession | None:
        row = self._db.execute(
            f"{_APP_SESSIONS.select} where session_id = ? and app_id = ?", (session_id, app_id)
        ).fetchone()
        return None if row is None else _APP_SESSIONS.from_row(row)

    def app_sessions(self, session_id: str) -> list[AppSession]:
        rows = self._db.execute(
            f"{_APP_SESSIONS.select} where session_id = ? order by app_id", (session_id,)
        ).fetchall()
        return [_APP_SESSIONS.from_row(row) for row in rows]

    def pops_of(self, subject: str) -> list[Pop]:
        return self._pops("where subject = ?", (subject,))

    def pops_of_call(self, crt_object_id: str) -> list[Pop]:
        return self._pops("where crt_object_id = ?", (crt_object_id,))

    def open_call_pops(self, session_id: str) -> list[Pop]:
        return self._pops(
            "join associations a on a.association_id = pops.subject "
            "where a.session_id = ? and a.state <> 'disposed' and pops.popped_at is not null",
            (session_id,),
        )

    def pop_by_instance(self, session_id: str, instance_id: str) -> Pop | None:
        found = self._pops("where session_id = ? and instance_id = ?", (session_id, instance_id))
        return found[0] if found else None

    def _pops(self, rest: str, values: Sequence[object]) -> list[Pop]:
        rows = self._db.execute(
            f"{_POPS.select} {rest} order by decided_at, subject, position, pops.app_id", values
        ).fetchall()
        return [_POPS.from_row(row) for row in rows]


class AppWriter(AppReader):
    """The part of :class:`~screenpop.ports.store.Transaction` that is about apps."""

    wrote: bool

    def save_app_session(self, row: AppSession) -> None:
        self.wrote = True
        self._db.execute(_SAVE_APP_SESSION, _APP_SESSIONS.insert_values(row))
        if row.minted_session_id is not None:
            self._db.execute(
                "insert into session_ids (any_id, contact_center_id, session_id, app_id) "
                "values (?, ?, ?, ?) on conflict (any_id) do nothing",
                (row.minted_session_id, row.contact_center_id, row.session_id, row.app_id),
            )
        if row.minted_seat is not None:
            # Never present: only the session's own seat is the agent's present one.
            self._db.execute(
                "insert into seats (seat, contact_center_id, session_id, present) "
                "values (?, ?, ?, ?) on conflict (seat) do nothing",
                (row.minted_seat, row.contact_center_id, row.session_id, False),
            )

    def forget_app(self, app_id: str) -> None:
        self.wrote = True
        minted = "(select minted_seat from app_sessions where app_id = ?)"
        # The CRM's session stays, so that it is told when ours ends.
        cut = "update app_sessions set minted_session_id = null, minted_seat = null"
        for statement in (
            f"delete from seats where seat in {minted}",
            "delete from session_ids where app_id = ?",
            f"{cut} where app_id = ?",
            "delete from pops where app_id = ? and point = 'login'",
        ):
            self._db.execute(statement, (app_id,))

    def add_pops(self, pops: Sequence[Pop]) -> None:
        self.wrote = True
        self._db.executemany(_POPS.insert, [_POPS.insert_values(pop) for pop in pops])

    def save_pop(self, pop: Pop) -> None:
        self.wrote = True
        self._db.execute(_POPS.update, _POPS.update_values(pop))
