"""The bond of one agent to one call: its states, wrap and disposal (contract 1, 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from screenpop.domain.call import Call, CallType
from screenpop.domain.errors import IllegalTransitionError

__all__ = [
    "DISPOSABLE",
    "OPEN",
    "TALKING",
    "Association",
    "AssociationState",
    "AssociationType",
    "Disposition",
    "Trigger",
    "WorkedIn",
    "call_for",
    "step",
]


class AssociationType(StrEnum):
    """How the agent came to the call (contract 3.5)."""

    INBOUND = "inbound.dial.association"
    MANUAL_DIAL = "manualdial.association"
    TRANSFER = "transfer.association"
    TRANSFER_TO_CAMPAIGN = "transfer.to.campaign.association"
    CONFER = "confer.association"


class AssociationState(StrEnum):
    """State of a call as its agent sees it (contract 6)."""

    INITIATED = "initiated"
    RINGING = "ringing"
    CONNECTED = "connected"
    HELD = "held"
    ENDED = "ended"
    WRAP = "wrap"
    DISPOSED = "disposed"


class Trigger(StrEnum):
    """What can happen to an association."""

    RING = "ring"
    CONNECT = "connect"
    HOLD = "hold"
    RESUME = "resume"
    END = "end"
    START_WRAP = "start wrap"
    DISPOSE = "dispose"


_S = AssociationState
_T = Trigger

#: The whole machine.  What is not listed is refused.
TABLE: Final[Mapping[tuple[AssociationState, Trigger], AssociationState]] = {
    (_S.INITIATED, _T.RING): _S.RINGING,
    # A far end may answer without ever having rung.
    (_S.INITIATED, _T.CONNECT): _S.CONNECTED,
    (_S.RINGING, _T.CONNECT): _S.CONNECTED,
    (_S.CONNECTED, _T.HOLD): _S.HELD,
    (_S.HELD, _T.RESUME): _S.CONNECTED,
    (_S.INITIATED, _T.END): _S.ENDED,
    (_S.RINGING, _T.END): _S.ENDED,
    (_S.CONNECTED, _T.END): _S.ENDED,
    (_S.HELD, _T.END): _S.ENDED,
    (_S.ENDED, _T.START_WRAP): _S.WRAP,
    (_S.ENDED, _T.DISPOSE): _S.DISPOSED,
    (_S.WRAP, _T.DISPOSE): _S.DISPOSED,
}

#: In set-up or talking: an agent has one such association at a time.
TALKING: Final = frozenset({_S.INITIATED, _S.RINGING, _S.CONNECTED, _S.HELD})
#: Not over for the agent.
OPEN: Final = TALKING | {_S.WRAP}
#: Disposing is meaningful here once the call is answered or was dialled by the agent.
DISPOSABLE: Final = OPEN


@dataclass(frozen=True, slots=True)
class Disposition:
    """How an agent, or the system, finished an association."""

    disposition_class: str
    disposition_code: str
    #: ``None`` for system-made dispositions.
    disposition_code_id: int | None
    notes: str = ""
    #: Epoch milliseconds; ``None`` when there is no callback or none with a time.
    callback_time: int | None = None
    self_callback: bool = True
    #: A CRM disposed it (REST or SDK), not the console and not the system.
    by_crm: bool = False


@dataclass(frozen=True, slots=True)
class WorkedIn:
    """What a call was for an agent who left it before it went to another queue or campaign."""

    campaign_id: int
    process_id: int
    queue_id: int | None
    queue_name: str | None
    call_type: str
    customer_id: int
    customer_info: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Association:
    """One agent's stay in one call.  Times are epoch milliseconds."""

    association_id: str
    crt_object_id: str
    contact_center_id: int
    session_id: str
    user_id: str
    seat: str
    association_type: AssociationType
    #: The agent's own leg of the call.
    leg_id: str
    state: AssociationState
    created_at: int
    muted: bool = False
    ringing_at: int | None = None
    connected_at: int | None = None
    ended_at: int | None = None
    wrap_ends_at: int | None = None
    disposed_at: int | None = None
    #: Why it never connected, or ended otherwise than by hang-up (contract 6).
    reason: str | None = None
    disposition: Disposition | None = None
    #: userId of the agent who transferred the call here.
    transferred_from: str | None = None
    #: The leg that hears music while the association is held.
    held_leg_id: str | None = None
    #: ``None``: what the call still is.
    worked_in: WorkedIn | None = None


def call_for(call: Call, association: Association) -> Call:
    """Return the call as it is, or was, for this agent.

    A transfer to a queue or a campaign changes the call for those who come; who worked in it
    before wraps up and disposes in the campaign of that work (contract 5: "the call's own").
    """
    was = association.worked_in
    if was is None:
        return call
    return replace(
        call,
        campaign_id=was.campaign_id,
        process_id=was.process_id,
        queue_id=was.queue_id,
        queue_name=was.queue_name,
        call_type=CallType(was.call_type),
        customer_id=was.customer_id,
        customer_info=was.customer_info,
    )


def step(association: Association, trigger: Trigger, at: int, **changes: object) -> Association:
    """Return the association after ``trigger`` at ``at``.

    :raises IllegalTransitionError: the table has no such step.
    """
    state = TABLE.get((association.state, trigger))
    if state is None:
        raise IllegalTransitionError("association", association.state, trigger)
    stamps: dict[str, object] = {}
    if trigger is Trigger.RING:
        stamps["ringing_at"] = at
    elif trigger is Trigger.CONNECT:
        stamps["connected_at"] = at
    elif trigger is Trigger.END:
        stamps["ended_at"] = at
    elif trigger is Trigger.DISPOSE:
        stamps["disposed_at"] = at
    return replace(association, state=state, **stamps, **changes)  # type: ignore[arg-type]
