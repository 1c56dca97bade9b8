"""The real toolbar of a real server: by the SDK of the page that frames it, and by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page, expect

from tests.e2e.sdk_server.console import done, heard, names, page_of, until_heard
from tests.e2e.sdk_server.floor import CrmSite, RealServer

EVENTS = "interactionInitiated,interactionConnected,interactionEnded,interactionDisposed"
MAYA = "{username: 'maya', password: 'maya'}"


@pytest.fixture
def crm_page(context: BrowserContext, server: RealServer, framing_app: str) -> Page:
    """A CRM page with the toolbar in it; nobody is logged in."""
    logged_in = server.log_in()
    headers = {"Authorization": f"Bearer {logged_in}"}
    server.client.post("/ameyorestapi/session/userLogout", json={}, headers=headers)
    page = context.new_page()
    events = ",".join(f"interaction.{name}" for name in EVENTS.split(","))
    page.goto(f"{framing_app}?events={events},session.stateChanged,session.loggedOut")
    page_of(page.main_frame)
    return page


@pytest.fixture
def near_app(server: RealServer) -> Iterator[str]:
    """A page on the server's own site, though not of its origin: the toolbar may keep things."""
    site = CrmSite(server.url, "localhost")
    server.add_app("near", site.origin, login="/pages/framing.html")
    events = ",".join(f"interaction.{name}" for name in EVENTS.split(","))
    yield f"{site.origin}/pages/framing.html?events={events}"
    server.remove_app("near")
    site.close()


def toolbar(page: Page) -> FrameLocator:
    """What is in the toolbar's frame."""
    return page.frame_locator("#toolbar")


def caught(page: Page, call: str) -> dict[str, str]:
    """Run ``omni.<call>`` in the page; its value, or the error's fields."""
    outcome: dict[str, str] = page.evaluate(f"window.caught(window.omni.{call})")
    return outcome


def test_a_page_logs_in_dials_and_disposes_through_the_toolbar_it_frames(
    server: RealServer, crm_page: Page
) -> None:
    frame = crm_page.main_frame
    context = done(frame, f"session.login({MAYA})")
    assert (context["userId"], context["frame"], context["appId"]) == ("maya", "toolbar", "framing")
    assert done(frame, "session.getState()")["state"] == "ready"
    dialled = done(frame, "interaction.initiateInteraction({phone: '8447380006'})")
    assert dialled["userCrtObjectId"] in context["userCrtObjectIds"]
    connected = until_heard(frame, "interactionConnected")
    assert connected["interactionId"] == dialled["interactionId"]
    assert connected["sessionId"] == context["sessionId"]
    told = done(frame, "interaction.disposeInteraction({dispositionCode: 'Sale'})")
    assert told == {"interactionId": dialled["interactionId"]}
    until_heard(frame, "interactionDisposed")
    calls = [name for name in names(frame) if name.startswith("interaction")]
    assert calls == EVENTS.split(",")
    done(frame, "session.logout()")
    assert caught(crm_page, "session.getState()")["code"] == "invalid.session.id"


def test_a_second_session_in_one_page_is_heard_from_its_beginning(crm_page: Page) -> None:
    frame = crm_page.main_frame
    first = done(frame, f"session.login({MAYA})")
    done(frame, "session.setBreak('Lunch')")
    frame.wait_for_function("heard.some(([, data]) => data.breakReason === 'Lunch')")
    done(frame, "session.logout()")
    second = done(frame, f"session.login({MAYA})")
    assert second["sessionId"] != first["sessionId"]
    done(frame, "session.setBreak('Meeting')")
    frame.wait_for_function("heard.some(([, data]) => data.breakReason === 'Meeting')")
    sessions = {data["sessionId"] for _, data in heard(frame)}
    assert sessions == {first["sessionId"], second["sessionId"]}


def test_who_is_logged_in_elsewhere_logs_in_by_force(server: RealServer, crm_page: Page) -> None:
    server.log_in()
    assert caught(crm_page, "session.forceLogin()")["code"] == "InvalidInput"
    refused = caught(crm_page, f"session.login({MAYA})")
    assert refused["code"] == "force.login.required"
    assert done(crm_page.main_frame, "session.forceLogin()")["userId"] == "maya"
    wrong = caught(crm_page, "session.login({username: 'maya', password: 'x'})")
    assert wrong["code"] == "login.failed"


def test_work_is_chosen_by_the_page(crm_page: Page) -> None:
    frame = crm_page.main_frame
    done(frame, f"session.login({MAYA})")
    done(frame, "session.selectCampaign([60, '270'])")
    assert done(frame, "session.getContext()")["campaigns"] == [60, 270]
    done(frame, "session.selectExtension('sim-maya')")
    assert caught(crm_page, "session.selectCampaign('x')")["code"] == "InvalidInput"


