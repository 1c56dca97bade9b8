"""The toolbar for who does not see it, does not point, or does not hit small things."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.sdk.site import FRONTEND
from tests.e2e.sdk_server.floor import CrmSite, RealServer

AXE = FRONTEND / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: WCAG 2.2, 2.5.8: CSS pixels, either way.
SMALLEST_TARGET = 24


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    """The colours the agent's system asks for."""
    chosen: str = request.param
    return chosen


@pytest.fixture
def bar(
    browser: Browser, server: RealServer, crm: CrmSite, framing_app: str, scheme: str
) -> Iterator[Page]:
    """The toolbar as a page of its own, as narrow as a CRM may make it."""
    assert framing_app.startswith(crm.origin)
    log_out(server)
    with browser.new_context(
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,
        viewport={"width": 480, "height": 600},
    ) as context:
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.goto(f"{server.url}/omniapp/toolbar/index.html?origin={crm.origin}")
        yield page
    log_out(server)


def log_out(server: RealServer) -> None:
    """End whatever session the agent has."""
    headers = {"Authorization": f"Bearer {server.log_in()}"}
    server.client.post("/ameyorestapi/session/userLogout", json={}, headers=headers)


def findings(page: Page) -> list[Any]:
    """Everything that axe finds, of whatever weight, and every target that is too small."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(
        "standards => axe.run(document, { runOnly: standards,"
        " rules: { 'target-size': { enabled: true } } })",
        STANDARDS,
    )
    small: list[Any] = page.evaluate(
        """smallest => [...document.querySelectorAll("button, input, select, textarea, a")]
            .filter((one) => one.checkVisibility())
            .map((one) => [one.outerHTML, one.getBoundingClientRect()])
            .filter(([, { width, height }]) => Math.min(width, height) < smallest)""",
        SMALLEST_TARGET,
    )
    return small + [
        (one["id"], [node["target"] for node in one["nodes"]], one["nodes"][0]["failureSummary"])
        for one in found["violations"]
    ]


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control of that name has the focus, which must be seen."""
    for _ in range(60):
        page.keyboard.press("Tab")
        label, seen = page.evaluate(
            """() => {
                const at = document.activeElement;
                const style = getComputedStyle(at);
                const name = at.labels?.[0]?.textContent ?? at.textContent;
                return [name, style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2];
            }"""
        )
        if label == name:
            assert seen, f"the focus on {name} is not seen"
            return
    pytest.fail(f"{name} is not reached by Tab")


def log_in_by_keys(page: Page) -> None:
    """Log maya in without a mouse."""
    tab_to(page, "User ID")
    page.keyboard.type("maya")
    tab_to(page, "Password")
    page.keyboard.type("maya")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Agent state")).to_be_visible()


def test_axe_finds_nothing_in_any_view(bar: Page) -> None:
    expect(bar.get_by_role("button", name="Log in", exact=True)).to_be_visible()
    assert findings(bar) == []
    log_in_by_keys(bar)
    expect(bar.get_by_label("Campaign").get_by_role("option")).not_to_have_count(0)
    assert findings(bar) == []
    bar.get_by_label("Number to dial").fill("8447380006")
    bar.get_by_role("button", name="Dial", exact=True).click()
    expect(bar.get_by_text("8447380006 · Connected")).to_be_visible()
    assert findings(bar) == []
    bar.get_by_role("button", name="Hang up").click()
    expect(bar.get_by_role("button", name="Hang up")).to_be_disabled()
    bar.get_by_role("combobox", name="Disposition").select_option("Callback")
    expect(bar.get_by_label("Callback time")).to_be_visible()
    assert findings(bar) == []
    bar.get_by_role("combobox", name="Disposition").select_option("Sale")
    bar.get_by_role("button", name="Dispose", exact=True).click()
    expect(bar.get_by_text("No call")).to_be_visible()


def test_call_is_made_and_finished_by_keys_alone(bar: Page) -> None:
    log_in_by_keys(bar)
    focused = "document.activeElement.labels?.[0]?.textContent"
    assert bar.evaluate(focused) == "Agent state", "the focus went with the form"
    expect(bar.get_by_label("Campaign").get_by_role("option")).not_to_have_count(0)
    tab_to(bar, "Number to dial")
    bar.keyboard.type("8447380006")
    tab_to(bar, "Dial")
    bar.keyboard.press("Enter")
    expect(bar.get_by_text("8447380006 · Connected")).to_be_visible()
    tab_to(bar, "Hold")
    bar.keyboard.press("Space")
    expect(bar.get_by_text("On hold")).to_be_visible()
    tab_to(bar, "Resume")
    bar.keyboard.press("Space")
    expect(bar.get_by_text("8447380006 · Connected")).to_be_visible()
    expect(bar.get_by_label("Disposition", exact=True)).to_contain_text("Sale")
    tab_to(bar, "Disposition")
    bar.keyboard.type("Sale")
    tab_to(bar, "Notes")
    bar.keyboard.type("Two boxes.")
    tab_to(bar, "Dispose")
    bar.keyboard.press("Enter")
    expect(bar.get_by_text("No call")).to_be_visible()
    assert bar.evaluate(focused) == "Number to dial", "the focus went with the call"
    tab_to(bar, "Log out")
    bar.keyboard.press("Enter")
    expect(bar.get_by_label("User ID")).to_be_focused()
