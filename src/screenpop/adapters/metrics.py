"""What operators watch, in Prometheus's form (docs/metrics.md has an entry for each metric).

Counters and histograms are kept as things happen; what the store knows is counted when somebody
asks. Labels are names of ours only: never an id, a number or a person.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final, TypeVar

import structlog
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from structlog.contextvars import bind_contextvars

from screenpop.adapters.store.count_rows import CountReader, Counts
from screenpop.adapters.tracing import interaction_of_command
from screenpop.domain.errors import DomainError
from screenpop.domain.results import Outcome
from screenpop.ports.clock import Clock
from screenpop.ports.ids import Draw, Ids
from screenpop.ports.store import (
    Reader,
    Store,
    StoreBusyError,
    StoreUnavailableError,
    Transaction,
)
from screenpop.services.core import Core
from screenpop.services.ownership import NotOwnerError

__all__ = ["MeasuredCore", "Metrics"]

C = TypeVar("C")
R = TypeVar("R")

#: A timer that is due longer than this is overdue, in milliseconds: nobody looks after it.
_OVERDUE_MS: Final = 2_000
_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_BATCHES: Final = (1, 2, 4, 8, 16, 32, 64)

log = structlog.get_logger(__name__)


class Metrics:
    """All metrics of one node, in a registry of its own."""

    def __init__(
        self,
        queue_length: Callable[[], int],
        event_streams: Callable[[], int],
        logins_failed: Callable[[], int],
    ) -> None:
        """The callables are asked when somebody looks."""
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = own = CollectorRegistry(auto_describe=True)
        # Looking a child up by its labels costs more than counting.
        self._requests_of: dict[tuple[str, int], Counter] = {}
        self._commands_of: dict[tuple[str, str], tuple[Counter, Histogram]] = {}
        self._logins_counted = 0
        self._logins_failed_now = logins_failed
        self._requests = Counter(
            "screenpop_http_requests", "HTTP requests.", ["room", "status"], registry=own
        )
        self._commands = Counter(
            "screenpop_commands", "Commands.", ["use_case", "outcome"], registry=own
        )
        self._command_seconds = Histogram(
            "screenpop_command_seconds",
            "From a command's arrival to its commit.",
            ["use_case"],
            buckets=_SECONDS,
            registry=own,
        )
        self._batches = Histogram(
            "screenpop_store_batch_commands",
            "Commands in one commit.",
            buckets=_BATCHES,
            registry=own,
        )
        self._commit_seconds = Histogram(
            "screenpop_store_commit_seconds",
            "How long a commit takes.",
            buckets=_SECONDS,
            registry=own,
        )
        self._queue = Gauge(
            "screenpop_store_queue_length", "Commands that wait for the store.", registry=own
        )
        self._queue.set_function(queue_length)
        self._streams = Gauge(
            "screenpop_event_streams", "Event streams that are open.", registry=own
        )
        self._streams.set_function(event_streams)
        self._logins_failed = Counter(
            "screenpop_logins_failed", "Log-ins with a wrong name or password.", registry=own
        )
        self._line_up = Gauge("screenpop_line_up", "1: the line can be used.", registry=own)
        self._outbox = Gauge(
            "screenpop_outbox_pending", "Line commands not yet sent.", registry=own
        )
        self._outbox_age = Gauge(
            "screenpop_outbox_oldest_seconds",
            "Age of the oldest line command not yet sent.",
            registry=own,
        )
        self._sessions = Gauge("screenpop_sessions", "Live sessions.", ["state"], registry=own)
        self._calls = Gauge("screenpop_calls", "Open calls.", ["state"], registry=own)
        self._timers = Gauge(
            "screenpop_timers_overdue", "Timers due for more than 2 s.", registry=own
        )
        self._deliveries = Gauge(
            "screenpop_deliveries", "Dispose pushes not delivered.", ["state"], registry=own
        )

    def answered(self, room: str, status: int) -> None:
        """Count an HTTP request."""
        child = self._requests_of.get((room, status))
        if child is None:
            child = self._requests_of[room, status] = self._requests.labels(room, str(status))
        child.inc()

    def ran(self, use_case: str, outcome: str, seconds: float) -> None:
        """Count a command and its latency."""
        children = self._commands_of.get((use_case, outcome))
        if children is None:
            children = self._commands_of[use_case, outcome] = (
                self._commands.labels(use_case, outcome),
                self._command_seconds.labels(use_case),
            )
        counter, histogram = children
        counter.inc()
        histogram.observe(seconds)

    def committed(self, commands: int, seconds: float) -> None:
        """Count a commit of so many commands; called in the store's threads."""
        self._batches.observe(commands)
        self._commit_seconds.observe(seconds)

    async def text(self, core: Core) -> bytes:
        """Return all metrics in Prometheus's text form.

        While the database is away, only what the process itself knows is told.
        """
        now = core.now()
        try:
            self._take(await core.read(lambda reader: _count(reader, now)), now)
        except StoreUnavailableError:
            for gauge in (self._sessions, self._calls, self._deliveries):
                gauge.clear()
        failed = self._logins_failed_now()
        self._logins_failed.inc(failed - self._logins_counted)
        self._logins_counted = failed
        return generate_latest(self._registry)

    def _take(self, counts: Counts, now: int) -> None:
        self._line_up.set(counts.line_up)
        self._outbox.set(counts.outbox_pending)
        oldest = now if counts.outbox_oldest is None else counts.outbox_oldest
        self._outbox_age.set(max(0, now - oldest) / 1000)
        self._timers.set(counts.timers_overdue)
        for gauge, by_state in (
            (self._sessions, counts.sessions),
            (self._calls, counts.calls),
            (self._deliveries, {"pending": 0, "set aside": 0, **counts.deliveries}),
        ):
            gauge.clear()
            for state, number in by_state.items():
                gauge.labels(state).set(number)


