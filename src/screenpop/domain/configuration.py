"""What administrators set: contact centres, campaigns, queues, plans, users (contact 1).

A :class:`Configuration` is one immutable snapshot with its look-ups; TOML file and API are
two ways to write the same items.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from screenpop.domain.app import App

__all__ = [
    "ApiAccount",
    "Campaign",
    "ClosedHours",
    "Configuration",
    "ContactCenter",
    "DispositionClass",
    "DispositionCode",
    "DispositionPattern",
    "DispositionPlan",
    "Process",
    "Queue",
    "User",
    "UserType",
    "Weekday",
]


class UserType(StrEnum):
    """System types of users (contract 1)."""

    EXECUTIVE = "Executive"
    SUPERVISOR = "Supervisor"
    ADMINISTRATOR = "Administrator"


class DispositionPattern(StrEnum):
    """Who disposes the calls of a campaign (contract 5, "A session's life")."""

    CRM = "crm"
    CONSOLE = "console"
    BOTH = "both"
    #: No next call before disposal, and wrap never times out.
    FORCED = "forced"


@dataclass(frozen=True, slots=True)
class ContactCenter:
    """A tenant."""

    contact_center_id: int
    name: str
    #: IANA name, e.g. ``Asia/Kolkata``; bare callback times are read in it.
    time_zone: str = "UTC"
    #: ``None``: those of the installation.
    break_reasons: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Process:
    """A department of a contact centre; customers and CRM settings are per process."""

    process_id: int
    contact_center_id: int
    name: str
    #: Columns of a customer, in the order in which ``customerInfo`` lists them.
    customer_columns: tuple[str, ...] = ("phone1", "name")
    searchable_columns: tuple[str, ...] = ("phone1",)
    masking_enabled: bool = False
    #: Credentials mode of this process (contract 5); the installation may be lenient anyway.
    lenient: bool = False


@dataclass(frozen=True, slots=True)
class Campaign:
    """A working team inside a process."""

    campaign_id: int
    process_id: int
    contact_center_id: int
    name: str
    campaign_type: str
    plan_id: int
    description: str = ""
    manual_dial_allowed: bool = True
    #: Milliseconds between hang-up and ``wrap.timeout``.
    wrap_time: int = 30_000
    #: How long an agent's extension may ring, in milliseconds.
    agent_ring_time: int = 20_000
    #: How long a called customer's telephone may ring, in milliseconds.
    customer_ring_time: int = 30_000
    disposition_pattern: DispositionPattern = DispositionPattern.BOTH
    #: Disposing a call that is up is refused.
    disable_disposition_on_active_call: bool = False
    #: The number shown to called customers.
    caller_id: str = ""


class Weekday(StrEnum):
    """A day of the week, Monday first."""

    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"


@dataclass(frozen=True, slots=True)
class ClosedHours:
    """A stretch of the week in which a queue takes no calls, in the contact centre's time zone.

    Both ends are minutes since midnight; ``end`` itself is open again. An ``end`` that is not
    after ``begin`` lies on the following day.
    """

    begin: int
    end: int
    #: The days on which it begins.
    days: tuple[Weekday, ...] = tuple(Weekday)


@dataclass(frozen=True, slots=True)
class Queue:
    """An inbound queue of a campaign, reached by dialled numbers."""

    queue_id: int
    campaign_id: int
    contact_center_id: int
    name: str
    dids: tuple[str, ...]
    #: A call waits this long for an agent, in milliseconds; ``None``: as long as the caller does.
    longest_wait: int | None = None
    #: Where a call goes that waited too long or came in closed hours; empty: it ends.
    overflow_number: str = ""
    #: Empty: always open.
    closed_hours: tuple[ClosedHours, ...] = ()


@dataclass(frozen=True, slots=True)
class DispositionClass:
    """A group of disposition codes."""

    disposition_class_id: int
    name: str


@dataclass(frozen=True, slots=True)
class DispositionCode:
    """A reason that an agent picks when finishing."""

    disposition_code_id: int
    name: str
    disposition_class_id: int
    needs_callback_time: bool = False


@dataclass(frozen=True, slots=True)
class DispositionPlan:
    """The codes of a campaign, grouped."""

    plan_id: int
    contact_center_id: int
    name: str
    classes: tuple[DispositionClass, ...]
    codes: tuple[DispositionCode, ...]

    def code_by_id(self, disposition_code_id: int) -> DispositionCode | None:
        """Return the code with this id."""
        return next((c for c in self.codes if c.disposition_code_id == disposition_code_id), None)

    def code_by_name(self, name: str) -> DispositionCode | None:
        """Return the code with this name, trimmed and without case."""
        wanted = name.strip().casefold()
        return next((c for c in self.codes if c.name.casefold() == wanted), None)

    def class_of(self, code: DispositionCode) -> DispositionClass:
        """Return the class that the code is grouped in."""
        return next(c for c in self.classes if c.disposition_class_id == code.disposition_class_id)


@dataclass(frozen=True, slots=True)
class User:
    """Someone who can log in."""

    user_id: str
    contact_center_id: int
    process_id: int
    name: str
    user_type: UserType
    #: Argon2 hash, PHC text form.
    password_hash: str
    campaign_ids: tuple[int, ...] = ()
    extension: str = ""


@dataclass(frozen=True, slots=True)
class ApiAccount:
    """The credential of a CRM's back end."""

    account_id: str
    contact_center_id: int
    #: Argon2 hash of the secret, PHC text form.
    secret_hash: str
    #: May read and change the configuration under ``/api/v1``.
    administrator: bool = False


