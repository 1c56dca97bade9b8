"""Apps that an administrator puts at the side stand there, and never load anew (contract 3.6)."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from screenpop.testing.stub_crm import StubAnswer, StubCrm

from .desk import CRM_PAGE, Agent, Server, asked_by_frames

# On a machine that does much at a time a long walk through the desk takes its time.
pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(400)]


def test_side_app_stands_beside_the_customer_and_keeps_what_is_typed(
    agent: Agent, server: Server, crm: StubCrm
) -> None:
    page = agent.page
    html = (("Content-Type", "text/html; charset=utf-8"),)
    answer = StubAnswer(200, html, (CRM_PAGE % {"host": server.url}).encode())
    for path in ("/guide/agent", "/guide/call"):
        crm.script(path, answer)
    urls = {
        point: f"{crm.origin}/guide/{at}" for point, at in (("login", "agent"), ("call", "call"))
    }
    body = {"appId": "guide", "name": "Guide", "processId": 3, "placement": "side", "urls": urls}
    server.ask("POST", "/api/v1/apps", body)
    agent.log_in()
    side = page.locator("sp-side")
    stage = page.get_by_role("tablist", name="Pages")
    expect(stage.get_by_role("tab")).to_have_text(["Test CRM"])
    side.get_by_role("tab", name="Guide").click()
    guide = page.frame_locator("iframe.shown[title=Guide]")
    guide.locator("#typed").fill("half a sentence")
    box = page.locator("iframe.shown[title=Guide]").bounding_box()
    beside = page.locator("sp-side").bounding_box()
    assert box is not None
    assert beside is not None
    assert box["x"] >= beside["x"]
    assert box["width"] <= beside["width"]

    page.get_by_role("button", name="Incoming call", exact=True).click()
    expect(agent.button("Answer")).to_be_visible()
    agent.button("Answer").click()
    agent.state_is("On call")
    # The customer is in front; the guide of this call is one press away.
    expect(page.get_by_label("Notes", exact=True)).to_be_visible()
    side.get_by_role("tab", name="Guide").press("ArrowRight")
    expect(guide.locator("#title")).to_have_text("Asha Verma")
    side.get_by_role("tab", name="Guide").press("ArrowLeft")
    agent.button("Hang up").click()
    agent.choose_disposition("Sale")
    agent.button("Dispose").click()
    agent.state_is("Ready")
    side.get_by_role("tab", name="Guide").click()
    expect(guide.locator("#typed")).to_have_value("half a sentence")
    assert len(asked_by_frames(crm, "/guide/agent")) == 1
    assert len(asked_by_frames(crm, "/guide/call")) == 1
