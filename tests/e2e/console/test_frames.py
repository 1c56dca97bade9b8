"""The pages: never loaded again, refused in plain words, told what was sent (contract 3.2, 3.6)."""

from __future__ import annotations

import signal

import pytest
from playwright.sync_api import Route, expect

from screenpop.testing.stub_crm import StubAnswer, StubCrm

from .desk import CRM_PAGE, Agent, Server, add_app, asked_by_frames

# On a machine that does much at a time a long walk through the desk takes its time.
pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(400)]


def test_nothing_but_a_new_call_loads_a_page(agent: Agent, server: Server, crm: StubCrm) -> None:
    page = agent.page
    agent.log_in()
    server.incoming_call()
    agent.button("Answer").click()
    agent.state_is("On call")
    agent.frame("#typed").fill("half a sentence")
    counted = len(asked_by_frames(crm, "/agent")), len(asked_by_frames(crm, "/call"))
    page.get_by_role("tab", name="Test CRM", exact=True).click()
    page.get_by_role("tab", name="Test CRM · Asha Verma").click()
    page.set_viewport_size({"width": 1024, "height": 768})
    for choice in ("Appearance: Dark", "हिन्दी"):
        page.locator("sp-top-bar wa-dropdown").last.locator("button").click()
        page.get_by_role("menuitemcheckbox", name=choice).click()
    expect(page.get_by_role("button", name="होल्ड", exact=True)).to_be_visible()
    # An administrator reorders the apps and adds one: the open pages stay as they are.
    add_app(server, crm, "other", "Other CRM", "/other")
    server.ask("PUT", "/api/v1/apps/other", {**other_body(crm), "position": 0})
    expect(page.get_by_role("tab", name="Other CRM").first).to_be_visible()
    page.get_by_role("tab", name="Other CRM").first.click()
    page.get_by_role("tab", name="Test CRM · Asha Verma").click()
    assert agent.frame("#typed").input_value() == "half a sentence"
    assert counted == (1, 1)
    assert counted == (len(asked_by_frames(crm, "/agent")), len(asked_by_frames(crm, "/call")))


def other_body(crm: StubCrm) -> dict[str, object]:
    urls = {"login": f"{crm.origin}/other/agent", "call": f"{crm.origin}/other/call"}
    return {"name": "Other CRM", "processId": 3, "urls": urls}


def test_slow_page_is_told_so_and_can_be_waited_for(
    agent: Agent, server: Server, crm: StubCrm
) -> None:
    """Neither a load nor a hello in ten seconds; the console says no more than it knows."""
    page = agent.page
    held: list[Route] = []
    page.route(f"{crm.origin}/late/agent**", lambda route: held.append(route))  # noqa: PLW0108  # Playwright marks what it is given
    add_app(server, crm, "late", "Late CRM", "/late")
    agent.log_in()
    page.get_by_role("tab", name="Late CRM").click()
    expect(page.get_by_text("Late CRM is taking long to answer")).to_be_visible()
    expect(page.get_by_text("does not allow to be shown")).to_have_count(0)
    expect(agent.button("Open in a window")).to_be_visible()
    agent.button("Wait for it").click()
    expect(page.get_by_text("Late CRM is taking long to answer")).to_have_count(0)
    held[0].fulfill(body="<h1 id=title>Here at last</h1>", content_type="text/html")
    expect(agent.frame("#title")).to_have_text("Here at last")


def test_reload_in_mid_call_asks_for_the_same_text_and_keeps_the_notes(
    agent: Agent, server: Server, crm: StubCrm
) -> None:
    agent.log_in()
    server.incoming_call()
    agent.button("Answer").click()
    agent.state_is("On call")
    agent.page.get_by_label("Notes", exact=True).fill("Before the reload")
    expect(agent.page.get_by_text("Saved", exact=True)).to_be_visible()
    agent.page.reload()
    agent.state_is("On call")
    expect(agent.page.get_by_label("Notes", exact=True)).to_have_value("Before the reload")
    expect(agent.frame("#title")).to_have_text("Asha Verma")
    asked = [request.target for request in asked_by_frames(crm, "/call")]
    assert len(asked) == 2
    assert asked[0] == asked[1]


