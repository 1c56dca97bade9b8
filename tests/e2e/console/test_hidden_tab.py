"""A desk in a tab that is really hidden, and one that was frozen (design 5, 6)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from screenpop.testing.stub_crm import StubCrm

from .desk import Server, asked_by_frames
from .raw_chromium import RawChromium, RawTab

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.timeout(900)]

LOG_IN = """(() => {
  const [user, password] = [...deep("form").querySelectorAll("wa-input")];
  user.value = "maya";
  password.value = "maya";
  deep("sp-login").shadowRoot.querySelector("wa-button").click();
})()"""
START = 'deep("sp-work").shadowRoot.querySelector("wa-button").click()'
IS_READY = '!!deep(".state.ready")'
#: As the console's own requests are made.
ASK = """(async () => (await fetch("/api/v1/%s", {
  method: "%s",
  headers: {
    "Content-Type": "application/json",
    "X-Screenpop-Login": sessionStorage.getItem("screenpop.login"),
  },
})).status)()"""


@pytest.fixture
def chromium(tmp_path: Path) -> Iterator[RawChromium]:
    with RawChromium(tmp_path) as chromium:
        yield chromium


def hidden_desk(chromium: RawChromium, server: Server) -> RawTab:
    """Log Maya in and put another tab in front of her desk."""
    chromium.send("Browser.grantPermissions", permissions=["notifications"], origin=server.url)
    desk = chromium.open(server.url)
    desk.until('!!self.deep?.("sp-login")?.shadowRoot.querySelector("wa-button")')
    desk.evaluate(LOG_IN)
    desk.until('!!deep("sp-work")?.shadowRoot.querySelector("wa-button:not([disabled])")')
    desk.evaluate(START)
    desk.until(IS_READY)
    chromium.open("about:blank").activate()
    desk.until('document.visibilityState === "hidden"')
    return desk


def call_rings_notifies_and_pops(
    chromium: RawChromium, desk: RawTab, server: Server, crm: StubCrm
) -> None:
    """A call comes in; the hidden desk does all that a visible one does."""
    before = desk.evaluate("({ notified: seen.notified.length, tones: seen.tones })")
    popped = len(asked_by_frames(crm, "/call"))
    call = server.incoming_call()
    chromium.until(lambda: len(asked_by_frames(crm, "/call")) == popped + 1, "the CRM is asked")
    desk.until(f"seen.notified.length === {before['notified'] + 1}")
    assert desk.evaluate("seen.notified.at(-1)") == "Asha Verma"
    assert desk.evaluate("seen.tones") > before["tones"]
    assert f"crtObjectId={call}" in asked_by_frames(crm, "/call")[-1].target
    assert desk.evaluate("document.visibilityState") == "hidden"
    server.far_end(call, "hangup")
    desk.until('!deep(".state.ringing")')
    # On a slow machine the call may have rung out, which sets an agent on break.
    assert desk.evaluate(ASK % ("me/ready", "POST")) == 200
    desk.until(IS_READY)


def test_after_three_minutes_hidden_a_call_rings_notifies_and_pops(
    chromium: RawChromium, server: Server, crm: StubCrm
) -> None:
    """Three real minutes, twice what a session outlives without its console."""
    desk = hidden_desk(chromium, server)
    chromium.let_pass(90)
    ticks = desk.evaluate("seen.ticks")
    chromium.let_pass(90)
    # The page's own clock stands: its timer of a second runs once a minute at most.
    assert desk.evaluate("seen.ticks") - ticks <= 5
    assert desk.evaluate(ASK % ("me", "GET")) == 200
    call_rings_notifies_and_pops(chromium, desk, server, crm)


def test_after_being_frozen_and_thawed_a_call_rings_notifies_and_pops(
    chromium: RawChromium, server: Server, crm: StubCrm
) -> None:
    """Frozen for longer than a session outlives without its console."""
    desk = hidden_desk(chromium, server)
    desk.send("Page.setWebLifecycleState", state="frozen")
    chromium.let_pass(110)
    desk.send("Page.setWebLifecycleState", state="active")
    desk.until("seen.lifecycle.includes('freeze')")
    assert desk.evaluate(ASK % ("me", "GET")) == 200
    call_rings_notifies_and_pops(chromium, desk, server, crm)
