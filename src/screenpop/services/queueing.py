"""Queued calls and their offers to agents (contract 6, "Inbound"; design 3)."""

from __future__ import annotations

from dataclasses import replace

from screenpop.domain.association import Association, AssociationState, AssociationType
from screenpop.domain.call import Call, CallState, CallType, Leg, LegKind, LegState
from screenpop.domain.routing import next_agent
from screenpop.domain.session import AgentSession
from screenpop.ports.ids import Draw
from screenpop.ports.store import Timer, TimerKind, Transaction
from screenpop.ports.telephony import RingAgent
from screenpop.services import callbacks, queue_limits, stay

__all__ = ["AGENT_REJECTED", "offer_waiting", "take_back"]

AGENT_REJECTED = "agent.rejected"


def offer_waiting(tx: Transaction, contact_center_id: int, now: int, ids: Draw) -> None:
    """Offer waiting calls, the longest waiting first, each to the longest idle agent.

    Who is still free then dials the callbacks that are due.
    """
    _offer_queued(tx, contact_center_id, now, ids)
    callbacks.dial_due(tx, contact_center_id, now, ids)


def _offer_queued(tx: Transaction, contact_center_id: int, now: int, ids: Draw) -> None:
    for call in tx.queued_calls(contact_center_id):
        ready = tx.ready_sessions(contact_center_id)
        if not ready:
            return
        declined = [
            (a.session_id, a.disposed_at or now)
            for a in tx.associations(call.crt_object_id)
            if a.reason == AGENT_REJECTED
        ]
        session = next_agent(ready, _campaign_of(tx, call), declined)
        if session is not None:
            _offer(tx, call, session, now, ids)


def _offer(tx: Transaction, call: Call, session: AgentSession, now: int, ids: Draw) -> None:
    campaign = tx.configuration.campaign_by_id[call.campaign_id]
    leg = Leg(
        leg_id=ids.leg_id(),
        crt_object_id=call.crt_object_id,
        contact_center_id=call.contact_center_id,
        kind=LegKind.AGENT,
        address=session.extension,
        state=LegState.PENDING,
        created_at=now,
    )
    association = Association(
        association_id=ids.association_id(),
        crt_object_id=call.crt_object_id,
        contact_center_id=call.contact_center_id,
        session_id=session.session_id,
        user_id=session.user_id,
        seat=session.seat,
        association_type=_association_type(call),
        leg_id=leg.leg_id,
        state=AssociationState.INITIATED,
        created_at=now,
        transferred_from=_transferred_from(tx, call),
    )
    call = replace(call, call_state=CallState.RINGING)
    tx.save_call(call)
    tx.add_leg(leg)
    stay.begin(tx, call, association, now, ids)
    tx.set_timer(
        Timer(TimerKind.AGENT_RING, association.association_id, now + campaign.agent_ring_time)
    )
    tx.add_line_command(
        call.crt_object_id,
        RingAgent(
            leg_id=leg.leg_id,
            call_id=call.crt_object_id,
            extension=session.extension,
            caller=call.phone,
            auto_answer=session.auto_call,
        ),
        now,
        deadline=now + campaign.agent_ring_time,
    )


def _campaign_of(tx: Transaction, call: Call) -> int:
    """Return the campaign whose agents are asked: the queue's, which a transfer may change."""
    queue = tx.configuration.queue_by_id.get(call.queue_id or 0)
    return queue.campaign_id if queue is not None else call.campaign_id


def _association_type(call: Call) -> AssociationType:
    if call.call_type is CallType.TRANSFERRED_TO_CAMPAIGN:
        return AssociationType.TRANSFER_TO_CAMPAIGN
    return AssociationType.INBOUND if call.connected_at is None else AssociationType.TRANSFER


def _transferred_from(tx: Transaction, call: Call) -> str | None:
    """Return the userId of the last agent who talked with the caller, if there was one."""
    talked = [a for a in tx.associations(call.crt_object_id) if a.connected_at is not None]
    return talked[-1].user_id if talked else None


def take_back(
    tx: Transaction,
    call: Call,
    association: Association,
    now: int,
    reason: str,
    *,
    settle: bool = True,
) -> None:
    """End an offer that did not connect and queue its call again, at its old place.

    ``settle=False`` leaves it to the caller to tell the agent's next state.
    """
    if call.call_state is not CallState.ENDED:
        call = replace(call, call_state=CallState.QUEUED)
        tx.save_call(call)
        queue_limits.watch(tx, call)
    association = stay.fail(tx, call, association, now, reason, call.system_disposition)
    stay.dispose(tx, call, association, now, stay.APPLICATION_DISPOSED, settle=settle)