def _count(reader: Reader, now: int) -> Counts:
    assert isinstance(reader, CountReader)  # noqa: S101  # every store's own reader is one
    return reader.counts(now - _OVERDUE_MS)


class MeasuredCore(Core):
    """A way into the use cases that counts them."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: Ids,
        metrics: Metrics,
        guard: Callable[[Transaction], None] = lambda _tx: None,
    ) -> None:
        """As :class:`Core`; ``metrics`` hears of each command."""
        super().__init__(store, clock, ids, guard)
        self._metrics = metrics

    def guarded(self, guard: Callable[[Transaction], None]) -> Core:
        """See :class:`Core`."""
        return MeasuredCore(self._store, self._clock, self._ids, self._metrics, guard)

    async def run(self, use_case: Callable[[Transaction, C, int, Draw], R], command: C) -> R:
        """See :class:`Core`."""
        began = time.perf_counter()
        outcome = "cancelled"
        try:
            result = await super().run(use_case, command)
            outcome = "done"
            if isinstance(result, Outcome):
                # From here on each line of the log about this request names the interaction.
                bind_contextvars(interaction=result.result.interaction_id)
                outcome = "replayed" if result.replayed else "done"
            return result
        except Exception as error:
            outcome = _outcome(error)
            raise
        finally:
            name = f"{use_case.__module__.rpartition('.')[2]}.{use_case.__name__.lstrip('_')}"
            seconds = time.perf_counter() - began
            self._metrics.ran(name, outcome, seconds)
            # A look-up that only those pay for who read these lines.
            told = log.is_enabled_for(logging.DEBUG) and outcome != "cancelled"
            about = await interaction_of_command(self, command) if told else None
            known = {} if about is None else {"interaction": about}
            log.debug("command", use_case=name, outcome=outcome, seconds=round(seconds, 4), **known)


def _outcome(error: Exception) -> str:
    """Return the key under which a failed command is counted."""
    if isinstance(error, DomainError):
        return error.key
    if isinstance(error, StoreBusyError):
        return "too.many.requests"
    if isinstance(error, StoreUnavailableError):
        return "store.unavailable"
    return "not.owner" if isinstance(error, NotOwnerError) else "internal.error"