@dataclass(frozen=True)
class Configuration:
    """One consistent state of everything that administrators set."""

    version: int = 0
    contact_centers: tuple[ContactCenter, ...] = ()
    processes: tuple[Process, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    queues: tuple[Queue, ...] = ()
    plans: tuple[DispositionPlan, ...] = ()
    users: tuple[User, ...] = ()
    accounts: tuple[ApiAccount, ...] = ()
    apps: tuple[App, ...] = ()
    break_reasons: tuple[str, ...] = field(default=("Break", "Lunch", "Meeting", "Training"))
    #: Digest of the configuration file that this stands on; empty: none.
    file_digest: str = ""

    @cached_property
    def contact_center_by_id(self) -> dict[int, ContactCenter]:
        """Contact centres by id."""
        return {c.contact_center_id: c for c in self.contact_centers}

    @cached_property
    def process_by_id(self) -> dict[int, Process]:
        """Processes by id."""
        return {p.process_id: p for p in self.processes}

    @cached_property
    def campaign_by_id(self) -> dict[int, Campaign]:
        """Campaigns by id."""
        return {c.campaign_id: c for c in self.campaigns}

    @cached_property
    def queue_by_id(self) -> dict[int, Queue]:
        """Queues by id."""
        return {q.queue_id: q for q in self.queues}

    @cached_property
    def queue_by_did(self) -> dict[str, Queue]:
        """Queues by each of their dialled numbers."""
        return {did: q for q in self.queues for did in q.dids}

    @cached_property
    def plan_by_id(self) -> dict[int, DispositionPlan]:
        """Disposition plans by id."""
        return {p.plan_id: p for p in self.plans}

    @cached_property
    def user_by_folded_id(self) -> dict[str, User]:
        """Users by case-folded userId (contract 1: unique without case)."""
        return {u.user_id.casefold(): u for u in self.users}

    @cached_property
    def account_by_id(self) -> dict[str, ApiAccount]:
        """API accounts by name."""
        return {a.account_id: a for a in self.accounts}

    @cached_property
    def app_by_id(self) -> dict[str, App]:
        """Apps by id."""
        return {a.app_id: a for a in self.apps}

    def user(self, user_id: str) -> User | None:
        """Return the user, looked up without case."""
        return self.user_by_folded_id.get(user_id.casefold())

    def break_reasons_of(self, contact_center_id: int) -> tuple[str, ...]:
        """Return the reasons that a contact centre's agents may give for a break."""
        own = self.contact_center_by_id[contact_center_id].break_reasons
        return self.break_reasons if own is None else own

    def plan_of(self, campaign_id: int) -> DispositionPlan:
        """Return the disposition plan of a campaign."""
        return self.plan_by_id[self.campaign_by_id[campaign_id].plan_id]
