"""Judges events and snapshots by contracts/events.yaml."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

__all__ = ["check_event", "check_snapshot", "document"]

EVENTS = Path(__file__).parents[3] / "contracts" / "events.yaml"


@cache
def document() -> dict[str, Any]:
    """The whole contract of events."""
    found: dict[str, Any] = yaml.safe_load(EVENTS.read_text("utf-8"))
    Draft202012Validator.check_schema(found)
    return found


@cache
def _validator(name: str) -> Draft202012Validator:
    whole = document()
    shape = {"$schema": whole["$schema"], "$ref": f"#/$defs/{name}", "$defs": whole["$defs"]}
    return Draft202012Validator(shape)


def check_event(event: dict[str, Any]) -> None:
    """Check an event as streams have it; an error names what is not in the contract."""
    kind = f"{event['namespace']}.{event['name']}"
    assert kind in document()["$defs"], f"{kind} is not in the contract"
    # The event's own shape gives the clearer message.
    _validator(kind).validate(event["payload"])
    _validator("event").validate(event)
    assert event["payload"]["seq"] == event["seq"]


def check_snapshot(snapshot: dict[str, Any]) -> None:
    """Check a snapshot."""
    _validator("snapshot").validate(snapshot)
