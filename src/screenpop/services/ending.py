"""Leaving calls: what an agent's or a customer's going means for everyone (contract 3.5, 6)."""

from __future__ import annotations

from screenpop.domain.association import TALKING, Association, AssociationState, AssociationType
from screenpop.domain.call import Call, CallState, Invitation, Leg, LegState, SystemDisposition
from screenpop.ports.store import Transaction
from screenpop.services import calls, invitations, stay

__all__ = ["customer_left", "fail_agent_leg", "leave_call"]


def leave_call(
    tx: Transaction,
    call: Call,
    association: Association,
    now: int,
    *,
    reason: str | None = None,
    outcome: SystemDisposition | None = None,
    hangup_cause: int | None = None,
) -> tuple[Call, Association]:
    """End this agent's part, and the call unless somebody else keeps it up or takes it over.

    ``outcome`` is the system disposition if the call was never connected; a call that was
    connected ends ``CONNECTED``, whoever hung up.
    """
    if association.state not in TALKING:
        return call, association
    heir = _heir(tx, call, association, now)
    if heir is not None:
        target = invitations.target_of(tx, call, heir)
        return call, invitations.hand_over(tx, call, association, target, now)
    if calls.staying(tx, call, association):
        leg = tx.leg(association.leg_id)
        if leg is not None:
            calls.hang_up_leg(tx, leg, now)
        return call, stay.end(tx, call, association, now, reason)
    connected = call.connected_at is not None
    if call.call_state is not CallState.ENDED:
        final = SystemDisposition.CONNECTED if connected else outcome or SystemDisposition.FAILED
        call = calls.end_call(tx, call, now, final, hangup_cause)
        _drop_offers(tx, call, association, now)
    if association.connected_at is not None:
        return call, stay.end(tx, call, association, now, reason)
    failure = reason or "agent.hung.up"
    return call, stay.fail(tx, call, association, now, failure, call.system_disposition)


def _heir(tx: Transaction, call: Call, association: Association, now: int) -> Leg | None:
    """Return the leg that takes this agent's place, if a transfer is under way.

    A blind transfer goes on without the agent; a consulted party that has answered takes over.
    """
    pending = invitations.pending_of(tx, call, association)
    if pending is None or pending.invitation is Invitation.CONFERENCE:
        return None
    if pending.invitation is Invitation.CONSULT:
        if pending.state is not LegState.UP:
            return None
        invitations.complete_consult(tx, call, pending, now)
    return pending


def _drop_offers(tx: Transaction, call: Call, leaving: Association, now: int) -> None:
    """End what other agents were still being offered of a call that is over."""
    for other in tx.associations(call.crt_object_id):
        if other.association_id != leaving.association_id and other.state in TALKING:
            over = stay.fail(tx, call, other, now, "caller.gave.up", call.system_disposition)
            stay.dispose(tx, call, over, now, stay.APPLICATION_DISPOSED)


def customer_left(
    tx: Transaction, call: Call, outcome: SystemDisposition, hangup_cause: int | None, now: int
) -> None:
    """End a call whose customer is gone or was never reached, for each of its agents.

    A dial that failed and a talk that ended are wrapped; an offer that nobody answered is not.
    """
    call = calls.end_call(tx, call, now, outcome, hangup_cause)
    associations = tx.associations(call.crt_object_id)
    open_to_nobody = all(a.state is AssociationState.DISPOSED for a in associations)
    if call.connected_at is None and open_to_nobody:
        tx.add_history(call.crt_object_id, now, "call.abandoned", {})
    for association in associations:
        if association.state not in TALKING:
            continue
        if association.connected_at is not None:
            stay.start_wrap(tx, call, stay.end(tx, call, association, now), now)
        elif association.association_type is AssociationType.MANUAL_DIAL:
            failed = stay.fail(tx, call, association, now, "customer.not.reached", outcome)
            stay.start_wrap(tx, call, failed, now)
        else:
            failed = stay.fail(tx, call, association, now, "caller.gave.up", outcome)
            stay.dispose(tx, call, failed, now, stay.APPLICATION_DISPOSED)


def fail_agent_leg(tx: Transaction, call: Call, association: Association, now: int) -> None:
    """End a dial whose agent could not be reached: no customer's telephone rang, no wrap."""
    call, failed = leave_call(
        tx,
        call,
        association,
        now,
        reason="agent.leg.failed",
        outcome=SystemDisposition.ATTEMPT_FAILED,
    )
    stay.dispose(tx, call, failed, now, stay.APPLICATION_DISPOSED)
