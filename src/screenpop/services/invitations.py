"""Further legs of a call: invited by an agent, joined, refused, released (contract 6).

An invitation is a leg.  To another agent it comes with an association of that agent; to a
number it is a leg alone.  What a leg was invited for says what happens when it answers:

* blind: it takes the inviting agent's place;
* consult: it talks with the inviting agent until the transfer is completed or taken back;
* conference: it joins.
"""

from __future__ import annotations

from dataclasses import replace

from screenpop.domain.association import (
    TALKING,
    Association,
    AssociationState,
    AssociationType,
    Trigger,
    step,
)
from screenpop.domain.call import Call, Invitation, Leg, LegKind, LegState, SystemDisposition
from screenpop.domain.events import Conferred, Held, Resumed, Transferred, facts_of
from screenpop.domain.session import AgentSession
from screenpop.ports.bus import session_stream
from screenpop.ports.ids import Draw
from screenpop.ports.store import Timer, TimerKind, Transaction
from screenpop.ports.telephony import Connect, DialNumber, HoldLeg, ResumeLeg, RingAgent
from screenpop.services import calls, stay

__all__ = [
    "TRANSFERRED",
    "TRANSFER_FAILED",
    "answered",
    "complete_consult",
    "consult_bridge",
    "failed",
    "hand_over",
    "hold",
    "invite_phone",
    "invite_user",
    "joined",
    "pending_of",
    "resume",
    "target_of",
]

TRANSFERRED = "transferred"
TRANSFER_FAILED = "transfer.failed"


def consult_bridge(call: Call) -> str:
    """Return the name of the bridge in which two parties talk while the customer waits."""
    return f"{call.crt_object_id}:consult"


def hold(tx: Transaction, call: Call, association: Association, now: int) -> Association:
    """Let the customer hear music; with others in the call only this agent steps aside."""
    others = calls.staying(tx, call, association)
    held = association.leg_id if others else call.customer_leg_id
    association = step(association, Trigger.HOLD, now, held_leg_id=held)
    tx.save_association(association)
    tx.add_line_command(call.crt_object_id, HoldLeg(held), now)
    _append(tx, association, Held(now, facts_of(call, association)))
    return association


def resume(
    tx: Transaction, call: Call, association: Association, now: int, reason: str | None = None
) -> Association:
    """End a hold and put agent and customer together again."""
    held = association.held_leg_id or call.customer_leg_id
    association = step(association, Trigger.RESUME, now, held_leg_id=None)
    tx.save_association(association)
    tx.add_line_command(call.crt_object_id, ResumeLeg(held), now)
    _append(tx, association, Resumed(now, facts_of(call, association), reason))
    return association


def invite_user(
    tx: Transaction,
    call: Call,
    inviter: Association,
    session: AgentSession,
    invitation: Invitation,
    now: int,
    ids: Draw,
) -> None:
    """Offer the call to another agent, with the original caller's values."""
    campaign = tx.configuration.campaign_by_id[call.campaign_id]
    conference = invitation is Invitation.CONFERENCE
    leg = _leg(call, inviter, ids.leg_id(), LegKind.AGENT, session.extension, invitation, now)
    association = Association(
        association_id=ids.association_id(),
        crt_object_id=call.crt_object_id,
        contact_center_id=call.contact_center_id,
        session_id=session.session_id,
        user_id=session.user_id,
        seat=session.seat,
        association_type=AssociationType.CONFER if conference else AssociationType.TRANSFER,
        leg_id=leg.leg_id,
        state=AssociationState.INITIATED,
        created_at=now,
        transferred_from=inviter.user_id,
    )
    tx.add_leg(leg)
    stay.begin(tx, call, association, now, ids)
    due = now + campaign.agent_ring_time
    tx.set_timer(Timer(TimerKind.AGENT_RING, association.association_id, due))
    tx.add_line_command(
        call.crt_object_id,
        RingAgent(leg.leg_id, call.crt_object_id, session.extension, call.phone, session.auto_call),
        now,
        deadline=due,
    )


def invite_phone(
    tx: Transaction,
    call: Call,
    inviter: Association,
    phone: str,
    invitation: Invitation,
    now: int,
    ids: Draw,
) -> None:
    """Call a number for a transfer or a conference."""
    campaign = tx.configuration.campaign_by_id[call.campaign_id]
    leg = _leg(call, inviter, ids.leg_id(), LegKind.PARTY, phone, invitation, now)
    tx.add_leg(leg)
    due = now + campaign.customer_ring_time
    tx.set_timer(Timer(TimerKind.PARTY_RING, leg.leg_id, due))
    tx.add_line_command(
        call.crt_object_id,
        DialNumber(leg.leg_id, call.crt_object_id, phone, campaign.caller_id),
        now,
        deadline=due,
    )


def answered(tx: Transaction, call: Call, leg: Leg, now: int) -> None:
    """Put an invited leg that answered where it belongs."""
    tx.cancel_timer(TimerKind.PARTY_RING, leg.leg_id)
    inviter = tx.association(leg.invited_by or "")
    if leg.invitation is Invitation.CONSULT and inviter and inviter.state in TALKING:
        tx.add_line_command(
            call.crt_object_id, Connect(consult_bridge(call), (inviter.leg_id, leg.leg_id)), now
        )
        return
    _join(tx, call, leg, inviter, now)


