"""The bridge over https and over loopback http, and from one to the other (contract 6)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.e2e.sdk.desk import Desk, caught, heard, ready
from tests.e2e.sdk.site import Scheme, Site
from tests.e2e.sdk.world import World

#: What a careful CRM sends: nothing but its own scripts and the SDK, and one who may frame it.
STRICT = (
    "default-src 'none'; script-src 'self' {host}; connect-src 'none'; style-src 'none'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors {host}; "
    "require-trusted-types-for 'script'"
)
SCHEMES: list[tuple[Scheme, Scheme]] = [
    ("http", "https"),
    ("https", "https"),
    ("https", "http"),
]


@pytest.fixture(params=SCHEMES, ids=[f"{host}-host-{crm}-page" for host, crm in SCHEMES])
def mixed(site: Site, request: pytest.FixtureRequest) -> Site:
    """The sites with the console and the CRM by these schemes; both are on loopback."""
    host, crm = request.param
    return site.over(host=host, crm=crm)


@pytest.fixture
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """A profile that takes the certificate of the test."""
    del site
    with browser.new_context(ignore_https_errors=True) as context:
        context.set_default_timeout(30_000)
        yield context


def test_embedded_page_with_a_strict_policy_calls_and_hears(
    context: BrowserContext, mixed: Site, world: World
) -> None:
    world.replies["session.getState"] = {"state": "ready"}
    desk = Desk(context.new_page(), mixed)
    query = {
        "host": mixed.host,
        "csp": STRICT.format(host=mixed.host),
        "events": "interaction.interactionInitiated",
    }
    frame = desk.crm(query=query)
    assert frame.evaluate("isSecureContext") is True
    assert caught(frame, "session.getState()") == {"value": {"state": "ready"}}
    world.call("interactionInitiated")
    assert heard(frame, 1)[0][0] == "interactionInitiated"
    assert not [line for line in desk.console if "Content Security Policy" in line]
    assert not [line for line in desk.console if "Mixed Content" in line]


def test_page_that_frames_the_toolbar_logs_in_and_hears(
    context: BrowserContext, mixed: Site, world: World
) -> None:
    page = context.new_page()
    query = urlencode({"host": mixed.host, "events": "interaction.showCrm"})
    page.goto(f"{mixed.crm}/pages/framing.html?{query}")
    frame = ready(page.main_frame)
    outcome = caught(frame, "session.login({username: 'maya', password: 'x'})")
    assert outcome == {"value": {"userId": "maya"}}
    world.call("interactionInitiated")
    world.call("showCrm")
    assert heard(frame, 1)[0][0] == "showCrm"


def test_origin_differs_by_its_scheme(context: BrowserContext, site: Site) -> None:
    """The https page is not the http page of the same name that the app lists."""
    site = site.over(host="http", crm="https")
    desk = Desk(context.new_page(), site)
    listed = site.over(host="http", crm="http").crm.replace(str(site.port), str(site.secure_port))
    desk.crm(query={"host": site.host}, origins=[listed])
    desk.page.wait_for_function("origin => desk.foreign.includes(origin)", arg=site.crm)
    assert desk.states() == []
