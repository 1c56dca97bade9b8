"""The standard set of each integration point: names, order, and how each is written and read.

The four tables are the contract's lists (3.1, 3.2, 3.4) line by line; composing, explaining and
parsing all walk them, so nothing about a parameter is said twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any

from screenpop.wire.urls import reading
from screenpop.wire.urls.encoding import json_text, text_of
from screenpop.wire.urls.values import (
    CallValues,
    DisposeAgentValues,
    DisposeCallValues,
    LoginValues,
    Point,
    Scalar,
    UrlValues,
    UserAssociation,
)


class Presence(Enum):
    """When a parameter is in the URL at all; one that is, and has no value, is empty."""

    ALWAYS = auto()
    SSO = auto()
    """Only when the CRM gave a ``crmSessionId``."""
    INBOUND = auto()
    GIVEN = auto()
    """Only when there is a value (``callbackTime``)."""
    PLACEHOLDER = auto()
    """Never in the standard set, only where the configured URL names it."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its name on the wire, the field it comes from, its writer and reader."""

    name: str
    attribute: str
    read: Callable[[str | None], object] = reading.present
    write: Callable[[Any], str] = text_of
    presence: Presence = Presence.ALWAYS
    session: bool = False
    """A session or seat id, withheld from apps that may not act (contract 6, scopes)."""


def _comma_list(ids: tuple[int, ...]) -> str:
    return ",".join(map(str, ids))


def _bracketed(ids: tuple[str, ...]) -> str:
    return f"[{','.join(ids)}]" if ids else ""


def _bearer(token: str | None) -> str:
    return f"Bearer {token}" if token else ""


def _object(columns: Mapping[str, Scalar] | None) -> str:
    if columns is None:
        return ""
    return json_text(columns if isinstance(columns, dict) else dict(columns))


def _dashed(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S %z}" if moment else ""


def _slashed(moment: datetime | None) -> str:
    return f"{moment:%Y/%m/%d %H:%M:%S %z}" if moment else ""


def _phone_list(phones: tuple[str, ...]) -> str:
    return json_text({"phoneList": list(phones)})


def _associations(associations: tuple[UserAssociation, ...]) -> str:
    return json_text(
        [
            {
                "userId": one.user_id,
                "associtionType": one.association_type,
                "dispositionCode": one.disposition_code,
                "associationId": one.association_id,
            }
            for one in associations
        ]
    )


_CRM_SESSION = Parameter("crmSessionId", "crm_session_id", presence=Presence.SSO)
_LAUNCH_TOKEN = Parameter("launchToken", "launch_token", presence=Presence.PLACEHOLDER)

LOGIN = (
    Parameter("userId", "user_id"),
    Parameter("userName", "user_name"),
    Parameter("sessionId", "session_id", session=True),
    Parameter("userType", "user_type"),
    Parameter("iframeId", "iframe_id"),
    Parameter("campaignId", "campaign_ids", reading.integers, _comma_list),
    _CRM_SESSION,
    Parameter("userCrtObjectIds", "user_crt_object_ids", reading.texts, _bracketed, session=True),
    Parameter("instanceId", "instance_id"),
    Parameter("locale", "locale"),
    Parameter("origin", "origin"),
    Parameter("contactCenterId", "contact_center_id", reading.integer),
    Parameter("processId", "process_id", reading.integer),
)
"""Contract 3.1."""

BEARER_SESSION = Parameter("sessionId", "session_jwt", write=_bearer, session=True)
"""The newer form of the login's ``sessionId``."""

CALL = (
    Parameter("crm_push_generated_time", "crm_push_generated_time", reading.integer),
    Parameter("userCrtObjectId", "user_crt_object_id", session=True),
    Parameter("phone", "phone", reading.phone),
    Parameter(
        "disableDispositionOnActiveCall", "disable_disposition_on_active_call", reading.boolean
    ),
    Parameter("campaignId", "campaign_id", reading.integer),
    Parameter("associationType", "association_type"),
    Parameter("crtObjectId", "crt_object_id"),
    Parameter("sessionId", "session_id", session=True),
    Parameter("userId", "user_id"),
    Parameter("isOrignalPhoneRequiredInCrm", "is_orignal_phone_required_in_crm", reading.boolean),
    Parameter("callType", "call_type"),
    Parameter("displayPhone", "display_phone", reading.phone),
    Parameter("instanceId", "instance_id"),
    Parameter("session_id", "session_id", session=True),
    Parameter("locale", "locale"),
    Parameter("origin", "origin"),
    Parameter("interactionId", "interaction_id"),
    Parameter("iframeId", "iframe_id"),
    Parameter("contactCenterId", "contact_center_id", reading.integer),
    Parameter("customerId", "customer_id", reading.customer_id),
    Parameter("customerInfo", "customer", reading.json_object, _object),
    Parameter("queueId", "queue_id", reading.integer, presence=Presence.INBOUND),
    Parameter("queueName", "queue_name", presence=Presence.INBOUND),
    Parameter("dstPhone", "dst_phone", reading.phone),
    Parameter("srcPhone", "src_phone", reading.phone),
    Parameter("maskingEnabled", "masking_enabled", reading.boolean),
    _CRM_SESSION,
)
"""Contract 3.2; 3.3 is the same."""

