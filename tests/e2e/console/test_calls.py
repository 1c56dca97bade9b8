"""The main job: a call comes, the record is there, the agent works, the next call can come."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import expect

from screenpop.testing.stub_crm import StubCrm

from .desk import CALLER, Agent, Server, asked_by_frames

# On a machine that does much at a time a long walk through the desk takes its time.
pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(400)]


def test_inbound_call_rings_pops_is_answered_noted_disposed_and_the_next_can_come(
    agent: Agent, server: Server, crm: StubCrm
) -> None:
    agent.log_in()
    call = server.incoming_call()
    agent.button("Answer").click()
    agent.state_is("On call")

    # The CRM was asked exactly what the server composed.
    asked = asked_by_frames(crm, "/call")[0]
    sent = dict(parse_qsl(asked.query, keep_blank_values=True))
    assert (sent["phone"], sent["crtObjectId"], sent["origin"]) == (CALLER, call, server.url)
    assert agent.page.locator("iframe.shown").get_attribute("src") == f"{crm.origin}{asked.target}"
    expect(agent.page.get_by_title("Test CRM", exact=True)).not_to_have_count(0)
    expect(agent.frame("#title")).to_have_text("Asha Verma")
    expect(agent.frame("#events li")).to_have_text(
        ["interactionInitiated", "interactionRinging", "interactionConnected"]
    )

    agent.page.get_by_label("Notes", exact=True).fill("Wants the invoice again")
    expect(agent.page.get_by_text("Saved", exact=True)).to_be_visible()
    server.far_end(call, "hangup")
    agent.state_is("Wrap-up")
    expect(agent.page.get_by_role("timer")).to_be_visible()
    agent.choose_disposition("Resolved")
    agent.button("Dispose").click()
    agent.state_is("Ready")
    expect(agent.page.get_by_text("Wants the invoice again")).to_be_visible()

    server.incoming_call("7905690272")
    expect(agent.button("Answer")).to_be_visible()
    expect(agent.frame("dl")).to_contain_text("7905690272")


def test_crm_disposes_by_the_sdk_and_the_agent_is_free(
    agent: Agent, server: Server, crm: StubCrm
) -> None:
    agent.log_in()
    call = server.incoming_call()
    agent.button("Answer").click()
    agent.state_is("On call")
    agent.frame("#dispose").click()
    agent.state_is("Ready")
    details = server.ask("GET", f"/api/v1/calls/{call}")
    assert [(d["dispositionCode"], d["disposedByCrm"]) for d in details["dispositions"]] == [
        ("Resolved", True)
    ]
    assert crm.requests


def test_agent_dials_controls_the_call_and_disposes_into_the_next_dial(
    agent: Agent, server: Server, crm: StubCrm
) -> None:
    page = agent.page
    agent.log_in()
    page.get_by_label("Number to dial").fill("98765 00006")
    agent.button("Dial").click()
    agent.state_is("Dialing")
    agent.button("Answer").click()  # the agent's own telephone rings first
    agent.state_is("On call")
    agent.button("Hold").click()
    agent.button("Resume").click()
    agent.button("Mute").click()
    agent.button("Unmute").click()
    agent.button("Keypad").click()
    agent.button("5").click()
    expect(page.locator("output")).to_have_text("5")
    page.keyboard.press("Escape")
    agent.choose_disposition("Not interested")
    page.get_by_label("Number to dial").fill("9876511116")
    agent.button("Dispose and dial").click()
    expect(page.locator("sp-call-strip")).to_contain_text("9876511116")
    assert len(server.ask("GET", "/api/v1/calls")) == 2
    assert crm.requests


def test_a_callback_needs_its_time(agent: Agent, server: Server, crm: StubCrm) -> None:
    page = agent.page
    agent.log_in()
    call = server.incoming_call()
    agent.button("Answer").click()
    agent.state_is("On call")
    agent.choose_disposition("Callback")
    agent.button("Dispose").click()
    expect(page.get_by_role("alert")).to_contain_text("Say when to call back")
    page.get_by_label("Call back at").fill("2099-03-01T10:30")
    agent.button("Dispose").click()
    agent.state_is("Ready")
    disposition = server.ask("GET", f"/api/v1/calls/{call}")["dispositions"][0]
    assert disposition["dispositionCode"] == "Callback"
    assert disposition["callbackTime"] > 0
    assert crm.requests


def test_promised_calls_are_listed_with_their_time_and_called_now(
    agent: Agent, server: Server, crm: StubCrm
) -> None:
    page = agent.page
    agent.log_in()
    server.incoming_call()
    agent.button("Answer").click()
    agent.state_is("On call")
    page.get_by_label("Notes", exact=True).fill("Ask for the invoice")
    agent.choose_disposition("Callback")
    page.get_by_label("Call back at").fill("2099-03-01T10:30")
    agent.button("Dispose").click()
    agent.state_is("Ready")
    promised = page.get_by_role("region", name="Callbacks")
    expect(promised).to_contain_text("Asha Verma")
    expect(promised).to_contain_text("promised")
    expect(promised).to_contain_text("Ask for the invoice")
    agent.button("Call now: Asha Verma").click()
    agent.state_is("Dialing")
    calls = server.ask("GET", "/api/v1/calls")
    calls = calls["calls"] if isinstance(calls, dict) else calls
    assert calls[0]["callType"] == "outbound.callback.dial"
    agent.button("Answer").click()
    agent.state_is("On call")
    agent.choose_disposition("Sale")
    agent.button("Dispose").click()
    agent.state_is("Ready")
    expect(promised).to_have_count(0)
    assert crm.requests


def test_rejected_call_is_told_as_missed(agent: Agent, crm: StubCrm) -> None:
    agent.log_in()
    agent.button("Incoming call").click()
    agent.button("Reject").click()
    expect(agent.page.get_by_role("alert")).to_contain_text("Missed call")
    assert crm.requests


def test_call_is_worked_by_keyboard_alone(agent: Agent, server: Server, crm: StubCrm) -> None:
    page = agent.page
    agent.log_in()
    call = server.incoming_call()
    expect(agent.button("Answer")).to_be_visible()
    page.keyboard.press("Control+Alt+a")
    agent.state_is("On call")
    page.keyboard.press("Control+Alt+o")
    expect(agent.button("Resume")).to_be_visible()
    page.keyboard.press("Control+Alt+o")
    page.keyboard.press("Control+Alt+m")
    expect(agent.button("Unmute")).to_be_visible()
    page.keyboard.press("Control+Alt+k")
    expect(agent.button("1")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Alt+t")
    page.get_by_label("Name, queue or number").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Alt+h")
    agent.state_is("Wrap-up")
    page.keyboard.press("Control+Alt+d")
    page.keyboard.type("sale")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    agent.state_is("Ready")
    code = server.ask("GET", f"/api/v1/calls/{call}")["dispositions"][0]["dispositionCode"]
    assert code == "Sale"
    assert crm.requests


def test_chords_reach_the_console_while_the_crm_has_the_focus(
    agent: Agent, server: Server, crm: StubCrm
) -> None:
    agent.log_in()
    server.incoming_call()
    expect(agent.frame("#events li")).to_have_count(2)
    agent.frame("#typed").click()
    agent.page.keyboard.press("Control+Alt+a")
    agent.state_is("On call")
    assert crm.requests
