"""The SDK in a page on another origin, against a real server and a simulated call."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Frame

from tests.e2e.sdk_server.console import Console, done, heard, names, page_of, until_heard
from tests.e2e.sdk_server.floor import CALLER, CrmSite, RealServer

EVENTS = ",".join(
    f"interaction.{name}"
    for name in (
        "interactionInitiated",
        "showCrm",
        "interactionRinging",
        "interactionConnected",
        "interactionHeld",
        "interactionResumed",
        "interactionEnded",
        "interactionWrapStarted",
        "interactionDisposed",
    )
)
ANSWERED = ["interactionInitiated", "showCrm", "interactionRinging", "interactionConnected"]


@pytest.fixture
def crm_app(server: RealServer, crm: CrmSite) -> Iterator[str]:
    """An app whose call page registers for every event of a call."""
    server.add_app("crm", crm.origin, call=f"/pages/crm.html?events={EVENTS}")
    yield "crm"
    server.remove_app("crm")


def rising(frame: Frame) -> list[int]:
    """The numbers of what a page heard; each comes once, in the order of the log."""
    seqs = [data["seq"] for _, data in heard(frame)]
    assert seqs == sorted(set(seqs)), names(frame)
    return seqs


@pytest.mark.parametrize("sdk", ["ameyo-sdk.js", "ameyo_sdk.js"])
def test_guide_snippets_hear_an_inbound_call_and_read_the_plan(
    server: RealServer, crm: CrmSite, console: Console, sdk: str
) -> None:
    """The two snippets stand in the page literally; only the host's name is put in."""
    server.add_app("guide", crm.origin, call=f"/pages/guide.html?sdk={sdk}")
    try:
        console.open()
        call = server.calls_in()
        frame = console.frame("guide")
        frame.wait_for_function("window.ameyoOmniSdk !== undefined")
        with (
            console.page.expect_console_message(lambda m: m.text.startswith("result")) as result,
            console.page.expect_console_message(lambda m: "event received" in m.text) as event,
            console.page.expect_console_message(lambda m: "successfully registered" in m.text),
        ):
            frame.click("body", position={"x": 1, "y": 1}, force=True)
        classes = result.value.args[1].json_value()
        assert [one["dispositionClassName"] for one in classes] == [
            "Success",
            "Follow up",
            "No contact",
        ]
        payload = event.value.args[1].json_value()
        assert (payload["phone"], payload["crtObjectId"]) == (CALLER, call)
        dispose = "ameyoOmniSdk.interaction.disposeInteraction({dispositionCode: 'Resolved'})"
        frame.wait_for_function(
            "ameyoOmniSdk.interaction.getCurrent().then(({state}) => state === 'connected')"
        )
        assert frame.evaluate(dispose) == {"interactionId": payload["interactionId"]}
        seen = server.call(console.token, call)
        assert seen["state"] == "disposed"
        [disposition] = seen["dispositions"]
        assert (disposition["dispositionCode"], disposition["disposedByCrm"]) == ("Resolved", True)
    finally:
        server.remove_app("guide")


def test_a_page_hears_its_call_from_the_first_event_to_the_last(
    server: RealServer, console: Console, crm_app: str
) -> None:
    console.open()
    server.calls_in()
    frame = page_of(console.frame(crm_app))
    until_heard(frame, "interactionConnected")
    interaction = heard(frame)[0][1]["interactionId"]
    done(frame, f"interaction.holdInteraction('{interaction}')")
    until_heard(frame, "interactionHeld")
    done(frame, f"interaction.resumeInteraction('{interaction}')")
    until_heard(frame, "interactionResumed")
    done(frame, "interaction.disposeInteraction({dispositionCodeId: 12})")
    until_heard(frame, "interactionDisposed")
    assert names(frame) == [
        *ANSWERED,
        "interactionHeld",
        "interactionResumed",
        "interactionEnded",
        "interactionDisposed",
    ]
    rising(frame)
    context = done(frame, "session.getContext()")
    assert (context["appId"], context["frame"]) == ("crm", "call")
    assert context["userCrtObjectIds"] == [heard(frame)[0][1]["userCrtObjectId"]]
    assert all("pops" not in data for _, data in heard(frame))


def test_a_server_killed_in_mid_call_is_only_a_delay(
    server: RealServer, console: Console, crm_app: str
) -> None:
    console.open()
    call = server.calls_in()
    frame = page_of(console.frame(crm_app))
    until_heard(frame, "interactionConnected")
    interaction = heard(frame)[0][1]["interactionId"]
    server.kill()
    refused = frame.evaluate(
        "id => window.caught(omni.interaction.holdInteraction(id))", interaction
    )
    assert refused["code"] in ("timeout", "network.unavailable")
    server.start()
    again = f"'{interaction}', {{requestId: '{refused['requestId']}'}}"
    done(frame, f"interaction.holdInteraction({again})")
    until_heard(frame, "interactionHeld")
    done(frame, "interaction.disposeInteraction({dispositionCode: 'Sale'})")
    until_heard(frame, "interactionDisposed")
    assert names(frame).count("interactionHeld") == 1
    assert names(frame)[:4] == ANSWERED
    rising(frame)
    assert server.call(console.token, call)["state"] == "disposed"


def test_a_reloaded_page_hears_nothing_twice_and_goes_on(
    server: RealServer, console: Console, crm_app: str
) -> None:
    console.open()
    server.calls_in()
    frame = page_of(console.frame(crm_app))
    until_heard(frame, "interactionConnected")
    before = rising(frame)
    frame.evaluate("location.reload()")
    frame.wait_for_function("!window.heard?.some(([name]) => name === 'interactionConnected')")
    page_of(frame)
    [known] = done(frame, "interaction.getAll()")
    assert known["state"] == "connected"
    done(frame, f"interaction.endInteraction('{known['interactionId']}')")
    until_heard(frame, "interactionWrapStarted")
    assert not set(before) & set(rising(frame))
    done(frame, "interaction.disposeInteraction({dispositionCode: 'Sale'})")
    until_heard(frame, "interactionDisposed")


def test_a_reloaded_host_opens_the_same_address_and_tells_nothing_twice(
    server: RealServer, console: Console, crm_app: str
) -> None:
    console.open()
    server.calls_in()
    frame = page_of(console.frame(crm_app))
    until_heard(frame, "interactionConnected")
    before, address = rising(frame), frame.url
    console.reload()
    frame = page_of(console.frame(crm_app))
    assert frame.url == address
    done(frame, "interaction.disposeInteraction({dispositionCode: 'Sale'})")
    until_heard(frame, "interactionDisposed")
    assert not set(before) & set(rising(frame))
