"""The store port: one transaction per use case (design 2.3).

A use case is a synchronous function run by :meth:`Store.transact`: it loads, decides and
raises, and only then writes.  It may be run twice, so it has no effect but on the transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from screenpop.domain.association import Association
from screenpop.domain.call import Call, Leg
from screenpop.domain.callback import Callback
from screenpop.domain.configuration import Configuration
from screenpop.domain.customer import Customer
from screenpop.domain.events import Event
from screenpop.domain.pop import AppSession, Pop
from screenpop.domain.session import AgentSession
from screenpop.ports.crm_store import CrmReader, CrmWriter
from screenpop.ports.draft_store import DraftReader, DraftWriter
from screenpop.ports.telephony import LineCommand

__all__ = [
    "BoundReply",
    "FoundSession",
    "HistoryEntry",
    "LineRow",
    "LineRowState",
    "Reader",
    "Store",
    "StoreBusyError",
    "StoreUnavailableError",
    "StoredEvent",
    "Timer",
    "TimerKind",
    "Transaction",
]

T = TypeVar("T")


class StoreBusyError(Exception):
    """More commands wait than the store takes; ask again in a moment."""


class StoreUnavailableError(Exception):
    """The database cannot be reached; a command may or may not have been taken.

    It is sent again with the same ``requestId`` when the database is back.
    """


class TimerKind(StrEnum):
    """What a timer row is for (design 2.7)."""

    #: An agent's extension rings: subject is the association.
    AGENT_RING = "agent ring"
    #: A customer's telephone rings: subject is the call.
    CUSTOMER_RING = "customer ring"
    #: A transferred or conferred party's telephone rings: subject is the leg.
    PARTY_RING = "party ring"
    #: A call waits in a queue that does not let it wait for ever: subject is the call.
    QUEUE_WAIT = "queue wait"
    #: Subject is the association.
    WRAP = "wrap"
    #: Subject is the callback.
    CALLBACK = "callback"
    #: Nobody was seen or the session is too old: subject is the session.
    SESSION = "session"
    #: Old events and replies are dropped: subject is empty.
    RETENTION = "retention"


@dataclass(frozen=True, slots=True)
class Timer:
    """Something to be looked at when it is due."""

    kind: TimerKind
    subject: str
    #: Epoch milliseconds.
    due: int


class LineRowState(StrEnum):
    """How far a line command has come (design 2.6)."""

    PENDING = "pending"
    #: A dial that is about to reach the line, or did: it is never sent again.
    ATTEMPTED = "attempted"
    DONE = "done"
    #: It was given up: too late, or its call was over before.
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class LineRow:
    """One row of the line's outbox."""

    row_id: int
    crt_object_id: str
    command: LineCommand
    state: LineRowState
    created_at: int
    #: Not before this leg has ended, or ``not_before`` has come.
    after_leg: str | None = None
    not_before: int = 0
    #: A dial is never sent after this; 0: no limit.
    deadline: int = 0


@dataclass(frozen=True, slots=True)
class BoundReply:
    """The first reply to a command, kept for its copies (contract 5, idempotency)."""

    fingerprint: str
    form: str
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FoundSession:
    """A session, by whichever of its ids it was asked for."""

    session: AgentSession
    #: The app that this id was minted for; ``None``: the session's own id.
    app_id: str | None


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event with its place in a stream."""

    stream: str
    seq: int
    event: Event


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line of a call's own history."""

    at: int
    what: str
    facts: Mapping[str, Any]


