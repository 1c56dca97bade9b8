"""Deliveries of dispose pushes: what a CRM is told, and how far it has come (contract 3.4).

A delivery keeps the facts of its disposal by the field names of the push's values; the URL is
composed from them at every try, so that a mended dispose URL counts for what still waits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from screenpop.domain.app import App, IntegrationPoint
from screenpop.domain.association import Association, AssociationType
from screenpop.domain.call import Call
from screenpop.domain.pop import PopRule, rule_of_call

__all__ = ["Delivery", "DeliveryState", "PushKind", "is_pushed", "receives"]


class PushKind(StrEnum):
    """The two kinds of dispose push."""

    #: One agent disposed.
    AGENT = "agent"
    #: Every agent has disposed.
    CALL = "call"


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    PENDING = "pending"
    DELIVERED = "delivered"
    #: Given up; it waits for someone to send it again.
    SET_ASIDE = "set aside"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One push to one app.  Times are epoch milliseconds."""

    #: The same on every try; made from the disposal's own id, so it is never given twice.
    delivery_id: str
    contact_center_id: int
    app_id: str
    crt_object_id: str
    #: Its place among the pushes of this call to this app, from 1.
    position: int
    kind: PushKind
    #: The push's values by their field names, numbers unmasked.
    carried: Mapping[str, object]
    state: DeliveryState
    created_at: int
    #: The next try; meaningful while it is pending.
    due: int
    #: The 72 hours run from here: its making, or when it was last sent again by hand.
    pending_since: int
    tries: int = 0
    last_try_at: int | None = None
    #: HTTP status of the last answer; ``None``: none came, or it was not sent.
    last_status: int | None = None
    #: What the last try brought, as a sentence.
    last_answer: str = ""
    #: When it was delivered or set aside.
    ended_at: int | None = None


def receives(app: App, call: Call) -> bool:
    """Tell whether ``app`` is told of disposals of ``call``: it serves it, and has a URL for it."""
    serves = rule_of_call(app, call) in (PopRule.MATCHED, PopRule.NO_URL)
    return serves and bool(app.urls.get(IntegrationPoint.DISPOSE))


def is_pushed(association: Association) -> bool:
    """Tell whether this association's disposal is pushed: it dialled, or was connected."""
    dialled = association.association_type is AssociationType.MANUAL_DIAL
    return dialled or association.connected_at is not None
