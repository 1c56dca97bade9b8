"""Context crm: the page frames the toolbar (contract 6)."""

from __future__ import annotations

from urllib.parse import urlencode

from playwright.sync_api import BrowserContext, Page

from tests.e2e.sdk.desk import Desk, caught, heard, ready
from tests.e2e.sdk.site import Site
from tests.e2e.sdk.world import World


def framing(context: BrowserContext, site: Site, query: str = "", origin: str = "") -> Page:
    """A CRM page in a tab of its own that uses context crm."""
    page = context.new_page()
    page.goto(f"{origin or site.crm}/pages/framing.html?{query}")
    ready(page.main_frame)
    return page


def test_page_talks_to_the_toolbar_it_frames(
    context: BrowserContext, site: Site, world: World
) -> None:
    page = framing(context, site, "events=interaction.showCrm")
    outcome = caught(page.main_frame, "session.login({username: 'maya', password: 'x'})")
    assert outcome == {"value": {"userId": "maya"}}
    world.call("interactionInitiated")
    world.call("showCrm")
    assert len(heard(page.main_frame, 1)) == 1


def test_sdk_puts_the_toolbar_into_the_div_that_waits_for_it(
    context: BrowserContext, site: Site
) -> None:
    page = context.new_page()
    page.goto(f"{site.crm}/pages/blank.html")
    outcome = page.evaluate(
        """async url => {
            document.body.innerHTML = '<div id="ameyoIframeDiv"></div>';
            const { default: sdk } = await import(url);
            window.omni = sdk.initialize({ context: "Toolbar", instanceId: "ameyoIframe" });
            const { userId } = await omni.session.login({ username: "maya", password: "x" });
            const frame = document.querySelector("#ameyoIframeDiv > iframe#ameyoIframe");
            return [userId, frame.src];
        }""",
        f"{site.host}/omniapp/sdk/ameyo-sdk.js",
    )
    assert outcome == [
        "maya",
        f"{site.host}/omniapp/toolbar/index.html?origin=http%3A%2F%2F127.0.0.1%3A{site.port}",
    ]


def test_page_with_a_strict_policy_frames_the_toolbar_without_a_violation(
    context: BrowserContext, site: Site
) -> None:
    """It names the console as a source of scripts and frames, and nothing else."""
    policy = f"default-src 'none'; script-src {site.host}; frame-src {site.host}"
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{site.crm}/pages/blank.html?{urlencode({'csp': policy})}")
    user = page.evaluate(
        """async url => {
            const div = document.createElement("div");
            div.id = "ameyoIframeDiv";
            document.body.append(div);
            const { default: sdk } = await import(url);
            const omni = sdk.initialize({ context: "crm", instanceId: "bar", timeout: 30000 });
            return (await omni.session.login({ username: "maya", password: "x" })).userId;
        }""",
        f"{site.host}/omniapp/sdk/ameyo-sdk.js",
    )
    assert user == "maya"
    assert not [line for line in said if "Content Security Policy" in line]


def test_toolbar_iframe_that_the_page_adds_later_is_found(
    context: BrowserContext, site: Site
) -> None:
    page = context.new_page()
    page.goto(f"{site.crm}/pages/blank.html")
    user = page.evaluate(
        """async host => {
            const { default: sdk } = await import(`${host}/omniapp/sdk/ameyo-sdk.js`);
            const omni = sdk.initialize({ context: "crm", instanceId: "bar" });
            const login = omni.session.login({ username: "maya", password: "x" });
            const frame = document.createElement("iframe");
            frame.id = "bar";
            const own = encodeURIComponent(location.origin);
            frame.src = `${host}/omniapp/toolbar/index.html?origin=${own}`;
            document.body.append(frame);
            return (await login).userId;
        }""",
        site.host,
    )
    assert user == "maya"


def test_toolbar_does_not_answer_a_page_that_is_not_configured(
    context: BrowserContext, site: Site
) -> None:
    page = framing(context, site, "timeout=3000", origin=site.other)
    assert caught(page.main_frame, "session.getState()")["code"] == "host.not.found"


def test_page_framed_by_the_console_is_app_though_it_asks_for_crm(desk: Desk, world: World) -> None:
    """The guide's prose says "crm context" for a framed page: the place decides."""
    world.replies["session.getState"] = {"state": "ready"}
    frame = desk.crm(query={"context": "crm"})
    assert caught(frame, "session.getState()") == {"value": {"state": "ready"}}
