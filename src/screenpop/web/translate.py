"""Between the domain's facts and the contract's spelling (design 2.1)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from screenpop.domain import events
from screenpop.domain.association import Association
from screenpop.domain.call import Call
from screenpop.domain.configuration import Configuration
from screenpop.domain.events import AssociationEvent, AssociationFacts, Event, facts_of
from screenpop.domain.phone import masked
from screenpop.domain.session import AgentSession, Presence
from screenpop.ports.store import Reader, StoredEvent
from screenpop.wire.events import PAYLOAD_FIELDS, snapshot_interaction

__all__ = [
    "event_to_wire",
    "facts_to_wire",
    "session_to_wire",
    "shown_customer_info",
    "snapshot",
]

_NAMES: Final[dict[type[Event], tuple[str, str]]] = {
    events.Initiated: ("interaction", "interactionInitiated"),
    events.Ringing: ("interaction", "interactionRinging"),
    events.Connected: ("interaction", "interactionConnected"),
    events.Held: ("interaction", "interactionHeld"),
    events.Resumed: ("interaction", "interactionResumed"),
    events.Muted: ("interaction", "interactionMuted"),
    events.Unmuted: ("interaction", "interactionUnmuted"),
    events.Transferred: ("interaction", "interactionTransferred"),
    events.Conferred: ("interaction", "interactionConferred"),
    events.Failed: ("interaction", "interactionFailed"),
    events.Ended: ("interaction", "interactionEnded"),
    events.WrapStarted: ("interaction", "interactionWrapStarted"),
    events.Disposed: ("interaction", "interactionDisposed"),
    events.ScreenPopped: ("interaction", "showCrm"),
    events.LoggedIn: ("session", "loggedIn"),
    events.LoggedOut: ("session", "loggedOut"),
    events.AgentStateChanged: ("session", "stateChanged"),
    events.CampaignsChanged: ("session", "campaignsChanged"),
    events.ConfigurationChanged: ("configuration", "configurationChanged"),
}

#: Fields of an event beyond the payload's own, by domain name, in the contract's spelling.
_FURTHER: Final[dict[type[Event], dict[str, str]]] = {
    events.Initiated: {"transferred_from": "transferredFrom"},
    events.Resumed: {"reason": "reason"},
    events.Transferred: {"target": "target"},
    events.Conferred: {"target": "target"},
    events.Failed: {"reason": "reason", "system_disposition": "systemDisposition"},
    events.Ended: {
        "system_disposition": "systemDisposition",
        "hangup_cause": "hangupCause",
        "reason": "reason",
        "ringing_time": "ringingTime",
        "setup_time": "setupTime",
        "ivr_time": "ivrTime",
        "talk_time": "talkTime",
    },
    events.WrapStarted: {"wrap_time_left": "wrapTimeLeft", "wrap_ends_at": "wrapEndsAt"},
    events.Disposed: {
        "disposition_class": "dispositionClass",
        "disposition_code": "dispositionCode",
        "disposition_code_id": "dispositionCodeId",
        "callback_time": "callbackTime",
        "disposed_by_crm": "disposedByCrm",
    },
    events.ScreenPopped: {"request_id": "requestId"},
    events.LoggedIn: {"user_id": "userId", "session_id": "sessionId"},
    events.LoggedOut: {"user_id": "userId", "session_id": "sessionId", "reason": "reason"},
    events.AgentStateChanged: {
        "session_id": "sessionId",
        "user_id": "userId",
        "state": "state",
        "ready": "ready",
        "break_reason": "breakReason",
        "auto_call": "autoCall",
    },
    events.CampaignsChanged: {
        "session_id": "sessionId",
        "user_id": "userId",
        "campaign_ids": "campaigns",
        "selected_campaign_id": "campaignId",
        "extension": "extension",
        "seats": "userCrtObjectIds",
    },
    events.ConfigurationChanged: {"session_id": "sessionId", "version": "version"},
}


def event_to_wire(stored: StoredEvent, configuration: Configuration) -> dict[str, Any]:
    """Return an event as streams and pages get it (contract 6)."""
    event = stored.event
    namespace, name = _NAMES[type(event)]
    payload: dict[str, Any] = dict.fromkeys(PAYLOAD_FIELDS)
    if isinstance(event, AssociationEvent):
        payload.update(facts_to_wire(event.about, configuration))
    payload["timestamp"] = event.at
    payload["seq"] = stored.seq
    for field, spelling in _FURTHER.get(type(event), {}).items():
        value = getattr(event, field)
        payload[spelling] = list(value) if isinstance(value, tuple) else value
    if isinstance(event, events.ScreenPopped):
        about = event.about
        payload["customerInfo"] = shown_customer_info(
            event.customer_info, about.phone, configuration, about.process_id
        )
        payload["additionalParams"] = json.dumps(
            {
                **(event.additional_params or {}),
                "crtObjectId": about.crt_object_id,
                "userId": about.user_id,
                "callType": about.call_type,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
    return {"seq": stored.seq, "namespace": namespace, "name": name, "payload": payload}


def shown_customer_info(
    info: Mapping[str, str], phone: str, configuration: Configuration, process_id: int
) -> dict[str, str]:
    """Return a customer's columns, the call's number masked wherever masking is on."""
    process = configuration.process_by_id.get(process_id)
    if process is None or not process.masking_enabled:
        return dict(info)
    return {name: masked(phone) if value == phone else value for name, value in info.items()}


def facts_to_wire(facts: AssociationFacts, configuration: Configuration) -> dict[str, Any]:
    """Return an association with its call under the URL's own names (contract 6, "Payload")."""
    process = configuration.process_by_id.get(facts.process_id)
    phone = masked(facts.phone) if process is not None and process.masking_enabled else facts.phone
    return {
        "associationId": facts.association_id,
        "interactionId": facts.interaction_id,
        "crtObjectId": facts.crt_object_id,
        "userCrtObjectId": facts.seat,
        "customerId": facts.customer_id,
        "phone": phone,
        "displayPhone": phone,
        "campaignId": facts.campaign_id,
        "processId": facts.process_id,
        "contactCenterId": facts.contact_center_id,
        "queueId": facts.queue_id,
        "queueName": facts.queue_name,
        "callType": facts.call_type,
        "associationType": facts.association_type,
        "channel": "voice",
        "direction": facts.direction,
        "sessionId": facts.session_id,
        "userId": facts.user_id,
        "state": facts.state,
        "muted": facts.muted,
    }


