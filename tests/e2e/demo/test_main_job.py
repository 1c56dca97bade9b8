"""Call, pop, answer, work and dispose in the CRM, next call; and every way to dial (issue 6)."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from tests.e2e.console.desk import CALLER, DID, Server
from tests.e2e.demo.floor import CrmDesk, carried, dispositions, until

pytestmark = pytest.mark.needs("chromium")

#: Contract 3.2, an inbound call, in its order.
CALL_URL = [
    "crm_push_generated_time", "userCrtObjectId", "phone", "disableDispositionOnActiveCall",
    "campaignId", "associationType", "crtObjectId", "sessionId", "userId",
    "isOrignalPhoneRequiredInCrm", "callType", "displayPhone", "instanceId", "session_id",
    "locale", "origin", "interactionId", "iframeId", "contactCenterId", "customerId",
    "customerInfo", "queueId", "queueName", "dstPhone", "srcPhone", "maskingEnabled",
]  # fmt: skip
#: Contract 3.1.
LOGIN_URL = [
    "userId", "userName", "sessionId", "userType", "iframeId", "campaignId", "userCrtObjectIds",
    "instanceId", "locale", "origin", "contactCenterId", "processId",
]  # fmt: skip


def test_call_rings_pops_is_answered_noted_and_disposed_in_the_crm_and_the_next_one_comes(
    desk: CrmDesk, server: Server
) -> None:
    desk.agent.log_in()
    desk.shows("Welcome, Maya")
    call = server.incoming_call()
    desk.shows("Asha Verma")  # while it rings
    desk.call_is("Ringing")
    judge_the_query(desk, server, call)
    desk.connect()
    desk.call_is("On call")
    desk.page.get_by_label("New note").fill("Prefers mail.")
    desk.page.get_by_role("button", name="Keep note").click()
    desk.said("Note kept.")
    expect(desk.page.locator("#notes li")).to_contain_text(["Prefers mail."])
    desk.finish("Resolved", "Invoice sent again.")
    desk.said("Finished: Resolved. Call kept")
    desk.agent.state_is("Ready")
    assert dispositions(server, call) == [("maya", "Resolved", "Invoice sent again.", True)]
    assert "Invoice sent again." in desk.history()

    server.incoming_call("7905690272")
    desk.shows("Rohan Mehta")
    desk.connect()
    assert [pop["customerId"] for pop in desk.pops()] == ["1001", "43800317962753"]


def judge_the_query(desk: CrmDesk, server: Server, call: str) -> None:
    """The CRM's server got what contract 3.1 and 3.2 say: every name in its order, every value."""
    (login,) = desk.asked("/agent")
    entered = carried(login)
    assert list(entered) == LOGIN_URL
    (query,) = desk.asked("/call")
    sent = carried(query)
    assert list(sent) == CALL_URL
    assert "+" not in query
    details = server.ask("GET", f"/api/v1/calls/{call}")
    session = sent.pop("sessionId")
    seat = sent.pop("userCrtObjectId")
    assert re.fullmatch(
        r"d\d+-[0-9a-f]{8}-ses-maya-appId-App-Server-[A-Za-z0-9]{22,32}-\d+", session
    )
    assert re.fullmatch(rf"{session}-uce-maya[A-Za-z0-9]{{8}}@\d+", seat)
    # One app has the same ids on all its URLs.
    assert (entered["sessionId"], entered["userCrtObjectIds"]) == (session, f"[{seat}]")
    assert sent.pop("session_id") == session
    assert abs(int(sent.pop("crm_push_generated_time")) - details["createdAt"]) < 30_000
    assert len(sent.pop("instanceId")) >= 16
    assert json.loads(sent.pop("customerInfo")) == {
        "phone1": CALLER,
        "name": "Asha Verma",
        "email": "asha.verma@example.com",
        "company": "Verma Textiles",
        "city": "Delhi",
    }
    interaction = details["interactionId"]
    assert sent == {
        "phone": CALLER,
        "disableDispositionOnActiveCall": "false",
        "campaignId": "172",
        "associationType": "inbound.dial.association",
        "crtObjectId": call,
        "userId": "maya",
        "isOrignalPhoneRequiredInCrm": "false",
        "callType": "inbound.call.dial",
        "displayPhone": CALLER,
        "locale": "en-US",
        "origin": server.url,
        "interactionId": interaction,
        "iframeId": f"app-demo-crm-{interaction.rpartition('-')[2]}",
        "contactCenterId": "1",
        "customerId": "1001",
        "queueId": "5",
        "queueName": "Support",
        "dstPhone": DID,
        "srcPhone": CALLER,
        "maskingEnabled": "false",
    }


