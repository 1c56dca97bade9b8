"""What an agent is doing, from presence and associations (contract 6)."""

from __future__ import annotations

from collections.abc import Iterable

from screenpop.domain.association import Association, AssociationState, AssociationType
from screenpop.domain.session import AgentSession, AgentState, Presence

__all__ = ["agent_state"]

_SETTING_UP = (AssociationState.INITIATED, AssociationState.RINGING)


def agent_state(session: AgentSession, associations: Iterable[Association]) -> AgentState:
    """Return the agent's state; a live call counts before a wrap, a wrap before presence."""
    if session.ended_at is not None:
        return AgentState.OFFLINE
    found = AgentState.READY if session.presence is Presence.READY else AgentState.BREAK
    for association in associations:
        if association.state in (AssociationState.CONNECTED, AssociationState.HELD):
            return AgentState.ON_CALL
        if association.state in _SETTING_UP:
            found = (
                AgentState.DIALING
                if association.association_type is AssociationType.MANUAL_DIAL
                else AgentState.RINGING
            )
        elif association.state is AssociationState.WRAP and found not in (
            AgentState.DIALING,
            AgentState.RINGING,
        ):
            found = AgentState.WRAP
    return found
