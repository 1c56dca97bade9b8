"""The items that administrators change over the API, as they are taken and shown (contract 8).

Each kind is one row of :data:`KINDS`. A body never shows a password or its hash.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from screenpop.domain.configuration import (
    ApiAccount,
    Campaign,
    ClosedHours,
    Configuration,
    ContactCenter,
    DispositionClass,
    DispositionCode,
    DispositionPattern,
    DispositionPlan,
    Process,
    Queue,
    User,
    UserType,
    Weekday,
)
from screenpop.settings.times import TimeOfDay, as_time

__all__ = ["KINDS", "Item", "ItemBody", "Kind"]

Id = Annotated[int, Field(ge=0, le=2**53 - 1)]
Name = Annotated[str, Field(min_length=1)]
Milliseconds = Annotated[int, Field(gt=0, le=86_400_000)]
Password = Annotated[str, Field(min_length=1, max_length=1000)]

Item = ContactCenter | Process | Campaign | Queue | DispositionPlan | User | ApiAccount


class ItemBody(BaseModel):
    """What a PUT takes; the id stands in the path."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, alias_generator=to_camel)


class _ContactCenterBody(ItemBody):
    name: Name
    time_zone: str = "UTC"
    #: Left out or null: those of the installation.
    break_reasons: Annotated[tuple[Name, ...], Field(min_length=1)] | None = None


class _ProcessBody(ItemBody):
    name: Name
    customer_columns: Annotated[tuple[Name, ...], Field(min_length=1)] = ("phone1", "name")
    searchable_columns: Annotated[tuple[Name, ...], Field(min_length=1)] = ("phone1",)
    masking_enabled: bool = False
    lenient: bool = False


class _CampaignBody(ItemBody):
    name: Name
    campaign_type: Name
    process_id: Id
    plan_id: Id
    description: str = ""
    manual_dial_allowed: bool = True
    wrap_time: Milliseconds = 30_000
    agent_ring_time: Milliseconds = 20_000
    customer_ring_time: Milliseconds = 30_000
    disposition_pattern: DispositionPattern = DispositionPattern.BOTH
    disable_disposition_on_active_call: bool = False
    caller_id: str = ""


class _ClosedHoursBody(ItemBody):
    days: Annotated[tuple[Weekday, ...], Field(min_length=1)] = tuple(Weekday)
    begin: Annotated[TimeOfDay, Field(alias="from")]
    end: Annotated[TimeOfDay, Field(alias="to")]


class _QueueBody(ItemBody):
    name: Name
    campaign_id: Id
    dids: Annotated[tuple[Name, ...], Field(min_length=1)]
    longest_wait: Milliseconds | None = None
    overflow_number: str = ""
    closed_hours: tuple[_ClosedHoursBody, ...] = ()


class _CodeBody(ItemBody):
    disposition_code_id: Id
    name: Name
    needs_callback_time: bool = False


class _ClassBody(ItemBody):
    disposition_class_id: Id
    name: Name
    codes: Annotated[tuple[_CodeBody, ...], Field(min_length=1)]


class _PlanBody(ItemBody):
    name: Name
    classes: Annotated[tuple[_ClassBody, ...], Field(min_length=1)]


class _UserBody(ItemBody):
    name: Name
    process_id: Id
    user_type: UserType = UserType.EXECUTIVE
    campaign_ids: tuple[Id, ...] = ()
    extension: str = ""
    #: Needed for a new user; left out, a known one keeps the present password.
    password: Password | None = None


