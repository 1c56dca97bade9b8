"""The reference CRM in Chromium: alone, and in the frame of a page on the console's origin."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from playwright.sync_api import BrowserContext, Frame, Page, expect

from tests.e2e.sdk.desk import Desk
from tests.e2e.sdk.site import Site
from tests.e2e.sdk.world import Refusal, World

EVIL = "\"'><script>window.pwned=1</script><img src=x onerror=window.pwned=1>"
CODES = [
    {"dispositionCodeId": 11, "dispositionCodeName": "Sale", "dispositionClassId": 1},
    {"dispositionCodeId": 21, "dispositionCodeName": "Callback", "dispositionClassId": 2},
]
WIDTHS = [480, 800, 1180, 1440]

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture(autouse=True)
def plan(world: World) -> None:
    """What the scripted server answers to the page's questions."""
    world.replies |= {
        "configuration.getDispositionCodesWithDispositionClass": [
            {"dispositionClassId": 1, "dispositionClassName": "Success",
             "dispositionCodes": CODES[:1]},
            {"dispositionClassId": 2, "dispositionClassName": "Follow up",
             "dispositionCodes": CODES[1:]},
        ],
        "configuration.getDispositionCodes": [
            {**code, "needsCallbackTime": code["dispositionCodeId"] == 21} for code in CODES
        ],
        "interaction.getCurrent": None,
        "session.getState": {"state": "ready", "ready": True, "breakReason": None,
                             "autoCall": False},
    }  # fmt: skip


def call_url(crm: str, site: Site, **changed: str) -> str:
    values = {
        "crm_push_generated_time": "1800000000000",
        "userCrtObjectId": "minted-seat",
        "phone": "8447380991",
        "campaignId": "60",
        "crtObjectId": "d1-00000001-vce-1",
        "sessionId": "minted-session",
        "userId": "maya",
        "callType": "inbound.call.dial",
        "origin": site.host,
        "interactionId": "d1-00000001-int-1",
        "customerId": "1001",
        "queueName": "Support",
    }
    return f"{crm}/call?{urlencode({**values, **changed})}"


def pop(desk: Desk, crm: str, **changed: str) -> Frame:
    """Open the call's page as the console does."""
    return desk.open(
        "call-1", kind="call", call=1, url=call_url(crm, desk.site, **changed), origins=[crm]
    )


def args(world: World, key: str) -> Any:
    (command,) = (one for one in world.commands if one.key == key)
    return command.args[0]


def is_overflowing(page: Page | Frame) -> bool:
    answer: bool = page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    return answer


def test_record_pops_and_follows_the_call_to_its_disposal(
    desk: Desk, crm: str, world: World
) -> None:
    frame = pop(desk, crm)
    expect(frame.get_by_role("heading", name="Asha Verma")).to_be_visible()
    state = frame.locator("#state")
    world.call("interactionRinging", state="ringing")
    expect(state).to_have_text("Ringing")
    world.call("interactionConnected", state="connected")
    expect(state).to_have_text("On call")
    world.call("interactionEnded", state="ended")
    world.call("interactionWrapStarted", state="wrap")
    expect(state).to_have_text("Wrap-up")
    frame.get_by_label("Disposition").select_option(label="Sale")
    frame.get_by_label("Call notes").fill("Ordered two.")
    frame.get_by_role("button", name="Finish call").click()
    expect(frame.locator("#said")).to_have_text("Finishing …")
    assert args(world, "interaction.disposeInteraction") == {
        "interactionId": "d1-00000001-int-1",
        "dispositionCodeId": 11,
        "notes": "Ordered two.",
    }
    world.call("interactionDisposed", state="disposed", dispositionCode="Sale")
    expect(state).to_have_text("Finished")
    expect(frame.locator("#said")).to_contain_text("Finished: Sale. Call kept")
    expect(frame.get_by_role("button", name="Finish call")).to_be_disabled()
    record = httpx2.get(f"{crm}/customers/1001", trust_env=False).text
    assert ">Sale</span>" in record
    assert "Ordered two." in record


def test_answer_that_an_event_overtook_changes_nothing(desk: Desk, crm: str, world: World) -> None:
    """``getCurrent`` was answered as the call arrived, and came after it was connected."""
    arrived = world.call("interactionInitiated", state="initiated")
    ids = {"crtObjectId": "d1-00000001-vce-1", "interactionId": "d1-00000001-int-1"}
    world.replies["interaction.getCurrent"] = {**ids, "state": "initiated", "seq": arrived}
    answer = world.hold("interaction.getCurrent")
    frame = pop(desk, crm)
    world.call("interactionConnected", state="connected")
    expect(frame.locator("#state")).to_have_text("On call")
    answer()
    expect(frame.get_by_label("Disposition")).to_be_enabled()
    expect(frame.locator("#state")).to_have_text("On call")


