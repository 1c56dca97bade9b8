"""A call as ``GET /api/v1/calls`` shows it: the contract's field names (contract 6, 8)."""

from __future__ import annotations

from typing import Any

from screenpop.domain.association import Association, call_for
from screenpop.domain.call import Call, Leg
from screenpop.domain.configuration import Configuration
from screenpop.domain.events import facts_of
from screenpop.domain.phone import masked
from screenpop.ports.store import HistoryEntry, Reader
from screenpop.web.api.pop_view import pop_decisions
from screenpop.web.translate import facts_to_wire, shown_customer_info

__all__ = ["call_details", "call_summary"]


def call_summary(
    call: Call, association: Association | None, configuration: Configuration
) -> dict[str, Any]:
    """Return a call as a list shows it; with an association, as its agent sees it."""
    if association is not None:
        call = call_for(call, association)
    process = configuration.process_by_id.get(call.process_id)
    hidden = process is not None and process.masking_enabled
    phone = masked(call.phone) if hidden else call.phone
    summary: dict[str, Any] = {
        "crtObjectId": call.crt_object_id,
        "interactionId": call.interaction_id,
        "callId": call.call_id,
        "phone": phone,
        "displayPhone": phone,
        "customerId": call.customer_id,
        "campaignId": call.campaign_id,
        "processId": call.process_id,
        "contactCenterId": call.contact_center_id,
        "queueId": call.queue_id,
        "queueName": call.queue_name,
        "callType": call.call_type.value,
        "direction": call.direction.value,
        "channel": "voice",
        "callState": call.call_state.value,
        "state": call.call_state.value,
        "systemDisposition": call.system_disposition.value if call.system_disposition else None,
        "hangupCause": call.hangup_cause,
        "requestId": call.request_id,
        "createdAt": call.created_at,
        "ringingAt": call.ringing_at,
        "connectedAt": call.connected_at,
        "endedAt": call.ended_at,
        "disposedAt": call.disposed_at,
    }
    if association is not None:
        summary |= _association(call, association, configuration)
    return summary


def call_details(reader: Reader, call: Call, association: Association | None) -> dict[str, Any]:
    """Return everything there is to know of a call."""
    configuration = reader.configuration
    associations = reader.associations(call.crt_object_id)
    details = call_summary(call, association, configuration)
    mine = call if association is None else call_for(call, association)
    details["customerInfo"] = shown_customer_info(
        mine.customer_info, mine.phone, configuration, mine.process_id
    )
    details["additionalParams"] = call.additional_params
    details["legs"] = [_leg(leg) for leg in reader.legs(call.crt_object_id)]
    details["associations"] = [_association(call, a, configuration) for a in associations]
    details["dispositions"] = [
        {
            "associationId": a.association_id,
            "userId": a.user_id,
            "dispositionClass": a.disposition.disposition_class,
            "dispositionCode": a.disposition.disposition_code,
            "dispositionCodeId": a.disposition.disposition_code_id,
            "notes": a.disposition.notes,
            "callbackTime": a.disposition.callback_time,
            "selfCallback": a.disposition.self_callback,
            "disposedByCrm": a.disposition.by_crm,
            "disposedAt": a.disposed_at,
        }
        for a in associations
        if a.disposition is not None
    ]
    details["timings"] = _timings(call)
    details["pops"] = pop_decisions(reader, call)
    details["history"] = [_entry(entry) for entry in reader.history(call.crt_object_id)]
    return details


def _association(
    call: Call, association: Association, configuration: Configuration
) -> dict[str, Any]:
    facts = facts_to_wire(facts_of(call, association), configuration)
    return {
        **facts,
        "reason": association.reason,
        "transferredFrom": association.transferred_from,
        "wrapEndsAt": association.wrap_ends_at,
    }


def _leg(leg: Leg) -> dict[str, Any]:
    return {
        "legId": leg.leg_id,
        "kind": leg.kind.value,
        "state": leg.state.value,
        "createdAt": leg.created_at,
        "ringingAt": leg.ringing_at,
        "answeredAt": leg.answered_at,
        "endedAt": leg.ended_at,
        "sipStatus": leg.sip,
        "hangupCause": leg.q850,
    }


def _timings(call: Call) -> dict[str, int]:
    """Return durations in milliseconds; what never was counts 0."""
    until_ring = call.ringing_at or call.connected_at or call.ended_at or call.created_at
    until_talk = call.connected_at or call.ended_at or until_ring
    talk_until = call.ended_at or call.connected_at or 0
    return {
        "setupTime": max(0, until_ring - call.created_at),
        "ringingTime": max(0, until_talk - call.ringing_at) if call.ringing_at else 0,
        "ivrTime": max(0, until_talk - call.queued_at) if call.queued_at else 0,
        "talkTime": talk_until - call.connected_at if call.connected_at else 0,
    }


def _entry(entry: HistoryEntry) -> dict[str, Any]:
    about = entry.facts.get("about")
    rest = {k: v for k, v in entry.facts.items() if k not in ("about", "at")}
    if about is not None:
        rest |= {"userId": about["user_id"], "state": about["state"]}
    return {"timestamp": entry.at, "what": entry.what, "facts": rest}
