"""Who may speak to whom (contract 6, the bridge)."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator
from playwright.sync_api import BrowserContext

from tests.e2e.sdk.desk import Desk, caught, heard, ready, settled
from tests.e2e.sdk.site import FRONTEND, Site
from tests.e2e.sdk.world import World


def test_embedded_page_gets_its_answer_over_the_bridge(desk: Desk, world: World) -> None:
    world.replies["session.getState"] = {"state": "ready"}
    frame = desk.crm()
    assert caught(frame, "session.getState()") == {"value": {"state": "ready"}}
    (command,) = world.commands
    assert (command.token, command.key, command.args) == (
        "token-of-login",
        "session.getState",
        [],
    )


def test_page_of_an_origin_the_app_does_not_list_gets_no_answer(desk: Desk, site: Site) -> None:
    frame = desk.crm(url=f"{site.other}/pages/crm.html?timeout=3000")
    assert caught(frame, "session.getState()")["code"] == "host.not.found"
    assert desk.page.evaluate("desk.foreign")[0] == site.other
    assert desk.states() == []


def test_page_without_a_trusted_parent_rejects_at_once(context: BrowserContext, site: Site) -> None:
    page = context.new_page()
    page.goto(f"{site.crm}/pages/crm.html")
    error = caught(ready(page.main_frame), "interaction.getAll()")
    assert (error["name"], error["code"]) == ("OmniError", "host.not.found")


def test_page_framed_by_a_stranger_never_talks_to_it(context: BrowserContext, site: Site) -> None:
    page = context.new_page()
    page.goto(f"{site.other}/pages/blank.html")
    page.evaluate(
        """url => {
            window.got = [];
            addEventListener("message", (event) => window.got.push(event.data));
            const frame = document.createElement("iframe");
            frame.src = url;
            document.body.append(frame);
        }""",
        f"{site.crm}/pages/crm.html?origin={site.other}",
    )
    page.wait_for_selector("iframe")
    frame = ready(page.frames[1])
    assert caught(frame, "session.getState()")["code"] == "host.not.found"
    assert page.evaluate("window.got") == []


def test_unknown_version_is_refused_with_a_sentence(desk: Desk, site: Site) -> None:
    """A page of a later SDK that no longer speaks our version."""
    frame = desk.open(url=f"{site.crm}/pages/blank.html")
    refusal = frame.evaluate(
        """host => new Promise((resolve) => {
            addEventListener("message", (event) => resolve([event.data, event.ports.length]));
            const hello = { screenpop: "hello", versions: [7, 8], page: "x", attempt: 1, sdk: "9" };
            window.parent.postMessage(hello, host);
        })""",
        site.host,
    )
    assert refusal == [
        {
            "screenpop": "refusal",
            "page": "x",
            "attempt": 1,
            "code": "version.unsupported",
            "versions": [2, 1],
        },
        0,
    ]


@pytest.mark.parametrize(
    ("versions", "picked"), [([8, 1], 1), ([1, 2], 2), ([2, 7, 1], 2), ([1], 1)]
)
def test_host_picks_the_highest_common_version(
    desk: Desk, site: Site, versions: list[int], picked: int
) -> None:
    frame = desk.open(url=f"{site.crm}/pages/blank.html")
    version = frame.evaluate(
        """([host, versions]) => new Promise((resolve) => {
            addEventListener("message", (event) => resolve(event.data.version));
            const hello = { screenpop: "hello", versions, page: "x", attempt: 1, sdk: "9",
                later: true };
            window.parent.postMessage(hello, host);
        })""",
        [site.host, versions],
    )
    assert version == picked


def test_second_handshake_of_a_page_takes_the_place_of_the_first(desk: Desk, world: World) -> None:
    world.replies["session.getState"] = {"state": "ready"}
    frame = desk.crm()
    caught(frame, "session.getState()")
    desk.page.evaluate("desk.bridges.login.frameLoaded()")
    desk.wait_state("connected")
    assert caught(frame, "session.getState()") == {"value": {"state": "ready"}}


def test_whole_conversation_is_as_the_schema_says(desk: Desk, world: World) -> None:
    for name in ("interactionInitiated", "showCrm", "showCrm"):
        world.call(name)
    settled(desk, 3)
    asked = "interaction.interactionInitiated,interaction.showCrm,session.misspelt"
    frame = desk.crm(query={"events": asked})
    heard(frame, 3)
    world.call("showCrm")
    heard(frame, 4)
    caught(frame, "session.getState()")
    caught(frame, "interaction.unregister('showCrm', () => {})")
    desk.page.evaluate("desk.bridges.login.frameLoaded()")
    desk.wait_state("connected")
    caught(frame, "session.nonsense()")
    schema = json.loads((FRONTEND.parent / "contracts" / "sdk-messages.schema.json").read_text())
    taps = desk.page.evaluate("desk.taps.map(({ message, outcome }) => [message, outcome])")
    kinds = {message.get("t", message.get("screenpop")) for message, _ in taps}
    assert kinds >= {"hello", "welcome", "call", "result", "failure", "subscribe", "subscribed"}
    assert kinds >= {"event", "events", "ack", "acks", "unsubscribe", "bye"}
    for message, outcome in taps:
        assert outcome == "ok"
        Draft202012Validator(schema).validate(message)
