"""Events from the records that a store keeps: their class's name, and their fields as JSON."""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import Any, Final

from screenpop.domain import events
from screenpop.domain.events import AssociationEvent, AssociationFacts, Event

__all__ = ["event_from_record"]

_CLASSES: Final[dict[str, type[Event]]] = {
    name: cls
    for name in events.__all__
    if isinstance(cls := getattr(events, name), type)
    and is_dataclass(cls)
    and issubclass(cls, Event)
    and cls not in (Event, AssociationEvent)
}


def event_from_record(name: str, record: dict[str, Any]) -> Event:
    """Return the event of this name with these fields.

    :raises KeyError: no event has this name.
    """
    cls = _CLASSES[name]
    values = dict(record)
    if "about" in values:
        values["about"] = AssociationFacts(**values["about"])
    if cls is events.CampaignsChanged:
        values["campaign_ids"] = tuple(values["campaign_ids"])
        values["seats"] = tuple(values["seats"])
    return cls(**values)
