"""Tells CRMs that sessions they gave are over (contract 4): up to three times, delaying nobody.

A row leaves the outbox when its CRM was told or did not answer three times; after a crash in
between it is told again.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

import structlog

from screenpop.adapters.crm.http import CrmHttp
from screenpop.adapters.crm.sign_on import target_of
from screenpop.adapters.crm.sso import LOGOUT_PAUSES_S, SsoLogoutFailed, log_out
from screenpop.domain.sign_on import SignOff
from screenpop.ports.bus import SIGN_OFFS, Bus
from screenpop.ports.store import StoreBusyError
from screenpop.services import sso
from screenpop.services.core import Core
from screenpop.wire.sso_xml import SsoLogout

__all__ = ["SignOnOutbox"]

#: Logouts at one app at the same time.
_AT_ONCE: Final = 4
_LOOK_AGAIN: Final = 1.0

log = structlog.get_logger(__name__)


class SignOnOutbox:
    """Performs the sign-offs for as long as it runs."""

    def __init__(
        self,
        core: Core,
        http: CrmHttp,
        bus: Bus,
        *,
        pauses_s: Sequence[float] = LOGOUT_PAUSES_S,
    ) -> None:
        """Take sign-offs from ``core``'s store; ``bus`` says when to look."""
        self._core = core
        self._http = http
        self._bus = bus
        self._pauses_s = pauses_s
        self._wake = asyncio.Event()
        #: The app of each sign-off that is under way.
        self._in_flight: dict[int, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Look whenever there may be a sign-off, until cancelled."""
        stop: Callable[[], None] = self._bus.subscribe(SIGN_OFFS, self._wake.set)
        try:
            while True:
                self._wake.clear()
                try:
                    await self._round()
                except Exception:  # one bad look must not be the last
                    log.exception("sso.logouts.failed")
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_AGAIN):
                        await self._wake.wait()
        finally:
            stop()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _round(self) -> None:
        # What is under way is still in the outbox, hence twice as many as there are places.
        waiting = await self._core.read(lambda reader: reader.sign_offs(2 * _AT_ONCE))
        taken = Counter(self._in_flight.values())
        for row in waiting:
            if row.sign_off_id in self._in_flight or taken[row.app_id] >= _AT_ONCE:
                continue
            taken[row.app_id] += 1
            self._in_flight[row.sign_off_id] = row.app_id
            task = asyncio.create_task(self._perform(row))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _perform(self, row: SignOff) -> None:
        try:
            await self._tell(row)
            await self._finish(row)
        finally:
            del self._in_flight[row.sign_off_id]
            self._wake.set()

    async def _tell(self, row: SignOff) -> None:
        app = self._core.configuration().app_by_id.get(row.app_id)
        if app is None or not target_of(app).url:
            log.warning("sso.logout.dropped", app_id=row.app_id, sign_off=row.sign_off_id)
            return
        try:
            logout = SsoLogout(row.crm_session_id)
            outcome = await log_out(self._http, target_of(app), logout, pauses_s=self._pauses_s)
        except Exception:  # else it would be told again and again without a pause
            log.exception("sso.logout.failed", app_id=row.app_id, sign_off=row.sign_off_id)
            return
        if isinstance(outcome, SsoLogoutFailed):
            log.warning(
                "sso.logout.given.up",
                app_id=row.app_id,
                sign_off=row.sign_off_id,
                tries=outcome.tries,
                reason=outcome.reason,
            )

    async def _finish(self, row: SignOff) -> None:
        while True:
            try:
                await self._core.run(sso.finish, [row.sign_off_id])
            except StoreBusyError:
                await asyncio.sleep(_LOOK_AGAIN)
            else:
                return
