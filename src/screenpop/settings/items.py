"""The tables of contact centres as they stand in the file (contract 1).

Each model is one table; its keys are the file's keys. ``id`` is what others refer to by the
item's name: ``process = 3``. Where there is only one contact centre, process or disposition plan,
it need not be named.
"""

from __future__ import annotations

from typing import Annotated, Self

from argon2 import extract_parameters
from argon2.exceptions import InvalidHashError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from screenpop.domain.app import AppKind, Placement, PopMoment, Scope, SessionPolicy
from screenpop.domain.configuration import DispositionPattern, UserType, Weekday
from screenpop.settings.app_options import AppOptionsTable
from screenpop.settings.installation import CredentialsMode
from screenpop.settings.times import TimeOfDay

__all__ = [
    "ApiAccountTable",
    "AppTable",
    "AppUrlsTable",
    "CampaignTable",
    "ClosedHoursTable",
    "ContactCenterTable",
    "ContactCentersFile",
    "DispositionClassTable",
    "DispositionCodeTable",
    "DispositionPlanTable",
    "ProcessTable",
    "QueueTable",
    "UserTable",
]


def _argon2_hash(text: str) -> str:
    try:
        extract_parameters(text)
    except InvalidHashError:
        raise ValueError(
            "it is no Argon2 hash; Run screenpop hash-password and paste what it prints"
        ) from None
    return text


Id = Annotated[int, Field(ge=0, le=2**53 - 1)]
Name = Annotated[str, Field(min_length=1)]
Hash = Annotated[str, AfterValidator(_argon2_hash)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]


class Table(BaseModel):
    """A table of the file: a key that is not known is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)


class ContactCenterTable(Table):
    """``[[contact_center]]``: a tenant."""

    id: Id
    name: Name
    time_zone: str = "UTC"
    break_reasons: Annotated[tuple[Name, ...], Field(min_length=1)] | None = None


class ProcessTable(Table):
    """``[[process]]``: a department."""

    id: Id
    name: Name
    contact_center: Id | None = None
    customer_columns: tuple[Name, ...] = ("phone1", "name")
    searchable_columns: tuple[Name, ...] = ("phone1",)
    masking: bool = False
    credentials: CredentialsMode = CredentialsMode.STRICT


class DispositionCodeTable(Table):
    """One of ``codes``."""

    id: Id
    name: Name
    needs_callback_time: bool = False


class DispositionClassTable(Table):
    """``[[disposition_plan.class]]``."""

    id: Id
    name: Name
    codes: Annotated[tuple[DispositionCodeTable, ...], Field(min_length=1)]


class DispositionPlanTable(Table):
    """``[[disposition_plan]]``."""

    id: Id
    name: Name
    contact_center: Id | None = None
    classes: Annotated[tuple[DispositionClassTable, ...], Field(alias="class", min_length=1)]


class CampaignTable(Table):
    """``[[campaign]]``."""

    id: Id
    name: Name
    type: Name
    process: Id | None = None
    disposition_plan: Id | None = None
    description: str = ""
    manual_dial_allowed: bool = True
    wrap_seconds: Seconds = 30
    agent_ring_seconds: Seconds = 20
    customer_ring_seconds: Seconds = 30
    disposition_pattern: DispositionPattern = DispositionPattern.BOTH
    disable_disposition_on_active_call: bool = False
    caller_id: str = ""


class ClosedHoursTable(Table):
    """One of ``closed_hours``."""

    days: Annotated[tuple[Weekday, ...], Field(min_length=1)] = tuple(Weekday)
    begin: Annotated[TimeOfDay, Field(alias="from")]
    end: Annotated[TimeOfDay, Field(alias="to")]


class QueueTable(Table):
    """``[[queue]]``."""

    id: Id
    name: Name
    campaign: Id
    dids: Annotated[tuple[Name, ...], Field(min_length=1)]
    longest_wait_seconds: Seconds | None = None
    overflow_number: str = ""
    closed_hours: tuple[ClosedHoursTable, ...] = ()


class UserTable(Table):
    """``[[user]]``."""

    id: Name
    name: Name
    type: UserType = UserType.EXECUTIVE
    process: Id | None = None
    password_hash: Hash
    campaigns: tuple[Id, ...] = ()
    extension: str = ""


class ApiAccountTable(Table):
    """``[[api_account]]``."""

    id: Name
    contact_center: Id | None = None
    secret_hash: Hash
    administrator: bool = False


class AppUrlsTable(Table):
    """``[app.urls]``: one URL per integration point."""

    login: str | None = None
    call: str | None = None
    preview: str | None = None
    dispose: str | None = None


class AppTable(Table):
    """``[[app]]``; its order in the file is the administrator's order."""

    id: Name
    name: Name
    process: Id | None = None
    kind: AppKind = AppKind.CRM
    urls: AppUrlsTable
    campaigns: tuple[Id, ...] = ()
    queues: tuple[Id, ...] = ()
    pop_moment: PopMoment = PopMoment.ARRIVAL
    placement: Placement = Placement.TAB
    session_policy: SessionPolicy = SessionPolicy.NONE
    scopes: tuple[Scope, ...] | None = None
    origins: tuple[Name, ...] = ()
    enabled: bool = True
    options: AppOptionsTable = AppOptionsTable()


class ContactCentersFile(Table):
    """Everything but the installation's sections."""

    break_reasons: Annotated[tuple[Name, ...], Field(min_length=1)] = (
        "Break",
        "Lunch",
        "Meeting",
        "Training",
    )
    contact_centers: Annotated[
        tuple[ContactCenterTable, ...], Field(alias="contact_center", min_length=1)
    ]
    processes: Annotated[tuple[ProcessTable, ...], Field(alias="process", min_length=1)]
    plans: Annotated[tuple[DispositionPlanTable, ...], Field(alias="disposition_plan")] = ()
    campaigns: Annotated[tuple[CampaignTable, ...], Field(alias="campaign")] = ()
    queues: Annotated[tuple[QueueTable, ...], Field(alias="queue")] = ()
    users: Annotated[tuple[UserTable, ...], Field(alias="user")] = ()
    accounts: Annotated[tuple[ApiAccountTable, ...], Field(alias="api_account")] = ()
    apps: Annotated[tuple[AppTable, ...], Field(alias="app")] = ()

    @classmethod
    def read(cls, tables: object) -> Self:
        """Read what ``tomllib`` gave; raises Pydantic's ``ValidationError``."""
        return cls.model_validate(tables)
