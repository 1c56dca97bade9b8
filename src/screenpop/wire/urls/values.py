"""The values of each integration point, typed (contract 3.1 to 3.4).

Field names are the contract's in Python's spelling; ``None`` means "no value". Which app may
see what is decided by ``ComposeOptions``, not here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Scalar = str | int | float | bool | None


class Point(StrEnum):
    """The moments at which an app's URL is opened (contract 1)."""

    LOGIN = "login"
    CALL = "call"
    PREVIEW = "preview"
    DISPOSE = "dispose"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginValues:
    """What the login URL carries (contract 3.1)."""

    user_id: str | None = None
    user_name: str | None = None
    session_id: str | None = None
    session_jwt: str | None = None
    """The session as a JWT, sent as ``Bearer <JWT>`` where the app asks for that form."""
    user_type: str | None = None
    iframe_id: str | None = None
    campaign_ids: tuple[int, ...] = ()
    crm_session_id: str | None = None
    """Given by the CRM under SSO; without one the parameter is left out."""
    user_crt_object_ids: tuple[str, ...] = ()
    instance_id: str | None = None
    locale: str | None = None
    """A BCP 47 tag."""
    origin: str | None = None
    contact_center_id: int | None = None
    process_id: int | None = None
    launch_token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallValues:
    """What the call and the preview URL carry (contract 3.2, 3.3)."""

    crm_push_generated_time: int | None = None
    """Epoch milliseconds of the server's decision to pop; kept by every repeat."""
    user_crt_object_id: str | None = None
    phone: str | None = None
    disable_disposition_on_active_call: bool | None = False
    campaign_id: int | None = None
    association_type: str | None = None
    crt_object_id: str | None = None
    session_id: str | None = None
    user_id: str | None = None
    is_orignal_phone_required_in_crm: bool | None = False
    """The guide's own spelling."""
    call_type: str | None = None
    display_phone: str | None = None
    instance_id: str | None = None
    locale: str | None = None
    origin: str | None = None
    interaction_id: str | None = None
    iframe_id: str | None = None
    contact_center_id: int | None = None
    customer_id: int | None = None
    """-1 when the customer is unknown."""
    customer: Mapping[str, Scalar] | None = None
    """The customer's columns in the process's order; sent as ``customerInfo``."""
    queue_id: int | None = None
    queue_name: str | None = None
    dst_phone: str | None = None
    src_phone: str | None = None
    masking_enabled: bool | None = False
    crm_session_id: str | None = None
    user_name: str | None = None
    user_type: str | None = None
    process_id: int | None = None
    additional_params: Mapping[str, object] = field(default_factory=dict)
    launch_token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisposeAgentValues:
    """One agent's disposal (contract 3.4, agent-level)."""

    crt_object_id: str | None = None
    user_crt_object_id: str | None = None
    session_id: str | None = None
    user_id: str | None = None
    campaign_id: int | None = None
    customer_id: int | None = None
    phone: str | None = None
    disposition_class: str | None = None
    disposition_code: str | None = None
    callback_time: int | None = None
    """Epoch milliseconds; without one the parameter is left out."""
    crm_session_id: str | None = None
    customer: Mapping[str, Scalar] | None = None
    additional_params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class UserAssociation:
    """One entry of ``userAssociations``."""

    user_id: str | None = None
    association_type: str | None = None
    disposition_code: str | None = None
    association_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisposeCallValues:
    """The whole call, once every agent has disposed (contract 3.4, call-level)."""

    crt_object_id: str | None = None
    """Sent as ``customerCRTId``."""
    call_id: str | None = None
    campaign_id: int | None = None
    customer_id: int | None = None
    phone: str | None = None
    dst_phone: str | None = None
    src_phone: str | None = None
    call_type: str | None = None
    """Here ``inbound.dial.customer``, ``manual.dial.customer`` or ``auto.dial.customer``."""
    system_disposition: str | None = None
    """Sent as ``systemDisposition`` and again as ``lastStatus``."""
    disposition_name: str | None = None
    disposition_code: str | None = None
    recording_file_url: str | None = None
    ringing_time: int = 0
    """Milliseconds, as the three that follow; 0 where nothing was."""
    setup_time: int = 0
    ivr_time: int = 0
    talk_time: int = 0
    dialed_time: datetime | None = None
    """Aware, in the contact centre's time zone; so is ``call_connected_time``."""
    call_connected_time: datetime | None = None
    call_result: str | None = None
    hangup_cause_code: int | None = None
    dialled_phone: str | None = None
    cstm_phone: str | None = None
    phone_list: tuple[str, ...] = ()
    shareable_phones_dial_index: int | None = None
    unique_id: str | None = None
    user_associations: tuple[UserAssociation, ...] = ()
    crm_session_id: str | None = None
    customer: Mapping[str, Scalar] | None = None
    additional_params: Mapping[str, object] = field(default_factory=dict)


UrlValues = LoginValues | CallValues | DisposeAgentValues | DisposeCallValues
