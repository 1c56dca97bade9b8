"""A login's life in the browser: restored, taken over, shared by tabs, several in one browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from screenpop.testing.stub_crm import StubCrm

from .desk import Agent, Server, open_context

# On a machine that does much at a time a long walk through the desk takes its time.
pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(400)]


def test_login_is_restored_after_a_reload_and_ends_with_logout(agent: Agent) -> None:
    agent.log_in()
    agent.page.reload()
    agent.state_is("Ready")
    agent.button("Menu").click()
    agent.page.get_by_role("menuitem", name="Log out").click()
    expect(agent.button("Log in")).to_be_visible()
    agent.page.reload()
    expect(agent.button("Log in")).to_be_visible()


def test_wrong_password_is_told_in_a_sentence(agent: Agent) -> None:
    agent.page.goto(agent.url)
    agent.page.get_by_label("User ID").fill("maya")
    agent.page.get_by_label("Password").fill("guess")
    agent.button("Log in").click()
    expect(agent.page.get_by_role("alert")).to_have_text("User ID or password is wrong.")


def test_second_browser_asks_and_the_first_is_told(agent: Agent, browser: Browser) -> None:
    agent.log_in()
    other = open_context(browser)
    second = Agent(other.new_page(), agent.url)
    second.log_in(force=True)
    expect(agent.page.get_by_text("You were logged in somewhere else")).to_be_visible()
    other.close()


def test_two_agents_work_in_one_browser_and_a_transfer_takes_its_pop_along(
    agent: Agent, server: Server, crm: StubCrm
) -> None:
    agent.log_in()
    ravi = Agent(agent.page.context.new_page(), agent.url)
    ravi.log_in("ravi")
    agent.page.bring_to_front()
    server.incoming_call()  # Maya has waited longer
    agent.button("Answer").click()
    agent.state_is("On call")
    agent.button("Transfer").click()
    agent.button("Ravi Ready").click()
    ravi.button("Answer").click()
    ravi.state_is("On call")
    expect(ravi.frame("#title")).to_have_text("Asha Verma")
    agent.state_is("Wrap-up")
    assert crm.requests


def test_second_tab_of_one_login_follows_and_can_take_over(agent: Agent, crm: StubCrm) -> None:
    agent.log_in()
    expect(agent.page.locator("iframe")).to_have_count(1)
    second = Agent(agent.page.context.new_page(), agent.url)
    second.page.goto(agent.url)
    second.button("Continue as maya").click()
    expect(second.page.get_by_text("open in another tab")).to_be_visible()
    expect(second.page.locator("iframe")).to_have_count(0)
    second.button("Use it here").click()
    expect(second.page.locator("iframe")).to_have_count(1)
    expect(agent.page.locator("iframe")).to_have_count(0)
    expect(agent.page.get_by_text("open in another tab")).to_be_visible()
    assert crm.requests


def test_breaks_and_auto_call_are_chosen_in_the_top_bar(agent: Agent, server: Server) -> None:
    agent.log_in()
    agent.button("Agent state").click()
    agent.page.get_by_role("menuitemcheckbox", name="Lunch").click()
    agent.state_is("Lunch")
    agent.button("Agent state").click()
    agent.page.get_by_role("menuitemcheckbox", name="Ready").click()
    agent.state_is("Ready")
    agent.page.get_by_role("switch", name="Auto-call").click(force=True)
    server.incoming_call()
    agent.state_is("On call")
