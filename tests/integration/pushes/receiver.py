"""What the tests of pushes share: apps with a dispose URL, and reading what came."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from screenpop.domain.app import App, IntegrationPoint
from screenpop.domain.configuration import Configuration
from screenpop.testing.contact_centre import ContactCentre, LoggedIn
from screenpop.testing.stub_crm import StubCrm, StubRequest

Change = Callable[[Configuration], Configuration]

#: The demo knows this customer.
PHONE = "7905690272"


def app_at(crm: StubCrm, app_id: str = "crm", **changes: Any) -> App:
    """An app of the demo's process with a dispose URL."""
    return App(
        app_id=app_id,
        contact_center_id=1,
        process_id=3,
        name=f"App {app_id}",
        urls={IntegrationPoint.DISPOSE: f"{crm.origin}/dispose?own=1"},
        **changes,
    )


def with_apps(*apps: App) -> Change:
    """Put these apps in place of the demo's."""
    return lambda configuration: replace(configuration, apps=apps)


def parameters(request: StubRequest) -> list[tuple[str, str]]:
    """Name and decoded value of each parameter, in order, by plain splitting."""
    pairs = (part.partition("=") for part in request.query.split("&"))
    return [(unquote(name), unquote(value)) for name, _, value in pairs]


async def arrived(crm: StubCrm, count: int) -> list[StubRequest]:
    """Wait until ``count`` requests have come."""
    return await asyncio.to_thread(crm.wait_for_requests, count)


async def dialled_and_connected(centre: ContactCentre, agent: LoggedIn) -> str:
    """Let an agent dial and talk; give the crtObjectId."""
    reply = await centre.post("voice/manualDial", agent.dial(PHONE))
    await centre.until_state(agent, "onCall")
    crt_object_id: str = reply.json()["crtObjectId"]
    return crt_object_id


async def dialled_and_disposed(centre: ContactCentre, agent: LoggedIn) -> str:
    """Let an agent dial, talk and dispose: two pushes; give the crtObjectId."""
    call = await dialled_and_connected(centre, agent)
    reply = await centre.post("voice/disposeCall", agent.dispose(call))
    assert reply.status_code == 200, reply.text
    return call
