"""The guide's two snippets, pasted literally, do what the guide says."""

from __future__ import annotations

import pytest

from tests.e2e.sdk.desk import Desk
from tests.e2e.sdk.site import Site
from tests.e2e.sdk.world import World

PLAN = [{"dispositionClassId": 1, "dispositionClassName": "Success", "dispositionCodes": []}]


@pytest.mark.parametrize("name", ["ameyo-sdk.js", "ameyo_sdk.js"])
def test_guide_snippets_register_hear_and_read_the_plan(
    desk: Desk, world: World, site: Site, name: str
) -> None:
    world.replies["configuration.getDispositionCodesWithDispositionClass"] = PLAN
    seq = world.call("interactionInitiated")
    frame = desk.open(
        "call",
        kind="call",
        call=1,
        start_seq=seq - 1,
        url=f"{site.crm}/pages/guide.html?sdk={name}&origin={site.host}",
    )
    frame.wait_for_function("window.ameyoOmniSdk !== undefined")
    with (
        desk.page.expect_console_message(lambda m: m.text.startswith("result")) as result,
        desk.page.expect_console_message(lambda m: "event received" in m.text) as event,
        desk.page.expect_console_message(lambda m: "successfully registered" in m.text),
    ):
        frame.click("body", position={"x": 1, "y": 1}, force=True)
    assert result.value.args[1].json_value() == PLAN
    assert event.value.args[1].json_value()["phone"] == "8447380991"
    assert world.commands[0].args == [172]
    assert not [line for line in desk.console if "error" in line]
