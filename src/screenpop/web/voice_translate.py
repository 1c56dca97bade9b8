"""Between the voice REST's shapes and the domain's commands and results (contract 5)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from screenpop.domain.commands import (
    Acting,
    AddCallback,
    ConferCall,
    ControlCall,
    DialNumber,
    DisposeAndDial,
    DisposeCall,
    DispositionChoice,
    HangUpCall,
    ReplyForm,
    RequestKey,
    SendTones,
    Target,
    TargetType,
    TransferCall,
)
from screenpop.domain.results import CallResult
from screenpop.wire.ids import own_seat
from screenpop.wire.rest import (
    CallBody,
    DisposeAndManualDialBody,
    DisposeCallBody,
    ManualDialBody,
    is_masked,
    read_phone,
    replies,
)

__all__ = [
    "call_reply",
    "callback_command",
    "callback_reply",
    "confer_command",
    "control_command",
    "dial_command",
    "dial_reply",
    "dispose_and_dial_command",
    "dispose_command",
    "dispose_reply",
    "hang_up_command",
    "key_of",
    "tones_command",
    "transfer_command",
]


def key_of(
    key_space: str,
    body: ManualDialBody | DisposeCallBody | DisposeAndManualDialBody | CallBody,
    form: ReplyForm = ReplyForm.JSON,
) -> RequestKey | None:
    """Give the idempotency key of a body; None when it binds nothing."""
    key = body.request_key
    if key is None:
        return None
    fingerprint = hashlib.sha256(body.command.encode()).hexdigest()
    return RequestKey(key_space, key, fingerprint, form)


def dial_command(
    acting: Acting, body: ManualDialBody, request: RequestKey | None, default_phone: str = ""
) -> DialNumber:
    """Give the command of manualDial or manualDialCustomer."""
    campaigns = body.campaign_ids
    phone = _phone(body.phone or default_phone)
    return DialNumber(
        acting=acting,
        seat=own_seat(body.user_crt_object_id),
        campaign_id=campaigns[0] if len(campaigns) == 1 else None,
        phone=phone,
        searchable=read_phone(body.searchable) or body.searchable or phone,
        should_add_customer=body.should_add_customer,
        customer_id=body.customer_id,
        customer_record={key: _text(value) for key, value in body.customer_record.items()},
        additional_params=body.additional_params,
        request=request,
        request_id=body.request_id,
        campaign_choices=campaigns if len(campaigns) > 1 else (),
    )


def dispose_command(
    acting: Acting, body: DisposeCallBody, request: RequestKey | None, callback_time: int | None
) -> DisposeCall:
    """Give the command of disposeCall; `callback_time` is epoch milliseconds."""
    return DisposeCall(
        acting=acting,
        seat=own_seat(body.user_crt_object_id),
        campaign_id=body.campaign_id,
        crt_object_id=body.crt_object_id,
        choice=DispositionChoice(
            disposition_code_id=body.disposition_code_id,
            notes=body.notes,
            callback_time=callback_time,
            self_callback=body.callback.self_callback,
        ),
        request=request,
        request_id=body.request_id,
    )


def dispose_and_dial_command(
    acting: Acting,
    body: DisposeAndManualDialBody,
    request: RequestKey | None,
    callback_time: int | None,
) -> DisposeAndDial:
    """Give the command of disposeAndManualDial.

    A callback code is taken without a time (the guide's own example), but not with one that
    cannot be read: that would lose what the agent typed.
    """
    seat, phone = own_seat(body.user_crt_object_id), _phone(body.phone)
    return DisposeAndDial(
        dispose=DisposeCall(
            acting=acting,
            seat=seat,
            campaign_id=body.campaign_context_id,
            crt_object_id=body.crt_object_id,
            choice=DispositionChoice(
                disposition_code=body.disposition_code,
                notes=body.notes,
                callback_time=callback_time,
                self_callback=body.callback.self_callback,
                callback_time_required=bool(body.callback.unreadable),
            ),
            request=request,
            request_id=body.request_id,
        ),
        dial=DialNumber(
            acting=acting,
            seat=seat,
            campaign_id=body.campaign_context_id,
            phone=phone,
            searchable=phone,
            customer_id=body.customer_id,
            additional_params=body.additional_params,
            request_id=body.request_id,
        ),
    )


def control_command(acting: Acting, body: CallBody, request: RequestKey | None) -> ControlCall:
    """Give the command of hold, resume, mute or unmute."""
    return ControlCall(**_control(acting, body, request))


def tones_command(acting: Acting, body: CallBody, request: RequestKey | None) -> SendTones:
    """Give the command of sendDtmf."""
    return SendTones(**_control(acting, body, request), digits=body.digits)


def transfer_command(
    kind: TargetType, acting: Acting, body: CallBody, request: RequestKey | None
) -> TransferCall:
    """Give the command of transferToPhone, transferToUser or transferToAQ."""
    return TransferCall(**_control(acting, body, request), target=_target(kind, body))


def confer_command(
    kind: TargetType, acting: Acting, body: CallBody, request: RequestKey | None
) -> ConferCall:
    """Give the command of conferWithPhone or conferWithUser."""
    return ConferCall(**_control(acting, body, request), target=_target(kind, body))


def callback_command(
    acting: Acting,
    body: CallBody,
    request: RequestKey | None,
    callback_time: int | None,
    default_phone: str,
) -> AddCallback:
    """Give the command of addCallback; `callback_time` is epoch milliseconds."""
    return AddCallback(
        acting=acting,
        seat=own_seat(body.user_crt_object_id),
        campaign_id=body.campaign_id,
        phone=_phone(body.phone or default_phone),
        callback_time=callback_time,
        self_callback=body.callback.self_callback,
        request=request,
        request_id=body.request_id,
    )


def hang_up_command(acting: Acting, body: CallBody, request: RequestKey | None) -> HangUpCall:
    """Give the command of hangup."""
    return HangUpCall(**_control(acting, body, request))


def dial_reply(result: CallResult) -> dict[str, Any]:
    """Give the reply of manualDial or disposeAndManualDial."""
    return replies.dial_reply(
        **_call(result),
        phone=result.phone or "",
        customer_id=result.customer_id,
        disposed_crt_object_id=result.disposed_crt_object_id,
    )


def dispose_reply(result: CallResult) -> dict[str, Any]:
    """Give the reply of disposeCall."""
    return replies.dispose_reply(
        **_call(result),
        disposition_code_id=result.disposition_code_id or 0,
        disposition_code=result.disposition_code or "",
    )


def call_reply(result: CallResult) -> dict[str, Any]:
    """Give the reply of a further call."""
    return replies.call_reply(**_call(result))


def callback_reply(result: CallResult) -> dict[str, Any]:
    """Give the reply of addCallback."""
    return replies.callback_reply(
        request_id=result.request_id,
        callback_id=result.callback_id or "",
        user_crt_object_id=result.seat,
        campaign_id=result.campaign_id,
        phone=result.phone or "",
        customer_id=result.customer_id,
    )


def _control(acting: Acting, body: CallBody, request: RequestKey | None) -> dict[str, Any]:
    return {
        "acting": acting,
        "crt_object_id": body.crt_object_id or None,
        "seat": own_seat(body.user_crt_object_id),
        "campaign_id": body.campaign_id,
        "request": request,
        "request_id": body.request_id,
    }


def _target(kind: TargetType, body: CallBody) -> Target:
    if kind is TargetType.PHONE:
        return Target(kind, _phone(body.phone))
    return Target(kind, body.user_id if kind is TargetType.USER else str(body.queue_id))


def _call(result: CallResult) -> dict[str, Any]:
    return {
        "request_id": result.request_id,
        "crt_object_id": result.crt_object_id,
        "interaction_id": result.interaction_id,
        "user_crt_object_id": result.seat,
        "campaign_id": result.campaign_id,
    }


def _phone(sent: str) -> str:
    """Give the number to dial; one that cannot be dialled is left empty for the rules to refuse.

    A masked number passes as it is: the customer that it belongs to has the real one.
    """
    read = read_phone(sent)
    return sent if read is None and is_masked(sent) else read or ""


def _text(value: object) -> str:
    """Give a column of a customer as text."""
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)
