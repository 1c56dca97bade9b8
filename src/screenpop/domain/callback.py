"""Callbacks: calls that an agent promised (contract 5, "Callback time")."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Callback", "CallbackState"]


class CallbackState(StrEnum):
    """How far a callback has come."""

    #: Its time has not come, or it has none.
    SCHEDULED = "scheduled"
    #: Its time has come; it waits for a ready agent.
    DUE = "due"
    DIALLED = "dialled"
    #: Nobody was ready for half an hour.
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Callback:
    """One promised call.  Times are epoch milliseconds."""

    callback_id: str
    contact_center_id: int
    campaign_id: int
    #: Whose callback it is; ``None``: any agent of the campaign.
    user_id: str | None
    phone: str
    customer_id: int
    #: ``None``: promised without a date.
    due_at: int | None
    state: CallbackState
    created_at: int
    #: The call it was promised in, if any.
    promised_in: str | None = None
    #: The call it became.
    crt_object_id: str | None = None
    notes: str = ""
