"""A page built with an earlier SDK works with today's host (contract 6)."""

from __future__ import annotations

import pytest

from tests.e2e.sdk.desk import Desk, caught, heard
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
