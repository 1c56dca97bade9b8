"""What the dispose pushes carry, from the call as it is at that moment (contract 3.4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from screenpop.domain.association import Association
from screenpop.domain.call import Call, CallType, Direction, SystemDisposition
from screenpop.domain.configuration import ContactCenter, Process
from screenpop.domain.delivery import is_pushed

__all__ = ["agent_facts", "call_facts"]

_PHONE_COLUMN: Final = re.compile(r"phone[0-9]*")
#: Dialled by the system, not by an agent's hand.
_AUTOMATIC: Final = frozenset({CallType.AUTO, CallType.AUTO_PREVIEW, CallType.CALLBACK})


def agent_facts(call: Call, association: Association) -> dict[str, Any]:
    """Return the agent-level push's values; the app's own ids are added by who knows the app."""
    disposition = association.disposition
    return {
        "crt_object_id": call.crt_object_id,
        "user_id": association.user_id,
        "campaign_id": call.campaign_id,
        "customer_id": call.customer_id,
        "phone": call.phone,
        "disposition_class": disposition.disposition_class if disposition else None,
        "disposition_code": disposition.disposition_code if disposition else None,
        "callback_time": disposition.callback_time if disposition else None,
        **_further(call),
    }


def call_facts(
    call: Call, associations: Sequence[Association], process: Process, center: ContactCenter
) -> dict[str, Any]:
    """Return the call-level push's values; both moments are epoch ms, to be told in ``time_zone``.

    The call's disposition is that of the agent who disposed last.
    """
    final = final_association(associations)
    disposition = final.disposition if final else None
    code = disposition.disposition_code if disposition else None
    missed = call.direction is Direction.INBOUND and call.connected_at is None
    outcome = call.system_disposition
    phones = _phones(call, process)
    return {
        "crt_object_id": call.crt_object_id,
        "call_id": call.call_id,
        "campaign_id": call.campaign_id,
        "customer_id": call.customer_id,
        "phone": call.phone,
        "dst_phone": call.dst_phone,
        "src_phone": call.src_phone,
        "call_type": _call_type(call),
        "system_disposition": outcome.value if outcome else None,
        "disposition_name": "Missed_Call" if missed else code,
        "disposition_code": None if missed else code,
        **_timings(call, associations),
        "dialed_time": call.created_at,
        "call_connected_time": call.connected_at,
        "time_zone": center.time_zone,
        "call_result": "SUCCESS" if outcome is SystemDisposition.CONNECTED else "FAILURE",
        "hangup_cause_code": call.hangup_cause,
        "dialled_phone": call.dst_phone,
        "cstm_phone": call.phone,
        "phone_list": phones,
        "shareable_phones_dial_index": phones.index(call.phone),
        "unique_id": call.call_id,
        "user_associations": [
            {
                "user_id": one.user_id,
                "association_type": one.association_type.value,
                "disposition_code": one.disposition.disposition_code if one.disposition else None,
                "association_id": one.association_id,
            }
            for one in associations
        ],
        **_further(call),
    }


def final_association(associations: Sequence[Association]) -> Association | None:
    """Return the association that was disposed last, of those that dialled or were connected."""
    pushed = [one for one in associations if is_pushed(one)]
    return max(pushed, key=lambda one: one.disposed_at or 0, default=None)


def _further(call: Call) -> dict[str, Any]:
    """What only placeholders and the app's own columns need."""
    return {
        "customer": dict(call.customer_info),
        "additional_params": dict(call.additional_params or {}),
    }


def _call_type(call: Call) -> str:
    if call.direction is Direction.INBOUND:
        return "inbound.dial.customer"
    return "auto.dial.customer" if call.call_type in _AUTOMATIC else "manual.dial.customer"


def _timings(call: Call, associations: Sequence[Association]) -> dict[str, int]:
    """Return durations in milliseconds, as the *Ended* event of the first agent who talked.

    Where none did, the last who was asked counts; what never was is 0.
    """
    connected = (one for one in associations if one.connected_at is not None)
    agent = next(connected, associations[-1] if associations else None)
    over = call.ended_at or call.created_at
    talk_from = call.connected_at
    offered = agent.created_at if agent else over
    waited = offered - call.queued_at if call.queued_at is not None else 0
    answered = (agent.connected_at if agent else None) or (agent.ended_at if agent else None)
    until = answered or over
    rang_from = agent.ringing_at if agent else None
    times = {
        "ringing_time": until - rang_from if rang_from is not None else 0,
        "setup_time": (until if rang_from is None else rang_from) - offered if agent else 0,
        "ivr_time": waited,
        "talk_time": over - talk_from if talk_from is not None else 0,
    }
    return {name: max(0, time) for name, time in times.items()}


def _phones(call: Call, process: Process) -> list[str]:
    """Return the customer's numbers in the process's order; the call's own is always there."""
    columns = (name for name in process.customer_columns if _PHONE_COLUMN.fullmatch(name.lower()))
    known = [call.customer_info[name] for name in columns if call.customer_info.get(name)]
    return known if call.phone in known else [call.phone, *known]
