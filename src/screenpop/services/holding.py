"""Hold and resume, mute and unmute, key tones (contract 5, "Further calls"; contract 6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from screenpop.domain.app import Scope
from screenpop.domain.association import Association, AssociationState
from screenpop.domain.call import Call, Invitation
from screenpop.domain.commands import ControlCall, SendTones
from screenpop.domain.errors import CallNotConnectedError, DigitsInvalidError
from screenpop.domain.events import Muted, Unmuted, facts_of
from screenpop.domain.results import CallResult, Outcome
from screenpop.ports.bus import session_stream
from screenpop.ports.ids import Draw
from screenpop.ports.store import Transaction
from screenpop.ports.telephony import MuteLeg, SendDtmf, UnmuteLeg
from screenpop.services import invitations
from screenpop.services.acting import act, require_campaign, require_seat
from screenpop.services.call_control import open_stay
from screenpop.services.idempotency import once

__all__ = ["control", "hold", "mute", "resume", "send_tones", "unmute"]

_TALKING: Final = (AssociationState.CONNECTED, AssociationState.HELD)
_TONES: Final = frozenset("0123456789ABCD*#")
_MOST_TONES: Final = 32


def control(
    tx: Transaction,
    command: ControlCall,
    now: int,
    change: Callable[[Call, Association], None],
) -> Outcome:
    """Change the agent's connected call, once per ``requestId``.

    :raises NotAuthenticatedError, SessionInvalidError, AccessDeniedError: see ``act``.
    :raises RequestIdReusedError: another command is bound to the ``requestId``.
    :raises NoActiveCallError: nothing is open.
    :raises CallNotConnectedError: agent and customer do not talk.
    """
    actor = act(tx, command.acting, Scope.INTERACTION_CONTROL)
    session, seat = actor.session, require_seat(tx, actor, command.seat)
    require_campaign(session, command.campaign_id)

    def perform() -> CallResult:
        call, association = open_stay(tx, session, command.crt_object_id)
        if association.state not in _TALKING:
            raise CallNotConnectedError
        change(call, association)
        return CallResult(
            crt_object_id=call.crt_object_id,
            interaction_id=call.interaction_id,
            seat=seat,
            campaign_id=call.campaign_id,
            request_id=command.request_id,
        )

    return once(tx, session.session_id, command.request, now, perform, seat=seat)


def hold(tx: Transaction, command: ControlCall, now: int, ids: Draw) -> Outcome:  # noqa: ARG001
    """Let the customer hear music; repeating it changes nothing.  Errors: see ``control``."""

    def change(call: Call, association: Association) -> None:
        if association.state is AssociationState.CONNECTED:
            invitations.hold(tx, call, association, now)

    return control(tx, command, now, change)


def resume(tx: Transaction, command: ControlCall, now: int, ids: Draw) -> Outcome:  # noqa: ARG001
    """End a hold, taking back a transfer that nobody took yet.  Errors: see ``control``."""

    def change(call: Call, association: Association) -> None:
        if association.state is AssociationState.CONNECTED:
            return
        pending = invitations.pending_of(tx, call, association)
        if pending is not None and pending.invitation is not Invitation.CONFERENCE:
            invitations.failed(
                tx, call, pending, now, "transfer.cancelled", resume_reason="transfer.cancelled"
            )
        else:
            invitations.resume(tx, call, association, now)

    return control(tx, command, now, change)


def mute(tx: Transaction, command: ControlCall, now: int, ids: Draw) -> Outcome:  # noqa: ARG001
    """Let nobody hear the agent; repeating it changes nothing.  Errors: see ``control``."""
    return control(tx, command, now, lambda c, a: _set_muted(tx, c, a, now, muted=True))


def unmute(tx: Transaction, command: ControlCall, now: int, ids: Draw) -> Outcome:  # noqa: ARG001
    """End a mute; repeating it changes nothing.  Errors: see ``control``."""
    return control(tx, command, now, lambda c, a: _set_muted(tx, c, a, now, muted=False))


def _set_muted(
    tx: Transaction, call: Call, association: Association, now: int, *, muted: bool
) -> None:
    if association.muted is muted:
        return
    association = replace(association, muted=muted)
    tx.save_association(association)
    command = MuteLeg(association.leg_id) if muted else UnmuteLeg(association.leg_id)
    tx.add_line_command(call.crt_object_id, command, now)
    facts = facts_of(call, association)
    event = Muted(now, facts) if muted else Unmuted(now, facts)
    tx.append(session_stream(association.session_id), event)


def send_tones(tx: Transaction, command: SendTones, now: int, ids: Draw) -> Outcome:  # noqa: ARG001
    """Send key tones to the customer.

    Errors: see ``control``, and:

    :raises DigitsInvalidError: there are none, too many, or others than keys have.
    """

    def change(call: Call, _association: Association) -> None:
        digits = command.digits.upper()
        if not 1 <= len(digits) <= _MOST_TONES or not _TONES.issuperset(digits):
            raise DigitsInvalidError
        tx.add_line_command(call.crt_object_id, SendDtmf(call.customer_leg_id, digits), now)

    return control(tx, command, now, change)