def test_number_on_a_record_is_dialled_by_the_sdk_and_pops_its_own_frame(
    desk: CrmDesk, server: Server
) -> None:
    desk.agent.log_in()
    desk.page.get_by_label("Search customers").fill("mehta")
    desk.page.get_by_role("button", name="Search").click()
    desk.page.get_by_role("link", name="Rohan Mehta").click()
    desk.page.get_by_role("button", name="Call 7905690272").click()
    desk.agent.state_is("Dialing")
    desk.connect()
    desk.call_is("On call")
    (pop,) = desk.pops()
    assert (pop["phone"], pop["customerId"], pop["callType"], pop["associationType"]) == (
        "7905690272",
        "43800317962753",
        "outbound.manual.dial",
        "manualdial.association",
    )
    assert "queueId" not in pop
    desk.finish("Sale", "Renewed.")
    desk.agent.state_is("Ready")
    assert dispositions(server, pop["crtObjectId"]) == [("maya", "Sale", "Renewed.", True)]


def test_back_end_of_the_crm_dials_by_rest_and_the_record_pops(
    desk: CrmDesk, server: Server
) -> None:
    desk.agent.log_in()
    desk.page.get_by_label("Number", exact=True).fill("9810012345")
    desk.page.get_by_label("Campaign").select_option("60")
    desk.page.get_by_role("button", name="Dial from the back end").click()
    desk.agent.state_is("Dialing")
    desk.connect()
    desk.shows("Priya Nair")
    desk.call_is("On call")
    (pop,) = desk.pops()
    assert (pop["phone"], pop["campaignId"], pop["callType"]) == (
        "9810012345",
        "60",
        "outbound.manual.dial",
    )
    assert [one["crtObjectId"] for one in server.ask("GET", "/api/v1/calls")] == [
        pop["crtObjectId"]
    ]


def test_dial_of_the_console_pops_and_its_disposal_there_is_kept_in_the_crm(
    desk: CrmDesk, server: Server
) -> None:
    desk.agent.log_in()
    desk.agent.page.get_by_label("Number to dial").fill(CALLER)
    desk.agent.button("Dial").click()
    desk.connect()
    desk.shows("Asha Verma")
    desk.call_is("On call")
    desk.agent.choose_disposition("Follow up")
    desk.agent.button("Dispose").click()
    desk.said("Finished: Follow up. Call kept")
    desk.agent.state_is("Ready")
    (pop,) = desk.pops()
    assert [one[1::2] for one in dispositions(server, pop["crtObjectId"])] == [("Follow up", False)]


def test_crm_finishes_a_call_and_dials_the_next_number_in_one_step(
    desk: CrmDesk, server: Server
) -> None:
    desk.agent.log_in()
    first = server.incoming_call()
    desk.connect()
    desk.call_is("On call")
    desk.page.get_by_label("Disposition").select_option(label="Resolved")
    desk.page.get_by_text("Finish and dial the next number").click()
    desk.page.get_by_label("Next number").fill("7905690272")
    desk.page.get_by_role("button", name="Finish and dial").click()
    desk.connect()
    desk.shows("Rohan Mehta")
    desk.call_is("On call")
    assert dispositions(server, first) == [("maya", "Resolved", "", True)]
    history = server.ask("GET", f"/api/v1/calls/{first}")["history"]
    assert not [entry for entry in history if entry["facts"].get("state") == "wrap"]
    asked = desk.pops()
    assert [(pop["phone"], pop["callType"]) for pop in asked] == [
        (CALLER, "inbound.call.dial"),
        ("7905690272", "outbound.manual.dial"),
    ]
    assert asked[0]["sessionId"] == asked[1]["sessionId"]


def test_pop_leaves_the_page_alone_in_which_the_agent_is_typing(
    desk: CrmDesk, server: Server
) -> None:
    desk.agent.log_in()
    search = desk.page.get_by_label("Search customers")
    search.click()
    server.incoming_call()
    calls = desk.agent.page.get_by_role("tab", name=re.compile("wants your attention"))

    def type_on() -> bool:
        search.press("a")
        return calls.count() == 1

    until(type_on, desk.agent)
    expect(search).to_be_focused()
    calls.click()
    desk.shows("Asha Verma")
