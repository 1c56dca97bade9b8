"""Several people in one call: talk first, then transfer; conference (contract 6, "Order")."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import expect

from screenpop.testing.stub_crm import StubCrm

from .desk import Agent, Server, asked_by_frames, legs_up, until

# On a machine that does much at a time a long walk through the desk takes its time.
pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(400)]


def with_ravi(agent: Agent, server: Server) -> tuple[Agent, str]:
    """Maya talks with a customer; Ravi is at his desk in the same browser."""
    agent.log_in()
    ravi = Agent(agent.page.context.new_page(), agent.url)
    ravi.log_in("ravi")
    agent.page.bring_to_front()
    call = server.incoming_call()  # Maya has waited longer
    agent.button("Answer").click()
    agent.state_is("On call")
    return ravi, call


def association_types(crm: StubCrm) -> list[str]:
    """How each pop came about, the earliest first."""
    return [
        dict(parse_qsl(one.query, keep_blank_values=True))["associationType"]
        for one in asked_by_frames(crm, "/call")
    ]


def test_maya_talks_first_and_the_pop_follows_the_call_to_ravi(
    agent: Agent, server: Server, crm: StubCrm
) -> None:
    ravi, call = with_ravi(agent, server)
    agent.button("Transfer").click()
    agent.button("Talk first: Ravi").click()
    expect(agent.button("Resume")).to_be_visible()  # the customer waits
    ravi.button("Answer").click()
    expect(ravi.frame("#title")).to_have_text("Asha Verma")
    expect(ravi.button("Answer")).to_have_count(0)
    until(agent.page, lambda: legs_up(server, call) == 3, "Maya and Ravi talk")
    agent.button("Complete the transfer to Ravi").click()
    agent.state_is("Wrap-up")
    ravi.state_is("On call")
    assert association_types(crm) == ["inbound.dial.association", "transfer.association"]
    shown = [dict(parse_qsl(one.query)) for one in asked_by_frames(crm, "/call")]
    assert {one["crtObjectId"] for one in shown} == {call}
    assert [one["userId"] for one in shown] == ["maya", "ravi"]


def test_maya_takes_the_call_back_from_talking_first(
    agent: Agent, server: Server, crm: StubCrm
) -> None:
    ravi, call = with_ravi(agent, server)
    agent.button("Transfer").click()
    agent.button("Talk first: Ravi").click()
    ravi.button("Answer").click()
    until(agent.page, lambda: legs_up(server, call) == 3, "Maya and Ravi talk")
    agent.button("Take the call back").click()
    expect(agent.button("Hold")).to_be_visible()
    agent.state_is("On call")
    assert len(asked_by_frames(crm, "/call")) == 2


def test_ravi_joins_a_conference_and_stays_when_maya_leaves(
    agent: Agent, server: Server, crm: StubCrm
) -> None:
    ravi, _ = with_ravi(agent, server)
    agent.button("Conference").click()
    agent.page.get_by_role("button", name=re.compile("^Ravi")).click()
    ravi.button("Answer").click()
    ravi.state_is("On call")
    expect(ravi.frame("#title")).to_have_text("Asha Verma")
    agent.state_is("On call")
    agent.button("Hang up").click()
    agent.state_is("Wrap-up")
    ravi.state_is("On call")
    assert association_types(crm) == ["inbound.dial.association", "confer.association"]


def test_number_joins_a_conference(agent: Agent, server: Server, crm: StubCrm) -> None:
    agent.log_in()
    call = server.incoming_call()
    agent.button("Answer").click()
    agent.state_is("On call")
    agent.button("Conference").click()
    agent.page.get_by_label("Name, queue or number").fill("98765 00006")
    agent.button("9876500006").click()
    expect(agent.page.get_by_label("Name, queue or number")).to_have_count(0)
    agent.state_is("On call")
    until(agent.page, lambda: legs_up(server, call) == 3, "the number is in the call")
    assert crm.requests
