"""Finishing calls: disposeCall and disposeAndManualDial (contract 5, 6)."""

from __future__ import annotations

from dataclasses import replace

from screenpop.domain.app import Scope
from screenpop.domain.association import (
    Association,
    AssociationState,
    AssociationType,
    Disposition,
    call_for,
)
from screenpop.domain.call import Call, SystemDisposition
from screenpop.domain.commands import DisposeAndDial, DisposeCall, DispositionChoice
from screenpop.domain.configuration import DispositionPattern
from screenpop.domain.errors import (
    AccessDeniedError,
    CallAlreadyDisposedError,
    CallbackTimePastError,
    CallbackTimeRequiredError,
    CallNotAnsweredError,
    DispositionElsewhereError,
    DispositionForbiddenError,
    DispositionNotFoundError,
    NoActiveCallError,
)
from screenpop.domain.results import CallResult, Outcome
from screenpop.domain.session import AgentSession
from screenpop.ports.ids import Draw
from screenpop.ports.store import Transaction
from screenpop.services import callbacks, customers, dialling, ending, queueing, stay
from screenpop.services.acting import act, require_campaign, require_seat
from screenpop.services.idempotency import once

__all__ = ["dispose_and_dial", "dispose_call"]

_SETTING_UP = (AssociationState.INITIATED, AssociationState.RINGING)
_TALKING = (AssociationState.CONNECTED, AssociationState.HELD)


def dispose_call(tx: Transaction, command: DisposeCall, now: int, ids: Draw) -> Outcome:
    """Finish the agent's association with a call, hanging up first when it is up.

    :raises NotAuthenticatedError, SessionInvalidError: see ``act``.
    :raises AccessDeniedError: the seat, campaign or call is not this agent's.
    :raises RequestIdReusedError: another command is bound to the ``requestId``.
    :raises StateError: the table "what may be done when" of contract 5 forbids it.
    """
    actor = act(tx, command.acting, Scope.INTERACTION_DISPOSE)
    session, seat = actor.session, require_seat(tx, actor, command.seat)
    require_campaign(session, command.campaign_id)
    call, association = _named_call(tx, session, command.crt_object_id)

    def perform() -> CallResult:
        found = _disposable(tx, session, call, association, by_crm=command.choice.by_crm)
        campaign_id = call_for(*found).campaign_id
        disposition = _chosen(tx, campaign_id, command.choice, now)
        _finish(tx, *found, disposition, now, ids, settle=True)
        queueing.offer_waiting(tx, session.contact_center_id, now, ids)
        return CallResult(
            crt_object_id=found[0].crt_object_id,
            interaction_id=found[0].interaction_id,
            seat=seat,
            campaign_id=campaign_id,
            request_id=command.request_id,
            disposition_code_id=disposition.disposition_code_id,
            disposition_code=disposition.disposition_code,
        )

    return once(tx, session.session_id, command.request, now, perform, seat=seat)


def dispose_and_dial(tx: Transaction, command: DisposeAndDial, now: int, ids: Draw) -> Outcome:
    """Finish one call and accept the next dial, both or neither.

    The new agent leg is asked for when the old one is released, at the latest after 5 s.

    :raises NotAuthenticatedError, SessionInvalidError, AccessDeniedError: as ``dispose_call``.
    :raises RequestIdReusedError: another command is bound to the ``requestId``.
    :raises StateError: either half is forbidden; nothing is done.
    """
    dispose, dial = command.dispose, command.dial
    actor = act(tx, dispose.acting, Scope.INTERACTION_DISPOSE)
    act(tx, dial.acting, Scope.INTERACTION_DIAL)
    session, seat = actor.session, require_seat(tx, actor, dispose.seat)
    require_campaign(session, dispose.campaign_id)
    campaign = dialling.campaign_of_dial(tx, session, dial)
    dial = replace(dial, phone=customers.real_phone(tx, dial, campaign.process_id))
    call, association = _named_call(tx, session, dispose.crt_object_id)

    def perform() -> CallResult:
        old_call, old = _disposable(tx, session, call, association, by_crm=dispose.choice.by_crm)
        own_campaign_id = call_for(old_call, old).campaign_id
        disposition = _chosen(tx, own_campaign_id, dispose.choice, now)
        dialling.check_dial(tx, session, campaign, dial.phone)
        _finish(tx, old_call, old, disposition, now, ids, settle=False)
        result = dialling.place(tx, dial, session, seat, campaign, now, ids, after_leg=old.leg_id)
        return CallResult(
            crt_object_id=result.crt_object_id,
            interaction_id=result.interaction_id,
            seat=seat,
            campaign_id=result.campaign_id,
            request_id=dispose.request_id,
            phone=result.phone,
            customer_id=result.customer_id,
            disposed_crt_object_id=old_call.crt_object_id,
        )

    return once(tx, session.session_id, dispose.request, now, perform, seat=seat)


