"""Making our calls and the line's legs agree again (design 2.6, 2.7).

After a start or a lost connection the line tells what lives on it.  What we missed is worked
out as the reports we would have had, so that recovery has no rules of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from screenpop.domain.call import Call, CallState, Leg, LegState
from screenpop.ports.ids import Draw
from screenpop.ports.store import LineRow, LineRowState, Timer, TimerKind, Transaction
from screenpop.ports.telephony import (
    CallOffered,
    DialNumber,
    HangUp,
    LegAnswered,
    LegEnded,
    LegRinging,
    LegsConnected,
    LineEvent,
    LiveLeg,
    RingAgent,
)
from screenpop.services import calls

__all__ = ["reports_missed", "resume_after_start"]

#: After a crash an accepted dial is still sent when it is not older than this (contract 5).
_DIAL_LIMIT_AFTER_START = 30_000


def resume_after_start(tx: Transaction, command: None, now: int, ids: Draw) -> None:  # noqa: ARG001
    """Take up what the last run of this installation left behind.

    The line counts as down until it says otherwise; keep-alive deadlines begin anew, for nobody
    could reach us meanwhile; dials that had not reached the line get the longer limit.
    """
    tx.set_line_up(up=False, now=now)
    for session in tx.live_sessions():
        tx.save_session(replace(session, last_seen_at=now))
    for row in tx.line_rows((LineRowState.PENDING,)):
        if isinstance(row.command, (RingAgent, DialNumber)):
            deadline = row.created_at + _DIAL_LIMIT_AFTER_START
            tx.set_line_deadline(row.row_id, deadline)
            _ring_until(tx, row, deadline)
    tx.set_timer(Timer(TimerKind.RETENTION, "", now))


def _ring_until(tx: Transaction, row: LineRow, deadline: int) -> None:
    """Let the telephone of a dial that may still be sent ring for its full time from then on."""
    call = tx.call(row.crt_object_id)
    if call is None:
        return
    campaign = tx.configuration.campaign_by_id[call.campaign_id]
    if isinstance(row.command, RingAgent):
        association = calls.association_of(tx, call, row.command.leg_id)
        if association is not None:
            due = deadline + campaign.agent_ring_time
            tx.set_timer(Timer(TimerKind.AGENT_RING, association.association_id, due))
    elif isinstance(row.command, DialNumber) and row.command.leg_id == call.customer_leg_id:
        due = deadline + campaign.customer_ring_time
        tx.set_timer(Timer(TimerKind.CUSTOMER_RING, call.crt_object_id, due))


def reports_missed(tx: Transaction, live: Sequence[LiveLeg], now: int) -> list[LineEvent]:
    """Return what the line would have reported, had we listened, and end legs nobody wants."""
    by_id = {leg.leg_id: leg for leg in live}
    waiting = {
        row.command.leg_id
        for row in tx.line_rows((LineRowState.PENDING,))
        if isinstance(row.command, (RingAgent, DialNumber))
    }
    _settle_attempts(tx)
    reports: list[LineEvent] = []
    known: set[str] = set()
    for call in tx.open_calls():
        for leg in tx.legs(call.crt_object_id):
            known.add(leg.leg_id)
            reports += _of_leg(tx, call, leg, by_id.get(leg.leg_id), now, waiting)
    # A call that is over may have legs whose end was never told; others wait for that.
    reports += [
        LegEnded(leg.leg_id, now)
        for leg in tx.unended_legs()
        if leg.leg_id not in by_id and leg.leg_id not in known
    ]
    for found in live:
        if found.leg_id in known:
            continue
        if found.state == "offered" and tx.leg(found.leg_id) is None:
            reports.append(CallOffered(found.leg_id, found.caller, found.dialled, now))
        else:
            tx.add_line_command("", HangUp(found.leg_id), now)
    return reports


def _settle_attempts(tx: Transaction) -> None:
    """Close attempted dials: whether they live is told by the line's list, not by the row."""
    attempted = [row.row_id for row in tx.line_rows((LineRowState.ATTEMPTED,))]
    if attempted:
        tx.set_line_rows(attempted, LineRowState.DONE)


def _of_leg(
    tx: Transaction, call: Call, leg: Leg, live: LiveLeg | None, now: int, waiting: set[str]
) -> list[LineEvent]:
    if leg.state is LegState.ENDED:
        if live is not None:
            tx.add_line_command(call.crt_object_id, HangUp(leg.leg_id), now)
        return []
    if live is None:
        never_asked = leg.state is LegState.PENDING and (
            leg.leg_id in waiting or not _was_asked(tx, call, leg)
        )
        return [] if never_asked else [LegEnded(leg.leg_id, now)]
    missed: list[LineEvent] = []
    if live.state == "up" and leg.state is not LegState.UP:
        missed.append(LegAnswered(leg.leg_id, now))
    elif live.state == "ringing" and leg.state is LegState.PENDING:
        missed.append(LegRinging(leg.leg_id, now))
    joined = live.bridge_id == call.crt_object_id and call.call_state is not CallState.CONNECTED
    if joined and leg.leg_id != call.customer_leg_id:
        missed.append(LegsConnected(call.crt_object_id, (call.customer_leg_id, leg.leg_id), now))
    return missed


def _was_asked(tx: Transaction, call: Call, leg: Leg) -> bool:
    rows = tx.line_rows((LineRowState.ATTEMPTED, LineRowState.DONE), call.crt_object_id)
    return any(
        isinstance(row.command, (RingAgent, DialNumber)) and row.command.leg_id == leg.leg_id
        for row in rows
    )
