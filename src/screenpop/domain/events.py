"""What happened, in the past tense: the facts that session streams are made of (contract 6).

Events carry facts, not URLs and not wire names; ``web.translate`` gives them the contract's
spelling.  Times are epoch milliseconds, durations milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from screenpop.domain.association import Association, call_for
from screenpop.domain.call import Call

__all__ = [
    "AgentStateChanged",
    "AssociationEvent",
    "AssociationFacts",
    "CampaignsChanged",
    "Conferred",
    "ConfigurationChanged",
    "Connected",
    "Disposed",
    "Ended",
    "Event",
    "Failed",
    "Held",
    "Initiated",
    "LoggedIn",
    "LoggedOut",
    "Muted",
    "Resumed",
    "Ringing",
    "ScreenPopped",
    "Transferred",
    "Unmuted",
    "WrapStarted",
    "facts_of",
]


@dataclass(frozen=True, slots=True)
class AssociationFacts:
    """One association with its call, as they were just after an event."""

    association_id: str
    interaction_id: str
    crt_object_id: str
    seat: str
    customer_id: int
    phone: str
    campaign_id: int
    process_id: int
    contact_center_id: int
    queue_id: int | None
    queue_name: str | None
    call_type: str
    association_type: str
    direction: str
    session_id: str
    user_id: str
    state: str
    muted: bool


def facts_of(call: Call, association: Association) -> AssociationFacts:
    """Return what an event about this association carries."""
    call = call_for(call, association)
    return AssociationFacts(
        association_id=association.association_id,
        interaction_id=call.interaction_id,
        crt_object_id=call.crt_object_id,
        seat=association.seat,
        customer_id=call.customer_id,
        phone=call.phone,
        campaign_id=call.campaign_id,
        process_id=call.process_id,
        contact_center_id=call.contact_center_id,
        queue_id=call.queue_id,
        queue_name=call.queue_name,
        call_type=call.call_type.value,
        association_type=association.association_type.value,
        direction=call.direction.value,
        session_id=association.session_id,
        user_id=association.user_id,
        state=association.state.value,
        muted=association.muted,
    )


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to one agent session."""

    at: int


@dataclass(frozen=True, slots=True)
class AssociationEvent(Event):
    """Something that happened to an association of the session."""

    about: AssociationFacts


@dataclass(frozen=True, slots=True)
class Initiated(AssociationEvent):
    """An inbound call was offered to the agent, or the agent's dial was accepted."""

    transferred_from: str | None = None


@dataclass(frozen=True, slots=True)
class Ringing(AssociationEvent):
    """The agent's phone (inbound) or the customer's (outbound) rings."""


@dataclass(frozen=True, slots=True)
class Connected(AssociationEvent):
    """Agent and customer hear each other."""


@dataclass(frozen=True, slots=True)
class Held(AssociationEvent):
    """The customer hears music."""


@dataclass(frozen=True, slots=True)
class Resumed(AssociationEvent):
    """The hold is over."""

    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Muted(AssociationEvent):
    """The agent is not heard."""


@dataclass(frozen=True, slots=True)
class Unmuted(AssociationEvent):
    """The agent is heard again."""


@dataclass(frozen=True, slots=True)
class Transferred(AssociationEvent):
    """The agent gave the call away."""

    target: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Conferred(AssociationEvent):
    """A further party joined the call."""

    target: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Failed(AssociationEvent):
    """Never connected; stands just before :class:`Ended`."""

    reason: str
    system_disposition: str | None


@dataclass(frozen=True, slots=True)
class Ended(AssociationEvent):
    """The call is over for this agent."""

    system_disposition: str | None
    hangup_cause: int | None
    reason: str | None
    ringing_time: int
    setup_time: int
    ivr_time: int
    talk_time: int


@dataclass(frozen=True, slots=True)
class WrapStarted(AssociationEvent):
    """The agent has until ``wrap_ends_at`` to dispose; ``None``: no limit."""

    wrap_time_left: int | None
    wrap_ends_at: int | None


@dataclass(frozen=True, slots=True)
class Disposed(AssociationEvent):
    """The association is finished."""

    disposition_class: str
    disposition_code: str
    disposition_code_id: int | None
    callback_time: int | None
    disposed_by_crm: bool


@dataclass(frozen=True, slots=True)
class ScreenPopped(AssociationEvent):
    """The pop moment: the call URL of each matching app is opened (contract 3.2)."""

    request_id: str | None
    customer_info: Mapping[str, str]
    additional_params: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class LoggedIn(Event):
    """The session began."""

    user_id: str
    session_id: str


@dataclass(frozen=True, slots=True)
class LoggedOut(Event):
    """The session ended; nothing follows in its stream."""

    user_id: str
    session_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class AgentStateChanged(Event):
    """The agent's state, presence or auto-call changed."""

    session_id: str
    user_id: str
    state: str
    ready: bool
    break_reason: str | None
    auto_call: bool


@dataclass(frozen=True, slots=True)
class CampaignsChanged(Event):
    """The session's campaigns, selected campaign or extension changed."""

    session_id: str
    user_id: str
    campaign_ids: tuple[int, ...]
    selected_campaign_id: int | None
    extension: str
    seats: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class ConfigurationChanged(Event):
    """An administrator changed something this session may read."""

    session_id: str
    version: int
