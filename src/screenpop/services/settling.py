"""Bringing an agent's state in line with presence and associations (contract 6)."""

from __future__ import annotations

from dataclasses import replace

from screenpop.domain.agent_state import agent_state
from screenpop.domain.events import AgentStateChanged
from screenpop.domain.session import AgentSession, AgentState, Presence
from screenpop.ports.bus import session_stream
from screenpop.ports.store import Transaction

__all__ = ["settle", "state_changed"]


def state_changed(session: AgentSession, now: int) -> AgentStateChanged:
    """Return the event that tells the session's present state."""
    return AgentStateChanged(
        at=now,
        session_id=session.session_id,
        user_id=session.user_id,
        state=session.state.value,
        ready=session.presence is Presence.READY,
        break_reason=session.break_reason,
        auto_call=session.auto_call,
    )


def settle(tx: Transaction, session_id: str, now: int) -> AgentSession:
    """Work out the agent's state anew, and tell when it changed."""
    session = tx.session(session_id)
    if session is None:
        raise KeyError(session_id)
    state = agent_state(session, tx.open_associations(session_id))
    if state is session.state:
        return session
    idle_since = now if state is AgentState.READY else session.idle_since
    session = replace(session, state=state, state_since=now, idle_since=idle_since)
    tx.save_session(session)
    tx.append(session_stream(session_id), state_changed(session, now))
    return session
