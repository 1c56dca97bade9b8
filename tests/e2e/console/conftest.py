"""One browser and one demo server for the console's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright

from screenpop.testing.stub_crm import StubCrm

from .desk import Agent, Server, crm_of, demo_server, open_context


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium."""
    browser = playwright.chromium.launch(
        executable_path="/usr/bin/chromium", args=["--no-sandbox", "--mute-audio"]
    )
    yield browser
    browser.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A demo of its own for each test: calls and sessions of one do not reach another."""
    with demo_server(tmp_path) as server:
        yield server


@pytest.fixture
def crm(server: Server) -> Iterator[StubCrm]:
    """A CRM on another site, the demo's only app."""
    with crm_of(server) as crm:
        yield crm


@pytest.fixture
def agent(browser: Browser, server: Server) -> Iterator[Agent]:
    """A tab at the console's page; whatever its own files break fails the test."""
    context = open_context(browser)
    problems: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: problems.append(str(error)))
    # The CRM's page loads the SDK, and cannot while a test's server is away.
    away = "Failed to fetch dynamically imported module"
    page.on(
        "console",
        lambda line: problems.append(line.text) if "Content Security Policy" in line.text else None,
    )
    yield Agent(page, server.url)
    context.close()
    assert [problem for problem in problems if not problem.startswith(away)] == []
