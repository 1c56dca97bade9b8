"""Drafts of notes as rows."""

from __future__ import annotations

from screenpop.adapters.store.connection import Connection
from screenpop.adapters.store.rows import RowCodec
from screenpop.domain.draft import NoteDraft

__all__ = ["DraftRowsReader", "DraftRowsWriter"]

_DRAFTS = RowCodec(NoteDraft, "note_drafts", ["crt_object_id", "user_id"])
_SAVE = (
    f"{_DRAFTS.insert} on conflict (crt_object_id, user_id) do update set "
    "notes = excluded.notes, saved_at = excluded.saved_at"
)


class DraftRowsReader:
    """See :class:`~screenpop.ports.draft_store.DraftReader`."""

    _db: Connection

    def drafts(self, contact_center_id: int, user_id: str, limit: int) -> list[NoteDraft]:
        rows = self._db.execute(
            f"{_DRAFTS.select} where contact_center_id = ? and user_id = ? "
            "order by saved_at desc limit ?",
            (contact_center_id, user_id, limit),
        ).fetchall()
        return [_DRAFTS.from_row(row) for row in rows]


class DraftRowsWriter:
    """See :class:`~screenpop.ports.draft_store.DraftWriter`."""

    _db: Connection
    wrote: bool

    def save_draft(self, draft: NoteDraft) -> None:
        self.wrote = True
        self._db.execute(_SAVE, _DRAFTS.insert_values(draft))

    def forget_draft(self, crt_object_id: str, user_id: str) -> None:
        self.wrote = True
        self._db.execute(
            "delete from note_drafts where crt_object_id = ? and user_id = ?",
            (crt_object_id, user_id),
        )

    def forget_drafts_before(self, saved_before: int) -> None:
        self.wrote = True
        self._db.execute("delete from note_drafts where saved_at < ?", (saved_before,))