class Reader(CrmReader, DraftReader, Protocol):
    """What can be looked up."""

    @property
    def configuration(self) -> Configuration:
        """The configuration as this transaction sees it."""

    def find_session(self, any_id: str) -> FoundSession | None:
        """Return the session that has, or had, this id or an id minted for an app."""

    def session(self, session_id: str) -> AgentSession | None:
        """Return the session with this own id."""

    def live_session_of(self, user_id: str) -> AgentSession | None:
        """Return the user's session that has not ended."""

    def live_sessions(self, contact_center_id: int | None = None) -> list[AgentSession]:
        """Return every session that has not ended."""

    def ready_sessions(self, contact_center_id: int) -> list[AgentSession]:
        """Return the sessions whose state is ready, longest idle first."""

    def has_seat(self, session_id: str, seat: str) -> bool:
        """Tell whether the session ever had this seat."""

    def seats(self, session_id: str) -> list[str]:
        """Return the session's present seats."""

    def call(self, any_id: str) -> Call | None:
        """Return a call by ``crtObjectId``, ``interactionId`` or ``callId``."""

    def call_of_leg(self, leg_id: str) -> Call | None:
        """Return the call that the leg belongs to."""

    def queued_calls(self, contact_center_id: int) -> list[Call]:
        """Return the calls that wait for an agent and are offered to none, in order."""

    def open_calls(self) -> list[Call]:
        """Return the calls that are not ended."""

    def legs(self, crt_object_id: str) -> list[Leg]:
        """Return a call's legs, oldest first."""

    def leg(self, leg_id: str) -> Leg | None:
        """Return a leg."""

    def unended_legs(self) -> list[Leg]:
        """Return every leg whose end was not reported yet."""

    def associations(self, crt_object_id: str) -> list[Association]:
        """Return a call's associations, oldest first."""

    def association(self, association_id: str) -> Association | None:
        """Return an association."""

    def open_associations(self, session_id: str) -> list[Association]:
        """Return the session's associations that are in set-up, talking or in wrap."""

    def association_with(self, session_id: str, crt_object_id: str) -> Association | None:
        """Return the session's latest association with a call."""

    def recent_calls(
        self, contact_center_id: int, session_id: str | None, limit: int
    ) -> list[tuple[Call, Association | None]]:
        """Return open calls first, then the latest; with a session only its own."""

    def customer(self, process_id: int, customer_id: int) -> Customer | None:
        """Return a customer."""

    def customer_by_searchable(self, process_id: int, value: str) -> Customer | None:
        """Return the most recently touched customer with this searchable value."""

    def callback(self, callback_id: str) -> Callback | None:
        """Return a callback."""

    def due_callbacks(self, contact_center_id: int) -> list[Callback]:
        """Return the callbacks that wait for an agent, oldest first."""

    def callbacks(self, contact_center_id: int, user_id: str | None) -> list[Callback]:
        """Return the callbacks not yet dialled, the user's and the campaigns', soonest first."""

    def last_seq(self, stream: str) -> int:
        """Return the last number given in a stream; 0 for an empty one."""

    def oldest_seq(self, stream: str) -> int:
        """Return the oldest number still kept; ``last_seq + 1`` when nothing is."""

    def events_after(self, stream: str, seq: int, limit: int) -> list[StoredEvent]:
        """Return what follows ``seq`` in a stream."""

    def history(self, crt_object_id: str) -> list[HistoryEntry]:
        """Return what happened to a call, in order."""

    def app_session(self, session_id: str, app_id: str) -> AppSession | None:
        """Return what an app has of a session, by the session's own id."""

    def app_sessions(self, session_id: str) -> list[AppSession]:
        """Return what each app has of a session."""

    def pops_of(self, subject: str) -> list[Pop]:
        """Return what was decided for an association, or for a session's login frames."""

    def pops_of_call(self, crt_object_id: str) -> list[Pop]:
        """Return what was decided for each association of a call."""

    def open_call_pops(self, session_id: str) -> list[Pop]:
        """Return the call frames of the session's associations that are not disposed."""

    def pop_by_instance(self, session_id: str, instance_id: str) -> Pop | None:
        """Return the frame of a session with this ``instanceId``."""

    def line_up(self) -> bool:
        """Tell whether the line could be used when last heard of."""

    def line_rows(
        self, states: Sequence[LineRowState], crt_object_id: str | None = None
    ) -> list[LineRow]:
        """Return a call's rows, or all rows, of the line's outbox in these states."""

    def due_timers(self, now: int, limit: int) -> list[Timer]:
        """Return the timers that are due, oldest first."""

    def next_timer_due(self) -> int | None:
        """Return when the next timer is due."""


