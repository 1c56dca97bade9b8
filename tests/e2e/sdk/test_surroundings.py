"""The bridge among everything else that pages do (issue: CSP, own messages, keys, windows)."""

from __future__ import annotations

from urllib.parse import quote

from playwright.sync_api import BrowserContext

from tests.e2e.sdk.desk import Desk, caught, heard
from tests.e2e.sdk.site import Site
from tests.e2e.sdk.world import World


def test_page_with_a_strict_policy_uses_the_sdk_without_a_violation(
    desk: Desk, site: Site, world: World
) -> None:
    policy = f"default-src 'none'; script-src 'self' {site.host}; frame-ancestors {site.host}"
    world.replies["session.getState"] = {"state": "ready"}
    frame = desk.crm(url=f"{site.crm}/pages/crm.html?csp={quote(policy)}")
    assert caught(frame, "session.getState()") == {"value": {"state": "ready"}}
    assert not [line for line in desk.console if "Content Security Policy" in line]


def test_bridge_and_the_pages_own_messages_leave_each_other_alone(
    desk: Desk, site: Site, world: World
) -> None:
    frame = desk.crm(query={"events": "interaction.showCrm"})
    frame.evaluate(
        """host => {
            window.own = [];
            addEventListener("message", (event) => own.push(event.data));
            for (const message of ["hello", null, { type: "webpackOk" }, { screenpop: 1 },
                { screenpop: "welcome" }, { t: "event", n: 1 }]) {
                window.postMessage(message, location.origin);
                window.parent.postMessage(message, host);
            }
        }""",
        site.host,
    )
    world.call("interactionInitiated")
    world.call("showCrm")
    assert len(heard(frame, 1)) == 1
    frame.wait_for_function("own.length === 6")
    assert desk.states() in (["connected"], ["connected", "waiting", "connected"])


def test_chord_of_the_console_typed_in_the_page_reaches_it(desk: Desk) -> None:
    frame = desk.crm()
    caught(frame, "session.getState()")
    frame.focus("input")
    frame.press("input", "Control+Alt+x")
    frame.press("input", "r")
    frame.press("input", "Control+Alt+r")
    desk.page.wait_for_function("desk.chords.length > 0")
    assert desk.page.evaluate("desk.chords") == ["KeyR"]
    assert frame.input_value("input") == "r"


def test_published_origin_of_the_console_is_trusted(
    context: BrowserContext, site: Site, world: World
) -> None:
    """The module comes from another name of the console than the one that frames the page."""
    world.replies["session.getState"] = {"state": "ready"}
    other_name = site.host.replace("localhost", "127.0.0.2")
    desk = Desk(context.new_page(), site)
    world.hosts = [site.host]
    frame = desk.open(url=f"{site.crm}/pages/blank.html")
    frame.evaluate(
        """async url => {
            const { default: sdk } = await import(url);
            const omni = sdk.initialize({ context: "app" });
            window.state = await omni.session.getState().catch(({ code }) => code);
        }""",
        f"{other_name}/omniapp/sdk/ameyo-sdk.js",
    )
    assert frame.evaluate("state") == {"state": "ready"}


def test_unpublished_origin_is_not_trusted_though_the_url_names_it(
    context: BrowserContext, site: Site
) -> None:
    other_name = site.host.replace("localhost", "127.0.0.2")
    desk = Desk(context.new_page(), site)
    frame = desk.open(url=f"{site.crm}/pages/blank.html?origin={site.host}")
    code = frame.evaluate(
        """async url => {
            const { default: sdk } = await import(url);
            const omni = sdk.initialize({ context: "app", timeout: 3000 });
            return omni.session.getState().catch(({ code }) => code);
        }""",
        f"{other_name}/omniapp/sdk/ameyo-sdk.js",
    )
    assert code == "host.not.found"
    assert desk.page.evaluate("desk.taps") == []


def test_both_copies_of_the_module_share_one_instance(desk: Desk, site: Site) -> None:
    frame = desk.crm()
    same = frame.evaluate(
        """async url => {
            const { default: alias } = await import(url);
            return alias.initialize({ context: "app", timeout: 30000 }) === omni;
        }""",
        f"{site.host}/omniapp/sdk/ameyo_sdk.js",
    )
    assert same


def test_console_reload_brings_page_and_answers_back(desk: Desk, world: World) -> None:
    world.replies["session.getState"] = {"state": "ready"}
    desk.crm()
    desk.load()
    frame = desk.crm()
    assert caught(frame, "session.getState()") == {"value": {"state": "ready"}}
