"""Asterisk as a :class:`~screenpop.ports.telephony.Line` (design 2.6 to 2.8)."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import structlog

from screenpop.adapters.telephony.asterisk.ari import Ari, AriAccount, AriEvents
from screenpop.adapters.telephony.asterisk.board import Board
from screenpop.adapters.telephony.asterisk.errors import AriError, AriUnreachableError
from screenpop.adapters.telephony.asterisk.performing import Performer
from screenpop.ports.telephony import (
    CallOffered,
    LegAnswered,
    LegEnded,
    LineCommand,
    LineDown,
    LineEvent,
    LineNotUpError,
    LineUnavailableError,
    LineUp,
    LiveLeg,
    ReportTo,
)

__all__ = ["AsteriskLine"]

_FIRST_WAIT: Final = 0.05
_LONGEST_WAIT: Final = 5.0
#: A superseded line waits for longer than a lease lasts (design 2.7), or two servers that both
#: think themselves the owner would throw each other out without end.
_SUPERSEDED_WAIT: Final = 12.0
_REPLACED: Final = "another server listens to Asterisk's application now"

_log = structlog.get_logger(__name__)


def _machine_clock() -> int:
    return time.time_ns() // 1_000_000


class AsteriskLine:
    """A line to one Asterisk, whose application it alone subscribes to."""

    def __init__(
        self,
        account: AriAccount,
        trunk: str,
        *,
        now: Callable[[], int] = _machine_clock,
        superseded_wait: float = _SUPERSEDED_WAIT,
    ) -> None:
        """``trunk`` is the PJSIP endpoint by which numbers are called; waits are seconds."""
        self._now = now
        self._superseded_wait = superseded_wait
        self._account = account
        self._ari = Ari(account)
        self._board = Board(account.app)
        self._performer = Performer(self._ari, self._board, trunk, self._tell, now)
        self._events: AriEvents | None = None
        #: What Asterisk says and what our commands lead to, in order; ``None`` at the end.
        self._inbox: asyncio.Queue[tuple[dict[str, Any] | LineEvent, int] | None] | None = None
        #: Reports made while nothing was connected.
        self._unsaid: list[LineEvent] = []
        self._is_up = False
        self._last_at = 0
        self._task: asyncio.Task[None] | None = None

    async def start(self, report_to: ReportTo) -> None:
        """See :meth:`screenpop.ports.telephony.Line.start`."""
        self._task = asyncio.create_task(self._keep_connected(report_to))

    async def perform(self, command: LineCommand) -> None:
        """See :meth:`screenpop.ports.telephony.Line.perform`."""
        if not self._is_up:
            raise LineNotUpError
        try:
            await self._performer.perform(command)
        except AriUnreachableError as problem:
            # Only a new connection can show what became of the request.
            if self._events is not None:
                await self._events.close()
            raise LineUnavailableError(problem.reason) from problem

    async def live_legs(self) -> tuple[LiveLeg, ...]:
        """See :meth:`screenpop.ports.telephony.Line.live_legs`."""
        if self._events is None:
            raise LineNotUpError
        try:
            return (await self._performer.stock()).live()
        except AriError as problem:
            raise LineUnavailableError(str(problem)) from problem

    async def stop(self) -> None:
        """See :meth:`screenpop.ports.telephony.Line.stop`."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        await self._ari.close()

    def _tell(self, report: LineEvent) -> None:
        if self._inbox is None:
            self._unsaid.append(report)
        else:
            self._inbox.put_nowait((report, self._now()))

    # --- in the background --------------------------------------------------------------------

    async def _keep_connected(self, report_to: ReportTo) -> None:
        wait = _FIRST_WAIT
        while True:
            superseded = False
            try:
                events = await self._ari.listen()
            except AriError as problem:
                _log.info("line.unreachable", reason=str(problem))
            else:
                wait = _FIRST_WAIT
                superseded = await self._converse(events, report_to)
            pause = self._superseded_wait if superseded else wait
            # Jitter: servers that lost the same Asterisk must not return all at once.
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311  not a secret
            wait = min(wait * 2, _LONGEST_WAIT)

    async def _converse(self, events: AriEvents, report_to: ReportTo) -> bool:
        """Deliver what Asterisk says until the end; tells whether we were superseded."""
        self._events = events
        self._inbox = asyncio.Queue()
        reader = asyncio.create_task(self._read(events, self._inbox))
        reason = "Asterisk has gone"
        was_up = False
        try:
            await self._come_up(report_to)
            self._is_up = was_up = True
            while (said := await self._inbox.get()) is not None:
                what, at = said
                if isinstance(what, dict) and what["type"] == "ApplicationReplaced":
                    reason = _REPLACED
                    break
                await self._take(what, at, report_to)
        except AriError as problem:
            reason = str(problem)
        finally:
            self._is_up = False
            self._events = None
            reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await reader
            await events.close()
            self._keep_unsaid()
        _log.warning("line.down", reason=reason)
        if was_up:
            await self._deliver(LineDown(reason, self._now()), report_to)
        return reason == _REPLACED

    async def _come_up(self, report_to: ReportTo) -> None:
        unsaid, self._unsaid = self._unsaid, []
        for report in unsaid:
            await self._deliver(report, report_to)
        stock = await self._performer.clear(await self._performer.stock())
        now = self._now()
        for leg_id in self._board.replace(stock):
            # Nobody can say why: it ended while we were away.
            await self._deliver(LegEnded(leg_id, now), report_to)
        await self._deliver(LineUp(stock.live(), now), report_to)

    async def _read(
        self,
        events: AriEvents,
        inbox: asyncio.Queue[tuple[dict[str, Any] | LineEvent, int] | None],
    ) -> None:
        try:
            async for event in events:
                if event["type"] == "StasisStart":
                    self._performer.arrived(event["channel"]["id"])
                inbox.put_nowait((event, self._now()))
        finally:
            self._performer.lose_connection()
            inbox.put_nowait(None)

    async def _take(self, what: dict[str, Any] | LineEvent, at: int, report_to: ReportTo) -> None:
        report = self._board.take(what, at) if isinstance(what, dict) else what
        if report is None:
            return
        if isinstance(report, CallOffered):
            report = replace(report, headers=await self._performer.headers(report.leg_id))
        elif isinstance(report, LegEnded):
            await self._performer.leg_gone(report.leg_id)
        await self._deliver(report, report_to)
        if isinstance(report, LegAnswered):
            await self._performer.leg_answered(report.leg_id)

    def _keep_unsaid(self) -> None:
        """Keep the reports of our own commands that were not told for the next connection."""
        inbox, self._inbox = self._inbox, None
        while inbox is not None and not inbox.empty():
            said = inbox.get_nowait()
            if said is not None and not isinstance(said[0], dict):
                self._unsaid.append(said[0])

    async def _deliver(self, event: LineEvent, report_to: ReportTo) -> None:
        self._last_at = max(self._last_at, event.at)
        event = replace(event, at=self._last_at)
        wait = _FIRST_WAIT
        while True:
            try:
                return await report_to(event)
            except Exception:  # noqa: BLE001  whatever it was, the fact is told until it is taken
                _log.exception("line.report_not_taken", report=type(event).__name__)
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311  not a secret
            wait = min(wait * 2, _LONGEST_WAIT)
