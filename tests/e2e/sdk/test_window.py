"""A page in a window of its own, opened by the console (contract 6, the bridge)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Frame

from tests.e2e.sdk.desk import Desk, caught, heard, ready, seqs, settled
from tests.e2e.sdk.site import Site
from tests.e2e.sdk.test_attack import say_hello
from tests.e2e.sdk.world import World

EVENTS = {"events": "interaction.interactionInitiated,interaction.interactionHeld"}


@pytest.mark.parametrize("wish", ["app", "crm"])
def test_page_in_a_window_of_its_own_bridges_to_its_opener(
    desk: Desk, world: World, wish: str
) -> None:
    world.replies["session.getState"] = {"state": "ready"}
    page = ready(desk.open(popup=True, query={**EVENTS, "context": wish}))
    assert caught(page, "session.getState()") == {"value": {"state": "ready"}}
    world.call("interactionInitiated")
    assert seqs(page, 1) == [1]


def test_page_moved_from_its_frame_to_a_window_hears_nothing_twice(
    desk: Desk, world: World
) -> None:
    frame = desk.crm("call", kind="call", call=1, query=EVENTS)
    world.call("interactionInitiated")
    assert seqs(frame, 1) == [1]
    page = ready(desk.open("call", popup=True, kind="call", call=1, query=EVENTS))
    world.call("interactionHeld")
    assert seqs(page, 1) == [2]
    page.wait_for_function("omni.session.getState().then(() => true)")
    assert seqs(frame, 1) == [1]


def test_document_that_goes_lets_go_and_one_that_is_shown_again_comes_back(
    desk: Desk, world: World
) -> None:
    """The events of a page that the browser puts away and takes out again."""
    page = ready(desk.open(popup=True, query=EVENTS))
    world.call("interactionInitiated")
    assert seqs(page, 1) == [1]
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    desk.wait_state("waiting")
    settled(desk, world.call("interactionHeld"))
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    assert seqs(page, 2) == [1, 2]
    assert desk.states() == ["connected", "waiting", "connected"]


def test_reload_of_the_window_tells_nothing_twice(desk: Desk, world: World) -> None:
    page = ready(desk.open(popup=True, query=EVENTS))
    world.call("interactionInitiated")
    assert seqs(page, 1) == [1]
    page.evaluate("location.reload()")
    page.wait_for_function("window.heard?.length === 0")
    world.call("interactionHeld")
    assert seqs(page, 1) == [2]


def test_closed_window_is_noticed_by_the_bridge_and_by_the_host(desk: Desk, world: World) -> None:
    page = ready(desk.open(popup=True, query=EVENTS))
    world.call("interactionInitiated")
    heard(page, 1)
    page.page.close()
    desk.wait_state("waiting")
    desk.page.wait_for_function("desk.windows.login === null")
    again = ready(desk.open(popup=True, query=EVENTS))
    world.call("interactionHeld")
    assert seqs(again, 1) == [2]


def test_stranger_in_the_window_gets_no_port(desk: Desk, site: Site) -> None:
    page = ready(desk.open(popup=True))
    caught(page, "session.getState()")
    # From within: an address typed by the agent would part the window from its opener.
    with page.page.expect_navigation():
        page.evaluate("url => { location.href = url; }", f"{site.other}/pages/blank.html")
    say_hello(page, desk, "opener")
    desk.page.wait_for_function("origin => desk.foreign.includes(origin)", arg=site.other)
    assert page.evaluate("answers") == []


def test_another_window_of_the_same_origin_is_not_heard(desk: Desk, site: Site) -> None:
    """It has the right opener and the right origin, but the host opened it for nobody."""
    ready(desk.open(popup=True))
    stray = strayed(desk, f"{site.crm}/pages/blank.html")
    taps = desk.page.evaluate("desk.taps.length")
    say_hello(stray, desk, "opener")
    assert stray.evaluate("answers") == []
    assert desk.page.evaluate("desk.taps.length") == taps


def strayed(desk: Desk, url: str) -> Frame:
    """A window that the console's page opened without a bridge."""
    with desk.page.context.expect_page() as opened:
        desk.page.evaluate("url => { window.open(url, 'stray', 'popup'); }", url)
    frame = opened.value.main_frame
    frame.wait_for_load_state()
    return frame