def test_an_agent_logs_in_dials_and_disposes_by_hand(crm_page: Page) -> None:
    bar = toolbar(crm_page)
    bar.get_by_label("User ID").fill("maya")
    bar.get_by_label("Password").fill("wrong")
    bar.get_by_role("button", name="Log in", exact=True).click()
    expect(bar.get_by_role("status").last).to_contain_text("wrong")
    bar.get_by_label("Password").fill("maya")
    bar.get_by_role("button", name="Log in", exact=True).click()
    state = bar.get_by_role("combobox", name="Agent state")
    state.select_option("Lunch")
    crm_page.wait_for_function("heard.some(([, data]) => data.state === 'break')")
    state.select_option("Ready")
    bar.get_by_label("Number to dial").fill("8447380006")
    bar.get_by_role("combobox", name="Campaign").select_option("Renewals")
    bar.get_by_role("button", name="Dial", exact=True).click()
    expect(bar.get_by_text("8447380006 · Connected")).to_be_visible()
    bar.get_by_role("button", name="Hold").click()
    expect(bar.get_by_text("On hold")).to_be_visible()
    bar.get_by_role("button", name="Resume").click()
    bar.get_by_role("button", name="Hang up").click()
    expect(bar.get_by_text(re.compile("Wrap-up")).last).to_be_visible()
    bar.get_by_role("combobox", name="Disposition").select_option("Callback")
    expect(bar.get_by_label("Callback time")).to_be_visible()
    bar.get_by_role("combobox", name="Disposition").select_option("Sale")
    expect(bar.get_by_label("Callback time")).to_be_hidden()
    bar.get_by_label("Notes").fill("Two boxes.")
    bar.get_by_role("button", name="Dispose", exact=True).click()
    expect(bar.get_by_text("No call")).to_be_visible()
    disposed = until_heard(crm_page.main_frame, "interactionDisposed")
    assert (disposed["dispositionCode"], disposed["disposedByCrm"]) == ("Sale", False)
    bar.get_by_role("button", name="Log out").click()
    expect(bar.get_by_label("User ID")).to_be_visible()


def test_a_reloaded_page_finds_its_session_and_its_call_and_hears_nothing_twice(
    crm_page: Page, near_app: str
) -> None:
    crm_page.goto(near_app)
    frame = page_of(crm_page.main_frame)
    done(frame, f"session.login({MAYA})")
    done(frame, "interaction.initiateInteraction({phone: '8447380006'})")
    before = until_heard(frame, "interactionConnected")
    crm_page.reload()
    frame = page_of(crm_page.main_frame)
    [known] = done(frame, "interaction.getAll()")
    assert (known["interactionId"], known["state"]) == (before["interactionId"], "connected")
    done(frame, f"interaction.endInteraction('{known['interactionId']}')")
    ended = until_heard(frame, "interactionEnded")
    assert ended["seq"] > before["seq"]
    done(frame, "interaction.disposeInteraction({dispositionCode: 'Sale'})")
    until_heard(frame, "interactionDisposed")
    calls = [name for name in names(frame) if name.startswith("interaction")]
    assert calls == ["interactionEnded", "interactionDisposed"]
    done(frame, "session.logout()")


def test_a_page_whose_browser_keeps_nothing_for_the_toolbar_logs_in_again_by_force(
    crm_page: Page,
) -> None:
    """Browsers deny a frame of another site its storage: the token goes with the document."""
    done(crm_page.main_frame, f"session.login({MAYA})")
    crm_page.reload()
    frame = page_of(crm_page.main_frame)
    assert caught(crm_page, "session.getState()")["code"] == "invalid.session.id"
    assert caught(crm_page, f"session.login({MAYA})")["code"] == "force.login.required"
    assert done(frame, "session.forceLogin()")["userId"] == "maya"


def test_an_inbound_call_is_answered_by_hand(server: RealServer, crm_page: Page) -> None:
    bar = toolbar(crm_page)
    done(crm_page.main_frame, f"session.login({MAYA})")
    bar.get_by_label("Auto-call").uncheck()
    crm_page.wait_for_function("heard.some(([, data]) => data.autoCall === false)")
    server.calls_in()
    bar.get_by_role("button", name="Answer").click()
    until_heard(crm_page.main_frame, "interactionConnected")
    bar.get_by_label("Disposition", exact=True).select_option("Resolved")
    bar.get_by_role("button", name="Dispose", exact=True).click()
    until_heard(crm_page.main_frame, "interactionDisposed")


def test_a_session_that_ends_elsewhere_shows_the_log_in_again(
    server: RealServer, crm_page: Page
) -> None:
    done(crm_page.main_frame, f"session.login({MAYA})")
    server.log_in()
    expect(toolbar(crm_page).get_by_text("The session has ended")).to_be_visible()
    until_heard(crm_page.main_frame, "loggedOut")


def test_a_page_of_another_origin_cannot_frame_the_toolbar(
    context: BrowserContext, server: RealServer, framing_app: str
) -> None:
    stranger = CrmSite(server.url, "127.0.0.2")
    try:
        page = context.new_page()
        for origin in (stranger.origin, framing_app.partition("/pages")[0]):
            page.goto(f"{stranger.origin}/pages/blank.html")
            page.evaluate(
                """([host, origin]) => new Promise((loaded) => {
                    const frame = document.createElement("iframe");
                    frame.onload = loaded;
                    frame.src = `${host}/omniapp/toolbar/index.html?origin=${origin}`;
                    document.body.append(frame);
                })""",
                [server.url, origin],
            )
            assert page.frames[1].url.startswith("chrome-error:")
    finally:
        stranger.close()