def test_crm_received_exactly_the_url_that_was_opened(desk: Desk, crm: str) -> None:
    frame = pop(desk, crm, queueName="Ünter & Co '#1'")
    frame.wait_for_selector("#state")
    received = httpx2.get(f"{crm}/inspector.json", trust_env=False).json()
    assert [one["target"] for one in received] == [frame.url.removeprefix(crm)]


def test_disposal_of_the_console_is_kept_as_well(desk: Desk, crm: str, world: World) -> None:
    frame = pop(desk, crm)
    expect(frame.get_by_role("button", name="Finish call")).to_be_enabled()
    world.call("interactionDisposed", state="disposed", dispositionCode="Callback")
    expect(frame.locator("#said")).to_contain_text("Finished: Callback.")


def test_callback_asks_for_its_time(desk: Desk, crm: str, world: World) -> None:
    frame = pop(desk, crm)
    expect(frame.get_by_label("Call back at")).to_be_hidden()
    frame.get_by_label("Disposition").select_option(label="Callback")
    frame.get_by_label("Call back at").fill("2030-01-02T03:04")
    frame.get_by_role("button", name="Finish call").click()
    expect(frame.locator("#said")).to_have_text("Finishing …")
    time = frame.evaluate("new Date('2030-01-02T03:04').getTime()")
    assert args(world, "interaction.disposeInteraction")["callbackTime"] == time


def test_refused_disposal_is_said_in_the_server_s_words(desk: Desk, crm: str, world: World) -> None:
    sentence = "Hang up first: this campaign disposes of no active call."
    world.replies["interaction.disposeInteraction"] = Refusal(
        512, "disposition.disabled.on.active.call", sentence
    )
    frame = pop(desk, crm)
    frame.get_by_label("Disposition").select_option(label="Sale")
    frame.get_by_role("button", name="Finish call").click()
    expect(frame.locator("#said")).to_have_text(sentence)


def test_number_is_dialled_by_a_click_through_the_sdk(desk: Desk, crm: str, world: World) -> None:
    frame = pop(desk, crm)
    frame.get_by_role("button", name="Call 8447380993").click()
    expect(frame.locator("#said")).to_have_text("Dialling 8447380993.")
    dial = args(world, "interaction.initiateInteraction")
    assert dial == {"phone": "8447380993", "customerId": 1001, "campaignId": 60}


def test_call_is_finished_and_the_next_number_dialled(desk: Desk, crm: str, world: World) -> None:
    frame = pop(desk, crm)
    frame.get_by_label("Disposition").select_option(label="Sale")
    frame.get_by_text("Finish and dial the next number").click()
    frame.get_by_role("button", name="Finish and dial").click()
    expect(frame.locator("#said")).to_have_text("Give the next number first.")
    frame.get_by_label("Next number").fill("7905690272")
    frame.get_by_role("button", name="Finish and dial").click()
    expect(frame.locator("#said")).to_have_text("Dialling 7905690272.")
    both = args(world, "interaction.disposeAndDial")
    assert (both["dispositionCodeId"], both["phone"]) == (11, "7905690272")


def test_note_is_kept_without_losing_what_is_being_typed(desk: Desk, crm: str) -> None:
    frame = pop(desk, crm)
    frame.get_by_label("Call notes").fill("half a sen")
    frame.get_by_label("New note").fill("Wants blue.")
    frame.get_by_role("button", name="Keep note").click()
    expect(frame.locator("#notes li").first).to_contain_text("Wants blue.")
    expect(frame.get_by_label("Call notes")).to_have_value("half a sen")


def test_landing_page_tells_the_agent_s_state(desk: Desk, crm: str, world: World) -> None:
    query = urlencode({"userId": "maya", "userName": "Maya", "sessionId": "minted-session",
                       "userCrtObjectIds": "[minted-seat]", "campaignId": "60,172",
                       "origin": desk.site.host})  # fmt: skip
    frame = desk.open("login", url=f"{crm}/agent?{query}", origins=[crm])
    expect(frame.get_by_role("heading", name="Welcome, Maya")).to_be_visible()
    expect(frame.locator("#presence")).to_have_text("Ready")
    world.emit("session", "stateChanged", state="onCall", ready=True)
    expect(frame.locator("#presence")).to_have_text("On call")


