"""What happens when time runs out (design 2.7).

A timer is a hint to look: each handler checks that what it was set for still holds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from screenpop.domain.association import AssociationState, AssociationType
from screenpop.domain.call import CallState, Invitation, LegState, SystemDisposition
from screenpop.ports.ids import Draw
from screenpop.ports.store import Timer, TimerKind, Transaction
from screenpop.services import (
    agent,
    callbacks,
    calls,
    ending,
    invitations,
    queue_limits,
    queueing,
    sessions,
    stay,
)

__all__ = ["RETENTION_INTERVAL", "fire_due"]

_SETTING_UP = (AssociationState.INITIATED, AssociationState.RINGING)

RETENTION_INTERVAL = 3_600_000
#: Events are kept this long, and at most so many per stream (design 2.5).
_EVENTS_KEPT = 7 * 24 * 3_600_000
_EVENTS_PER_STREAM = 10_000
#: Replies are kept for copies of their commands (contract 5: at least 24 h).
_REPLIES_KEPT = 25 * 3_600_000


def fire_due(tx: Transaction, limit: int, now: int, ids: Draw) -> int:
    """Handle what is due; return how many timers were."""
    due = tx.due_timers(now, limit)
    for timer in due:
        tx.cancel_timer(timer.kind, timer.subject)
        _HANDLERS[timer.kind](tx, timer.subject, now, ids)
    return len(due)


def _agent_ring(tx: Transaction, association_id: str, now: int, ids: Draw) -> None:
    association = tx.association(association_id)
    if association is None or association.state not in _SETTING_UP:
        return
    leg = tx.leg(association.leg_id)
    call = tx.call(association.crt_object_id)
    if leg is None or call is None or leg.state is LegState.UP:
        return
    if association.association_type is AssociationType.MANUAL_DIAL:
        ending.fail_agent_leg(tx, call, association, now)
    elif leg.invitation is not None:
        invitations.failed(tx, call, leg, now, "agent.no.answer", settle=False)
        agent.put_on_break(tx, association.session_id, now, agent.MISSED_CALL)
    else:
        calls.hang_up_leg(tx, leg, now)
        queueing.take_back(tx, call, association, now, "agent.no.answer", settle=False)
        # Else the longest-idle rule would offer this agent every next call.
        agent.put_on_break(tx, association.session_id, now, agent.MISSED_CALL)
    queueing.offer_waiting(tx, call.contact_center_id, now, ids)


def _customer_ring(tx: Transaction, crt_object_id: str, now: int, ids: Draw) -> None:  # noqa: ARG001
    call = tx.call(crt_object_id)
    if call is None or call.call_state is not CallState.RINGING:
        return
    leg = tx.leg(call.customer_leg_id)
    if leg is not None and leg.state in (LegState.PENDING, LegState.RINGING):
        ending.customer_left(tx, call, SystemDisposition.NO_ANSWER, None, now)


def _party_ring(tx: Transaction, leg_id: str, now: int, ids: Draw) -> None:  # noqa: ARG001
    leg, call = tx.leg(leg_id), tx.call_of_leg(leg_id)
    if leg is None or call is None or leg.state not in (LegState.PENDING, LegState.RINGING):
        return
    if leg.invitation is Invitation.OVERFLOW:
        queue_limits.overflow_failed(tx, call, leg, now)
    elif leg.invited_by is not None:
        invitations.failed(tx, call, leg, now, invitations.TRANSFER_FAILED)


def _queue_wait(tx: Transaction, crt_object_id: str, now: int, ids: Draw) -> None:
    queue_limits.look(tx, crt_object_id, now, ids)


def _wrap(tx: Transaction, association_id: str, now: int, ids: Draw) -> None:
    association = tx.association(association_id)
    if association is None or association.state is not AssociationState.WRAP:
        return
    if association.wrap_ends_at is None or association.wrap_ends_at > now:
        return
    call = tx.call(association.crt_object_id)
    if call is not None:
        stay.dispose(tx, call, association, now, stay.WRAP_TIMEOUT)
        queueing.offer_waiting(tx, call.contact_center_id, now, ids)


def _callback(tx: Transaction, callback_id: str, now: int, ids: Draw) -> None:
    callbacks.look(tx, callback_id, now, ids)


def _session(tx: Transaction, session_id: str, now: int, ids: Draw) -> None:
    sessions.expire(tx, session_id, now, ids)


def _retention(tx: Transaction, subject: str, now: int, ids: Draw) -> None:  # noqa: ARG001
    tx.forget_before(now - _EVENTS_KEPT, now - _REPLIES_KEPT, _EVENTS_PER_STREAM)
    tx.set_timer(Timer(TimerKind.RETENTION, "", now + RETENTION_INTERVAL))


_HANDLERS: Final[dict[TimerKind, Callable[[Transaction, str, int, Draw], None]]] = {
    TimerKind.AGENT_RING: _agent_ring,
    TimerKind.CUSTOMER_RING: _customer_ring,
    TimerKind.PARTY_RING: _party_ring,
    TimerKind.QUEUE_WAIT: _queue_wait,
    TimerKind.WRAP: _wrap,
    TimerKind.CALLBACK: _callback,
    TimerKind.SESSION: _session,
    TimerKind.RETENTION: _retention,
}
