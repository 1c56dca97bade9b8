"""``make demo CRM=…``: what every CRM programmer came for (issue 6)."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, expect

from screenpop.testing.stub_crm import StubAnswer, StubCrm
from tests.e2e.console.desk import CALLER, Agent, asked_by_frames, demo_server, open_context

pytestmark = pytest.mark.needs("chromium")


def test_call_opens_the_programmers_page_and_the_inspector_shows_what_it_was_sent(
    browser: Browser, tmp_path: Path
) -> None:
    with StubCrm() as crm:
        html = (("Content-Type", "text/html"),)
        crm.script("/customer", StubAnswer(200, html, b"<h1>My own CRM</h1>"))
        own = f"{crm.origin}/customer?number={{phone}}"
        with demo_server(tmp_path, "--sim-speed", "0.33", "--crm", own) as server:
            context = open_context(browser)
            agent = Agent(context.new_page(), server.url)
            agent.page.goto(server.url)
            agent.page.get_by_label("User ID", exact=True).fill("maya")
            agent.page.get_by_label("Password", exact=True).fill("maya")
            agent.button("Log in").click()
            agent.button("Start").click()  # and the call comes at once
            frame = agent.page.frame_locator("iframe.shown[title='Your CRM']")
            expect(frame.locator("h1")).to_have_text("My own CRM")
            inspector = agent.page.get_by_role("region", name="Inspector")
            expect(inspector.get_by_role("region", name="URL as sent")).to_contain_text(CALLER)
            (asked,) = asked_by_frames(crm, "/customer")
            assert parse_qs(asked.query)["number"] == [CALLER]
            context.close()
