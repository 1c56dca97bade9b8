"""The commands of the voice REST (contract 5). Pure but for the drawn request id.

A command draws its ``request_id`` when it is made. Keep the object and send it again as often as
you like: it is done once.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Self

from screenpop.wire.urls import LaunchContext

__all__ = ["Command", "DisposeAndManualDial", "DisposeCall", "ManualDial", "Seat"]

UNKNOWN_CUSTOMER: Final = -1


@dataclass(frozen=True, slots=True)
class Seat:
    """Whose telephone it is: the ids that came with the URL (contract 3). Never shown in logs."""

    session_id: str = field(repr=False)
    user_crt_object_id: str = field(repr=False)

    @classmethod
    def of(cls, launch: LaunchContext) -> Self:
        """The seat of the page's agent.

        Raises:
            ValueError: the URL carried no session or no seat (the app may lack the scopes).
        """
        if launch.session_id is None or launch.user_crt_object_id is None:
            raise ValueError(
                "the URL has no sessionId and userCrtObjectId; look at the app's scopes"
            )
        return cls(launch.session_id, launch.user_crt_object_id)

    @property
    def session_value(self) -> str:
        """What names the session: its id, or where that is a JWT, the seat that starts with it."""
        is_id = not self.session_id.casefold().startswith("bearer ")
        return self.session_id if is_id else self.user_crt_object_id


def _drawn() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True, kw_only=True)
class Command:
    """What every command has."""

    path: ClassVar[str]

    seat: Seat
    request_id: str = field(default_factory=_drawn)

    def body(self) -> dict[str, Any]:
        """The JSON body, in the contract's names."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class ManualDial(Command):
    """Dial ``phone`` for the agent.

    Attributes:
        campaign_id: a campaign of the agent's login.
        searchable: by what the customer is looked up; the phone if not given.
        should_add_customer: make a customer where none is found.
        additional_params: comes back with the event ``showCrm``.
    """

    path: ClassVar[str] = "manualDial"

    campaign_id: int
    phone: str = field(repr=False)
    searchable: str | None = field(default=None, repr=False)
    should_add_customer: bool = False
    customer_id: int = UNKNOWN_CUSTOMER
    additional_params: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def body(self) -> dict[str, Any]:
        """The JSON body, in the contract's names."""
        return {
            "sessionId": self.seat.session_value,
            "shouldAddCustomer": self.should_add_customer,
            "campaignId": self.campaign_id,
            "requestId": self.request_id,
            "userCrtObjectId": self.seat.user_crt_object_id,
            "searchable": self.searchable or self.phone,
            "phone": self.phone,
            "customerId": self.customer_id,
            "additionalParams": dict(self.additional_params),
        }


@dataclass(frozen=True, kw_only=True)
class DisposeCall(Command):
    """Finish the call ``crt_object_id``; a callback's time goes into ``disposition_params``."""

    path: ClassVar[str] = "disposeCall"

    campaign_id: int
    crt_object_id: str
    disposition_code_id: int
    notes: str = field(default="", repr=False)
    disposition_params: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def body(self) -> dict[str, Any]:
        """The JSON body, in the contract's names."""
        return {
            "sessionId": self.seat.session_value,
            "campaignId": self.campaign_id,
            "userCrtObjectId": self.seat.user_crt_object_id,
            "crtObjectId": self.crt_object_id,
            "dispositionCodeId": self.disposition_code_id,
            "dispositionParams": dict(self.disposition_params),
            "notes": self.notes,
            "requestId": self.request_id,
        }


@dataclass(frozen=True, kw_only=True)
class DisposeAndManualDial(Command):
    """Finish the call ``crt_object_id`` and dial the next number, both or neither.

    Attributes:
        campaign_id: where the new number is dialled (``campaignContextId``).
        disposition_code: the code's name.
        customer_id: the new number's customer, -1 if unknown.
    """

    path: ClassVar[str] = "disposeAndManualDial"

    campaign_id: int
    crt_object_id: str
    disposition_code: str
    phone: str = field(repr=False)
    customer_id: int = UNKNOWN_CUSTOMER
    notes: str = field(default="", repr=False)
    additional_params: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def body(self) -> dict[str, Any]:
        """The JSON body, in the contract's names."""
        return {
            "campaignContextId": self.campaign_id,
            "userCrtObjectId": self.seat.user_crt_object_id,
            "crtObjectId": self.crt_object_id,
            "dispositionCode": self.disposition_code,
            "phone": self.phone,
            "customerId": self.customer_id,
            "notes": self.notes,
            "additionalParams": dict(self.additional_params),
            "requestId": self.request_id,
        }
