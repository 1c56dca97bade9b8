"""A call that goes to another agent, over a reload, and over the death of the server (issue 6)."""

from __future__ import annotations

import signal

import pytest
from playwright.sync_api import expect

from tests.e2e.console.desk import CALLER, Agent, Server
from tests.e2e.demo.floor import CrmDesk, dispositions

pytestmark = pytest.mark.needs("chromium")


def test_transferred_call_takes_its_pop_along_and_each_agent_finishes_once(
    desk: CrmDesk, server: Server
) -> None:
    """Maya gives the caller to Ravi, whose CRM opens with the original caller's values."""
    maya = desk
    maya.agent.log_in()
    call = server.incoming_call()
    maya.connect()
    maya.call_is("On call")
    ravi = CrmDesk(Agent(maya.agent.page.context.new_page(), server.url), server.crm)
    ravi.agent.log_in("ravi")
    ravi.shows("Welcome, Ravi")

    maya.agent.page.bring_to_front()
    maya.agent.button("Transfer").click()
    maya.agent.button("Ravi Ready").click()
    ravi.agent.page.bring_to_front()
    ravi.shows("Asha Verma")
    expect(ravi.page.get_by_role("heading", name="Transferred call")).to_be_visible()
    ravi.connect()
    ravi.call_is("On call")
    first, second = ravi.pops()
    kept = ("crtObjectId", "interactionId", "phone", "displayPhone", "customerId", "customerInfo",
            "queueId", "queueName", "callType", "campaignId")  # fmt: skip
    assert {name: second[name] for name in kept} == {name: first[name] for name in kept}
    assert (second["phone"], second["userId"]) == (CALLER, "ravi")
    assert second["associationType"] == "transfer.association"
    for own in ("sessionId", "userCrtObjectId", "instanceId"):
        assert second[own] != first[own]

    maya.agent.page.bring_to_front()
    maya.agent.state_is("Wrap-up")
    maya.call_is("Wrap-up")
    maya.finish("Follow up", "Gave it to Ravi.")
    maya.agent.state_is("Ready")
    ravi.agent.page.bring_to_front()
    ravi.agent.state_is("On call")
    ravi.finish("Resolved", "Explained the invoice.")
    ravi.agent.state_is("Ready")
    assert sorted(dispositions(server, call)) == [
        ("maya", "Follow up", "Gave it to Ravi.", True),
        ("ravi", "Resolved", "Explained the invoice.", True),
    ]
    assert len(ravi.pops()) == 2


def test_console_reloaded_in_mid_call_opens_the_same_pop_and_the_crm_finishes_the_call(
    desk: CrmDesk, server: Server
) -> None:
    desk.agent.log_in()
    call = server.incoming_call()
    desk.connect()
    desk.call_is("On call")
    desk.agent.page.reload()
    desk.agent.state_is("On call")
    desk.shows("Asha Verma")
    desk.call_is("On call")
    asked = desk.asked("/call")
    assert len(asked) == 2
    assert asked[0] == asked[1]  # byte for byte, the time of the pop included
    desk.finish("Sale", "Ordered two.")
    desk.agent.state_is("Ready")
    assert dispositions(server, call) == [("maya", "Sale", "Ordered two.", True)]


def test_server_killed_in_mid_call_comes_back_and_the_crm_finishes_the_call_in_its_old_page(
    desk: CrmDesk, server: Server
) -> None:
    """The demo's CRM dies with it and comes back; the page in the frame is never loaded again."""
    desk.agent.log_in()
    call = server.incoming_call()
    desk.connect()
    desk.call_is("On call")
    asked = desk.asked("/call")
    desk.page.get_by_label("Call notes").fill("Half a sen")
    server.stop(signal.SIGKILL)
    expect(desk.agent.page.get_by_text("The server cannot be reached")).to_be_visible()
    server.start()
    expect(desk.agent.page.get_by_text("The server cannot be reached")).to_be_hidden()
    desk.agent.state_is("On call")
    expect(desk.page.get_by_label("Call notes")).to_have_value("Half a sen")
    desk.finish("Sale", "Half a sentence, now whole.")
    desk.said("Finished: Sale. Call kept")
    desk.agent.state_is("Ready")
    assert dispositions(server, call) == [("maya", "Sale", "Half a sentence, now whole.", True)]
    assert desk.asked("/call") == asked
    assert len(server.ask("GET", "/api/v1/calls")) == 1
    assert "Half a sentence, now whole." in desk.history()

    server.incoming_call("7905690272")
    desk.shows("Rohan Mehta")
