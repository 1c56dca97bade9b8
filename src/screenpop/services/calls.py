"""A call as a whole: who is in it, letting go of a leg, ending it (contract 3.5; design 2.4)."""

from __future__ import annotations

from dataclasses import replace

from screenpop.domain.association import Association, AssociationState
from screenpop.domain.call import Call, CallState, Leg, LegKind, LegState, SystemDisposition
from screenpop.ports.store import LineRowState, TimerKind, Transaction
from screenpop.ports.telephony import DialNumber, HangUp, RingAgent
from screenpop.services import disposal_push

__all__ = ["association_of", "end_call", "hang_up_leg", "in_conversation", "staying"]

_TALKING = (AssociationState.CONNECTED, AssociationState.HELD)


def association_of(tx: Transaction, call: Call, leg_id: str) -> Association | None:
    """Return the association whose agent is on this leg."""
    for association in tx.associations(call.crt_object_id):
        if association.leg_id == leg_id:
            return association
    return None


def in_conversation(tx: Transaction, call: Call, except_for: str) -> list[str]:
    """Return the legs of the agents and parties who are with the customer, but for one."""
    found = [
        a.leg_id
        for a in tx.associations(call.crt_object_id)
        if a.state in _TALKING and a.leg_id != except_for
    ]
    found += [
        leg.leg_id
        for leg in tx.legs(call.crt_object_id)
        if leg.kind is LegKind.PARTY
        and leg.state is LegState.UP
        and leg.joined_at is not None
        and leg.leg_id != except_for
    ]
    return found


def staying(tx: Transaction, call: Call, association: Association) -> list[str]:
    """Return the legs that keep the customer company when this agent leaves."""
    return in_conversation(tx, call, except_for=association.leg_id)


def hang_up_leg(tx: Transaction, leg: Leg, now: int) -> None:
    """End a leg; one that the line was not asked for yet is over at once, its dial taken back."""
    if leg.state is LegState.ENDED:
        return
    if leg.state is LegState.PENDING:
        unsent, sent = _dials_of(tx, leg)
        if not sent:
            if unsent:
                tx.set_line_rows(unsent, LineRowState.DROPPED)
            tx.save_leg(replace(leg, state=LegState.ENDED, ended_at=now))
            return
    tx.add_line_command(leg.crt_object_id, HangUp(leg.leg_id), now)


def _dials_of(tx: Transaction, leg: Leg) -> tuple[list[int], list[int]]:
    """Return the outbox rows that dial this leg: those that wait, and those that went out."""
    unsent: list[int] = []
    sent: list[int] = []
    states = (LineRowState.PENDING, LineRowState.ATTEMPTED, LineRowState.DONE)
    for row in tx.line_rows(states, leg.crt_object_id):
        if isinstance(row.command, (RingAgent, DialNumber)) and row.command.leg_id == leg.leg_id:
            (unsent if row.state is LineRowState.PENDING else sent).append(row.row_id)
    return unsent, sent


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
    disposed = all(a.state is AssociationState.DISPOSED for a in associations)
    if disposed:
        call = replace(call, disposed_at=now)
    tx.save_call(call)
    if disposed:
        disposal_push.call_disposed(tx, call, now)
    tx.cancel_timer(TimerKind.CUSTOMER_RING, call.crt_object_id)
    for leg in tx.legs(call.crt_object_id):
        hang_up_leg(tx, leg, now)
    return call
