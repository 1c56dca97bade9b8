"""Agent sessions: one login of one agent, with presence and seat (contract 1, 5)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["AgentSession", "AgentState", "EndReason", "Presence"]


class Presence(StrEnum):
    """What the agent wants: the state underneath a call."""

    READY = "ready"
    BREAK = "break"


class AgentState(StrEnum):
    """What the agent is doing (contract 6, "State of an agent")."""

    OFFLINE = "offline"
    READY = "ready"
    BREAK = "break"
    RINGING = "ringing"
    DIALING = "dialing"
    ON_CALL = "onCall"
    WRAP = "wrap"


class EndReason(StrEnum):
    """Why a session is over."""

    LOGOUT = "logout"
    FORCED_LOGIN = "forced.login"
    ADMINISTRATOR = "administrator"
    MAXIMUM_AGE = "maximum.age"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class AgentSession:
    """One login of one agent.  Times are epoch milliseconds."""

    session_id: str
    contact_center_id: int
    process_id: int
    user_id: str
    user_name: str
    user_type: str
    #: Campaigns of this login; empty until they are selected.
    campaign_ids: tuple[int, ...]
    selected_campaign_id: int | None
    #: Empty until it is selected.
    extension: str
    #: The present ``userCrtObjectId`` (one per session and extension).
    seat: str
    presence: Presence
    break_reason: str | None
    #: When ready or break was last chosen.
    presence_since: int
    auto_call: bool
    state: AgentState
    state_since: int
    #: Since when the agent waits for a call; routing takes the longest.
    idle_since: int
    created_at: int
    last_seen_at: int
    #: A console or a ping was seen: silence then ends the session sooner.
    kept_alive: bool
    ended_at: int | None = None
    end_reason: EndReason | None = None

    @property
    def selected(self) -> bool:
        """Campaigns and extension are chosen: the agent can work."""
        return bool(self.campaign_ids) and bool(self.extension)