def complete_consult(tx: Transaction, call: Call, leg: Leg, now: int) -> None:
    """End a consultation: the consulted party takes the inviting agent's place."""
    _join(tx, call, replace(leg, invitation=Invitation.BLIND), None, now)
    tx.save_leg(replace(leg, invitation=Invitation.BLIND))


def _join(tx: Transaction, call: Call, leg: Leg, inviter: Association | None, now: int) -> None:
    members = [call.customer_leg_id]
    if leg.invitation is Invitation.CONFERENCE:
        members += calls.in_conversation(tx, call, except_for=leg.leg_id)
        if inviter is not None and inviter.leg_id not in members and inviter.state in TALKING:
            members.append(inviter.leg_id)
    else:
        tx.add_line_command(call.crt_object_id, ResumeLeg(call.customer_leg_id), now)
    members.append(leg.leg_id)
    tx.add_line_command(call.crt_object_id, Connect(call.crt_object_id, tuple(members)), now)


def joined(tx: Transaction, call: Call, leg: Leg, now: int) -> None:
    """Note that an invited leg hears the customer: the inviter is released, or has company."""
    tx.save_leg(replace(leg, joined_at=now))
    inviter = tx.association(leg.invited_by or "")
    if inviter is None or inviter.state not in TALKING:
        return
    target = target_of(tx, call, leg)
    if leg.invitation is Invitation.CONFERENCE:
        _append(tx, inviter, Conferred(now, facts_of(call, inviter), target))
    else:
        stay.start_wrap(tx, call, hand_over(tx, call, inviter, target, now), now)


def hand_over(
    tx: Transaction, call: Call, inviter: Association, target: dict[str, object], now: int
) -> Association:
    """End the part of the agent who gave the call away; wrap or disposal is the next step."""
    _append(tx, inviter, Transferred(now, facts_of(call, inviter), target))
    own = tx.leg(inviter.leg_id)
    if own is not None:
        calls.hang_up_leg(tx, own, now)
    return stay.end(tx, call, inviter, now, TRANSFERRED)


def failed(
    tx: Transaction,
    call: Call,
    leg: Leg,
    now: int,
    reason: str,
    *,
    settle: bool = True,
    resume_reason: str | None = TRANSFER_FAILED,
) -> None:
    """End an invitation that was not taken; the inviter has the customer again.

    When the inviter has left meanwhile and nobody else is there, the call is over.
    """
    inviter = tx.association(leg.invited_by or "")
    tx.cancel_timer(TimerKind.PARTY_RING, leg.leg_id)
    # From here on nobody is responsible for the leg: a late report of its end does nothing.
    tx.save_leg(replace(leg, invited_by=None))
    calls.hang_up_leg(tx, replace(leg, invited_by=None), now)
    association = calls.association_of(tx, call, leg.leg_id)
    if association is not None:
        tx.cancel_timer(TimerKind.AGENT_RING, association.association_id)
    inviter_stays = inviter is not None and inviter.state in TALKING
    if not inviter_stays and not calls.in_conversation(tx, call, except_for=leg.leg_id):
        call = calls.end_call(tx, call, now, SystemDisposition.CONNECTED)
    if association is not None and association.state in TALKING:
        over = stay.fail(tx, call, association, now, reason, call.system_disposition)
        stay.dispose(tx, call, over, now, stay.APPLICATION_DISPOSED, settle=settle)
    if inviter is None or inviter.state is not AssociationState.HELD:
        return
    if leg.invitation is Invitation.CONSULT and leg.answered_at is not None:
        # The agent sits in the consultation's bridge and comes back to the customer.
        members = (call.customer_leg_id, inviter.leg_id)
        tx.add_line_command(call.crt_object_id, Connect(call.crt_object_id, members), now)
    if leg.invitation is not Invitation.CONFERENCE:
        resume(tx, call, inviter, now, resume_reason)


def pending_of(tx: Transaction, call: Call, inviter: Association) -> Leg | None:
    """Return the leg that this agent invited and that has not joined yet."""
    for leg in tx.legs(call.crt_object_id):
        waiting = leg.state is not LegState.ENDED and leg.joined_at is None
        if waiting and leg.invited_by == inviter.association_id:
            return leg
    return None


def target_of(tx: Transaction, call: Call, leg: Leg) -> dict[str, object]:
    """Return whom a leg leads to, as the SDK's ``target``."""
    association = calls.association_of(tx, call, leg.leg_id)
    if association is not None:
        return {"type": "user", "id": association.user_id}
    return {"type": "phone", "id": leg.address}


def _leg(
    call: Call,
    inviter: Association,
    leg_id: str,
    kind: LegKind,
    address: str,
    invitation: Invitation,
    now: int,
) -> Leg:
    return Leg(
        leg_id=leg_id,
        crt_object_id=call.crt_object_id,
        contact_center_id=call.contact_center_id,
        kind=kind,
        address=address,
        state=LegState.PENDING,
        created_at=now,
        invitation=invitation,
        invited_by=inviter.association_id,
    )


def _append(
    tx: Transaction,
    association: Association,
    event: Held | Resumed | Transferred | Conferred,
) -> None:
    tx.append(session_stream(association.session_id), event)
