"""The bodies of the guide's three calls (contract 5): decoded JSON to frozen dataclasses.

Every reader raises `InvalidInput` that names the first missing field in the order of the
contract's table and lists all offending ones. A blank field counts as missing. Each body's
`command` is the stable text that tells whether two requests are the same command; no credential
and no requestId is part of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from .callback_time import CallbackWish, read_callback_wish
from .fields import FieldReader, canonical, request_key, spellings
from .phone import read_phone

_MANUAL_DIAL: Final = spellings(
    "sessionId",
    "shouldAddCustomer",
    "campaignId",
    "requestId",
    "userCrtObjectId",
    "searchable",
    "phone",
    "additionalParams",
    "selectedSearchables",
    "contextVsContextAdditionalData",
    "customerId",
    "customerRecord",
)
_DISPOSE_CALL: Final = spellings(
    "sessionId",
    "campaignId",
    "userCrtObjectId",
    "crtObjectId",
    "dispositionCodeId",
    "requestId",
    "dispositionParams",
    "notes",
)
_DISPOSE_AND_MANUAL_DIAL: Final = spellings(
    "campaignContextId",
    "userCrtObjectId",
    "crtObjectId",
    "dispositionCode",
    "phone",
    "requestId",
    "customerId",
    "notes",
    "additionalParams",
)


@dataclass(frozen=True, slots=True)
class ManualDialBody:
    """What `voice/manualDial` asks for.

    `campaign_ids` has more than one id when the login URL's whole list was sent (lenient): the
    first in which the agent may dial is meant. `phone` is as sent, trimmed. For
    `manualDialCustomer` it may be empty: the customer's first is meant.
    """

    request_id: str | None
    user_crt_object_id: str
    campaign_ids: tuple[int, ...]
    phone: str
    searchable: str
    should_add_customer: bool
    customer_id: int
    customer_record: Mapping[str, Any]
    additional_params: Mapping[str, Any]
    selected_searchables: tuple[Any, ...]
    context_data: Mapping[str, Any]

    @property
    def request_key(self) -> str | None:
        """The idempotency key, or None."""
        return request_key(self.request_id)

    @property
    def command(self) -> str:
        """The stable text of the command."""
        return canonical(
            campaignId=self.campaign_ids,
            userCrtObjectId=self.user_crt_object_id,
            phone=read_phone(self.phone) or self.phone,
            searchable=self.searchable,
            shouldAddCustomer=self.should_add_customer,
            customerId=self.customer_id,
            customerRecord=self.customer_record,
            additionalParams=self.additional_params,
            selectedSearchables=self.selected_searchables,
            contextVsContextAdditionalData=self.context_data,
        )


@dataclass(frozen=True, slots=True)
class DisposeCallBody:
    """What `voice/disposeCall` asks for."""

    request_id: str | None
    user_crt_object_id: str
    campaign_id: int
    crt_object_id: str
    disposition_code_id: int
    disposition_params: Mapping[str, Any]
    notes: str
    callback: CallbackWish

    @property
    def request_key(self) -> str | None:
        """The idempotency key, or None."""
        return request_key(self.request_id)

    @property
    def command(self) -> str:
        """The stable text of the command."""
        return canonical(
            campaignId=self.campaign_id,
            userCrtObjectId=self.user_crt_object_id,
            crtObjectId=self.crt_object_id,
            dispositionCodeId=self.disposition_code_id,
            dispositionParams=self.disposition_params,
            notes=self.notes,
        )


@dataclass(frozen=True, slots=True)
class DisposeAndManualDialBody:
    """What `voice/disposeAndManualDial` asks for."""

    request_id: str | None
    user_crt_object_id: str
    campaign_context_id: int
    crt_object_id: str
    disposition_code: str
    phone: str
    customer_id: int
    notes: str
    additional_params: Mapping[str, Any]
    callback: CallbackWish

    @property
    def request_key(self) -> str | None:
        """The idempotency key, or None."""
        return request_key(self.request_id)

    @property
    def command(self) -> str:
        """The stable text of the command."""
        return canonical(
            campaignContextId=self.campaign_context_id,
            userCrtObjectId=self.user_crt_object_id,
            crtObjectId=self.crt_object_id,
            dispositionCode=self.disposition_code.lower(),
            phone=read_phone(self.phone) or self.phone,
            customerId=self.customer_id,
            notes=self.notes,
            additionalParams=self.additional_params,
        )


def read_manual_dial(body: Mapping[str, Any], *, lenient: bool) -> ManualDialBody:
    """Read the body of `manualDial`; lenient defaults are those of contract 5."""
    return _manual_dial(FieldReader(body, _MANUAL_DIAL, lenient=lenient), of_customer=False)


def read_manual_dial_customer(body: Mapping[str, Any], *, lenient: bool) -> ManualDialBody:
    """Read the body of `manualDialCustomer`: customerId is required, phone may be left out."""
    return _manual_dial(FieldReader(body, _MANUAL_DIAL, lenient=lenient), of_customer=True)


def _manual_dial(fields: FieldReader, *, of_customer: bool) -> ManualDialBody:
    strict = not fields.lenient
    fields.text("sessionId", required=strict and not of_customer)
    should_add = fields.boolean("shouldAddCustomer", required=strict and not of_customer)
    campaigns = fields.integers("campaignId")
    request = fields.request_id(required=strict and not of_customer)
    seat = fields.text("userCrtObjectId")
    searchable = fields.text("searchable", required=strict and not of_customer, number=True)
    phone = fields.text("phone", required=not of_customer, number=True)
    read = ManualDialBody(
        request_id=request,
        user_crt_object_id=seat,
        campaign_ids=campaigns,
        phone=phone,
        searchable=searchable or phone,
        should_add_customer=should_add,
        customer_id=fields.customer_id(required=of_customer),
        customer_record=fields.mapping("customerRecord"),
        additional_params=fields.mapping("additionalParams"),
        selected_searchables=fields.array("selectedSearchables"),
        context_data=fields.mapping("contextVsContextAdditionalData"),
    )
    fields.finish()
    return read


def read_dispose_call(body: Mapping[str, Any], *, lenient: bool) -> DisposeCallBody:
    """Read the body of `disposeCall`; in lenient mode the body's sessionId may be missing."""
    fields = FieldReader(body, _DISPOSE_CALL, lenient=lenient)
    fields.text("sessionId", required=not lenient)
    campaign = fields.integer("campaignId")
    seat = fields.text("userCrtObjectId")
    crt = fields.text("crtObjectId")
    code = fields.integer("dispositionCodeId")
    request = fields.request_id(required=not lenient)
    params = fields.mapping("dispositionParams")
    notes = fields.text("notes", required=False)
    fields.finish()
    return DisposeCallBody(
        request_id=request,
        user_crt_object_id=seat,
        campaign_id=campaign,
        crt_object_id=crt,
        disposition_code_id=code,
        disposition_params=params,
        notes=notes,
        callback=read_callback_wish(params),
    )


def read_dispose_and_manual_dial(
    body: Mapping[str, Any], *, lenient: bool
) -> DisposeAndManualDialBody:
    """Read the body of `disposeAndManualDial`."""
    fields = FieldReader(body, _DISPOSE_AND_MANUAL_DIAL, lenient=lenient)
    campaign = fields.integer("campaignContextId")
    seat = fields.text("userCrtObjectId")
    crt = fields.text("crtObjectId")
    code = fields.text("dispositionCode")
    phone = fields.text("phone", number=True)
    request = fields.request_id(required=not lenient)
    customer = fields.customer_id()
    notes = fields.text("notes", required=False)
    params = fields.mapping("additionalParams")
    fields.finish()
    return DisposeAndManualDialBody(
        request_id=request,
        user_crt_object_id=seat,
        campaign_context_id=campaign,
        crt_object_id=crt,
        disposition_code=code,
        phone=phone,
        customer_id=customer,
        notes=notes,
        additional_params=params,
        callback=read_callback_wish(params),
    )