def session_to_wire(session: AgentSession, seats: list[str]) -> dict[str, Any]:
    """Return a session as ``GET /api/v1/me`` and snapshots have it (contract 8)."""
    return {
        "userId": session.user_id,
        "sessionId": session.session_id,
        "userCrtObjectIds": seats,
        "campaigns": list(session.campaign_ids),
        "state": session.state.value,
        "ready": session.presence is Presence.READY,
        "breakReason": session.break_reason,
        "autoCall": session.auto_call,
    }


def snapshot(reader: Reader, session: AgentSession, stream: str) -> dict[str, Any]:
    """Return the present state of a session, with the number of its last event."""
    interactions = []
    for association in reader.open_associations(session.session_id):
        call = reader.call(association.crt_object_id)
        if call is not None:
            interactions.append(_open_interaction(call, association, reader.configuration))
    return {
        "seq": reader.last_seq(stream),
        "session": session_to_wire(session, reader.seats(session.session_id)),
        "interactions": interactions,
    }


def _open_interaction(
    call: Call, association: Association, configuration: Configuration
) -> dict[str, Any]:
    values = facts_to_wire(facts_of(call, association), configuration)
    left_at, over_at = association.ended_at, call.ended_at
    # Who left a call that went on was told of no outcome.
    if left_at is not None and over_at is not None and over_at <= left_at:
        outcome = call.system_disposition
        values["systemDisposition"] = outcome.value if outcome else None
        values["hangupCause"] = call.hangup_cause
    values["wrapEndsAt"] = association.wrap_ends_at
    return snapshot_interaction(values)
