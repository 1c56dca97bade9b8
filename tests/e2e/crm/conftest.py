"""The reference CRM, served on another site than the page that frames it.

The console's side is that of the SDK's browser tests: the real SDK and bridge, a scripted server.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn

from screenpop.crmkit.voice import AsyncVoiceClient
from screenpop.demo.crm.application import ReferenceCrm
from screenpop.demo.crm.records import Records
from screenpop.demo.crm.sign_on import CrmSettings, Policy
from tests.e2e.sdk.conftest import browser, context, desk, scripts, site, sites, world
from tests.e2e.sdk.site import Site

__all__ = ["browser", "context", "crm", "desk", "scripts", "signed_crm", "site", "sites", "world"]


@contextlib.contextmanager
def served(console: str, policy: Policy) -> Iterator[str]:
    """Serve a CRM in a thread of its own until the block ends; its origin."""
    listener = socket.create_server(("127.0.0.1", 0))
    servers: list[uvicorn.Server] = []

    async def serve() -> None:
        records = Records()
        settings = CrmSettings(console, None, policy, {"maya": "maya"})
        async with AsyncVoiceClient(console, None, tries=1) as voice:
            app = ReferenceCrm(settings, records, voice).app
            config = uvicorn.Config(app, log_level="warning", lifespan="off", ws="none")
            servers.append(uvicorn.Server(config))
            await servers[0].serve(sockets=[listener])
        records.close()

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        if servers:
            servers[0].should_exit = True
        thread.join(5)
        listener.close()


@pytest.fixture
def crm(site: Site) -> Iterator[str]:
    """The origin of a CRM that the host page of ``site`` may frame."""
    with served(site.host, "none") as origin:
        yield origin


@pytest.fixture
def signed_crm(site: Site) -> Iterator[str]:
    """The same in cookie mode."""
    with served(site.host, "cookie") as origin:
        yield origin
