"""The public REST shapes (contract 5): bodies in, replies out."""

from .bodies import (
    DisposeAndManualDialBody,
    DisposeCallBody,
    ManualDialBody,
    read_dispose_and_manual_dial,
    read_dispose_call,
    read_manual_dial,
    read_manual_dial_customer,
)
from .callback_time import CallbackWish, read_callback_time
from .fields import echoed_request_id, request_key
from .further import CallBody, read_call
from .phone import is_masked, mask_phone, read_phone
from .session_bodies import LoginBody, read_campaign_query, read_login

__all__ = [
    "CallBody",
    "CallbackWish",
    "DisposeAndManualDialBody",
    "DisposeCallBody",
    "LoginBody",
    "ManualDialBody",
    "echoed_request_id",
    "is_masked",
    "mask_phone",
    "read_call",
    "read_callback_time",
    "read_campaign_query",
    "read_dispose_and_manual_dial",
    "read_dispose_call",
    "read_login",
    "read_manual_dial",
    "read_manual_dial_customer",
    "read_phone",
    "request_key",
]