DISPOSE_AGENT = (
    Parameter("crtObjectId", "crt_object_id"),
    Parameter("userCrtObjectId", "user_crt_object_id", session=True),
    Parameter("sessionId", "session_id", session=True),
    Parameter("userId", "user_id"),
    Parameter("campaignId", "campaign_id", reading.integer),
    Parameter("customerId", "customer_id", reading.customer_id),
    Parameter("phone", "phone", reading.phone),
    Parameter("dispositionClass", "disposition_class"),
    Parameter("dispositionCode", "disposition_code"),
    Parameter("callbackTime", "callback_time", reading.integer, presence=Presence.GIVEN),
    _CRM_SESSION,
)
"""Contract 3.4, agent-level; the app's customer columns stand before ``crmSessionId``."""

DISPOSE_CALL = (
    Parameter("customerCRTId", "crt_object_id"),
    Parameter("callId", "call_id"),
    Parameter("campaignId", "campaign_id", reading.integer),
    Parameter("customerId", "customer_id", reading.customer_id),
    Parameter("phone", "phone", reading.phone),
    Parameter("dstPhone", "dst_phone", reading.phone),
    Parameter("srcPhone", "src_phone", reading.phone),
    Parameter("callType", "call_type"),
    Parameter("systemDisposition", "system_disposition"),
    Parameter("dispositionName", "disposition_name"),
    Parameter("dispositionCode", "disposition_code"),
    Parameter("lastStatus", "system_disposition"),
    Parameter("recordingFileUrl", "recording_file_url"),
    Parameter("ringingTime", "ringing_time", reading.milliseconds),
    Parameter("setupTime", "setup_time", reading.milliseconds),
    Parameter("ivrTime", "ivr_time", reading.milliseconds),
    Parameter("talkTime", "talk_time", reading.milliseconds),
    Parameter("dialedTime", "dialed_time", reading.moment, _dashed),
    Parameter("callConnectedTime", "call_connected_time", reading.moment, _slashed),
    Parameter("callResult", "call_result"),
    Parameter("hangupCauseCode", "hangup_cause_code", reading.integer),
    Parameter("dialledPhone", "dialled_phone", reading.phone),
    Parameter("cstmPhone", "cstm_phone", reading.phone),
    Parameter("phoneList", "phone_list", reading.phone_list, _phone_list),
    Parameter("shareablePhonesDialIndex", "shareable_phones_dial_index", reading.integer),
    Parameter("unique_id", "unique_id"),
    Parameter("userAssociations", "user_associations", reading.user_associations, _associations),
    _CRM_SESSION,
)
"""Contract 3.4, call-level."""

STANDARD: dict[type[UrlValues], tuple[Parameter, ...]] = {
    LoginValues: LOGIN,
    CallValues: CALL,
    DisposeAgentValues: DISPOSE_AGENT,
    DisposeCallValues: DISPOSE_CALL,
}

ONLY_PLACEHOLDERS: dict[type[UrlValues], tuple[Parameter, ...]] = {
    LoginValues: (_LAUNCH_TOKEN,),
    CallValues: (
        Parameter("userName", "user_name", presence=Presence.PLACEHOLDER),
        Parameter("userType", "user_type", presence=Presence.PLACEHOLDER),
        Parameter("processId", "process_id", presence=Presence.PLACEHOLDER),
        _LAUNCH_TOKEN,
    ),
    DisposeAgentValues: (),
    DisposeCallValues: (),
}
"""Further values that a configured URL may name."""

KINDS: dict[Point, tuple[type[UrlValues], ...]] = {
    Point.LOGIN: (LoginValues,),
    Point.CALL: (CallValues,),
    Point.PREVIEW: (CallValues,),
    Point.DISPOSE: (DisposeAgentValues, DisposeCallValues),
}
"""The kinds of values that are sent at each point; ``dispose`` has two kinds of push."""

TRUNCATED = "customerInfoTruncated"
"""Follows ``customerInfo`` when whole columns had to be left out."""

STANDARD_NAMES = frozenset(parameter.name for table in STANDARD.values() for parameter in table) | {
    TRUNCATED
}


def placeholder_parameters(kind: type[UrlValues]) -> dict[str, Parameter]:
    """Every parameter that a placeholder may name for this kind of values, by name."""
    return {one.name: one for one in (*STANDARD[kind], *ONLY_PLACEHOLDERS[kind])}
