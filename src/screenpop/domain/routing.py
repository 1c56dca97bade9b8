"""Which agent gets the next queued call (contract 1; design 3)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from screenpop.domain.session import AgentSession, AgentState, Presence

__all__ = ["may_take", "next_agent"]


def may_take(session: AgentSession, campaign_id: int) -> bool:
    """Tell whether the agent could be offered a call of this campaign now."""
    return (
        session.ended_at is None
        and session.selected
        and session.presence is Presence.READY
        and session.state is AgentState.READY
        and campaign_id in session.campaign_ids
    )


def next_agent(
    sessions: Iterable[AgentSession], campaign_id: int, declined_by: Collection[tuple[str, int]]
) -> AgentSession | None:
    """Return the longest idle agent who may take the call.

    ``declined_by`` has (session id, when) for each refusal of this very call: who refused it is
    asked again only after choosing to be ready anew.
    """
    refusals: dict[str, int] = {}
    for session_id, when in declined_by:
        refusals[session_id] = max(when, refusals.get(session_id, 0))
    candidates = [
        s
        for s in sessions
        if may_take(s, campaign_id) and s.presence_since > refusals.get(s.session_id, -1)
    ]
    return min(candidates, key=lambda s: (s.idle_since, s.session_id), default=None)
