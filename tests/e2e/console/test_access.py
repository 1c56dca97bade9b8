"""WCAG by axe-core on each view in both colour schemes, and the size of the first load."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

import screenpop.web
from screenpop.testing.stub_crm import StubAnswer, StubCrm

from .desk import Agent, Server, add_app, open_context

AXE = Path(__file__).parents[3] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
BUILT = Path(screenpop.web.__file__).parent / "built" / "console"
FIRST_LOAD_BYTES = 150_000


def serious(page: Page) -> list[Any]:
    """What axe finds serious or critical in the console itself, its frames aside."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(
        "axe.run(document, { iframes: false, runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa',"
        "'wcag22aa','best-practice'] })"
    )
    return [
        (one["id"], [node["target"] for node in one["nodes"]], one["nodes"][0]["failureSummary"])
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


def small_targets(page: Page) -> list[Any]:
    """What can be pressed and is smaller than 24 pixels (WCAG 2.5.8), links in a text aside."""
    found: list[Any] = page.evaluate(
        """() => {
          const small = [];
          const look = (root) => {
            for (const one of root.querySelectorAll("*")) {
              if (one.shadowRoot) look(one.shadowRoot);
              if (!one.matches("button, summary, input, textarea, wa-switch, [role=option]"))
                continue;
              if (one.closest(".hidden") || one.getRootNode().host?.matches?.("wa-switch"))
                continue;
              const label = one.matches("input[type=checkbox]") ? one.closest("label") : null;
              const { width, height } = (label ?? one).getBoundingClientRect();
              if (!width || getComputedStyle(one).visibility === "hidden") continue;
              if (width < 24 || height < 24)
                small.push([one.tagName, one.getAttribute("aria-label") ?? one.textContent,
                  width, height]);
            }
          };
          look(document);
          return small;
        }"""
    )
    return found


@pytest.fixture(params=["light", "dark"])
def seen(
    request: pytest.FixtureRequest, browser: Browser, server: Server, crm: StubCrm
) -> Iterator[Agent]:
    """A newcomer in each colour scheme, with an app at the side and one that refuses frames."""
    guide = {"login": f"{crm.origin}/agent"}
    body = {"appId": "guide", "name": "Guide", "processId": 3, "placement": "side", "urls": guide}
    server.ask("POST", "/api/v1/apps", body)
    crm.script("/shut/agent", StubAnswer(200, (("X-Frame-Options", "DENY"),), b"no"))
    add_app(server, crm, "shut", "Shut CRM", "/shut")
    server.ask("POST", "/api/v1/apps/shut/health", {})
    context = open_context(
        browser, tour=True, color_scheme=request.param, reduced_motion="reduce", bypass_csp=True
    )
    yield Agent(context.new_page(), server.url)
    context.close()


def judge(page: Page) -> None:
    """Nothing serious, and nothing too small to be hit."""
    assert serious(page) == []
    assert small_targets(page) == []


@pytest.mark.needs("chromium")
@pytest.mark.timeout(400)
def test_no_view_before_a_call_has_a_serious_finding(seen: Agent) -> None:
    page = seen.page
    page.goto(seen.url)
    expect(seen.button("Log in")).to_be_visible()
    judge(page)
    page.get_by_label("User ID").fill("maya")
    page.get_by_label("Password").fill("maya")
    seen.button("Log in").click()
    expect(seen.button("Start")).to_be_visible()
    judge(page)
    seen.button("Start").click()
    seen.state_is("Ready")
    expect(page.get_by_role("dialog")).to_be_visible()
    judge(page)
    seen.button("End the tour").click()
    judge(page)
    seen.button("Demo").click()
    judge(page)
    page.keyboard.press("Escape")
    seen.button("Menu").click()
    judge(page)
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Guide").click()
    judge(page)
    page.get_by_role("tab", name="Shut CRM").click()
    expect(page.get_by_text("does not allow to be shown here")).to_be_visible()
    judge(page)


@pytest.mark.needs("chromium")
@pytest.mark.timeout(400)
def test_no_view_of_a_call_has_a_serious_finding(seen: Agent, server: Server) -> None:
    page = seen.page
    seen.log_in()
    seen.button("End the tour").click()
    server.incoming_call()
    expect(seen.button("Answer")).to_be_visible()
    judge(page)
    seen.button("Answer").click()
    seen.state_is("On call")
    seen.button("Inspector").click()
    seen.button("Transfer").click()
    page.get_by_label("Name, queue or number").wait_for()
    judge(page)
    seen.button("Keypad").click()
    judge(page)
    seen.button("Keypad").click()
    seen.button("Hang up").click()
    seen.state_is("Wrap-up")
    page.get_by_role("combobox", name="Disposition").click()
    judge(page)
    seen.button("Agent state").click()
    judge(page)
    page.keyboard.press("Escape")
    seen.choose_disposition("Callback")
    page.get_by_label("Call back at").fill("2099-03-01T10:30")
    judge(page)
    seen.button("Dispose").click()
    expect(page.get_by_role("region", name="Callbacks")).to_be_visible()
    judge(page)


def test_first_load_is_small() -> None:
    """Compressed, all that the page asks for before it is used."""
    files = [BUILT / name for name in ("console.js", "console.css", "worker.js")]
    assert sum(len(gzip.compress(file.read_bytes(), 9)) for file in files) <= FIRST_LOAD_BYTES
