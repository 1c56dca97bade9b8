"""What limits the wait in a queue: longest wait, closed hours, overflow number (contract 1).

A call that waited too long, or came in closed hours, goes to the queue's overflow number. Without
one, or when nobody answers there, it ends: ``CALL_HANGUP``, our side gave up (contract 3.5).
Whoever arrived before closing time is still served; an agent's offer is never cut short.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from screenpop.domain import closing
from screenpop.domain.call import (
    Call,
    CallState,
    Invitation,
    Leg,
    LegKind,
    LegState,
    SystemDisposition,
)
from screenpop.domain.configuration import Queue
from screenpop.ports.ids import Draw
from screenpop.ports.store import Timer, TimerKind, Transaction
from screenpop.ports.telephony import Connect, DialNumber, HangUp, ResumeLeg
from screenpop.services import calls

__all__ = ["enter", "is_closed", "look", "overflow_answered", "overflow_failed", "watch"]

_CLOSED: Final = "closed.hours"
_TOO_LONG: Final = "longest.wait"
#: While the line is down nothing can be dialled: look again after so many milliseconds.
_PATIENCE_WITH_LINE: Final = 1_000


def is_closed(tx: Transaction, queue: Queue, now: int) -> bool:
    """Tell whether the queue is closed, by the clocks of its contact centre."""
    if not queue.closed_hours:
        return False
    centre = tx.configuration.contact_center_by_id[queue.contact_center_id]
    zone = UTC if centre.time_zone == "UTC" else ZoneInfo(centre.time_zone)
    return closing.is_closed(queue, datetime.fromtimestamp(now / 1000, zone))


def enter(tx: Transaction, call: Call, now: int, ids: Draw) -> None:
    """Let a queued call wait as its queue allows, or send it on at once."""
    queue = _queue_of(tx, call)
    if queue is not None and is_closed(tx, queue, now):
        _leave(tx, call, queue, _CLOSED, now, ids)
    else:
        watch(tx, call)


def watch(tx: Transaction, call: Call) -> None:
    """Set the timer of a call that waits, or waits again, by the queue's present limit."""
    queue = _queue_of(tx, call)
    if queue is not None and queue.longest_wait is not None and call.queued_at is not None:
        due = call.queued_at + queue.longest_wait
        tx.set_timer(Timer(TimerKind.QUEUE_WAIT, call.crt_object_id, due))


def look(tx: Transaction, crt_object_id: str, now: int, ids: Draw) -> None:
    """Send a call on that has waited too long; one that is being offered stays."""
    call = tx.call(crt_object_id)
    if call is None or call.call_state is not CallState.QUEUED or call.queued_at is None:
        return
    queue = _queue_of(tx, call)
    if queue is None or queue.longest_wait is None:
        return
    if call.queued_at + queue.longest_wait > now:
        watch(tx, call)
    elif tx.line_up():
        _leave(tx, call, queue, _TOO_LONG, now, ids)
    else:
        due = now + _PATIENCE_WITH_LINE
        tx.set_timer(Timer(TimerKind.QUEUE_WAIT, crt_object_id, due))


def _queue_of(tx: Transaction, call: Call) -> Queue | None:
    return None if call.queue_id is None else tx.configuration.queue_by_id.get(call.queue_id)


def _leave(tx: Transaction, call: Call, queue: Queue, reason: str, now: int, ids: Draw) -> None:
    facts = {"reason": reason, "overflow": bool(queue.overflow_number)}
    tx.add_history(call.crt_object_id, now, "queue.left", facts)
    if not queue.overflow_number:
        _give_up(tx, call, now)
        return
    campaign = tx.configuration.campaign_by_id[queue.campaign_id]
    leg = Leg(
        leg_id=ids.leg_id(),
        crt_object_id=call.crt_object_id,
        contact_center_id=call.contact_center_id,
        kind=LegKind.PARTY,
        address=queue.overflow_number,
        state=LegState.PENDING,
        created_at=now,
        invitation=Invitation.OVERFLOW,
    )
    tx.save_call(replace(call, call_state=CallState.RINGING))
    tx.add_leg(leg)
    due = now + campaign.customer_ring_time
    tx.set_timer(Timer(TimerKind.PARTY_RING, leg.leg_id, due))
    tx.add_line_command(
        call.crt_object_id,
        DialNumber(leg.leg_id, call.crt_object_id, leg.address, campaign.caller_id),
        now,
        deadline=due,
    )


def overflow_answered(tx: Transaction, call: Call, leg: Leg, now: int) -> None:
    """Put the caller through to the overflow number."""
    tx.cancel_timer(TimerKind.PARTY_RING, leg.leg_id)
    if call.call_state is CallState.ENDED:
        tx.add_line_command(call.crt_object_id, HangUp(leg.leg_id), now)
        return
    if call.connected_at is not None:
        # An agent talked with the caller, who has heard music since.
        tx.add_line_command(call.crt_object_id, ResumeLeg(call.customer_leg_id), now)
    legs = (call.customer_leg_id, leg.leg_id)
    tx.add_line_command(call.crt_object_id, Connect(call.crt_object_id, legs), now)


def overflow_failed(tx: Transaction, call: Call, leg: Leg, now: int) -> None:
    """End a call whose overflow number could not be reached."""
    tx.cancel_timer(TimerKind.PARTY_RING, leg.leg_id)
    if call.call_state is not CallState.ENDED:
        tx.add_history(call.crt_object_id, now, "overflow.failed", {})
        _give_up(tx, call, now)


def _give_up(tx: Transaction, call: Call, now: int) -> None:
    connected = call.connected_at is not None
    outcome = SystemDisposition.CONNECTED if connected else SystemDisposition.CALL_HANGUP
    calls.end_call(tx, call, now, outcome)
