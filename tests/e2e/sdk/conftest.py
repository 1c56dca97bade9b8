"""Fixtures of the browser tests of the SDK bridge."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright

from tests.e2e.sdk.desk import Desk
from tests.e2e.sdk.site import FRONTEND, HERE, Site, bundle, running
from tests.e2e.sdk.world import World


@pytest.fixture(scope="session")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built SDK and the scripts of the test pages."""
    folder = tmp_path_factory.mktemp("scripts")
    pages = HERE / "pages"
    bundle(
        folder,
        sdk=FRONTEND / "sdk" / "src" / "index.ts",
        host=pages / "host.ts",
        toolbar=pages / "toolbar.ts",
    )
    shutil.copy(pages / "crm-page.js", folder)
    return folder


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium."""
    chromium = playwright.chromium.launch(
        executable_path="/usr/bin/chromium", args=["--no-sandbox"]
    )
    yield chromium
    chromium.close()


@pytest.fixture
def world() -> World:
    """The scripted server."""
    return World()


@pytest.fixture(scope="session")
def sites(scripts: Path) -> Iterator[Site]:
    """All sites, running for the whole session."""
    with running(scripts) as site:
        yield site


@pytest.fixture
def site(sites: Site, world: World) -> Iterator[Site]:
    """All sites, with this test's world behind them."""
    sites.world = world
    yield sites
    world.end()


@pytest.fixture
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """A fresh browser profile, closed before the server goes."""
    with browser.new_context() as context:
        context.set_default_timeout(30_000)
        yield context


@pytest.fixture
def desk(context: BrowserContext, site: Site) -> Desk:
    """An open host page."""
    return Desk(context.new_page(), site)
