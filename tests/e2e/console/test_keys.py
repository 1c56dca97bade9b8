"""The desk without a mouse: every action of a call by keys, a headset's keys too (WCAG 2.2 AA)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from screenpop.testing.stub_crm import StubCrm

from .desk import Agent, Server, legs_up, until

# On a machine that does much at a time a long walk through the desk takes its time.
pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(400)]

#: The name of what has the focus, through all shadow roots.
FOCUS = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  const label = at?.id && at.getRootNode().querySelector(`label[for="${at.id}"]`);
  return at?.getAttribute("aria-label") ?? label?.textContent?.trim()
    ?? at?.textContent?.trim().replace(/\\s+/g, " ") ?? "";
}"""
MOST_STEPS = 60
#: Keeps the handlers of a headset's keys, which no test can press: the system owns them.
KEEP_HANDLERS = """
window.headset = {};
const real = navigator.mediaSession.setActionHandler.bind(navigator.mediaSession);
navigator.mediaSession.setActionHandler = (name, handler) => {
  headset[name] = handler;
  return real(name, handler);
};
"""


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on what has this name; it must be seen, and not covered."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUS) == name:
            break
    assert page.evaluate(FOCUS) == name
    # WCAG 2.4.11: what has the focus is in front at its middle.
    assert page.evaluate(
        """() => {
          let at = document.activeElement;
          while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
          const box = at.getBoundingClientRect();
          let top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
          while (top?.shadowRoot) {
            const inner = top.shadowRoot.elementFromPoint(
              box.x + box.width / 2, box.y + box.height / 2);
            if (!inner || inner === top) break;
            top = inner;
          }
          return at === top || at.contains(top) || at.getRootNode() === top.getRootNode();
        }"""
    )


def press(page: Page, name: str) -> None:
    tab_to(page, name)
    page.keyboard.press("Enter")


def log_in_by_keys(agent: Agent) -> None:
    page = agent.page
    page.goto(agent.url)
    expect(page.get_by_label("User ID", exact=True)).to_be_focused()
    page.keyboard.type("maya")
    page.keyboard.press("Tab")
    page.keyboard.type("maya")
    page.keyboard.press("Enter")
    agent.button("Start").wait_for()
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if agent.button("Start").evaluate("one => one.matches(':focus')"):
            break
    page.keyboard.press("Enter")
    agent.state_is("Ready")


def test_call_is_refused_and_the_next_one_controlled_by_tab_and_enter(
    agent: Agent, server: Server, crm: StubCrm
) -> None:
    page = agent.page
    agent.log_in()
    refused = server.incoming_call()
    expect(agent.frame("#title")).to_have_text("Asha Verma")
    with page.expect_response(lambda reply: reply.url.endswith("/reject")) as rejected:
        press(page, "Reject")
    assert rejected.value.status == 200
    server.far_end(refused, "hangup")  # or the queue offers it again: nobody else is there
    agent.state_is("Ready")
    press(page, "Agent state")
    page.get_by_role("menuitemcheckbox", name="Lunch").wait_for()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page.locator("sp-top-bar .state")).to_have_class("state break")
    press(page, "Agent state")
    page.get_by_role("menuitemcheckbox", name="Ready").wait_for()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    agent.state_is("Ready")
    call = server.incoming_call()
    expect(agent.frame("#title")).to_have_text("Asha Verma")
    press(page, "Answer")
    agent.state_is("On call")
    press(page, "Hold")
    agent.button("Resume").wait_for()
    press(page, "Resume")
    agent.button("Hold").wait_for()
    press(page, "Mute")
    agent.button("Unmute").wait_for()
    press(page, "Unmute")
    agent.button("Mute").wait_for()
    press(page, "Keypad")
    agent.button("5").wait_for()
    press(page, "5")
    expect(page.locator("output")).to_have_text("5")
    page.keyboard.press("Escape")
    press(page, "Conference")
    expect(page.get_by_label("Name, queue or number")).to_be_focused()
    page.keyboard.type("9876500006")
    press(page, "9876500006")
    expect(page.get_by_label("Name, queue or number")).to_have_count(0)
    until(page, lambda: legs_up(server, call) == 3, "the number is in the call")
    press(page, "Transfer")
    expect(page.get_by_label("Name, queue or number")).to_be_focused()
    page.keyboard.type("9876500016")
    press(page, "9876500016")
    agent.state_is("Wrap-up")
    assert crm.requests


def test_call_is_noted_disposed_and_the_next_number_dialled_by_tab_and_enter(
    agent: Agent, server: Server, crm: StubCrm
) -> None:
    page = agent.page
    agent.log_in()
    call = server.incoming_call()
    expect(agent.frame("#title")).to_have_text("Asha Verma")
    press(page, "Answer")
    agent.state_is("On call")
    tab_to(page, "Notes")
    page.keyboard.type("Typed")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    press(page, "Hang up")
    agent.state_is("Wrap-up")
    tab_to(page, "Disposition")
    page.keyboard.type("sale")
    page.keyboard.press("Enter")
    tab_to(page, "Number to dial")
    page.keyboard.type("9876500006")
    press(page, "Dispose and dial")
    agent.state_is("Dialing")
    made = server.ask("GET", f"/api/v1/calls/{call}")["dispositions"]
    assert [(one["dispositionCode"], one["notes"]) for one in made] == [("Sale", "Typed")]
    press(page, "Answer")
    agent.state_is("On call")
    tab_to(page, "Disposition")
    page.keyboard.type("resolved")
    page.keyboard.press("Enter")
    press(page, "Dispose")
    agent.state_is("Ready")
    # And a number of one's own choice.
    tab_to(page, "Number to dial")
    page.keyboard.type("9876500006")
    page.keyboard.press("Enter")
    agent.state_is("Dialing")
    assert crm.requests


def test_log_in_is_done_by_keys_and_f6_leads_out_of_a_page(
    agent: Agent, server: Server, crm: StubCrm
) -> None:
    page = agent.page
    log_in_by_keys(agent)
    server.incoming_call()
    expect(agent.frame("#title")).to_have_text("Asha Verma")
    page.keyboard.press("Control+Alt+b")
    assert page.evaluate(FOCUS) == "Agent state"
    page.keyboard.press("F6")
    assert page.evaluate("document.activeElement.tagName") == "IFRAME"
    page.keyboard.press("Control+Alt+b")  # inside a page only the SDK's chords lead back
    expect(agent.button("Agent state")).to_be_focused()
    assert crm.requests


def test_play_and_pause_answer_hold_and_resume(agent: Agent, server: Server, crm: StubCrm) -> None:
    page = agent.page
    page.add_init_script(KEEP_HANDLERS)
    agent.log_in()
    server.incoming_call()
    agent.button("Answer").wait_for()
    page.evaluate("headset.play()")
    agent.state_is("On call")
    agent.button("Hold").wait_for()
    page.evaluate("headset.pause()")
    agent.button("Resume").wait_for()
    page.keyboard.press("MediaPlayPause")  # as a key of the page, where no media plays
    agent.button("Hold").wait_for()
    page.evaluate("headset.togglemicrophone()")
    agent.button("Unmute").wait_for()
    page.evaluate("headset.hangup()")
    agent.state_is("Wrap-up")
    assert crm.requests
