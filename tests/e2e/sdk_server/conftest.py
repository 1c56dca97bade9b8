"""Fixtures of the browser tests against a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright

from tests.e2e.sdk.site import FRONTEND, bundle
from tests.e2e.sdk_server.console import Console
from tests.e2e.sdk_server.floor import CrmSite, RealServer

HERE = Path(__file__).parent
BUILT = FRONTEND.parent / "src" / "screenpop" / "web" / "built" / "omniapp"


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium."""
    chromium = playwright.chromium.launch(
        executable_path="/usr/bin/chromium", args=["--no-sandbox"]
    )
    yield chromium
    chromium.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """A server of the demo's world."""
    assert (BUILT / "toolbar" / "toolbar.js").exists(), "the front end is not built: make build"
    running = RealServer(tmp_path_factory.mktemp("server"))
    try:
        running.start()
        yield running
    finally:
        running.end()


@pytest.fixture(scope="session")
def crm(server: RealServer) -> Iterator[CrmSite]:
    """The CRM's site."""
    site = CrmSite(server.url)
    yield site
    site.close()


@pytest.fixture(scope="session")
def host_script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built script of the minimal host page."""
    folder = tmp_path_factory.mktemp("host")
    bundle(folder, host=HERE / "pages" / "host.ts")
    return folder / "host.js"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh browser profile."""
    with browser.new_context() as context:
        context.set_default_timeout(30_000)
        yield context


@pytest.fixture
def console(context: BrowserContext, server: RealServer, host_script: Path) -> Console:
    """A host page, to be opened once the apps are there."""
    return Console(context, server, host_script)
