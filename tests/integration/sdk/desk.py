"""A contact centre with apps, and their pages' hosts as far as the server sees them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import httpx2

from screenpop.domain.app import ALL_SCOPES, App, AppKind, IntegrationPoint, Scope
from screenpop.domain.configuration import Configuration
from screenpop.testing.contact_centre import ContactCentre, LoggedIn, contact_centre

CALLER, DID = "7905690272", "18005550172"
CRM = "https://crm.test"
_requests = count(1)


def app(app_id: str, *scopes: Scope, **changes: Any) -> App:
    """An app with these scopes, all of them if none is named."""
    made = App(
        app_id=app_id,
        contact_center_id=1,
        process_id=3,
        name=f"App {app_id}",
        urls={IntegrationPoint.LOGIN: f"{CRM}/{app_id}", IntegrationPoint.CALL: f"{CRM}/{app_id}"},
        scopes=frozenset(scopes) or ALL_SCOPES,
    )
    return replace(made, **changes)


FULL = app("full")
READER = app("reader", Scope.INTERACTION_READ, Scope.SESSION_READ)
PAGE = app("page", kind=AppKind.PAGE, scopes=frozenset())


@dataclass
class Page:
    """The pages of one app in one agent's session."""

    centre: ContactCentre
    grant: dict[str, Any]

    async def send(self, method: str, *args: Any, request_id: str | None = None) -> httpx2.Response:
        """Call a method as the host forwards it."""
        return await self.centre.client.post(
            f"/api/v1/sdk/{method.replace('.', '/')}",
            json={"requestId": request_id or f"sdk-{next(_requests)}", "args": args},
            headers={"Authorization": f"Bearer {self.grant['token']}"},
        )

    async def call(self, method: str, *args: Any, request_id: str | None = None) -> Any:
        """Call a method that must succeed, and return its result."""
        reply = await self.send(method, *args, request_id=request_id)
        assert reply.status_code == 200, reply.text
        assert list(reply.json()) == ["result"]
        return reply.json()["result"]

    async def refused(self, method: str, *args: Any, request_id: str | None = None) -> Any:
        """Call a method that must be refused, and return its status and key."""
        reply = await self.send(method, *args, request_id=request_id)
        body = reply.json()
        assert body["status"] == reply.status_code
        assert body["info"]
        return reply.status_code, body["message"]


@dataclass
class SdkDesk:
    """Maya's console with the pages of every app."""

    centre: ContactCentre
    maya: LoggedIn
    pages: dict[str, Page]

    @property
    def full(self) -> Page:
        """The app with every scope."""
        return self.pages["full"]

    async def offered(self) -> str:
        """Let a customer call, and return the interaction that is offered to Maya."""
        before = {one["interactionId"] for one in await self.full.call("interaction.getAll")}
        self.centre.line.place_call(CALLER, DID)
        async with asyncio.timeout(10):
            while True:
                now = {one["interactionId"] for one in await self.full.call("interaction.getAll")}
                if now - before:
                    return str((now - before).pop())
                await asyncio.sleep(0.005)

    async def reaches(self, interaction_id: str, *states: str) -> dict[str, Any]:
        """Wait until the call is in one of these states, and return it."""
        async with asyncio.timeout(10):
            while True:
                found = await self.full.call("interaction.getCurrent", interaction_id)
                if found["state"] in states:
                    return dict(found)
                await asyncio.sleep(0.005)

    async def connected(self) -> str:
        """Let a customer call, answer as a page, and return the connected interaction."""
        interaction_id = await self.offered()
        await self.reaches(interaction_id, "ringing", "connected")
        await self.full.call("interaction.acceptInteraction", interaction_id)
        await self.reaches(interaction_id, "connected")
        return interaction_id


async def grants(centre: ContactCentre, agent: LoggedIn) -> list[dict[str, Any]]:
    """Take the session up as a console does, and return what its apps may do."""
    headers = {"sessionId": agent.session_id}
    joined = await centre.client.post("/api/v1/pops", json={}, headers=headers)
    assert joined.status_code == 200, joined.text
    reply = await centre.client.get("/api/v1/sdk/apps", headers=headers)
    assert reply.status_code == 200, reply.text
    apps: list[dict[str, Any]] = reply.json()["apps"]
    return apps


@asynccontextmanager
async def sdk_desk(folder: Path, *further: App, masked: bool = False) -> AsyncIterator[SdkDesk]:
    """Run the demo's world with the apps above and further ones, with Maya logged in."""

    def change(configuration: Configuration) -> Configuration:
        apps = (FULL, READER, PAGE, *further)
        ordered = tuple(replace(one, position=place) for place, one in enumerate(apps))
        processes = tuple(
            replace(process, masking_enabled=masked) for process in configuration.processes
        )
        return replace(configuration, apps=ordered, processes=processes)

    async with contact_centre(folder, change=change) as centre:
        maya = await centre.log_in("maya")
        known = {grant["appId"]: Page(centre, grant) for grant in await grants(centre, maya)}
        yield SdkDesk(centre, maya, known)
