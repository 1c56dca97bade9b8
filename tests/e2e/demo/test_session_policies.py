"""The demo's CRM with its own login, and with single sign-on, in the real console (contract 4)."""

from __future__ import annotations

import re

import httpx2
import pytest
from playwright.sync_api import expect

from tests.e2e.console.desk import Server
from tests.e2e.demo.floor import CrmDesk, carried, until

pytestmark = pytest.mark.needs("chromium")


def looks_like(url: str) -> tuple[int, str]:
    """What somebody else gets who opens this address."""
    reply = httpx2.get(url, trust_env=False, timeout=30)
    title = reply.text.partition("<h1")[2].partition(">")[2].partition("<")[0]
    return reply.status_code, title


@pytest.mark.parametrize("server", [("--crm-sso",)], indirect=True)
def test_login_to_the_console_signs_on_at_the_crm_and_logout_signs_off(
    desk: CrmDesk, server: Server
) -> None:
    desk.agent.log_in()
    desk.shows("Welcome, Maya")
    (login,) = desk.asked("/agent")
    session = carried(login)["crmSessionId"]
    names = list(carried(login))
    assert names[names.index("campaignId") + 1] == "crmSessionId"
    call = server.incoming_call()
    desk.shows("Asha Verma")
    desk.connect()
    desk.call_is("On call")
    (query,) = desk.asked("/call")
    assert list(carried(query).items())[-1] == ("crmSessionId", session)
    # It is the session that opens the record, not what else the address says.
    assert looks_like(f"{desk.crm}/call?{query}") == (200, "Asha Verma")
    without = query.rpartition("&")[0]
    assert looks_like(f"{desk.crm}/call?{without}") == (200, "Open it from the console")

    desk.page.get_by_label("New note").fill("Prefers mail.")
    desk.page.get_by_role("button", name="Keep note").click()
    expect(desk.page.locator("#notes li")).to_contain_text(["maya"])
    desk.finish("Sale")
    desk.said("Finished: Sale. Call kept")
    desk.agent.state_is("Ready")
    (done,) = server.ask("GET", f"/api/v1/calls/{call}")["dispositions"]
    assert done["dispositionCode"] == "Sale"

    desk.agent.button("Menu").click()
    desk.agent.page.get_by_role("menuitem", name="Log out").click()
    expect(desk.agent.button("Log in")).to_be_visible()
    over = (403, "Your session has ended")
    until(lambda: looks_like(f"{desk.crm}/call?{query}") == over, desk.agent)
    assert looks_like(f"{desk.crm}/agent?{login}") == over


@pytest.mark.parametrize("server", [("--crm-sign-in",)], indirect=True)
def test_crm_with_its_own_login_asks_once_and_pops_from_then_on(
    desk: CrmDesk, server: Server
) -> None:
    desk.agent.log_in()
    desk.shows("Sign in")
    desk.page.get_by_label("User").fill("maya")
    desk.page.get_by_label("Password").fill("maya")
    desk.page.get_by_role("button", name="Sign in").click()
    desk.shows("Welcome, Maya")
    server.incoming_call()
    # The agent was busy in the other page just now, so this one waits to be looked at.
    desk.agent.page.get_by_role("tab", name=re.compile("Asha Verma")).click()
    desk.shows("Asha Verma")
    desk.connect()
    desk.call_is("On call")
    (query,) = desk.asked("/call")
    assert "crmSessionId" not in carried(query)
    assert looks_like(f"{desk.crm}/call?{query}") == (200, "Sign in")
