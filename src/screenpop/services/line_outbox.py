"""Line commands on their way out: dials at most once, the rest at least once (design 2.6)."""

from __future__ import annotations

from collections.abc import Sequence

from screenpop.ports.ids import Draw
from screenpop.ports.store import LineRow, LineRowState, Transaction
from screenpop.ports.telephony import DialNumber, LegEnded, RingAgent
from screenpop.services import intake

__all__ = ["claim", "finish", "is_dial"]


def is_dial(row: LineRow) -> bool:
    """Tell whether performing the row makes a telephone ring."""
    return isinstance(row.command, (RingAgent, DialNumber))


def claim(tx: Transaction, in_flight: frozenset[int], now: int, ids: Draw) -> list[LineRow]:
    """Return the rows to perform now, those in flight left out.

    The dials among them are marked *attempted* in this transaction, just before the line is
    asked: whatever happens afterwards, they are never sent again.  So they wait while the line
    is down, as after a start.  A dial that is too late is dropped, and its call hears that the
    leg is over.
    """
    ready = [r for r in tx.pending_line_rows(now, 200) if r.row_id not in in_flight]
    late = [r for r in ready if is_dial(r) and 0 < r.deadline < now]
    for row in late:
        tx.set_line_rows([row.row_id], LineRowState.DROPPED)
        if isinstance(row.command, (RingAgent, DialNumber)):
            intake.report(tx, LegEnded(row.command.leg_id, now), now, ids)
    up = tx.line_up()
    rows = [r for r in ready if r not in late and (up or not is_dial(r))]
    dials = [r.row_id for r in rows if is_dial(r)]
    if dials:
        tx.set_line_rows(dials, LineRowState.ATTEMPTED)
    return rows


def finish(tx: Transaction, row_ids: Sequence[int], now: int, ids: Draw) -> None:  # noqa: ARG001
    """Note that the line has taken these commands."""
    tx.set_line_rows(row_ids, LineRowState.DONE)
