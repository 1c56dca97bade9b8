"""Ending calls and letting go of legs (contract 3.5, 6)."""

from __future__ import annotations

from dataclasses import replace

from screenpop.domain.association import TALKING, Association, AssociationState, AssociationType
from screenpop.domain.call import Call, CallState, Leg, LegState, SystemDisposition
from screenpop.ports.store import LineRowState, TimerKind, Transaction
from screenpop.ports.telephony import DialNumber, HangUp, RingAgent
from screenpop.services import stay

__all__ = [
    "customer_left",
    "end_call",
    "fail_agent_leg",
    "hang_up_leg",
    "leave_call",
    "others_talking",
    "was_answered",
]


def was_answered(association: Association) -> bool:
    """Tell whether agent and customer ever heard each other in this stay."""
    return association.connected_at is not None


def others_talking(tx: Transaction, association: Association) -> list[Association]:
    """Return the other agents' associations that keep the call up."""
    return [
        other
        for other in tx.associations(association.crt_object_id)
        if other.association_id != association.association_id
        and other.state in (AssociationState.CONNECTED, AssociationState.HELD)
    ]


def hang_up_leg(tx: Transaction, leg: Leg, now: int) -> None:
    """End a leg; a dial that has not reached the line yet is taken back instead."""
    if leg.state is LegState.ENDED:
        return
    if leg.state is LegState.PENDING:
        waiting = [
            row.row_id
            for row in tx.line_rows((LineRowState.PENDING,), leg.crt_object_id)
            if isinstance(row.command, (RingAgent, DialNumber)) and row.command.leg_id == leg.leg_id
        ]
        if waiting:
            tx.set_line_rows(waiting, LineRowState.DROPPED)
            tx.save_leg(replace(leg, state=LegState.ENDED, ended_at=now))
            return
    tx.add_line_command(leg.crt_object_id, HangUp(leg.leg_id), now)


def end_call(
    tx: Transaction,
    call: Call,
    now: int,
    outcome: SystemDisposition,
    hangup_cause: int | None = None,
) -> Call:
    """End the call as a whole and let go of every leg; its associations are the caller's."""
    call = replace(
        call,
        call_state=CallState.ENDED,
        system_disposition=outcome,
        hangup_cause=hangup_cause,
        ended_at=now,
    )
    associations = tx.associations(call.crt_object_id)
    if all(a.state is AssociationState.DISPOSED for a in associations):
        call = replace(call, disposed_at=now)
    tx.save_call(call)
    tx.cancel_timer(TimerKind.CUSTOMER_RING, call.crt_object_id)
    for leg in tx.legs(call.crt_object_id):
        hang_up_leg(tx, leg, now)
    return call


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
    """End this agent's part, and the call unless another agent keeps it up.

    ``outcome`` is the system disposition if the call was never connected; a call that was
    connected ends ``CONNECTED``, whoever hung up.
    """
    if association.state not in TALKING:
        return call, association
    if others_talking(tx, association):
        leg = tx.leg(association.leg_id)
        if leg is not None:
            hang_up_leg(tx, leg, now)
        return call, stay.end(tx, call, association, now, reason)
    connected = call.connected_at is not None
    if call.call_state is not CallState.ENDED:
        final = SystemDisposition.CONNECTED if connected else outcome or SystemDisposition.FAILED
        call = end_call(tx, call, now, final, hangup_cause)
    if was_answered(association):
        return call, stay.end(tx, call, association, now, reason)
    failure = reason or "agent.hung.up"
    return call, stay.fail(tx, call, association, now, failure, call.system_disposition)


def customer_left(
    tx: Transaction, call: Call, outcome: SystemDisposition, hangup_cause: int | None, now: int
) -> None:
    """End a call whose customer is gone or was never reached, for each of its agents.

    A dial that failed and a talk that ended are wrapped; an offer that nobody answered is not.
    """
    call = end_call(tx, call, now, outcome, hangup_cause)
    associations = tx.associations(call.crt_object_id)
    if not any(a.state is not AssociationState.DISPOSED for a in associations):
        tx.add_history(call.crt_object_id, now, "call.abandoned", {})
    for association in associations:
        if association.state not in TALKING:
            continue
        if was_answered(association):
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
