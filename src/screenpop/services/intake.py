"""What the line reports, and what follows from it (design 2.8, 3).

A late or repeated report changes nothing; it is noted in the call's history.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from screenpop.domain.association import TALKING, Association, AssociationState, AssociationType
from screenpop.domain.call import (
    Call,
    CallState,
    CallType,
    Direction,
    Invitation,
    Leg,
    LegKind,
    LegState,
    SystemDisposition,
)
from screenpop.domain.outcome import outcome_of_dial
from screenpop.ports.ids import Draw
from screenpop.ports.store import Timer, TimerKind, Transaction
from screenpop.ports.telephony import (
    CallOffered,
    Connect,
    DialNumber,
    DtmfReceived,
    HangUp,
    LegAnswered,
    LegEnded,
    LegRinging,
    LegsConnected,
    LineDown,
    LineEvent,
    LineUp,
    ResumeLeg,
)
from screenpop.services import (
    agent,
    calls,
    customers,
    ending,
    invitations,
    queue_limits,
    queueing,
    recovery,
    stay,
)
from screenpop.services.dialling import DIAL_DEADLINE

__all__ = ["report"]

_SETTING_UP = (AssociationState.INITIATED, AssociationState.RINGING)
_IN_CONVERSATION = (AssociationState.CONNECTED, AssociationState.HELD)
_NUMBER_UNALLOCATED = 1
_DECLINED = 603
_NOT_REACHED = {LegKind.AGENT: "agent.leg.failed", LegKind.PARTY: invitations.TRANSFER_FAILED}


def report(tx: Transaction, event: LineEvent, now: int, ids: Draw) -> None:
    """Take one report of the line."""
    _HANDLERS[type(event)](tx, event, now, ids)


def _call_offered(tx: Transaction, event: CallOffered, now: int, ids: Draw) -> None:
    if tx.leg(event.leg_id) is not None:
        return
    queue = tx.configuration.queue_by_did.get(event.dialled)
    if queue is None:
        # Nobody's number: the caller hears so, and no agent has a call.
        tx.add_line_command("", HangUp(event.leg_id, _NUMBER_UNALLOCATED), now)
        return
    campaign = tx.configuration.campaign_by_id[queue.campaign_id]
    customer = customers.customer_of_caller(tx, campaign.process_id, event.caller, now)
    customer_id, customer_info = customers.identity(customer)
    call = Call(
        crt_object_id=ids.crt_object_id(),
        interaction_id=ids.interaction_id(),
        call_id=ids.call_id(),
        contact_center_id=queue.contact_center_id,
        process_id=campaign.process_id,
        campaign_id=campaign.campaign_id,
        call_type=CallType.INBOUND,
        direction=Direction.INBOUND,
        phone=event.caller,
        call_state=CallState.QUEUED,
        created_at=now,
        customer_leg_id=event.leg_id,
        queue_id=queue.queue_id,
        queue_name=queue.name,
        dst_phone=event.dialled,
        src_phone=event.caller,
        customer_id=customer_id,
        customer_info=customer_info,
        queued_at=now,
        ringing_at=event.at,
    )
    leg = Leg(
        leg_id=event.leg_id,
        crt_object_id=call.crt_object_id,
        contact_center_id=call.contact_center_id,
        kind=LegKind.CUSTOMER,
        address=event.caller,
        state=LegState.RINGING,
        created_at=event.at,
        ringing_at=event.at,
    )
    tx.add_call(call)
    tx.add_leg(leg)
    tx.add_history(call.crt_object_id, now, "call.queued", {"queueId": queue.queue_id})
    queue_limits.enter(tx, call, now, ids)
    queueing.offer_waiting(tx, call.contact_center_id, now, ids)


def _leg_ringing(tx: Transaction, event: LegRinging, now: int, ids: Draw) -> None:  # noqa: ARG001
    found = _live_leg(tx, event.leg_id, event, now, (LegState.PENDING,))
    if found is None:
        return
    leg, call = found
    tx.save_leg(replace(leg, state=LegState.RINGING, ringing_at=event.at))
    if leg.kind is LegKind.CUSTOMER:
        tx.save_call(replace(call, ringing_at=event.at))
        association = _dialling_association(tx, call)
    else:
        association = calls.association_of(tx, call, leg.leg_id)
        if association is not None and association.association_type is AssociationType.MANUAL_DIAL:
            return  # the agent's own phone; the agent waits for the customer's
    if association is not None and association.state is AssociationState.INITIATED:
        stay.ring(tx, call, association, now)


def _leg_answered(tx: Transaction, event: LegAnswered, now: int, ids: Draw) -> None:  # noqa: ARG001
    found = _live_leg(tx, event.leg_id, event, now, (LegState.PENDING, LegState.RINGING))
    if found is None:
        return
    leg, call = found
    leg = replace(leg, state=LegState.UP, answered_at=event.at)
    tx.save_leg(leg)
    if leg.invitation is Invitation.OVERFLOW:
        queue_limits.overflow_answered(tx, call, leg, now)
        return
    if leg.kind is LegKind.CUSTOMER:
        association = _dialling_association(tx, call)
        tx.cancel_timer(TimerKind.CUSTOMER_RING, call.crt_object_id)
    else:
        association = calls.association_of(tx, call, leg.leg_id)
        if association is not None:
            tx.cancel_timer(TimerKind.AGENT_RING, association.association_id)
    offered = association is not None and association.state in _SETTING_UP
    if leg.invited_by is not None and (leg.kind is LegKind.PARTY or offered):
        invitations.answered(tx, call, leg, now)
        return
    caller = leg.kind is LegKind.CUSTOMER and call.direction is Direction.INBOUND
    if caller or (association is not None and association.state in _IN_CONVERSATION):
        return  # LegsConnected came first, or is still to come
    if association is None or association.state not in _SETTING_UP:
        tx.add_line_command(call.crt_object_id, HangUp(leg.leg_id), now)
        return
    manual = association.association_type is AssociationType.MANUAL_DIAL
    if manual and leg.kind is LegKind.AGENT:
        _dial_customer(tx, call, now)
        return
    if call.connected_at is not None:
        tx.add_line_command(call.crt_object_id, ResumeLeg(call.customer_leg_id), now)
    legs = (call.customer_leg_id, association.leg_id)
    tx.add_line_command(call.crt_object_id, Connect(call.crt_object_id, legs), now)


def _dial_customer(tx: Transaction, call: Call, now: int) -> None:
    campaign = tx.configuration.campaign_by_id[call.campaign_id]
    tx.set_timer(
        Timer(TimerKind.CUSTOMER_RING, call.crt_object_id, now + campaign.customer_ring_time)
    )
    tx.add_line_command(
        call.crt_object_id,
        DialNumber(call.customer_leg_id, call.crt_object_id, call.phone, call.src_phone),
        now,
        deadline=now + DIAL_DEADLINE,
    )


def _legs_connected(tx: Transaction, event: LegsConnected, now: int, ids: Draw) -> None:
    call = tx.call(event.bridge_id)
    if call is None or call.call_state is CallState.ENDED:
        _note_late(tx, call, event, now)
        return
    if call.customer_leg_id not in event.legs:
        return
    customer_leg = tx.leg(call.customer_leg_id)
    if customer_leg is not None and customer_leg.state is not LegState.UP:
        tx.save_leg(replace(customer_leg, state=LegState.UP, answered_at=event.at))
    if not _somebody_of(tx, call, event.legs):
        # An agent who has left meanwhile; the caller waits for the next one.
        _note_late(tx, call, event, now)
        return
    if call.connected_at is None or call.call_state is not CallState.CONNECTED:
        connected_at = call.connected_at or event.at
        call = replace(call, call_state=CallState.CONNECTED, connected_at=connected_at)
        tx.save_call(call)
    for association in tx.associations(call.crt_object_id):
        if association.leg_id in event.legs and association.state in _SETTING_UP:
            stay.connect(tx, call, association, now, ids)
    for leg_id in event.legs:
        leg = tx.leg(leg_id)
        if leg is not None and leg.invitation is not None and leg.joined_at is None:
            invitations.joined(tx, call, leg, now)


def _somebody_of(tx: Transaction, call: Call, leg_ids: Sequence[str]) -> bool:
    """Tell whether one of these legs is still an agent's or a party's stay in the call."""
    return any(
        a.leg_id in leg_ids and a.state in TALKING for a in tx.associations(call.crt_object_id)
    ) or any(
        leg.leg_id in leg_ids and leg.kind is LegKind.PARTY and leg.state is not LegState.ENDED
        for leg in tx.legs(call.crt_object_id)
    )


def _leg_ended(tx: Transaction, event: LegEnded, now: int, ids: Draw) -> None:
    leg = tx.leg(event.leg_id)
    call = tx.call_of_leg(event.leg_id) if leg is not None else None
    if leg is None or call is None or leg.state is LegState.ENDED:
        _note_late(tx, call, event, now)
        return
    tx.save_leg(
        replace(leg, state=LegState.ENDED, ended_at=event.at, sip=event.sip, q850=event.q850)
    )
    if call.call_state is CallState.ENDED:
        return  # the echo of our own hang-up
    if leg.kind is LegKind.CUSTOMER:
        _customer_left(tx, call, leg, event, now)
    elif leg.invitation is Invitation.OVERFLOW and leg.joined_at is None:
        queue_limits.overflow_failed(tx, call, leg, now)
    elif leg.invited_by is not None and leg.joined_at is None:
        invited = replace(leg, state=LegState.ENDED, ended_at=event.at)
        refused = event.sip == _DECLINED and leg.kind is LegKind.AGENT
        reason = queueing.AGENT_REJECTED if refused else _NOT_REACHED[leg.kind]
        invitations.failed(tx, call, invited, now, reason)
    elif leg.kind is LegKind.PARTY:
        if not calls.in_conversation(tx, call, except_for=leg.leg_id):
            ending.customer_left(tx, call, SystemDisposition.CONNECTED, event.q850, now)
    else:
        association = calls.association_of(tx, call, leg.leg_id)
        if association is not None and association.state in TALKING:
            _agent_left(tx, call, association, leg, event, now)
    queueing.offer_waiting(tx, call.contact_center_id, now, ids)


def _customer_left(tx: Transaction, call: Call, leg: Leg, event: LegEnded, now: int) -> None:
    if call.connected_at is not None:
        outcome = SystemDisposition.CONNECTED
    elif call.direction is Direction.INBOUND:
        outcome = SystemDisposition.CALL_DROP
    elif leg.answered_at is not None:
        # Answered and gone before the bridge stood: the customer did answer.
        outcome = SystemDisposition.CONNECTED
    elif event.sip is None and event.q850 is None:
        # Gone, and nobody can say why: never confirmed, or lost while it rang.
        rang = leg.ringing_at is not None
        outcome = SystemDisposition.FAILED if rang else SystemDisposition.ATTEMPT_FAILED
    else:
        outcome = outcome_of_dial(event.sip, event.q850)
    ending.customer_left(tx, call, outcome, event.q850, now)


def _agent_left(
    tx: Transaction, call: Call, association: Association, leg: Leg, event: LegEnded, now: int
) -> None:
    if association.state not in _SETTING_UP:
        call, left = ending.leave_call(tx, call, association, now)
        stay.start_wrap(tx, call, left, now)
    elif association.association_type is not AssociationType.MANUAL_DIAL:
        _offer_left(tx, call, association, leg, event, now)
    elif leg.answered_at is not None:
        # The agent hung up while the customer's telephone rang.
        call, left = ending.leave_call(
            tx, call, association, now, outcome=SystemDisposition.CALL_HANGUP
        )
        stay.start_wrap(tx, call, left, now)
    else:
        ending.fail_agent_leg(tx, call, association, now)


def _offer_left(
    tx: Transaction, call: Call, association: Association, leg: Leg, event: LegEnded, now: int
) -> None:
    """Take an offer back whose telephone is gone, so that it does not return there at once."""
    told = event.sip is not None or event.q850 is not None
    if told and leg.state is LegState.RINGING:
        queueing.take_back(tx, call, association, now, queueing.AGENT_REJECTED)
    elif told:
        queueing.take_back(tx, call, association, now, "agent.leg.failed", settle=False)
        agent.put_on_break(tx, association.session_id, now, agent.MISSED_CALL)
    else:
        # Lost with the line: nothing speaks against this agent.
        queueing.take_back(tx, call, association, now, "agent.leg.failed")


def _dtmf_received(tx: Transaction, event: DtmfReceived, now: int, ids: Draw) -> None:  # noqa: ARG001
    call = tx.call_of_leg(event.leg_id)
    if call is not None:
        tx.add_history(call.crt_object_id, now, "dtmf.received", {"count": len(event.digits)})


def _line_up(tx: Transaction, event: LineUp, now: int, ids: Draw) -> None:
    tx.set_line_up(up=True, now=now)
    for missed in recovery.reports_missed(tx, event.legs, now):
        report(tx, missed, now, ids)


def _line_down(tx: Transaction, event: LineDown, now: int, ids: Draw) -> None:  # noqa: ARG001
    tx.set_line_up(up=False, now=now)


def _live_leg(
    tx: Transaction, leg_id: str, event: LineEvent, now: int, expected: tuple[LegState, ...]
) -> tuple[Leg, Call] | None:
    leg = tx.leg(leg_id)
    call = tx.call_of_leg(leg_id) if leg is not None else None
    if leg is None or call is None or leg.state not in expected:
        _note_late(tx, call, event, now)
        return None
    return leg, call


def _note_late(tx: Transaction, call: Call | None, event: LineEvent, now: int) -> None:
    if call is not None:
        tx.add_history(call.crt_object_id, now, "report.late", {"report": type(event).__name__})


def _dialling_association(tx: Transaction, call: Call) -> Association | None:
    for association in tx.associations(call.crt_object_id):
        if association.association_type is AssociationType.MANUAL_DIAL:
            return association
    return None


_HANDLERS: Final[dict[type[Any], Callable[[Transaction, Any, int, Draw], None]]] = {
    CallOffered: _call_offered,
    LegRinging: _leg_ringing,
    LegAnswered: _leg_answered,
    LegEnded: _leg_ended,
    LegsConnected: _legs_connected,
    DtmfReceived: _dtmf_received,
    LineUp: _line_up,
    LineDown: _line_down,
}
