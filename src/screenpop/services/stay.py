"""An agent's stay in a call, step by step: each step is written with its events (contract 6).

Every association has exactly one *Initiated*, one *Ended* and one *Disposed*, in that order;
``settle`` follows the event that caused a change of the agent's state.
"""

from __future__ import annotations

from dataclasses import replace

from screenpop.domain.association import (
    Association,
    AssociationState,
    Disposition,
    Trigger,
    call_for,
    step,
)
from screenpop.domain.call import Call, CallState, Direction, SystemDisposition
from screenpop.domain.configuration import DispositionPattern
from screenpop.domain.events import (
    Connected,
    Disposed,
    Ended,
    Event,
    Failed,
    Initiated,
    Ringing,
    ScreenPopped,
    WrapStarted,
    facts_of,
)
from screenpop.ports.bus import session_stream
from screenpop.ports.ids import Draw
from screenpop.ports.store import Timer, TimerKind, Transaction
from screenpop.services import disposal_push, screen_pop
from screenpop.services.settling import settle as settle_agent

__all__ = [
    "APPLICATION_DISPOSED",
    "FORCED_LOGGED_OFF",
    "WRAP_TIMEOUT",
    "begin",
    "connect",
    "dispose",
    "end",
    "fail",
    "ring",
    "start_wrap",
]

#: Class and codes of dispositions that no agent made (contract 3.5).
SYSTEM_CLASS = "System Defined"
WRAP_TIMEOUT = "wrap.timeout"
FORCED_LOGGED_OFF = "user.forced.logged.off"
APPLICATION_DISPOSED = "application.disposed"


def _append(tx: Transaction, association: Association, event: Event) -> None:
    tx.append(session_stream(association.session_id), event)


def begin(tx: Transaction, call: Call, association: Association, now: int, ids: Draw) -> None:
    """Add a new association: *Initiated*, the agent's new state, the pop moment.

    The pop moment comes later when every matching app opens on connect (contract 3.2).
    """
    tx.add_association(association)
    facts = facts_of(call, association)
    _append(tx, association, Initiated(now, facts, association.transferred_from))
    settle_agent(tx, association.session_id, now)
    if screen_pop.at_arrival(tx, call, association, now, ids):
        _append(tx, association, _popped(call, association, now))
    disposal_push.prepare(tx, call, association, now, ids)


def ring(tx: Transaction, call: Call, association: Association, now: int) -> Association:
    """Note that the agent's phone (inbound) or the customer's (outbound) rings."""
    association = step(association, Trigger.RING, now)
    tx.save_association(association)
    _append(tx, association, Ringing(now, facts_of(call, association)))
    return association


def connect(
    tx: Transaction, call: Call, association: Association, now: int, ids: Draw
) -> Association:
    """Note that agent and customer hear each other; apps that waited for it open."""
    association = step(association, Trigger.CONNECT, now)
    tx.save_association(association)
    tx.cancel_timer(TimerKind.AGENT_RING, association.association_id)
    _append(tx, association, Connected(now, facts_of(call, association)))
    settle_agent(tx, association.session_id, now)
    if screen_pop.at_connect(tx, call, association, now, ids):
        _append(tx, association, _popped(call, association, now))
    return association


def _popped(call: Call, association: Association, now: int) -> ScreenPopped:
    return ScreenPopped(
        now,
        facts_of(call, association),
        call.request_id,
        call.customer_info,
        call.additional_params,
    )


def end(
    tx: Transaction, call: Call, association: Association, now: int, reason: str | None = None
) -> Association:
    """End the agent's part of the call; wrap or disposal is the caller's next step."""
    association = step(association, Trigger.END, now, reason=reason)
    tx.save_association(association)
    tx.cancel_timer(TimerKind.AGENT_RING, association.association_id)
    _append(tx, association, _ended(call, association, now))
    return association


def fail(
    tx: Transaction,
    call: Call,
    association: Association,
    now: int,
    reason: str,
    outcome: SystemDisposition | None,
) -> Association:
    """End an association that never connected: *Failed* stands just before *Ended*."""
    ended = step(association, Trigger.END, now, reason=reason)
    _append(
        tx,
        association,
        Failed(now, facts_of(call, ended), reason, outcome.value if outcome else None),
    )
    return end(tx, call, association, now, reason)


def start_wrap(tx: Transaction, call: Call, association: Association, now: int) -> Association:
    """Give the agent time to dispose; a forced pattern gives it without limit."""
    campaign = tx.configuration.campaign_by_id[call_for(call, association).campaign_id]
    limited = campaign.disposition_pattern is not DispositionPattern.FORCED
    ends_at = now + campaign.wrap_time if limited else None
    association = step(association, Trigger.START_WRAP, now, wrap_ends_at=ends_at)
    tx.save_association(association)
    if ends_at is not None:
        tx.set_timer(Timer(TimerKind.WRAP, association.association_id, ends_at))
    left = campaign.wrap_time if limited else None
    _append(tx, association, WrapStarted(now, facts_of(call, association), left, ends_at))
    settle_agent(tx, association.session_id, now)
    return association


def dispose(
    tx: Transaction,
    call: Call,
    association: Association,
    now: int,
    disposition: Disposition | str,
    *,
    settle: bool = True,
) -> Association:
    """Finish an ended or wrapped association, and the call when it was the last one.

    A text is the name of a system-made disposition.  ``settle=False`` lets the caller write
    what comes next in the same breath (disposeAndManualDial: consecutive numbers).
    """
    if isinstance(disposition, str):
        disposition = Disposition(SYSTEM_CLASS, disposition, None)
    if association.state is AssociationState.WRAP:
        tx.cancel_timer(TimerKind.WRAP, association.association_id)
    association = step(association, Trigger.DISPOSE, now, disposition=disposition)
    tx.save_association(association)
    event = Disposed(
        now,
        facts_of(call, association),
        disposition.disposition_class,
        disposition.disposition_code,
        disposition.disposition_code_id,
        disposition.callback_time,
        disposition.by_crm,
    )
    _append(tx, association, event)
    disposal_push.agent_disposed(tx, call, association, now)
    if (
        call.call_state is CallState.ENDED
        and call.disposed_at is None
        and all(
            other.state is AssociationState.DISPOSED
            for other in tx.associations(call.crt_object_id)
        )
    ):
        call = replace(call, disposed_at=now)
        tx.save_call(call)
        disposal_push.call_disposed(tx, call, now)
    if settle:
        settle_agent(tx, association.session_id, now)
    return association


def _ended(call: Call, association: Association, now: int) -> Ended:
    """Return the *Ended* event with its times; what never was counts 0 (contract 6)."""
    answered = association.connected_at
    rang_until = answered or now
    ringing = rang_until - association.ringing_at if association.ringing_at else 0
    set_up_until = association.ringing_at or answered or now
    waited = 0
    if call.direction is Direction.INBOUND and call.queued_at is not None:
        waited = association.created_at - call.queued_at
    outcome = call.system_disposition
    return Ended(
        at=now,
        about=facts_of(call, association),
        system_disposition=outcome.value if outcome else None,
        hangup_cause=call.hangup_cause,
        reason=association.reason,
        ringing_time=ringing,
        setup_time=set_up_until - association.created_at,
        ivr_time=waited,
        talk_time=now - answered if answered else 0,
    )
