"""The real server on loopback http, and pages of a CRM on https (contract 6)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.e2e.sdk.certificate import make_certificate
from tests.e2e.sdk_server.conftest import host_script
from tests.e2e.sdk_server.console import Console, done, heard, page_of, until_heard
from tests.e2e.sdk_server.floor import CALLER, CrmSite, RealServer

__all__ = ["host_script"]


@pytest.fixture(scope="module")
def secure_crm(server: RealServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CrmSite]:
    """The CRM's site over https."""
    site = CrmSite(server.url, certificate=make_certificate(tmp_path_factory.mktemp("tls")))
    yield site
    site.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A profile that takes the certificate of the test."""
    with browser.new_context(ignore_https_errors=True) as context:
        context.set_default_timeout(30_000)
        yield context


def test_an_https_page_logs_in_through_the_toolbar_of_a_loopback_server(
    context: BrowserContext, server: RealServer, secure_crm: CrmSite
) -> None:
    server.add_app("secure", secure_crm.origin, login="/pages/framing.html")
    try:
        page = context.new_page()
        page.goto(f"{secure_crm.origin}/pages/framing.html?events=session.stateChanged")
        frame = page_of(page.main_frame)
        server.log_in()
        credentials = "{username: 'maya', password: 'maya'}"
        refused = page.evaluate(f"caught(omni.session.login({credentials}))")
        assert refused["code"] == "force.login.required"
        assert done(frame, "session.forceLogin()")["appId"] == "secure"
        done(frame, "session.setBreak('Lunch')")
        assert until_heard(frame, "stateChanged")["state"]
        done(frame, "session.logout()")
    finally:
        server.remove_app("secure")


def test_an_https_page_in_a_loopback_console_hears_its_call_and_disposes_of_it(
    context: BrowserContext, server: RealServer, secure_crm: CrmSite, host_script: Path
) -> None:
    events = "interaction.interactionInitiated,interaction.interactionConnected"
    server.add_app("secure", secure_crm.origin, call=f"/pages/crm.html?events={events}")
    try:
        console = Console(context, server, host_script)
        console.open()
        server.calls_in()
        frame = page_of(console.frame("secure"))
        until_heard(frame, "interactionConnected")
        assert heard(frame)[0][1]["phone"] == CALLER
        done(frame, "interaction.disposeInteraction({dispositionCode: 'Resolved'})")
    finally:
        server.remove_app("secure")
