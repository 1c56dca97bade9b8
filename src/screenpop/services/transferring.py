"""Transfers and conferences (contract 5, "Further calls"; contract 6, "Transfer to an agent")."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from screenpop.domain.association import TALKING, Association, AssociationState, WorkedIn
from screenpop.domain.call import Call, CallState, CallType, Invitation, Leg, LegState
from screenpop.domain.commands import ConferCall, Target, TargetType, TransferCall
from screenpop.domain.configuration import Campaign, Queue
from screenpop.domain.errors import (
    AgentBusyError,
    PhoneInvalidError,
    TargetNotAvailableError,
    TelephonyUnavailableError,
)
from screenpop.domain.phone import is_dialable
from screenpop.domain.results import Outcome
from screenpop.domain.routing import next_agent
from screenpop.domain.session import AgentSession
from screenpop.ports.ids import Draw
from screenpop.ports.store import Transaction
from screenpop.ports.telephony import HoldLeg
from screenpop.services import calls, customers, invitations, queue_limits, queueing, stay
from screenpop.services.holding import control

__all__ = ["confer", "transfer"]

#: Where a call waits until somebody is free.
_WAITING: Final = (TargetType.QUEUE, TargetType.CAMPAIGN)


def transfer(tx: Transaction, command: TransferCall, now: int, ids: Draw) -> Outcome:
    """Give the call to another agent, a number, a queue or a campaign.

    With ``consult`` the agent talks with the target first; the same target without it completes
    the transfer, ``resume`` takes it back.  Of a queue or a campaign its longest idle agent is
    consulted.  Errors: see ``holding.control``, and:

    :raises TargetNotAvailableError: the target is unknown, not logged in, or busy.
    :raises PhoneInvalidError: the number cannot be dialled.
    :raises AgentBusyError: another transfer of this call is under way.
    :raises TelephonyUnavailableError: the line is down.
    """

    def change(call: Call, association: Association) -> None:
        target = command.target
        pending = invitations.pending_of(tx, call, association)
        if pending is not None:
            _complete(tx, call, pending, target, now)
        elif target.target_type in _WAITING and not target.consult:
            _to_queue(tx, call, association, target, now, ids)
        else:
            kind = Invitation.CONSULT if target.consult else Invitation.BLIND
            if target.target_type in _WAITING:
                target = _somebody_of(tx, call, association, target)
            _check_target(tx, association, target)
            if association.state is AssociationState.CONNECTED:
                association = invitations.hold(tx, call, association, now)
            _invite(tx, call, association, target, kind, now, ids)

    return control(tx, command, now, change)


def confer(tx: Transaction, command: ConferCall, now: int, ids: Draw) -> Outcome:
    """Let another agent or a number join agent and customer.  Errors: as ``transfer``."""

    def change(call: Call, association: Association) -> None:
        if invitations.pending_of(tx, call, association) is not None:
            raise AgentBusyError("Somebody is being called for this call already.")
        _check_target(tx, association, command.target)
        if association.state is AssociationState.HELD:
            association = invitations.resume(tx, call, association, now)
        _invite(tx, call, association, command.target, Invitation.CONFERENCE, now, ids)

    return control(tx, command, now, change)


def _complete(tx: Transaction, call: Call, pending: Leg, target: Target, now: int) -> None:
    """Complete the consultation that the command repeats without ``consult``."""
    answered = pending.state is LegState.UP and pending.invitation is Invitation.CONSULT
    if not answered or target.consult or not _leads_to(tx, call, pending, target):
        raise AgentBusyError("Another transfer of this call is under way; resume takes it back.")
    invitations.complete_consult(tx, call, pending, now)


def _leads_to(tx: Transaction, call: Call, pending: Leg, target: Target) -> bool:
    """Tell whether the command names who is being consulted, or the queue he was found by."""
    known = invitations.target_of(tx, call, pending)
    if known == {"type": target.target_type.value, "id": target.target_id}:
        return True
    consulted = calls.association_of(tx, call, pending.leg_id)
    if consulted is None or target.target_type not in _WAITING:
        return False
    session = tx.session(consulted.session_id)
    campaign, _ = _destination(tx, call, target)
    return session is not None and campaign.campaign_id in session.campaign_ids


def _somebody_of(tx: Transaction, call: Call, association: Association, target: Target) -> Target:
    """Return whom of a queue or a campaign to consult: its longest idle agent.

    :raises TargetNotAvailableError: there is no such queue or campaign, or nobody of it is free.
    """
    campaign, _ = _destination(tx, call, target)
    ready = tx.ready_sessions(call.contact_center_id)
    others = [one for one in ready if one.session_id != association.session_id]
    found = next_agent(others, campaign.campaign_id, ())
    if found is None:
        raise TargetNotAvailableError("Nobody there is free; give the call without talking first.")
    return Target(TargetType.USER, found.user_id, consult=True)


def _check_target(tx: Transaction, association: Association, target: Target) -> None:
    if target.target_type is TargetType.USER:
        _session_of(tx, association, target)
    elif target.target_type is not TargetType.PHONE:
        raise TargetNotAvailableError("A conference is with a user or a phone.")
    elif not is_dialable(target.target_id):
        raise PhoneInvalidError
    if not tx.line_up():
        raise TelephonyUnavailableError


def _session_of(tx: Transaction, association: Association, target: Target) -> AgentSession:
    """Return the target agent's session.

    :raises TargetNotAvailableError: unknown, another centre's, the agent's own, or busy.
    """
    user = tx.configuration.user(target.target_id)
    session = user and tx.live_session_of(user.user_id)
    if (
        not session
        or session.contact_center_id != association.contact_center_id
        or session.session_id == association.session_id
        or not session.selected
    ):
        raise TargetNotAvailableError("This agent is not logged in, or is unknown.")
    open_states = [a.state for a in tx.open_associations(session.session_id)]
    if any(state in TALKING or state is AssociationState.WRAP for state in open_states):
        raise TargetNotAvailableError("This agent has another call.")
    return session


def _invite(
    tx: Transaction,
    call: Call,
    association: Association,
    target: Target,
    invitation: Invitation,
    now: int,
    ids: Draw,
) -> None:
    if target.target_type is TargetType.USER:
        session = _session_of(tx, association, target)
        invitations.invite_user(tx, call, association, session, invitation, now, ids)
    else:
        phone = target.target_id
        invitations.invite_phone(tx, call, association, phone, invitation, now, ids)


def _to_queue(
    tx: Transaction, call: Call, association: Association, target: Target, now: int, ids: Draw
) -> None:
    """Queue the call anew; the agent is released at once.

    From now on it is a call of that campaign; for those who had it, it stays what it was.
    """
    if calls.staying(tx, call, association):
        raise TargetNotAvailableError("Others are in this call, so it cannot wait in a queue.")
    campaign, queue = _destination(tx, call, target)
    if queue is None:
        moved = replace(
            call,
            call_type=CallType.TRANSFERRED_TO_CAMPAIGN,
            queue_id=None,
            queue_name=None,
        )
    elif not queue.overflow_number and queue_limits.is_closed(tx, queue, now):
        raise TargetNotAvailableError("This queue is closed now.")
    else:
        moved = replace(call, queue_id=queue.queue_id, queue_name=queue.name)
    if campaign.process_id != call.process_id:
        # Customers are per process: this one knows the caller by another record, or not at all.
        customer = customers.customer_of_caller(tx, campaign.process_id, call.phone, now)
        customer_id, customer_info = customers.identity(customer)
        moved = replace(moved, customer_id=customer_id, customer_info=customer_info)
    moved = replace(
        moved,
        campaign_id=campaign.campaign_id,
        process_id=campaign.process_id,
        call_state=CallState.QUEUED,
        queued_at=now,
    )
    association = _keep_for_those_before(tx, call, association)
    if association.state is AssociationState.CONNECTED:
        tx.add_line_command(call.crt_object_id, HoldLeg(call.customer_leg_id), now)
    tx.save_call(moved)
    told: dict[str, object] = {"type": target.target_type.value, "id": target.target_id}
    left = invitations.hand_over(tx, call, association, told, now)
    stay.start_wrap(tx, call, left, now)
    queue_limits.enter(tx, moved, now, ids)
    queueing.offer_waiting(tx, call.contact_center_id, now, ids)


def _destination(tx: Transaction, call: Call, target: Target) -> tuple[Campaign, Queue | None]:
    """Return the campaign that a queue or campaign as target means, and the queue if it is one.

    :raises TargetNotAvailableError: there is none, or it is another contact centre's.
    """
    is_number = target.target_id.isascii() and target.target_id.isdigit()
    number = int(target.target_id) if is_number else -1
    configuration = tx.configuration
    if target.target_type is TargetType.QUEUE:
        queue = configuration.queue_by_id.get(number)
        if queue is None or queue.contact_center_id != call.contact_center_id:
            raise TargetNotAvailableError("There is no such queue.")
        return configuration.campaign_by_id[queue.campaign_id], queue
    campaign = configuration.campaign_by_id.get(number)
    if campaign is None or campaign.contact_center_id != call.contact_center_id:
        raise TargetNotAvailableError("There is no such campaign.")
    return campaign, None


def _keep_for_those_before(tx: Transaction, call: Call, giver: Association) -> Association:
    """Note for everyone who was in the call what it was until now; return the giver's part."""
    was = WorkedIn(
        campaign_id=call.campaign_id,
        process_id=call.process_id,
        queue_id=call.queue_id,
        queue_name=call.queue_name,
        call_type=call.call_type.value,
        customer_id=call.customer_id,
        customer_info=call.customer_info,
    )
    for association in tx.associations(call.crt_object_id):
        if association.worked_in is None:
            kept = replace(association, worked_in=was)
            tx.save_association(kept)
            if association.association_id == giver.association_id:
                giver = kept
    return giver
