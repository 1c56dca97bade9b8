"""The campaign's disposition pattern is obeyed by the console (contract 5, "A session's life")."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from screenpop.testing.stub_crm import StubCrm

from .desk import Agent, Server

# On a machine that does much at a time a long walk through the desk takes its time.
pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(400)]


def set_pattern(server: Server, pattern: str) -> None:
    """Change who disposes the calls of Inbound Support."""
    campaign = server.ask("GET", "/api/v1/campaigns/172")
    server.ask("PUT", "/api/v1/campaigns/172", {**campaign, "dispositionPattern": pattern})


def talk(agent: Agent, server: Server) -> str:
    agent.log_in()
    call = server.incoming_call()
    agent.button("Answer").click()
    agent.state_is("On call")
    return call


def test_crm_pattern_leaves_the_disposition_to_the_crm(
    agent: Agent, server: Server, crm: StubCrm
) -> None:
    set_pattern(server, "crm")
    talk(agent, server)
    expect(agent.page.get_by_text("Calls of this campaign are disposed in the CRM")).to_be_visible()
    expect(agent.page.get_by_role("combobox", name="Disposition")).to_have_count(0)
    expect(agent.button("Dispose")).to_have_count(0)
    agent.frame("#dispose").click()
    agent.state_is("Ready")
    assert crm.requests


def test_console_pattern_refuses_the_crm_and_takes_the_consoles(
    agent: Agent, server: Server, crm: StubCrm
) -> None:
    set_pattern(server, "console")
    call = talk(agent, server)
    agent.frame("#dispose").click()
    expect(agent.frame("#refused")).to_contain_text("disposition.not.here")
    agent.choose_disposition("Sale")
    agent.button("Dispose").click()
    agent.state_is("Ready")
    made = server.ask("GET", f"/api/v1/calls/{call}")["dispositions"]
    assert [(one["dispositionCode"], one["disposedByCrm"]) for one in made] == [("Sale", False)]
    assert crm.requests


def test_forced_pattern_has_no_countdown_and_no_next_call_before_the_disposal(
    agent: Agent, server: Server, crm: StubCrm
) -> None:
    set_pattern(server, "forced")
    call = talk(agent, server)
    server.far_end(call, "hangup")
    agent.state_is("Wrap-up")
    expect(agent.page.get_by_role("timer")).to_have_count(0)
    server.incoming_call("7905690272")
    expect(agent.button("Dispose")).to_be_visible()
    expect(agent.button("Answer")).to_have_count(0)
    agent.choose_disposition("Sale")
    agent.button("Dispose").click()
    expect(agent.button("Answer")).to_be_visible()
    assert crm.requests
