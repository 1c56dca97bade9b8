"""Events as the outside sees them, and the reducer that replays them (contract 6).

An event is ``{"seq", "namespace", "name", "payload"}``.  A snapshot is ``{"seq", "session",
"interactions"}``; a snapshot and the events after its ``seq`` give the later snapshot.  The same
vectors (``contracts/vectors/events``) hold for the reducer in TypeScript.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

__all__ = [
    "INTERACTION_FIELDS",
    "PAYLOAD_FIELDS",
    "SESSION_FIELDS",
    "reduce",
    "snapshot_interaction",
]

#: Every payload has these, ``null`` where one does not apply (contract 6, "Payload").
PAYLOAD_FIELDS: Final = (
    "interactionId",
    "crtObjectId",
    "userCrtObjectId",
    "customerId",
    "phone",
    "displayPhone",
    "campaignId",
    "processId",
    "contactCenterId",
    "queueId",
    "queueName",
    "callType",
    "associationType",
    "channel",
    "direction",
    "sessionId",
    "userId",
    "state",
    "muted",
    "timestamp",
    "seq",
)

#: What a snapshot keeps of an open interaction: no more than the present state.
INTERACTION_FIELDS: Final = (
    "associationId",
    *(name for name in PAYLOAD_FIELDS if name not in ("timestamp", "seq")),
    "systemDisposition",
    "hangupCause",
    "wrapEndsAt",
)

#: What a snapshot keeps of the session.
SESSION_FIELDS: Final = (
    "userId",
    "sessionId",
    "userCrtObjectIds",
    "campaigns",
    "state",
    "ready",
    "breakReason",
    "autoCall",
)
_STATE_FIELDS: Final = ("state", "ready", "breakReason", "autoCall")


def snapshot_interaction(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return an interaction as a snapshot has it, ``None`` for what is not known yet."""
    return {name: values.get(name) for name in INTERACTION_FIELDS}


def reduce(snapshot: Mapping[str, Any], events: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the snapshot after these events; one that it contains already changes nothing."""
    seq = snapshot["seq"]
    session = dict(snapshot["session"])
    interactions = {i["associationId"]: dict(i) for i in snapshot["interactions"]}
    for event in events:
        if event["seq"] <= seq:
            continue
        seq = event["seq"]
        name, payload = event["name"], event["payload"]
        if event["namespace"] == "session":
            _reduce_session(session, interactions, name, payload)
        elif event["namespace"] == "interaction":
            _reduce_interaction(interactions, name, payload)
    return {"seq": seq, "session": session, "interactions": list(interactions.values())}


def _reduce_session(
    session: dict[str, Any],
    interactions: dict[str, dict[str, Any]],
    name: str,
    payload: Mapping[str, Any],
) -> None:
    if name == "stateChanged":
        session.update({field: payload[field] for field in _STATE_FIELDS})
    elif name == "campaignsChanged":
        session["campaigns"] = payload["campaigns"]
        session["userCrtObjectIds"] = payload["userCrtObjectIds"]
    elif name == "loggedOut":
        session["state"] = "offline"
        interactions.clear()


def _reduce_interaction(
    interactions: dict[str, dict[str, Any]], name: str, payload: Mapping[str, Any]
) -> None:
    key = payload["associationId"]
    if name == "interactionInitiated":
        interactions[key] = snapshot_interaction(payload)
    elif name == "interactionDisposed":
        interactions.pop(key, None)
    elif key in interactions:
        interactions[key].update(
            {field: payload[field] for field in INTERACTION_FIELDS if field in payload}
        )
