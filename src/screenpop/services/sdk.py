"""What pages may do over the SDK beyond the REST: each command once per ``requestId`` (contract 6).

The commands that the REST has as well are its own use cases; here are those that it lacks, and
what the SDK lets a page leave out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from screenpop.domain.app import Scope
from screenpop.domain.commands import (
    Acting,
    AnswerCall,
    DisposeAndDial,
    DisposeCall,
    RejectCall,
    RequestKey,
    SetAutoCall,
    SetPresence,
)
from screenpop.domain.errors import InteractionAmbiguousError
from screenpop.domain.results import CallResult, Outcome
from screenpop.domain.session import AgentSession
from screenpop.ports.ids import Draw
from screenpop.ports.store import Transaction
from screenpop.services import agent, call_control, disposing
from screenpop.services.acting import Actor, act
from screenpop.services.idempotency import once

__all__ = [
    "Keyed",
    "answer",
    "dispose",
    "dispose_and_dial",
    "reject",
    "set_auto_call",
    "set_presence",
]

C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Keyed(Generic[C]):
    """A command with the key that binds it; ``None``: nothing does."""

    acting: Acting
    command: C
    request: RequestKey | None = None


def _bound(
    tx: Transaction,
    keyed: Keyed[C],
    scope: Scope,
    now: int,
    perform: Callable[[Actor], CallResult],
) -> Outcome:
    actor = act(tx, keyed.acting, scope)
    session_id = actor.session.session_id
    seat = actor.seat
    return once(tx, session_id, keyed.request, now, lambda: perform(actor), seat=seat)


def answer(tx: Transaction, keyed: Keyed[AnswerCall], now: int, ids: Draw) -> Outcome:
    """Answer the offered call.  Errors: see ``call_control.answer`` and ``once``."""
    return _bound(
        tx,
        keyed,
        Scope.INTERACTION_CONTROL,
        now,
        lambda _actor: call_control.answer(tx, keyed.command, now, ids),
    )


def reject(tx: Transaction, keyed: Keyed[RejectCall], now: int, ids: Draw) -> Outcome:
    """Refuse the offered call.  Errors: see ``call_control.reject`` and ``once``."""
    return _bound(
        tx,
        keyed,
        Scope.INTERACTION_CONTROL,
        now,
        lambda _actor: call_control.reject(tx, keyed.command, now, ids),
    )


def set_presence(tx: Transaction, keyed: Keyed[SetPresence], now: int, ids: Draw) -> Outcome:
    """Be ready, or on break.  Errors: see ``agent.set_presence`` and ``once``."""

    def perform(actor: Actor) -> CallResult:
        agent.set_presence(tx, keyed.command, now, ids)
        return _about_no_call(actor)

    return _bound(tx, keyed, Scope.SESSION_CONTROL, now, perform)


def set_auto_call(tx: Transaction, keyed: Keyed[SetAutoCall], now: int, ids: Draw) -> Outcome:
    """Switch auto-call.  Errors: see ``agent.set_auto_call`` and ``once``."""

    def perform(actor: Actor) -> CallResult:
        agent.set_auto_call(tx, keyed.command, now, ids)
        return _about_no_call(actor)

    return _bound(tx, keyed, Scope.SESSION_CONTROL, now, perform)


def dispose(tx: Transaction, command: DisposeCall, now: int, ids: Draw) -> Outcome:
    """Finish a call; one that is not named is the agent's only open one.

    Errors: see ``disposing.dispose_call``, and:

    :raises InteractionAmbiguousError: none is named, and several are open.
    """
    actor = act(tx, command.acting, Scope.INTERACTION_DISPOSE)
    _require_one(tx, actor.session, command)
    return disposing.dispose_call(tx, _by_whom(command, actor), now, ids)


def dispose_and_dial(tx: Transaction, command: DisposeAndDial, now: int, ids: Draw) -> Outcome:
    """Finish a call as :func:`dispose` does and dial the next, both or neither.

    Without a campaign the new number is dialled in the old call's.

    Errors: see ``disposing.dispose_and_dial`` and :func:`dispose`.
    """
    actor = act(tx, command.dispose.acting, Scope.INTERACTION_DISPOSE)
    _require_one(tx, actor.session, command.dispose)
    dial = command.dial
    if dial.campaign_id is None:
        dial = replace(dial, campaign_id=_campaign_of_old(tx, actor.session, command.dispose))
    changed = replace(command, dispose=_by_whom(command.dispose, actor), dial=dial)
    return disposing.dispose_and_dial(tx, changed, now, ids)


def _about_no_call(actor: Actor) -> CallResult:
    return CallResult(crt_object_id="", interaction_id="", seat=actor.seat, campaign_id=0)


def _by_whom(command: DisposeCall, actor: Actor) -> DisposeCall:
    """Return the command as the agent's own desk gives it where no app acts."""
    return replace(command, choice=replace(command.choice, by_crm=actor.by_crm))


def _require_one(tx: Transaction, session: AgentSession, command: DisposeCall) -> None:
    if command.crt_object_id is not None:
        return
    request = command.request
    # A repeat is answered as before, whatever is open by now.
    if request is not None and tx.bound_reply(
        session.session_id, request.key_space, request.request_id
    ):
        return
    if len(tx.open_associations(session.session_id)) > 1:
        raise InteractionAmbiguousError


def _campaign_of_old(tx: Transaction, session: AgentSession, command: DisposeCall) -> int | None:
    """Return the campaign of the call that is disposed, if the login has it."""
    if command.crt_object_id is None:
        opened = tx.open_associations(session.session_id)
        call = tx.call(opened[-1].crt_object_id) if opened else None
    else:
        call = tx.call(command.crt_object_id)
    return call.campaign_id if call and call.campaign_id in session.campaign_ids else None
