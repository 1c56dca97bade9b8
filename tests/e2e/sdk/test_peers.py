"""A page built with an earlier SDK works with today's host (contract 6)."""

from __future__ import annotations

import pytest

from tests.e2e.sdk.desk import Desk, caught, heard, seqs, settled
from tests.e2e.sdk.site import HERE
from tests.e2e.sdk.world import World

PEERS = sorted(path.name for path in (HERE / "peers").glob("*.js"))


@pytest.mark.parametrize("peer", PEERS)
def test_page_of_an_earlier_build_calls_hears_and_survives_resets(
    desk: Desk, world: World, peer: str
) -> None:
    world.replies["session.getState"] = {"state": "ready"}
    frame = desk.crm(query={"events": "interaction.interactionInitiated,interaction.showCrm"})
    frame = desk.crm("old", url=frame.url.replace("crm.html?", f"crm.html?sdk={peer}&"))
    assert caught(frame, "session.getState()") == {"value": {"state": "ready"}}
    world.call("interactionInitiated")
    heard(frame, 1)
    desk.page.evaluate("desk.bridges.old.frameLoaded()")
    world.call("showCrm")
    assert [name for name, _ in heard(frame, 2)] == ["interactionInitiated", "showCrm"]
    assert caught(frame, "session.getSate()")["code"] == "unknown.method"
    sdks = desk.page.evaluate(
        "desk.taps.filter(({ message, frameId }) => frameId === 'old' && message?.sdk)"
        ".map(({ message }) => message.sdk)"
    )
    assert set(sdks) == {peer.removeprefix("ameyo-sdk-").removesuffix(".js")}


@pytest.mark.parametrize(("peer", "version", "kind"), [(*PEERS[:1], 1, "event"), ("", 2, "events")])
def test_each_build_is_told_what_it_missed_in_the_version_it_speaks(
    desk: Desk, world: World, peer: str, version: int, kind: str
) -> None:
    """The first build gets one message an event; today's gets them together; both hear all."""
    for name in ["interactionInitiated", *["interactionHeld"] * 300]:
        world.call(name)
    settled(desk, 301)
    sdk = {"sdk": peer} if peer else {}
    frame = desk.crm(query={**sdk, "events": "interaction.interactionHeld"})
    assert seqs(frame, 300) == list(range(2, 302))
    assert all(data["replayed"] for _, data in heard(frame, 300))
    messages = desk.page.evaluate("desk.taps.map(({ message }) => message)")
    (welcome,) = {m["version"] for m in messages if m.get("screenpop") == "welcome"}
    kinds = [m["t"] for m in messages if m.get("t") in ("event", "events")]
    assert (welcome, set(kinds)) == (version, {kind})
    assert len(kinds) == 300 if kind == "event" else len(kinds) <= 8


def test_callback_that_takes_itself_off_leaves_the_rest_to_the_next_one(
    desk: Desk, world: World
) -> None:
    """What came in one message is told one by one, and what nobody heard is told again."""
    for name in ["interactionInitiated", *["interactionHeld"] * 10]:
        world.call(name)
    settled(desk, 11)
    frame = desk.crm()
    frame.evaluate(
        """() => {
            const events = omni.interaction;
            window.once = [];
            const first = ({ seq }) => {
                once.push(seq);
                if (once.length < 3) return;
                events.unregister("interactionHeld", first);
                events.register("interactionHeld", (data) => heard.push(["later", data]));
            };
            return events.register("interactionHeld", first);
        }"""
    )
    assert seqs(frame, 7) == [5, 6, 7, 8, 9, 10, 11]
    assert frame.evaluate("once") == [2, 3, 4]