class Transaction(Reader, CrmWriter, DraftWriter, Protocol):
    """What can be changed.  The rows it loads are its own until it is over."""

    def save_configuration(self, configuration: Configuration) -> None:
        """Keep this configuration in place of the present one."""

    def add_session(self, session: AgentSession) -> None:
        """Add a session with its present seat."""

    def save_session(self, session: AgentSession) -> None:
        """Keep the session as it is now."""

    def see_sessions(self, seen: Mapping[str, int]) -> None:
        """Note when each of these live sessions was last seen."""

    def add_seat(self, session_id: str, seat: str) -> None:
        """Add a seat and make it the session's present one."""

    def save_app_session(self, row: AppSession) -> None:
        """Keep what an app has of a session; its minted ids lead to the session from now on."""

    def forget_app(self, app_id: str) -> None:
        """Cut an app off: its minted ids and login frames are gone."""

    def add_pops(self, pops: Sequence[Pop]) -> None:
        """Add what was decided about apps."""

    def save_pop(self, pop: Pop) -> None:
        """Keep a frame as it is now."""

    def add_call(self, call: Call) -> None:
        """Add a call; its legs and associations come after it."""

    def save_call(self, call: Call) -> None:
        """Keep the call as it is now."""

    def add_leg(self, leg: Leg) -> None:
        """Add a leg."""

    def save_leg(self, leg: Leg) -> None:
        """Keep the leg as it is now."""

    def add_association(self, association: Association) -> None:
        """Add an association."""

    def save_association(self, association: Association) -> None:
        """Keep the association as it is now."""

    def add_customer(self, customer: Customer) -> None:
        """Add a customer, or replace the one with this id."""

    def touch_customer(self, customer: Customer, now: int) -> None:
        """Note that the customer was called or called."""

    def add_callback(self, callback: Callback) -> None:
        """Add a callback."""

    def save_callback(self, callback: Callback) -> None:
        """Keep the callback as it is now."""

    def append(self, stream: str, event: Event) -> int:
        """Append an event to a stream and return its number."""

    def add_history(self, crt_object_id: str, at: int, what: str, facts: Mapping[str, Any]) -> None:
        """Note something in a call's history that no agent hears."""

    def bound_reply(self, session_id: str, key_space: str, request_id: str) -> BoundReply | None:
        """Claim an idempotency key; return the reply that is bound to it already."""

    def bind_reply(
        self, session_id: str, key_space: str, request_id: str, reply: BoundReply, now: int
    ) -> None:
        """Bind the first reply to a claimed key."""

    def add_line_command(
        self,
        crt_object_id: str,
        command: LineCommand,
        now: int,
        *,
        after_leg: str | None = None,
        not_before: int = 0,
        deadline: int = 0,
    ) -> None:
        """Write a command to the line's outbox."""

    def pending_line_rows(self, now: int, limit: int) -> list[LineRow]:
        """Return the pending rows that wait for no leg and no moment, in order."""

    def set_line_rows(self, row_ids: Sequence[int], state: LineRowState) -> None:
        """Move rows of the line's outbox to a state."""

    def set_line_deadline(self, row_id: int, deadline: int) -> None:
        """Let a dial be sent until ``deadline``."""

    def next_line_row_due(self, now: int) -> int | None:
        """Return when a row that waits for a leg or a moment may be looked at again."""

    def set_line_up(self, *, up: bool, now: int) -> None:
        """Note whether the line can be used."""

    def set_timer(self, timer: Timer) -> None:
        """Set a timer, replacing the one of the same kind and subject."""

    def cancel_timer(self, kind: TimerKind, subject: str) -> None:
        """Forget a timer."""

    def forget_before(self, events_before: int, replies_before: int, keep_events: int) -> None:
        """Drop old events and replies; streams keep at most ``keep_events``."""


class Store(Protocol):
    """Keeps everything; one implementation per database."""

    @property
    def configuration(self) -> Configuration:
        """The configuration last committed."""

    async def transact(self, use_case: Callable[[Transaction], T]) -> T:
        """Run a use case in one durable transaction and return what it returned.

        What it raises is raised here; then nothing was written.

        :raises StoreBusyError: too many commands wait already.
        :raises StoreUnavailableError: the database is gone.
        """

    async def read(self, look_up: Callable[[Reader], T]) -> T:
        """Run a look-up on a consistent, read-only state."""
