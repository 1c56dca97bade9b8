"""Calls (CRT objects) and their legs (contract 1, 2, 3.5; design 2.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = [
    "Call",
    "CallState",
    "CallType",
    "Direction",
    "Invitation",
    "Leg",
    "LegKind",
    "LegState",
    "SystemDisposition",
]


class CallType(StrEnum):
    """How the call came to be (contract 3.5)."""

    INBOUND = "inbound.call.dial"
    MANUAL = "outbound.manual.dial"
    AUTO = "outbound.auto.dial"
    CALLBACK = "outbound.callback.dial"
    AUTO_PREVIEW = "outbound.auto.preview.dial"
    MANUAL_PREVIEW = "outbound.manual.preview.dial"
    CLICK_TO_CALL = "click.to.call.dial"
    TRANSFERRED_TO_CAMPAIGN = "transferred.to.campaign.dial"


class Direction(StrEnum):
    """Who began the call."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class CallState(StrEnum):
    """The call as a whole (contract 6, ``callState``)."""

    QUEUED = "queued"
    RINGING = "ringing"
    CONNECTED = "connected"
    ENDED = "ended"


class SystemDisposition(StrEnum):
    """The technical outcome of a call (contract 3.5)."""

    CONNECTED = "CONNECTED"
    CALL_HANGUP = "CALL_HANGUP"
    CALL_DROP = "CALL_DROP"
    BUSY = "BUSY"
    NO_ANSWER = "NO_ANSWER"
    NUMBER_FAILURE = "NUMBER_FAILURE"
    NUMBER_TEMP_FAILURE = "NUMBER_TEMP_FAILURE"
    PROVIDER_TEMP_FAILURE = "PROVIDER_TEMP_FAILURE"
    PROVIDER_FAILURE = "PROVIDER_FAILURE"
    ATTEMPT_FAILED = "ATTEMPT_FAILED"
    FAILED = "FAILED"


class LegKind(StrEnum):
    """Whose telephone a leg leads to."""

    CUSTOMER = "customer"
    AGENT = "agent"
    #: A consulted or conferred party that is neither.
    PARTY = "party"


class LegState(StrEnum):
    """What the line last said of a leg."""

    #: Asked for, nothing reported yet.
    PENDING = "pending"
    RINGING = "ringing"
    UP = "up"
    ENDED = "ended"


class Invitation(StrEnum):
    """What a further leg was called for (contract 6, "Transfer to an agent")."""

    #: It takes the inviting agent's place as soon as it answers.
    BLIND = "blind"
    #: It talks with the inviting agent first, while the customer waits.
    CONSULT = "consult"
    #: It joins agent and customer.
    CONFERENCE = "conference"
    #: No agent asked for it: it takes a call that its queue no longer keeps.
    OVERFLOW = "overflow"


@dataclass(frozen=True, slots=True)
class Leg:
    """One channel of a call: facts of the line.  Times are epoch milliseconds."""

    leg_id: str
    crt_object_id: str
    contact_center_id: int
    kind: LegKind
    #: Number or extension.
    address: str
    state: LegState
    created_at: int
    ringing_at: int | None = None
    answered_at: int | None = None
    ended_at: int | None = None
    sip: int | None = None
    q850: int | None = None
    invitation: Invitation | None = None
    #: The association of the agent who called for this leg.
    invited_by: str | None = None
    #: When it first heard the customer.
    joined_at: int | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One customer call with all its legs.  Times are epoch milliseconds."""

    crt_object_id: str
    interaction_id: str
    call_id: str
    contact_center_id: int
    process_id: int
    campaign_id: int
    call_type: CallType
    direction: Direction
    #: As the line or the command gave it, without separators (contract 3.5).
    phone: str
    call_state: CallState
    created_at: int
    customer_leg_id: str
    queue_id: int | None = None
    queue_name: str | None = None
    #: The dialled number of an inbound call; our caller id on an outbound one.
    dst_phone: str = ""
    src_phone: str = ""
    #: -1: unknown.
    customer_id: int = -1
    #: Columns of the customer as they were when the call was made.
    customer_info: Mapping[str, str] = field(default_factory=dict)
    additional_params: Mapping[str, object] | None = None
    request_id: str | None = None
    system_disposition: SystemDisposition | None = None
    #: Q.850 cause of the customer's leg.
    hangup_cause: int | None = None
    #: When a queued call began to wait; kept over re-offers, so its place is kept too.
    queued_at: int | None = None
    #: The customer's telephone began to ring (outbound) or the call arrived (inbound).
    ringing_at: int | None = None
    #: Customer and an agent first heard each other.
    connected_at: int | None = None
    ended_at: int | None = None
    #: Every agent has disposed.
    disposed_at: int | None = None
