"""Carries dispose pushes to CRMs: at least once, in order per call and app (contract 3.4).

Each app has its own few places, so that a CRM that is slow or down holds up nobody else. What is
in flight is nowhere written down: after a crash it is sent again, with the same delivery id.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Callable
from typing import Final

import structlog
from structlog.contextvars import bind_contextvars

from screenpop.adapters.crm.dispose_url import dispose_url
from screenpop.adapters.crm.http import CrmHttp
from screenpop.adapters.crm.push import (
    DisposePush,
    PushDelivered,
    PushOutcome,
    PushRetry,
    PushSetAside,
    deliver,
    next_try_at,
)
from screenpop.adapters.tracing import interaction_of_call
from screenpop.domain.app import IntegrationPoint
from screenpop.domain.delivery import Delivery, DeliveryState
from screenpop.ports.bus import DELIVERIES, Bus
from screenpop.ports.store import StoreBusyError
from screenpop.services import deliveries
from screenpop.services.core import Core
from screenpop.services.deliveries import Tried
from screenpop.wire.urls import UrlError

__all__ = ["Deliverer"]

#: Requests to one app at the same time.
AT_ONCE: Final = 4
#: How late a repetition may be, in seconds; new pushes are announced by the bus.
_LOOK_AGAIN: Final = 0.5

log = structlog.get_logger(__name__)


class Deliverer:
    """Performs the deliveries that are due for as long as it runs."""

    def __init__(self, core: Core, http: CrmHttp, bus: Bus, *, at_once: int = AT_ONCE) -> None:
        """Take deliveries from ``core``'s store; ``bus`` says when to look."""
        self._core = core
        self._http = http
        self._bus = bus
        self._at_once = at_once
        self._wake = asyncio.Event()
        #: The app of each delivery that is under way.
        self._in_flight: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Look whenever there may be something to send, until cancelled."""
        stop: Callable[[], None] = self._bus.subscribe(DELIVERIES, self._wake.set)
        try:
            while True:
                self._wake.clear()
                try:
                    await self._round()
                except Exception:  # one bad look must not be the last
                    log.exception("deliveries.failed")
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_AGAIN):
                        await self._wake.wait()
        finally:
            stop()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _round(self) -> None:
        now = self._core.now()
        # What is under way is still due, hence twice as many as there are places.
        due = await self._core.read(lambda reader: reader.due_deliveries(now, 2 * self._at_once))
        taken = Counter(self._in_flight.values())
        for delivery in due:
            if delivery.delivery_id in self._in_flight or taken[delivery.app_id] >= self._at_once:
                continue
            taken[delivery.app_id] += 1
            self._in_flight[delivery.delivery_id] = delivery.app_id
            task = asyncio.create_task(self._try(delivery))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _try(self, delivery: Delivery) -> None:
        try:
            interaction = await interaction_of_call(self._core, delivery.crt_object_id)
            bind_contextvars(interaction=interaction)
            outcome = await self._send(delivery)
            await self._note(self._tried(delivery, outcome))
        finally:
            del self._in_flight[delivery.delivery_id]
            self._wake.set()

    async def _send(self, delivery: Delivery) -> PushOutcome:
        configuration = self._core.configuration()
        app = configuration.app_by_id.get(delivery.app_id)
        configured = app.urls.get(IntegrationPoint.DISPOSE) if app and app.enabled else None
        if app is None or not configured:
            return PushSetAside(
                None, "The app is gone, disabled, or has no dispose URL. Give it one, then resend."
            )
        process = configuration.process_by_id.get(app.process_id)
        try:
            masking = process is not None and process.masking_enabled
            url = dispose_url(app, delivery, masking=masking)
            return await deliver(self._http, DisposePush(url, configured, delivery.delivery_id))
        except UrlError as error:
            return PushSetAside(None, f"The dispose URL cannot be used: {error}")
        except Exception:  # else it would be tried again without a pause
            log.exception("delivery.failed", delivery_id=delivery.delivery_id)
            return PushRetry(None, "The push failed for a reason of our own; see the server's log.")

    def _tried(self, delivery: Delivery, outcome: PushOutcome) -> Tried:
        now, tries = self._core.now(), delivery.tries + 1
        state, status, answer, due = DeliveryState.SET_ASIDE, outcome.status, "", now
        if isinstance(outcome, PushDelivered):
            state, answer = DeliveryState.DELIVERED, f"The CRM answered {outcome.status}."
        else:
            answer = outcome.reason
        if isinstance(outcome, PushRetry):
            again = next_try_at(tries, delivery.pending_since, now, random.random())  # noqa: S311
            if again is None:
                answer = f"72 hours are over. {answer}"
            else:
                state, due = DeliveryState.PENDING, again
        if state is DeliveryState.SET_ASIDE:
            log.warning(
                "delivery.set.aside",
                delivery_id=delivery.delivery_id,
                app_id=delivery.app_id,
                status=status,
            )
        return Tried(delivery.delivery_id, tries, state, status, answer, due)

    async def _note(self, tried: Tried) -> None:
        while True:
            try:
                await self._core.run(deliveries.note_try, tried)
            except StoreBusyError:
                await asyncio.sleep(_LOOK_AGAIN)
            else:
                return
