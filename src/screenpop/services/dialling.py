"""Dialling a number for an agent: the agent's leg first, then the customer (contract 5, 6)."""

from __future__ import annotations

from dataclasses import replace

from screenpop.domain.app import Scope
from screenpop.domain.association import TALKING, Association, AssociationState, AssociationType
from screenpop.domain.call import Call, CallState, CallType, Direction, Leg, LegKind, LegState
from screenpop.domain.commands import DialNumber
from screenpop.domain.configuration import Campaign
from screenpop.domain.errors import (
    AccessDeniedError,
    AgentBusyError,
    AgentNotReadyError,
    CallNotDisposedError,
    DialNotAllowedError,
    PhoneInvalidError,
    TelephonyUnavailableError,
)
from screenpop.domain.phone import is_dialable, masked
from screenpop.domain.results import CallResult, Outcome
from screenpop.domain.session import AgentSession
from screenpop.ports.ids import Draw
from screenpop.ports.store import Timer, TimerKind, Transaction
from screenpop.ports.telephony import RingAgent
from screenpop.services import customers, stay
from screenpop.services.acting import act, require_campaign, require_seat
from screenpop.services.idempotency import once

__all__ = [
    "DIAL_DEADLINE",
    "PREVIOUS_LEG_LIMIT",
    "campaign_of_dial",
    "check_dial",
    "check_free",
    "manual_dial",
    "place",
]

#: A dial is never sent later than this after its command (design 2.6), in milliseconds.
DIAL_DEADLINE = 10_000
#: A dial waits at most this long for the old call's agent leg (contract 5), in milliseconds.
PREVIOUS_LEG_LIMIT = 5_000


def manual_dial(tx: Transaction, command: DialNumber, now: int, ids: Draw) -> Outcome:
    """Accept a manual dial: its success means *accepted*, its fate follows as events.

    :raises NotAuthenticatedError, SessionInvalidError, AccessDeniedError: see ``act``; or the
        seat or campaign is not of this session.
    :raises RequestIdReusedError: another command is bound to the ``requestId``.
    :raises StateError: the table "what may be done when" of contract 5 forbids it.
    """
    actor = act(tx, command.acting, Scope.INTERACTION_DIAL)
    session, seat = actor.session, require_seat(tx, actor, command.seat)
    campaign = campaign_of_dial(tx, session, command)
    phone = customers.real_phone(tx, command, campaign.process_id)
    command = replace(command, phone=phone)

    def perform() -> CallResult:
        check_dial(tx, session, campaign, command.phone)
        check_free(tx, session)
        return place(tx, command, session, seat, campaign, now, ids)

    return once(tx, session.session_id, command.request, now, perform, seat=seat)


def campaign_of_dial(tx: Transaction, session: AgentSession, command: DialNumber) -> Campaign:
    """Return the campaign to dial in: the named one, or the first that may dial.

    :raises AccessDeniedError: the campaign is not one of the login's.
    :raises AgentNotReadyError: none is named and none is chosen yet.
    """
    campaigns = tx.configuration.campaign_by_id
    if command.campaign_id is not None:
        require_campaign(session, command.campaign_id)
        return campaigns[command.campaign_id]
    choices = command.campaign_choices
    if not choices and session.selected_campaign_id is not None:
        choices = (session.selected_campaign_id,)
    mine = [c for c in choices or session.campaign_ids if c in session.campaign_ids]
    if not mine:
        if choices:
            raise AccessDeniedError("None of these campaigns is one of this login's.")
        raise AgentNotReadyError
    dialling = (campaigns[c] for c in mine if campaigns[c].manual_dial_allowed)
    return next(dialling, campaigns[mine[0]])


def check_dial(tx: Transaction, session: AgentSession, campaign: Campaign, phone: str) -> None:
    """Check that a telephone could ring at all.

    :raises AgentNotReadyError: campaign or extension selection is not finished.
    :raises DialNotAllowedError: the campaign does not dial by hand.
    :raises PhoneInvalidError: the phone cannot be dialled.
    :raises TelephonyUnavailableError: the line is down.
    """
    if not session.selected:
        raise AgentNotReadyError
    if not campaign.manual_dial_allowed:
        raise DialNotAllowedError
    if not is_dialable(phone):
        raise PhoneInvalidError
    if not tx.line_up():
        raise TelephonyUnavailableError


