"""How much of each kind there is, for the metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from screenpop.adapters.store.connection import Connection

__all__ = ["CountReader", "Counts"]


@dataclass(frozen=True, slots=True)
class Counts:
    """What there is at one moment, in all contact centres."""

    line_up: bool
    outbox_pending: int
    #: When the oldest pending row of the line's outbox was written, epoch ms; ``None``: none is.
    outbox_oldest: int | None
    #: Live sessions by state.
    sessions: Mapping[str, int]
    #: Open calls by state.
    calls: Mapping[str, int]
    #: Timers that were due before the moment asked for.
    timers_overdue: int
    #: Deliveries that are not delivered, by state.
    deliveries: Mapping[str, int]


class CountReader:
    """Counts rows; each statement reads an index of what is open, never what is over."""

    _db: Connection

    def counts(self, overdue_before: int) -> Counts:
        """Return what there is; timers due before ``overdue_before`` (epoch ms) are overdue."""
        up = self._db.execute("select up from line_health where line = 'main'").fetchone()
        pending, oldest = self._db.execute(
            "select count(*), min(created_at) from line_rows where state = 'pending'"
        ).fetchone()
        (overdue,) = self._db.execute(
            "select count(*) from timers where due < ?", (overdue_before,)
        ).fetchone()
        return Counts(
            line_up=up is not None and bool(up[0]),
            outbox_pending=int(pending),
            outbox_oldest=None if oldest is None else int(oldest),
            sessions=self._by_state(
                "select state, count(*) from sessions where ended_at is null group by state"
            ),
            calls=self._by_state(
                "select call_state, count(*) from calls where call_state <> 'ended' "
                "group by call_state"
            ),
            timers_overdue=int(overdue),
            deliveries=self._by_state(
                "select state, count(*) from deliveries where state <> 'delivered' group by state"
            ),
        )

    def _by_state(self, statement: str) -> dict[str, int]:
        return {str(state): int(number) for state, number in self._db.execute(statement).fetchall()}
