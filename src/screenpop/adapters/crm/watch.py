"""Keeps an eye on the apps' pages: at saving, when a console joins, and every ten minutes.

Contract 3.6: why a frame fails cannot be seen by a page, so what the server sees is the evidence.
Findings live in memory: after a restart the pages are asked again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import structlog

from screenpop.adapters.crm.errors import CrmRequestError
from screenpop.adapters.crm.http import CrmHttp
from screenpop.adapters.crm.probe import ProbeFinding, Problem, fire, probe
from screenpop.domain.app import App, IntegrationPoint
from screenpop.domain.configuration import Configuration
from screenpop.ports.bus import CONFIGURATION, Bus

__all__ = ["AppWatch"]

#: Pages are asked this often, in seconds.
_INTERVAL: Final = 600.0
#: Many agents log in at once: a page that was asked so recently (ms) is not asked again.
_FRESH_MS: Final = 60_000
_AT_ONCE: Final = 8
#: What a browser opens; dispose pushes are told by their deliveries.
_FRAMED: Final = (IntegrationPoint.LOGIN, IntegrationPoint.CALL, IntegrationPoint.PREVIEW)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was seen of one app's pages, by integration point."""

    urls: Mapping[str, str]
    checked_at: int
    findings: Mapping[str, ProbeFinding]


class AppWatch:
    """Asks the apps' pages without parameters, and keeps what it saw."""

    def __init__(
        self,
        http: CrmHttp,
        configuration: Callable[[], Configuration],
        origins: Iterable[str],
        now: Callable[[], int],
    ) -> None:
        """Judge the pages for consoles at ``origins``; ``now`` gives epoch milliseconds."""
        self._http = http
        self._configuration = configuration
        self._origins = tuple(origins)
        self._now = now
        self._seen: dict[str, _Seen] = {}
        self._gate = asyncio.Semaphore(_AT_ONCE)
        self._wake = asyncio.Event()
        self._looks: set[asyncio.Task[Mapping[str, Any]]] = set()

    async def run(self, bus: Bus) -> None:
        """Look at every app now, again when one changed, and every ten minutes, until cancelled."""
        unsubscribe = bus.subscribe(CONFIGURATION, self._wake.set)
        try:
            while True:
                self._wake.clear()
                await asyncio.gather(*map(self._look_unless_fresh, self._enabled()))
                try:
                    async with asyncio.timeout(_INTERVAL):
                        await self._wake.wait()
                except TimeoutError:
                    continue
        finally:
            unsubscribe()
            for look in self._looks:
                look.cancel()

    def _enabled(self) -> list[App]:
        return [app for app in self._configuration().apps if app.enabled]

    async def _look_unless_fresh(self, app: App) -> None:
        if not self._is_fresh(app):
            await self.look(app)

    def _is_fresh(self, app: App) -> bool:
        seen = self._seen.get(app.app_id)
        if seen is None or seen.urls != _pages(app):
            return False
        return self._now() - seen.checked_at < _FRESH_MS

    def look_soon(self, apps: Iterable[App]) -> None:
        """Ask the pages of these apps in the background, unless they were asked just now."""
        for app in apps:
            if self._is_fresh(app):
                continue
            look = asyncio.create_task(self.look(app))
            self._looks.add(look)
            look.add_done_callback(self._looks.discard)

    async def look(self, app: App) -> Mapping[str, Any]:
        """Ask an app's pages now, and return what was seen."""
        pages = _pages(app)
        findings = {}
        for point, url in pages.items():
            async with self._gate:
                findings[point] = await probe(self._http, url, self._origins)
        self._seen[app.app_id] = _Seen(pages, self._now(), findings)
        problems = [p.key for finding in findings.values() for p in finding.problems]
        if problems:
            log.warning("app.page.problems", app=app.app_id, problems=sorted(set(problems)))
        return self.health(app)

    def health(self, app: App) -> Mapping[str, Any]:
        """Return what was last seen of an app's pages; nothing yet is ``"unknown"``."""
        seen = self._seen.get(app.app_id)
        if seen is None or seen.urls != _pages(app):
            return {"state": "unknown", "checkedAt": None, "refusesFraming": False, "points": []}
        findings = seen.findings
        states = [finding.reachability for finding in findings.values()]
        problems = any(finding.problems for finding in findings.values())
        state = next((s for s in states if s != "reachable"), "problems" if problems else "good")
        return {
            "state": state,
            "checkedAt": seen.checked_at,
            "refusesFraming": any(finding.refuses_framing for finding in findings.values()),
            "points": [{"point": point, **_shown(found)} for point, found in findings.items()],
        }

    async def fire(self, url: str, configured: str) -> Mapping[str, Any]:
        """Open one composed URL from the server, and return what it answered."""
        try:
            report = await fire(self._http, url, configured, self._origins)
        except CrmRequestError as error:
            return {"url": url, "answered": False, "detail": str(error)}
        return {
            "url": url,
            "answered": True,
            "status": report.status,
            "redirect": report.redirect,
            "framing": [asdict(verdict) for verdict in report.framing],
            "cookies": [asdict(verdict) for verdict in report.cookies],
            "timing": {
                "resolve": report.timing.resolve,
                "connect": report.timing.connect,
                "tls": report.timing.tls,
                "firstByte": report.timing.first_byte,
                "total": report.timing.total,
            },
            "address": report.address,
            "problems": [_problem(problem) for problem in report.problems],
        }


def _pages(app: App) -> dict[str, str]:
    return {point.value: app.urls[point] for point in _FRAMED if app.urls.get(point)}


def _shown(finding: ProbeFinding) -> dict[str, Any]:
    return {
        "reachability": finding.reachability,
        "detail": finding.detail,
        "status": finding.status,
        "certificate": finding.certificate,
        "redirect": finding.redirect,
        "framing": [asdict(verdict) for verdict in finding.framing],
        "cookies": [asdict(verdict) for verdict in finding.cookies],
        "problems": [_problem(problem) for problem in finding.problems],
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "key": problem.key,
        "text": problem.text,
        "toSet": problem.to_set,
        "fixes": [asdict(fix) for fix in problem.fixes],
    }