def _named_call(
    tx: Transaction, session: AgentSession, any_id: str | None
) -> tuple[Call | None, Association | None]:
    """Return the call the command names, with this agent's association.

    :raises AccessDeniedError: unknown, or never this agent's: both are answered alike.
    """
    if any_id is None:
        return None, None
    call = tx.call(any_id)
    if call is None:
        raise AccessDeniedError
    association = tx.association_with(session.session_id, call.crt_object_id)
    if association is None:
        # "Has or had": also in an earlier login of the same agent.
        earlier = [a for a in tx.associations(call.crt_object_id) if a.user_id == session.user_id]
        if not earlier:
            raise AccessDeniedError
        association = earlier[-1]
    return call, association


def _disposable(
    tx: Transaction,
    session: AgentSession,
    call: Call | None,
    association: Association | None,
    *,
    by_crm: bool,
) -> tuple[Call, Association]:
    """Return what is to be disposed, checked against "what may be done when"."""
    if call is None or association is None:
        opened = tx.open_associations(session.session_id)
        if not opened:
            raise NoActiveCallError
        association = opened[-1]
        call = tx.call(association.crt_object_id)
        assert call is not None  # an association's call is never deleted  # noqa: S101
    if association.state is AssociationState.DISPOSED:
        raise CallAlreadyDisposedError
    offered = association.association_type is not AssociationType.MANUAL_DIAL
    if association.state in _SETTING_UP and offered:
        raise CallNotAnsweredError
    campaign = tx.configuration.campaign_by_id[call_for(call, association).campaign_id]
    allowed = DispositionPattern.CONSOLE if by_crm else DispositionPattern.CRM
    if campaign.disposition_pattern is allowed:
        raise DispositionElsewhereError(
            f"The calls of this campaign are disposed in the {allowed.value} only."
        )
    if association.state in _TALKING and campaign.disable_disposition_on_active_call:
        raise DispositionForbiddenError
    return call, association


def _chosen(tx: Transaction, campaign_id: int, choice: DispositionChoice, now: int) -> Disposition:
    """Return the disposition, looked up in the plan of the call's own campaign."""
    plan = tx.configuration.plan_of(campaign_id)
    if choice.disposition_code_id is not None:
        code = plan.code_by_id(choice.disposition_code_id)
    else:
        code = plan.code_by_name(choice.disposition_code or "")
    if code is None:
        names = ", ".join(f"{c.name} ({c.disposition_code_id})" for c in plan.codes)
        raise DispositionNotFoundError(f"The campaign of this call has these codes: {names}.")
    callback_time = choice.callback_time if code.needs_callback_time else None
    if code.needs_callback_time:
        if callback_time is None and choice.callback_time_required:
            raise CallbackTimeRequiredError
        if callback_time is not None and callback_time <= now:
            raise CallbackTimePastError
    return Disposition(
        disposition_class=plan.class_of(code).name,
        disposition_code=code.name,
        disposition_code_id=code.disposition_code_id,
        notes=choice.notes,
        callback_time=callback_time,
        self_callback=choice.self_callback,
        by_crm=choice.by_crm,
    )


def _finish(
    tx: Transaction,
    call: Call,
    association: Association,
    disposition: Disposition,
    now: int,
    ids: Draw,
    *,
    settle: bool,
) -> None:
    """Hang up if need be, and dispose; there is no wrap in between."""
    call, association = ending.leave_call(
        tx, call, association, now, outcome=SystemDisposition.CALL_HANGUP
    )
    own = call_for(call, association)
    if _promises(tx, own, disposition):
        callbacks.promise(tx, own, association.user_id, disposition, now, ids)
    stay.dispose(tx, call, association, now, disposition, settle=settle)


def _promises(tx: Transaction, call: Call, disposition: Disposition) -> bool:
    code_id = disposition.disposition_code_id
    code = (
        None if code_id is None else tx.configuration.plan_of(call.campaign_id).code_by_id(code_id)
    )
    return code is not None and code.needs_callback_time
