"""Scheduling and dialling callbacks (contract 5, "Callback time")."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from screenpop.domain.app import Scope
from screenpop.domain.association import Disposition
from screenpop.domain.call import Call, CallType
from screenpop.domain.callback import Callback, CallbackState
from screenpop.domain.commands import Acting, AddCallback, CallBackNow, DialNumber
from screenpop.domain.errors import (
    CallbackTimePastError,
    CallbackTimeRequiredError,
    NotFoundError,
    PhoneInvalidError,
    StateError,
)
from screenpop.domain.phone import is_dialable
from screenpop.domain.results import CallResult, Outcome
from screenpop.domain.routing import may_take
from screenpop.domain.session import AgentSession
from screenpop.ports.ids import Draw
from screenpop.ports.store import Timer, TimerKind, Transaction
from screenpop.services import dialling
from screenpop.services.acting import act, require_campaign, require_seat
from screenpop.services.idempotency import once

__all__ = ["add_callback", "call_now", "dial_due", "look", "promise"]

#: A due callback waits this long for a ready agent, in milliseconds.
_PATIENCE: Final = 30 * 60_000


def promise(
    tx: Transaction, call: Call, user_id: str, disposition: Disposition, now: int, ids: Draw
) -> None:
    """Keep the callback that an agent chose when disposing."""
    _keep(
        tx,
        Callback(
            callback_id=ids.callback_id(),
            contact_center_id=call.contact_center_id,
            campaign_id=call.campaign_id,
            user_id=user_id if disposition.self_callback else None,
            phone=call.phone,
            customer_id=call.customer_id,
            due_at=disposition.callback_time,
            state=CallbackState.SCHEDULED,
            created_at=now,
            promised_in=call.crt_object_id,
            notes=disposition.notes,
        ),
    )


def add_callback(tx: Transaction, command: AddCallback, now: int, ids: Draw) -> Outcome:
    """Schedule a callback of its own: addCallback.

    :raises NotAuthenticatedError, SessionInvalidError, AccessDeniedError: see ``act``.
    :raises RequestIdReusedError: another command is bound to the ``requestId``.
    :raises PhoneInvalidError: the phone cannot be dialled.
    :raises CallbackTimeRequiredError, CallbackTimePastError: there is no time to come.
    """
    actor = act(tx, command.acting, Scope.INTERACTION_DIAL)
    session = actor.session
    seat = require_seat(tx, actor, command.seat)
    require_campaign(session, command.campaign_id)
    campaign_id = command.campaign_id or session.selected_campaign_id or 0
    require_campaign(session, campaign_id)

    def perform() -> CallResult:
        if not is_dialable(command.phone):
            raise PhoneInvalidError
        if command.callback_time is None:
            raise CallbackTimeRequiredError
        if command.callback_time <= now:
            raise CallbackTimePastError
        process_id = tx.configuration.campaign_by_id[campaign_id].process_id
        customer = tx.customer_by_searchable(process_id, command.phone)
        callback = Callback(
            callback_id=ids.callback_id(),
            contact_center_id=session.contact_center_id,
            campaign_id=campaign_id,
            user_id=session.user_id if command.self_callback else None,
            phone=command.phone,
            customer_id=customer.customer_id if customer else -1,
            due_at=command.callback_time,
            state=CallbackState.SCHEDULED,
            created_at=now,
        )
        _keep(tx, callback)
        return CallResult(
            crt_object_id="",
            interaction_id="",
            seat=seat,
            campaign_id=campaign_id,
            request_id=command.request_id,
            phone=command.phone,
            customer_id=callback.customer_id,
            callback_id=callback.callback_id,
        )

    return once(tx, session.session_id, command.request, now, perform, seat=seat)


def _keep(tx: Transaction, callback: Callback) -> None:
    tx.add_callback(callback)
    if callback.due_at is not None:
        tx.set_timer(Timer(TimerKind.CALLBACK, callback.callback_id, callback.due_at))


def call_now(tx: Transaction, command: CallBackNow, now: int, ids: Draw) -> Outcome:
    """Dial a callback because its agent asks for it: before its time, or when it was missed.

    :raises NotAuthenticatedError, SessionInvalidError, AccessDeniedError: see ``act``; or the
        callback's campaign is not one of this login's.
    :raises RequestIdReusedError: another command is bound to the ``requestId``.
    :raises NotFoundError: there is no such callback for this agent.
    :raises StateError: it was dialled already, or the agent may not dial now.
    """
    session = act(tx, command.acting, Scope.INTERACTION_DIAL).session

    def perform() -> CallResult:
        callback = tx.callback(command.callback_id)
        if (
            callback is None
            or callback.contact_center_id != session.contact_center_id
            or callback.user_id not in (None, session.user_id)
        ):
            raise NotFoundError("There is no such callback, or it is another agent's.")
        require_campaign(session, callback.campaign_id)
        if callback.state is CallbackState.DIALLED:
            raise StateError("This callback was dialled already.")
        campaign = tx.configuration.campaign_by_id[callback.campaign_id]
        # A promise is kept also where the campaign does not dial by hand.
        dialling.check_dial(
            tx, session, replace(campaign, manual_dial_allowed=True), callback.phone
        )
        dialling.check_free(tx, session)
        return _dial(tx, callback, session, now, ids)

    return once(tx, session.session_id, command.request, now, perform, seat=session.seat)


def look(tx: Transaction, callback_id: str, now: int, ids: Draw) -> None:
    """Handle a callback whose time has come, or whose patience is over."""
    callback = tx.callback(callback_id)
    if callback is None or callback.due_at is None:
        return
    if callback.state is CallbackState.SCHEDULED:
        tx.save_callback(replace(callback, state=CallbackState.DUE))
        tx.set_timer(Timer(TimerKind.CALLBACK, callback_id, callback.due_at + _PATIENCE))
        dial_due(tx, callback.contact_center_id, now, ids)
    elif callback.state is CallbackState.DUE and callback.due_at + _PATIENCE <= now:
        tx.save_callback(replace(callback, state=CallbackState.MISSED))


def dial_due(tx: Transaction, contact_center_id: int, now: int, ids: Draw) -> None:
    """Dial due callbacks, the oldest first, for whoever is ready."""
    if not tx.line_up():
        return
    for callback in tx.due_callbacks(contact_center_id):
        session = _agent_for(tx, callback)
        if session is not None:
            _dial(tx, callback, session, now, ids)


def _agent_for(tx: Transaction, callback: Callback) -> AgentSession | None:
    for session in tx.ready_sessions(callback.contact_center_id):
        own = callback.user_id is None or session.user_id == callback.user_id
        if own and may_take(session, callback.campaign_id):
            return session
    return None


def _dial(
    tx: Transaction, callback: Callback, session: AgentSession, now: int, ids: Draw
) -> CallResult:
    campaign = tx.configuration.campaign_by_id[callback.campaign_id]
    command = DialNumber(
        acting=Acting(session.session_id),
        seat=session.seat,
        campaign_id=campaign.campaign_id,
        phone=callback.phone,
        searchable=callback.phone,
        customer_id=callback.customer_id,
    )
    placed = dialling.place(
        tx, command, session, session.seat, campaign, now, ids, call_type=CallType.CALLBACK
    )
    tx.save_callback(
        replace(callback, state=CallbackState.DIALLED, crt_object_id=placed.crt_object_id)
    )
    tx.cancel_timer(TimerKind.CALLBACK, callback.callback_id)
    return placed
