"""What agents do to their calls: answer, reject, hang up (contract 6)."""

from __future__ import annotations

from screenpop.domain.app import Scope
from screenpop.domain.association import OPEN, Association, AssociationState, AssociationType
from screenpop.domain.call import Call, LegState, SystemDisposition
from screenpop.domain.commands import AnswerCall, HangUpCall, RejectCall
from screenpop.domain.errors import (
    AccessDeniedError,
    CallNotConnectedError,
    NoActiveCallError,
)
from screenpop.domain.results import CallResult, Outcome
from screenpop.domain.session import AgentSession
from screenpop.ports.ids import Draw
from screenpop.ports.store import Transaction
from screenpop.ports.telephony import AnswerLeg
from screenpop.services import calls, ending, invitations, queueing, stay
from screenpop.services.acting import act, require_campaign, require_seat
from screenpop.services.idempotency import once

__all__ = ["answer", "hang_up", "open_stay", "reject"]

_SETTING_UP = (AssociationState.INITIATED, AssociationState.RINGING)


def open_stay(
    tx: Transaction, session: AgentSession, any_id: str | None
) -> tuple[Call, Association]:
    """Return the agent's open call: the named one, or the only or latest one.

    :raises AccessDeniedError: the named call is unknown or never was this agent's.
    :raises NoActiveCallError: nothing is open.
    """
    association: Association | None
    if any_id is None:
        opened = tx.open_associations(session.session_id)
        if not opened:
            raise NoActiveCallError
        association = opened[-1]
        call = tx.call(association.crt_object_id)
    else:
        call = tx.call(any_id)
        if call is None:
            raise AccessDeniedError
        association = tx.association_with(session.session_id, call.crt_object_id)
        if association is None:
            raise AccessDeniedError
    if call is None or association.state not in OPEN:
        raise NoActiveCallError
    return call, association


def answer(
    tx: Transaction,
    command: AnswerCall,
    now: int,
    ids: Draw,  # noqa: ARG001  # every use case has this shape
) -> CallResult:  # every use case has this shape
    """Pick up the agent's ringing leg; repeating it changes nothing.

    :raises NotAuthenticatedError, SessionInvalidError, AccessDeniedError: see ``act``.
    :raises NoActiveCallError: nothing is open.
    """
    actor = act(tx, command.acting, Scope.INTERACTION_CONTROL)
    session = actor.session
    call, association = open_stay(tx, session, command.crt_object_id)
    leg = tx.leg(association.leg_id)
    if (
        association.state in _SETTING_UP
        and leg is not None
        and leg.state in (LegState.PENDING, LegState.RINGING)
    ):
        tx.add_line_command(call.crt_object_id, AnswerLeg(leg.leg_id), now)
    return _result(call, actor.seat, None)


def reject(tx: Transaction, command: RejectCall, now: int, ids: Draw) -> CallResult:
    """Refuse the offered call; it goes to the next agent.

    :raises NotAuthenticatedError, SessionInvalidError, AccessDeniedError: see ``act``.
    :raises NoActiveCallError: nothing is offered.
    """
    actor = act(tx, command.acting, Scope.INTERACTION_CONTROL)
    session = actor.session
    call, association = open_stay(tx, session, command.crt_object_id)
    offered = association.association_type is not AssociationType.MANUAL_DIAL
    if association.state not in _SETTING_UP or not offered:
        raise NoActiveCallError("No call is offered to this agent.")
    _refuse(tx, call, association, now, ids)
    return _result(call, actor.seat, None)


def hang_up(tx: Transaction, command: HangUpCall, now: int, ids: Draw) -> Outcome:
    """End the call for this agent; wrap follows, or the next offer if it was only offered.

    :raises NotAuthenticatedError, SessionInvalidError, AccessDeniedError: see ``act``.
    :raises RequestIdReusedError: another command is bound to the ``requestId``.
    :raises NoActiveCallError: nothing is open.
    :raises CallNotConnectedError: the call is over and in wrap.
    """
    actor = act(tx, command.acting, command.scope)
    session, seat = actor.session, require_seat(tx, actor, command.seat)
    require_campaign(session, command.campaign_id)

    def perform() -> CallResult:
        call, association = open_stay(tx, session, command.crt_object_id)
        if association.state is AssociationState.WRAP:
            raise CallNotConnectedError("The call is over already; dispose it.")
        offered = association.association_type is not AssociationType.MANUAL_DIAL
        if association.state in _SETTING_UP and offered:
            _refuse(tx, call, association, now, ids)
        else:
            ended, left = ending.leave_call(
                tx, call, association, now, outcome=SystemDisposition.CALL_HANGUP
            )
            stay.start_wrap(tx, ended, left, now)
        return _result(call, seat, command.request_id)

    return once(tx, session.session_id, command.request, now, perform, seat=seat)


def _refuse(tx: Transaction, call: Call, association: Association, now: int, ids: Draw) -> None:
    leg = tx.leg(association.leg_id)
    if leg is not None and leg.invitation is not None:
        invitations.failed(tx, call, leg, now, queueing.AGENT_REJECTED)
        return
    if leg is not None:
        calls.hang_up_leg(tx, leg, now)
    queueing.take_back(tx, call, association, now, queueing.AGENT_REJECTED)
    queueing.offer_waiting(tx, call.contact_center_id, now, ids)


def _result(call: Call, seat: str, request_id: str | None) -> CallResult:
    return CallResult(
        crt_object_id=call.crt_object_id,
        interaction_id=call.interaction_id,
        seat=seat,
        campaign_id=call.campaign_id,
        request_id=request_id,
    )