class _AccountBody(ItemBody):
    administrator: bool = False
    #: Needed for a new account; left out, a known one keeps the present secret.
    secret: Password | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of item."""

    #: The path's part, also the list's name in a reply.
    path: str
    #: The item's id in bodies and in the domain.
    id_name: str
    #: The tuple of :class:`Configuration` that holds the items.
    held_in: str
    #: The table's name in the problems of the settings.
    table: str
    body: type[ItemBody]
    #: Makes an item: contact centre, id, what was read, and the hash of a new secret or the old.
    make: Callable[[int, Any, Any, str], Item]
    #: The fields that :func:`dict` of an item would not give as they are shown.
    shown: Callable[[Any], dict[str, Any]]
    number: bool = True
    #: Whoever administers it stands on it, so it is neither added nor removed.
    fixed: bool = False

    def items(self, configuration: Configuration) -> tuple[Any, ...]:
        """Return all items of this kind, in every contact centre."""
        items: tuple[Any, ...] = getattr(configuration, self.held_in)
        return items

    def find(self, configuration: Configuration, item_id: object) -> Any | None:  # noqa: ANN401
        """Return the item with this id; users are found without case."""
        wanted = self._folded(item_id)
        items = self.items(configuration)
        return next((i for i in items if self._folded(getattr(i, self.id_name)) == wanted), None)

    def with_items(self, configuration: Configuration, items: tuple[Any, ...]) -> Configuration:
        """Return the configuration with these items of this kind instead."""
        changes: dict[str, Any] = {self.held_in: items}
        return replace(configuration, **changes)

    def show(self, item: Item) -> dict[str, Any]:
        """Return the item as administrators see it; sent back, it means the same."""
        return {
            to_camel(self.id_name): getattr(item, self.id_name),
            "contactCenterId": item.contact_center_id,
            **self.shown(item),
        }

    def _folded(self, item_id: object) -> object:
        return item_id.casefold() if self.path == "users" and isinstance(item_id, str) else item_id


def _fields(*names: str) -> Callable[[Any], dict[str, Any]]:
    return lambda item: {to_camel(name): getattr(item, name) for name in names}


def _contact_center(
    _centre: int, item_id: int, body: _ContactCenterBody, _hash: str
) -> ContactCenter:
    return ContactCenter(contact_center_id=item_id, **_read(body))


def _process(centre: int, item_id: int, body: _ProcessBody, _hash: str) -> Process:
    return Process(process_id=item_id, contact_center_id=centre, **_read(body))


def _campaign(centre: int, item_id: int, body: _CampaignBody, _hash: str) -> Campaign:
    return Campaign(campaign_id=item_id, contact_center_id=centre, **_read(body))


def _queue(centre: int, item_id: int, body: _QueueBody, _hash: str) -> Queue:
    read = _read(body)
    read["closed_hours"] = tuple(ClosedHours(h.begin, h.end, h.days) for h in body.closed_hours)
    return Queue(queue_id=item_id, contact_center_id=centre, **read)


def _queue_shown(queue: Queue) -> dict[str, Any]:
    plain = _fields("name", "campaign_id", "dids", "longest_wait", "overflow_number")
    closed = [
        {"days": hours.days, "from": as_time(hours.begin), "to": as_time(hours.end)}
        for hours in queue.closed_hours
    ]
    return {**plain(queue), "closedHours": closed}


def _plan(centre: int, item_id: int, body: _PlanBody, _hash: str) -> DispositionPlan:
    return DispositionPlan(
        plan_id=item_id,
        contact_center_id=centre,
        name=body.name,
        classes=tuple(DispositionClass(g.disposition_class_id, g.name) for g in body.classes),
        codes=tuple(
            DispositionCode(
                code.disposition_code_id,
                code.name,
                group.disposition_class_id,
                code.needs_callback_time,
            )
            for group in body.classes
            for code in group.codes
        ),
    )


def _plan_shown(plan: DispositionPlan) -> dict[str, Any]:
    code = _fields("disposition_code_id", "name", "needs_callback_time")
    return {
        "name": plan.name,
        "classes": [
            {
                "dispositionClassId": group.disposition_class_id,
                "name": group.name,
                "codes": [
                    code(one)
                    for one in plan.codes
                    if one.disposition_class_id == group.disposition_class_id
                ],
            }
            for group in plan.classes
        ],
    }


def _user(centre: int, item_id: str, body: _UserBody, password_hash: str) -> User:
    read = _read(body)
    del read["password"]
    return User(user_id=item_id, contact_center_id=centre, password_hash=password_hash, **read)


def _account(centre: int, item_id: str, body: _AccountBody, secret_hash: str) -> ApiAccount:
    return ApiAccount(item_id, centre, secret_hash, administrator=body.administrator)


def _read(body: ItemBody) -> dict[str, Any]:
    return {name: getattr(body, name) for name in type(body).model_fields}


_CONTACT_CENTER_FIELDS: Final = tuple(_ContactCenterBody.model_fields)
_PROCESS_FIELDS: Final = tuple(_ProcessBody.model_fields)
_CAMPAIGN_FIELDS: Final = tuple(_CampaignBody.model_fields)

KINDS: Final[Mapping[str, Kind]] = {
    kind.path: kind
    for kind in (
        Kind(
            "contactCenters", "contact_center_id", "contact_centers", "contact_center",
            _ContactCenterBody, _contact_center, _fields(*_CONTACT_CENTER_FIELDS), fixed=True,
        ),
        Kind(
            "processes", "process_id", "processes", "process",
            _ProcessBody, _process, _fields(*_PROCESS_FIELDS),
        ),
        Kind(
            "campaigns", "campaign_id", "campaigns", "campaign",
            _CampaignBody, _campaign, _fields(*_CAMPAIGN_FIELDS),
        ),
        Kind(
            "queues", "queue_id", "queues", "queue",
            _QueueBody, _queue, _queue_shown,
        ),
        Kind("plans", "plan_id", "plans", "disposition_plan", _PlanBody, _plan, _plan_shown),
        Kind(
            "users", "user_id", "users", "user", _UserBody, _user,
            _fields("name", "process_id", "user_type", "campaign_ids", "extension"), number=False,
        ),
        Kind(
            "accounts", "account_id", "accounts", "api_account", _AccountBody, _account,
            _fields("administrator"), number=False,
        ),
    )
}  # fmt: skip
