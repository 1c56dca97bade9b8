"""A contact centre whose apps live on a stub CRM, and an agent's console to it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2

from screenpop.domain.app import App, AppKind, IntegrationPoint, Placement
from screenpop.domain.configuration import Configuration
from screenpop.testing.contact_centre import ContactCentre, LoggedIn, contact_centre
from screenpop.testing.stub_crm import StubCrm, StubRequest

ACCOUNT = "Basic ZGVtby1hcGk6ZGVtby1hcGk="
CALLER, DID = "7905690272", "18005550172"


def crm_app(origin: str, app_id: str = "crm", **changes: Any) -> App:
    """Return an app of kind crm with a login and a call URL."""
    app = App(
        app_id=app_id,
        contact_center_id=1,
        process_id=3,
        name=f"App {app_id}",
        urls={
            IntegrationPoint.LOGIN: f"{origin}/{app_id}/login",
            IntegrationPoint.CALL: f"{origin}/{app_id}/call",
        },
    )
    return replace(app, **changes)


def page_app(origin: str, app_id: str = "page", **changes: Any) -> App:
    """Return an app of kind page: its own placeholders only, and no scope."""
    app = App(
        app_id=app_id,
        contact_center_id=1,
        process_id=3,
        name=f"App {app_id}",
        urls={IntegrationPoint.CALL: f"{origin}/{app_id}?queue={{queueName}}&id={{sessionId}}"},
        kind=AppKind.PAGE,
        placement=Placement.SIDE,
        scopes=frozenset(),
    )
    return replace(app, **changes)


def with_apps(*apps: App) -> Callable[[Configuration], Configuration]:
    """Return a change of the demo's world that gives it these apps, in this order."""
    ordered = tuple(replace(app, position=place) for place, app in enumerate(apps))
    return lambda configuration: replace(configuration, apps=ordered)


@dataclass
class Console:
    """An agent's console, as far as frames go."""

    centre: ContactCentre
    agent: LoggedIn

    @property
    def headers(self) -> dict[str, str]:
        return {"sessionId": self.agent.session_id}

    async def get(self, path: str, **headers: str) -> httpx2.Response:
        sent = {**self.headers, **headers}
        return await self.centre.client.get(f"/api/v1/{path}", headers=sent)

    async def post(self, path: str, body: Any = None) -> httpx2.Response:
        return await self.centre.client.post(
            f"/api/v1/{path}", json=body or {}, headers=self.headers
        )

    async def join(self) -> list[dict[str, Any]]:
        reply = await self.post("pops")
        assert reply.status_code == 200, reply.text
        pops: list[dict[str, Any]] = reply.json()["pops"]
        return pops

    async def pops(self) -> list[dict[str, Any]]:
        reply = await self.get("pops")
        assert reply.status_code == 200, reply.text
        pops: list[dict[str, Any]] = reply.json()["pops"]
        return pops

    async def call_pop(self, app_id: str = "crm") -> dict[str, Any]:
        """Wait for the call frame of an app, and return it."""
        while True:
            found = [p for p in await self.pops() if p["appId"] == app_id and p["associationId"]]
            if found:
                return found[0]
            await asyncio.sleep(0.005)

    async def events(self, until: str) -> list[dict[str, Any]]:
        """Return the stream's events from the first one to the named one."""
        return await read_events(self.centre, self.headers, until)


async def read_events(
    centre: ContactCentre, headers: dict[str, str], until: str
) -> list[dict[str, Any]]:
    """Read a session's events from the beginning until one has this name."""
    found: list[dict[str, Any]] = []
    done = asyncio.Event()
    application = centre.client._transport.app  # type: ignore[attr-defined]
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/api/v1/events",
        "query_string": b"",
        "headers": [
            (b"host", b"contact-centre.test"),
            (b"last-event-id", b"0"),
            *[(n.lower().encode(), v.encode()) for n, v in headers.items()],
        ],
        "client": ("127.0.0.1", 50_001),
        "server": ("contact-centre.test", 80),
        "scheme": "http",
        "root_path": "",
        "http_version": "1.1",
    }

    begun = False

    async def receive() -> dict[str, Any]:
        nonlocal begun
        if not begun:
            begun = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await done.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        lines = message.get("body", b"").decode().splitlines()
        found.extend(json.loads(line[6:]) for line in lines if line.startswith("data: "))
        names = [event.get("name") for event in found]
        if until in names or (message["type"].endswith("body") and not message.get("more_body")):
            done.set()

    async with asyncio.timeout(10):
        await application(scope, receive, send)
    return found


@asynccontextmanager
async def crm_desk(
    folder: Path, *apps: Callable[[str], App]
) -> AsyncIterator[tuple[Console, StubCrm]]:
    """Run the demo's world with these apps on a stub CRM, with Maya's console."""
    with StubCrm() as crm:
        async with contact_centre(
            folder, change=with_apps(*(app(crm.origin) for app in apps))
        ) as centre:
            yield Console(centre, await centre.log_in("maya")), crm


def opened(crm: StubCrm) -> list[StubRequest]:
    """Return what frames asked of the CRM, without the server's own checks."""
    return [r for r in crm.requests if r.header("purpose") != "screenpop-check"]


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds, at most ten seconds."""
    async with asyncio.timeout(10):
        while True:
            if holds():
                return
            await asyncio.sleep(0.005)
