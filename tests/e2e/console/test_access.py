"""WCAG by axe-core on each view in both colour schemes, and the size of the first load."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

import screenpop.web
from screenpop.testing.stub_crm import StubCrm

from .desk import Agent, Server, open_context

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


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_view_has_a_serious_finding(
    browser: Browser, server: Server, crm: StubCrm, scheme: str
) -> None:
    context = open_context(browser, color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
    agent = Agent(context.new_page(), server.url)
    page = agent.page
    page.goto(server.url)
    expect(agent.button("Log in")).to_be_visible()
    assert serious(page) == []
    agent.page.get_by_label("User ID").fill("maya")
    agent.page.get_by_label("Password").fill("maya")
    agent.button("Log in").click()
    expect(agent.button("Start")).to_be_visible()
    assert serious(page) == []
    agent.button("Start").click()
    agent.state_is("Ready")
    assert serious(page) == []
    server.incoming_call()
    expect(agent.button("Answer")).to_be_visible()
    assert serious(page) == []
    agent.button("Answer").click()
    agent.state_is("On call")
    agent.button("Inspector").click()
    agent.button("Transfer").click()
    page.get_by_label("Name, queue or number").wait_for()
    assert serious(page) == []
    agent.button("Keypad").click()
    assert serious(page) == []
    agent.button("Keypad").click()
    agent.button("Hang up").click()
    agent.state_is("Wrap-up")
    page.get_by_role("combobox", name="Disposition").click()
    assert serious(page) == []
    agent.button("Agent state").click()
    assert serious(page) == []
    context.close()
    assert crm.requests


def test_first_load_is_small() -> None:
    """Compressed, all that the page asks for before it is used."""
    files = [BUILT / name for name in ("console.js", "console.css", "worker.js")]
    assert sum(len(gzip.compress(file.read_bytes(), 9)) for file in files) <= FIRST_LOAD_BYTES