@pytest.mark.parametrize("is_framed", [True, False])
def test_evil_texts_do_nothing(desk: Desk, crm: str, world: World, is_framed: bool) -> None:
    own = {"Origin": crm}
    client = httpx2.Client(base_url=crm, headers=own, trust_env=False)
    with client:
        client.post("/customers", data={"name": EVIL, "phone": "5550101", "company": EVIL})
        client.post("/customers/1011/notes", data={"text": EVIL})
        client.post("/calls/d1-00000001-vce-1", data={"disposition": EVIL, "notes": EVIL})
    if is_framed:
        opened: Page | Frame = pop(
            desk, crm, phone=EVIL, displayPhone=EVIL, queueName=EVIL, customerId="1011"
        )
    else:
        opened = desk.page
        desk.page.goto(f"{crm}/customers/1011")
    expect(opened.locator("#name")).to_have_text(EVIL)
    opened.get_by_label("New note").fill(EVIL)
    opened.get_by_role("button", name="Keep note").click()
    expect(opened.locator("#notes li")).to_have_count(2)
    if is_framed:
        world.call("interactionDisposed", state="disposed", dispositionCode=EVIL)
        expect(opened.locator("#said")).to_contain_text("<script>")
    assert opened.evaluate("window.pwned") is None


def test_another_site_may_not_frame_it(context: BrowserContext, site: Site, crm: str) -> None:
    page = context.new_page()
    page.goto(f"{site.other}/pages/blank.html")
    with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        page.evaluate(
            "url => { const f = document.createElement('iframe'); f.src = url;"
            " document.body.append(f); }",
            call_url(crm, site),
        )


def test_page_opened_with_a_foreign_origin_loads_no_script_from_there(
    context: BrowserContext, site: Site, crm: str
) -> None:
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(call_url(crm, site, origin=site.other), wait_until="networkidle")
    assert all(url.startswith(crm) for url in asked)
    expect(page.locator("#state")).to_have_text("Not in the console")


def test_cookie_mode_signs_in_once_within_the_frame(desk: Desk, signed_crm: str) -> None:
    frame = pop(desk, signed_crm)
    frame.get_by_label("User").fill("maya")
    frame.get_by_label("Password").fill("maya")
    frame.get_by_role("button", name="Sign in").click()
    expect(frame.get_by_role("heading", name="Asha Verma")).to_be_visible()
    again = desk.open(
        "call-2", kind="call", call=2, url=call_url(signed_crm, desk.site), origins=[signed_crm]
    )
    expect(again.get_by_role("heading", name="Asha Verma")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_stand_alone_at_every_width(
    context: BrowserContext, site: Site, crm: str, scheme: Any
) -> None:
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.emulate_media(color_scheme=scheme)
    stranger = call_url(crm, site, customerId="-1", phone="5550100", origin="")
    record = call_url(crm, site, origin="")
    for url in (f"{crm}/", record, stranger, f"{crm}/customers", f"{crm}/knowledge",
                f"{crm}/inspector"):  # fmt: skip
        page.goto(url)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert not is_overflowing(page), (url, width)
    assert wrong == []


def test_record_is_worked_by_keyboard_alone(desk: Desk, crm: str, world: World) -> None:
    """From the top: skip what every page has, then choose, note and finish without a pointer."""
    frame = pop(desk, crm)
    expect(frame.get_by_label("Disposition")).to_be_enabled()
    keyboard = desk.page.keyboard
    frame.locator(".skip").focus()
    keyboard.press("Enter")
    expect(frame.locator("main")).to_be_focused()
    keyboard.press("Tab")
    expect(frame.get_by_role("button", name="Call 8447380993")).to_be_focused()
    keyboard.press("Tab")
    expect(frame.get_by_label("Disposition")).to_be_focused()
    keyboard.type("Sa")
    keyboard.press("Tab")
    keyboard.type("Ordered two.")
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(frame.locator("#said")).to_have_text("Finishing …")
    world.call("interactionDisposed", state="disposed", dispositionCode="Sale")
    expect(frame.locator("#said")).to_contain_text("Finished: Sale.")
    done = args(world, "interaction.disposeInteraction")
    assert (done["dispositionCodeId"], done["notes"]) == (11, "Ordered two.")