def check_free(tx: Transaction, session: AgentSession) -> None:
    """Check that the agent has no call.

    :raises AgentBusyError: a call is offered, dialled or talked.
    :raises CallNotDisposedError: a call is over and not disposed.
    """
    for association in tx.open_associations(session.session_id):
        if association.state in TALKING:
            raise AgentBusyError
        if association.state is AssociationState.WRAP:
            raise CallNotDisposedError


def place(  # noqa: PLR0913  # the parts of a dial, each from another place
    tx: Transaction,
    command: DialNumber,
    session: AgentSession,
    seat: str,
    campaign: Campaign,
    now: int,
    ids: Draw,
    *,
    after_leg: str | None = None,
    call_type: CallType = CallType.MANUAL,
) -> CallResult:
    """Make the call with its legs and association, and ask the line for the agent's leg."""
    process = tx.configuration.process_by_id[campaign.process_id]
    customer = customers.customer_of_dial(tx, command, campaign.process_id, now, ids)
    customer_id, customer_info = customers.identity(customer)
    crt_object_id = ids.crt_object_id()
    agent_leg_id, customer_leg_id = ids.leg_id(), ids.leg_id()
    call = Call(
        crt_object_id=crt_object_id,
        interaction_id=ids.interaction_id(),
        call_id=ids.call_id(),
        contact_center_id=session.contact_center_id,
        process_id=campaign.process_id,
        campaign_id=campaign.campaign_id,
        call_type=call_type,
        direction=Direction.OUTBOUND,
        phone=command.phone,
        call_state=CallState.RINGING,
        created_at=now,
        customer_leg_id=customer_leg_id,
        dst_phone=command.phone,
        src_phone=campaign.caller_id,
        customer_id=customer_id,
        customer_info=customer_info,
        additional_params=command.additional_params,
        request_id=command.request_id,
    )
    association = Association(
        association_id=ids.association_id(),
        crt_object_id=crt_object_id,
        contact_center_id=session.contact_center_id,
        session_id=session.session_id,
        user_id=session.user_id,
        seat=session.seat,
        association_type=AssociationType.MANUAL_DIAL,
        leg_id=agent_leg_id,
        state=AssociationState.INITIATED,
        created_at=now,
    )
    tx.add_call(call)
    tx.add_leg(_pending_leg(call, agent_leg_id, LegKind.AGENT, session.extension, now))
    tx.add_leg(_pending_leg(call, customer_leg_id, LegKind.CUSTOMER, command.phone, now))
    stay.begin(tx, call, association, now, ids)
    wait = PREVIOUS_LEG_LIMIT if after_leg else 0
    tx.set_timer(
        Timer(
            TimerKind.AGENT_RING,
            association.association_id,
            now + campaign.agent_ring_time + wait,
        )
    )
    tx.add_line_command(
        crt_object_id,
        # The agent's own dial: the extension may answer by itself only under auto-call.
        RingAgent(agent_leg_id, crt_object_id, session.extension, call.phone, session.auto_call),
        now,
        after_leg=after_leg,
        not_before=now + wait if after_leg else 0,
        deadline=now + DIAL_DEADLINE,
    )
    return CallResult(
        crt_object_id=crt_object_id,
        interaction_id=call.interaction_id,
        seat=seat,
        campaign_id=campaign.campaign_id,
        request_id=command.request_id,
        phone=masked(call.phone) if process.masking_enabled else call.phone,
        customer_id=customer_id,
    )


def _pending_leg(call: Call, leg_id: str, kind: LegKind, address: str, now: int) -> Leg:
    return Leg(
        leg_id=leg_id,
        crt_object_id=call.crt_object_id,
        contact_center_id=call.contact_center_id,
        kind=kind,
        address=address,
        state=LegState.PENDING,
        created_at=now,
    )
