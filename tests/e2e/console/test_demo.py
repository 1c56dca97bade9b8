"""The demo's own: the guided tour, and a programmer's own CRM (contract 8)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from screenpop.testing.stub_crm import StubAnswer, StubCrm

from .desk import CRM_PAGE, Agent, Server, asked_by_frames, open_context

# On a machine that does much at a time a long walk through the desk takes its time.
pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(400)]


@pytest.fixture
def newcomer(browser: Browser, server: Server) -> Iterator[Agent]:
    """Somebody whose browser has never seen the demo."""
    context = open_context(browser, tour=True)
    yield Agent(context.new_page(), server.url)
    context.close()


def step_is(page: Page, number: int) -> None:
    expect(page.get_by_role("dialog")).to_contain_text(f"Tour, step {number} of 5")


def focused(page: Page) -> str:
    """The name of what has the focus, through all shadow roots."""
    return str(
        page.evaluate(
            "() => { let at = document.activeElement;"
            "while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;"
            "return at?.getAttribute('aria-label') ?? at?.textContent?.trim() ?? ''; }"
        )
    )


def test_tour_goes_along_with_what_the_newcomer_does(newcomer: Agent, server: Server) -> None:
    page = newcomer.page
    newcomer.log_in()
    step_is(page, 1)
    newcomer.button("Next").click()
    step_is(page, 2)
    newcomer.button("Incoming call").click()
    step_is(page, 3)
    newcomer.button("Answer").click()
    step_is(page, 4)
    page.reload()  # remembered: it goes on where it was
    step_is(page, 4)
    newcomer.state_is("On call")
    newcomer.button("Hang up").click()
    newcomer.choose_disposition("Resolved")
    newcomer.button("Dispose").click()
    step_is(page, 5)
    newcomer.button("Done").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.reload()
    newcomer.state_is("Ready")
    expect(page.get_by_role("dialog")).to_have_count(0)
    newcomer.button("Demo").click()
    newcomer.button("Show the tour").click()
    step_is(page, 1)
    assert server.url


def test_tour_is_walked_and_dismissed_by_keyboard_and_not_seen_again(newcomer: Agent) -> None:
    page = newcomer.page
    newcomer.log_in()
    step_is(page, 1)
    expect(newcomer.button("Next")).to_be_focused()
    page.keyboard.press("Enter")
    step_is(page, 2)
    page.keyboard.press("Shift+Tab")
    assert focused(page) == "Back"
    page.keyboard.press("Shift+Tab")
    assert focused(page) == "End the tour"
    for _ in range(3):
        page.keyboard.press("Tab")
    assert focused(page) == "Agent state"  # the card stands before the desk
    page.keyboard.press("Shift+F6")
    assert focused(page) == "Next"
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert focused(page) == "Agent state"
    page.reload()
    newcomer.state_is("Ready")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_tour_speaks_the_agents_language(newcomer: Agent) -> None:
    page = newcomer.page
    newcomer.log_in()
    step_is(page, 1)
    newcomer.button("Menu").click()
    page.get_by_role("menuitemcheckbox", name="हिन्दी").click()
    expect(page.get_by_role("dialog")).to_contain_text("5 में से चरण 1")


def test_own_crm_is_added_judged_called_and_inspected(agent: Agent, server: Server) -> None:
    page = agent.page
    agent.log_in()
    with StubCrm() as crm:
        html = (("Content-Type", "text/html; charset=utf-8"),)
        crm.script("/customer", StubAnswer(200, html, (CRM_PAGE % {"host": server.url}).encode()))
        agent.button("Demo").click()
        page.get_by_label("Address of the customer's page").fill(f"{crm.origin}/customer")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert").filter(has_text="may be shown here")).to_be_visible()
        expect(agent.button("Answer")).to_be_visible()
        expect(page.get_by_title("Your CRM", exact=True)).to_have_count(1)
        shown = page.get_by_role("region", name="Inspector")
        expect(shown.get_by_role("region", name="URL as sent")).to_contain_text("/customer")
        why = shown.get_by_role("region", name="Why did it (not) pop?")
        expect(why.get_by_role("listitem").filter(has_text="Your CRM")).to_contain_text(
            "It may be framed."
        )
        agent.button("Answer").click()
        agent.state_is("On call")
        assert len(asked_by_frames(crm, "/customer")) == 1


def test_own_crm_that_refuses_frames_is_told_what_to_set(agent: Agent) -> None:
    page = agent.page
    agent.log_in()
    with StubCrm() as crm:
        crm.script("/shut", StubAnswer(200, (("X-Frame-Options", "DENY"),), b"no"))
        agent.button("Demo").click()
        field = page.get_by_label("Address of the customer's page")
        field.fill("ftp://crm.example/")
        agent.button("Add it and let a call come in").click()
        expect(page.get_by_role("alert").filter(has_text="https")).to_be_visible()
        field.fill(f"{crm.origin}/shut")
        agent.button("Add it and let a call come in").click()
        expect(page.get_by_text("the inspector names it and what to set")).to_be_visible()
        expect(page.get_by_text("Your CRM does not allow to be shown here")).to_be_visible()
        shown = page.get_by_role("region", name="Inspector")
        expect(shown.get_by_text("frame-ancestors").first).to_be_visible()
