"""Events as records that a store can keep, and back."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any, Final

from screenpop.domain import events
from screenpop.domain.events import AssociationEvent, AssociationFacts, Event

__all__ = ["event_from_record", "event_to_record"]

_CLASSES: Final[dict[str, type[Event]]] = {
    name: cls
    for name in events.__all__
    if isinstance(cls := getattr(events, name), type)
    and is_dataclass(cls)
    and issubclass(cls, Event)
    and cls not in (Event, AssociationEvent)
}
_FIELDS: Final = {cls: tuple(f.name for f in fields(cls)) for cls in _CLASSES.values()}
_FACTS: Final = tuple(f.name for f in fields(AssociationFacts))


def event_to_record(event: Event) -> tuple[str, dict[str, Any]]:
    """Return the event's name and its facts as plain JSON-ready values."""
    record: dict[str, Any] = {}
    for name in _FIELDS[type(event)]:
        value = getattr(event, name)
        if isinstance(value, AssociationFacts):
            value = {fact: getattr(value, fact) for fact in _FACTS}
        record[name] = value
    return type(event).__name__, record


def event_from_record(name: str, record: dict[str, Any]) -> Event:
    """Return the event that :func:`event_to_record` took apart.

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
