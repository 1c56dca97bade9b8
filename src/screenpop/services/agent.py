"""What agents say of themselves: ready, break, auto-call (contract 1)."""

from __future__ import annotations

from dataclasses import replace

from screenpop.domain.agent_state import agent_state
from screenpop.domain.app import Scope
from screenpop.domain.association import AssociationState, AssociationType
from screenpop.domain.commands import SetAutoCall, SetPresence
from screenpop.domain.errors import InvalidInputError
from screenpop.domain.session import AgentSession, Presence
from screenpop.ports.bus import session_stream
from screenpop.ports.ids import Draw
from screenpop.ports.store import Transaction
from screenpop.ports.telephony import AnswerLeg
from screenpop.services import queueing
from screenpop.services.acting import act
from screenpop.services.settling import state_changed

__all__ = ["MISSED_CALL", "put_on_break", "set_auto_call", "set_presence"]

#: Break reason of an agent who let an offer time out (contract 6, "Inbound").
MISSED_CALL = "Missed call"


def set_presence(tx: Transaction, command: SetPresence, now: int, ids: Draw) -> AgentSession:
    """Make the agent ready, or put the agent on break with a reason.

    During a call the state stays; the presence is what the agent returns to.

    :raises InvalidInputError: a break without a reason, or with an unknown one.
    """
    session = act(tx, command.acting, Scope.SESSION_CONTROL).session
    reasons = tx.configuration.break_reasons_of(session.contact_center_id)
    if not command.ready and command.break_reason not in reasons:
        raise InvalidInputError(f"Give one of the break reasons: {', '.join(reasons)}.")
    session = _change_presence(tx, session, now, None if command.ready else command.break_reason)
    if command.ready:
        queueing.offer_waiting(tx, session.contact_center_id, now, ids)
    return session


def put_on_break(tx: Transaction, session_id: str, now: int, reason: str) -> None:
    """Put an agent on break for a reason that only the system gives."""
    session = tx.session(session_id)
    if session is not None and session.ended_at is None:
        _change_presence(tx, session, now, reason)


def _change_presence(
    tx: Transaction, session: AgentSession, now: int, break_reason: str | None
) -> AgentSession:
    session = replace(
        session,
        presence=Presence.READY if break_reason is None else Presence.BREAK,
        break_reason=break_reason,
        presence_since=now,
    )
    state = agent_state(session, tx.open_associations(session.session_id))
    if state is not session.state:
        session = replace(session, state=state, state_since=now, idle_since=now)
    tx.save_session(session)
    tx.append(session_stream(session.session_id), state_changed(session, now))
    return session


def set_auto_call(tx: Transaction, command: SetAutoCall, now: int, ids: Draw) -> AgentSession:  # noqa: ARG001
    """Say whether calls may be connected by themselves; a ringing offer is then answered."""
    session = act(tx, command.acting, Scope.SESSION_CONTROL).session
    if session.auto_call == command.auto_call:
        return session
    session = replace(session, auto_call=command.auto_call)
    tx.save_session(session)
    tx.append(session_stream(session.session_id), state_changed(session, now))
    if command.auto_call:
        for association in tx.open_associations(session.session_id):
            offered = association.association_type is not AssociationType.MANUAL_DIAL
            if offered and association.state is AssociationState.RINGING:
                tx.add_line_command(association.crt_object_id, AnswerLeg(association.leg_id), now)
    return session
