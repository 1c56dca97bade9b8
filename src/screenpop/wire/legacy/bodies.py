"""What the older calls ask for (contract 5.1); readers raise `InvalidInput`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from screenpop.wire.rest import LoginBody, ManualDialBody
from screenpop.wire.rest.fields import FieldReader, as_boolean, spellings

_DISPOSE: Final = spellings(
    "phone",
    "campaignId",
    "crtObjectId",
    "userCrtObjectId",
    "customerId",
    "dispositionCode",
    "dispositionAttr",
    "selfCallback",
)
_MANUAL_DIAL: Final = spellings(
    "campaignId",
    "sessionId",
    "phone",
    "requestId",
    "searchable",
    "customerRecord",
    "customerId",
    "userCrtObjectId",
    "shouldAddCustomer",
)
_LOGIN: Final = spellings("userId", "password", "token", "requestId")
_VOICE_LOG: Final = spellings("crtObjectId", "targetFormat")
_AUDIO_FORMATS: Final = ("mp3", "wav")


@dataclass(frozen=True, slots=True)
class OlderDisposal:
    """What `/dacx/dispose` asks for.

    `disposition_code` is a name; `disposition_attr` is as sent, see `read_disposition_attr`.
    `campaign_ids` may be empty, or the login URL's whole list.
    """

    crt_object_id: str
    user_crt_object_id: str
    campaign_ids: tuple[int, ...]
    disposition_code: str
    disposition_attr: str
    self_callback: bool


def read_dispose(values: Mapping[str, str]) -> OlderDisposal:
    """Read the parameters of `/dacx/dispose`.

    `phone`, `customerId` and `userId` are hints that decide nothing; campaign and seat may be
    left out.
    """
    fields = FieldReader(values, _DISPOSE, lenient=True)
    own = as_boolean(values.get("selfcallback"))
    read = OlderDisposal(
        campaign_ids=fields.integers("campaignId") if "campaignid" in values else (),
        crt_object_id=fields.text("crtObjectId"),
        user_crt_object_id=fields.text("userCrtObjectId", required=False),
        disposition_code=fields.text("dispositionCode"),
        disposition_attr=fields.text("dispositionAttr", required=False),
        self_callback=own is not False,
    )
    fields.finish()
    return read


def read_manual_dial(data: Mapping[str, Any]) -> ManualDialBody:
    """Read the `data` of `manual-dial`; the seat is empty when none is named.

    A leading space in `phone` was a `+` before the query was decoded. A `customerRecord` that
    comes along is a customer to be made if none is found.
    """
    values = {key: _plus(value) if key.lower() == "phone" else value for key, value in data.items()}
    fields = FieldReader(values, _MANUAL_DIAL, lenient=True)
    campaigns = fields.integers("campaignId")
    phone = fields.text("phone", number=True)
    request = fields.request_id(required=False)
    searchable = fields.text("searchable", required=False, number=True)
    record = fields.mapping("customerRecord")
    read = ManualDialBody(
        request_id=request,
        user_crt_object_id=fields.text("userCrtObjectId", required=False),
        campaign_ids=campaigns,
        phone=phone,
        searchable=searchable or phone,
        should_add_customer=fields.boolean(
            "shouldAddCustomer", required=False, default=bool(record)
        ),
        customer_id=fields.customer_id(),
        customer_record=record,
        additional_params={},
        selected_searchables=(),
        context_data={},
    )
    fields.finish()
    return read


def read_login(data: Mapping[str, Any], *, force: bool) -> LoginBody:
    """Read the `data` of `login` or `force-login`: `userId`, and `password` or `token`."""
    fields = FieldReader(data, _LOGIN, lenient=True)
    user = fields.text("userId", number=True)
    given = fields.text("password", required=False, number=True)
    password = given or fields.text("token", required=False, number=True)
    if not password:
        fields.note_missing("password")
    request = fields.request_id(required=False)
    fields.finish()
    # A password is taken as it was sent, spaces included.
    raw = next((data[k] for n in ("password", "token") for k in data if k.lower() == n), None)
    return LoginBody(user, raw if isinstance(raw, str) else password, force, request)


def read_voice_log(data: Mapping[str, Any]) -> tuple[str, str]:
    """Read the `data` of `downloadVoiceLog` to a call id and a format, `mp3` or `wav`."""
    fields = FieldReader(data, _VOICE_LOG, lenient=True)
    call = fields.text("crtObjectId")
    audio = (fields.text("targetFormat", required=False) or _AUDIO_FORMATS[0]).lower()
    if audio not in _AUDIO_FORMATS:
        fields.note("targetFormat", "targetFormat must be mp3 or wav")
    fields.finish()
    return call, audio


def _plus(phone: object) -> object:
    if isinstance(phone, str) and phone.startswith(" ") and phone.strip():
        return f"+{phone.strip().removeprefix('+')}"
    return phone