def test_server_killed_in_mid_call_comes_back_and_nothing_is_lost_or_doubled(
    agent: Agent, server: Server, crm: StubCrm
) -> None:
    page = agent.page
    agent.log_in()
    call = server.incoming_call()
    agent.button("Answer").click()
    agent.state_is("On call")
    server.stop(signal.SIGKILL)
    expect(page.get_by_text("The server cannot be reached")).to_be_visible()
    page.get_by_label("Notes", exact=True).fill("Typed while it was away")
    server.start()
    expect(page.get_by_text("The server cannot be reached")).to_be_hidden(timeout=30_000)
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    agent.state_is("On call")
    agent.choose_disposition("Sale")
    agent.button("Dispose").click()
    agent.state_is("Ready")
    assert len(asked_by_frames(crm, "/call")) == 1
    dispositions = server.ask("GET", f"/api/v1/calls/{call}")["dispositions"]
    assert [d["notes"] for d in dispositions] == ["Typed while it was away"]


def test_page_that_refuses_to_be_framed_is_told_so_and_opens_in_a_window(
    agent: Agent, server: Server, crm: StubCrm
) -> None:
    headers = (("Content-Type", "text/html; charset=utf-8"), ("X-Frame-Options", "DENY"))
    refusing = StubAnswer(200, headers, (CRM_PAGE % {"host": server.url}).encode())
    crm.script("/shut/agent", refusing)
    crm.script("/shut/call", refusing)
    add_app(server, crm, "shut", "Shut CRM", "/shut")
    server.ask("POST", "/api/v1/apps/shut/health", {})
    agent.log_in()
    agent.page.get_by_role("tab", name="Shut CRM").click()
    expect(agent.page.get_by_text("Shut CRM does not allow to be shown here")).to_be_visible()
    with agent.page.context.expect_page() as opened:
        agent.button("Open in a window").click()
    window = opened.value
    assert window.url.startswith(f"{crm.origin}/shut/agent")
    # There it has its bridge, by its opener.
    expect(window.locator("#dispose")).to_be_enabled()
    server.incoming_call()
    expect(window.locator("#events")).to_contain_text("interactionInitiated")


def test_inspector_shows_what_was_sent_what_was_said_and_why_it_popped(
    agent: Agent, server: Server, crm: StubCrm
) -> None:
    page = agent.page
    agent.log_in()
    call = server.incoming_call()
    agent.button("Answer").click()
    agent.state_is("On call")
    agent.button("Inspector").click()
    shown = page.get_by_role("region", name="Inspector")
    expect(shown.get_by_role("region", name="URL as sent")).to_contain_text(call)
    expect(shown.get_by_role("region", name="Calls and events")).to_contain_text(
        "interactionConnected"
    )
    expect(shown.get_by_role("region", name="Why did it (not) pop?")).to_contain_text(
        "It serves this call"
    )
    shown.get_by_label("Filter").fill("isOrignalPhone")
    expect(shown.get_by_role("region", name="URL as sent").locator("dt")).to_have_count(1)
    assert crm.requests


def test_frame_has_the_room(agent: Agent, server: Server, crm: StubCrm) -> None:
    agent.page.set_viewport_size({"width": 1024, "height": 768})
    agent.log_in()
    server.incoming_call()
    agent.button("Answer").click()
    agent.state_is("On call")
    box = agent.page.locator("iframe.shown").bounding_box()
    assert box is not None
    assert box["width"] * box["height"] >= 0.6 * 1024 * 768
    wide = agent.page.evaluate("document.documentElement.scrollWidth")
    assert wide == 1024
    assert crm.requests
