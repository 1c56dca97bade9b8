"""Every example of docs/sdk.md does what the page says it does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame

from tests.e2e.sdk.desk import Desk, ready
from tests.e2e.sdk.site import Site
from tests.e2e.sdk.world import World

CONTRACTS = Path(__file__).parents[3] / "contracts"
CASES: list[dict[str, Any]] = json.loads(
    (CONTRACTS / "vectors" / "sdk" / "examples.json").read_text()
)["cases"]
NONE = {"interactionId": None}
HOST_OWN = {"interaction.interactionFocused"}


@pytest.fixture(scope="module")
def shared(browser: Browser, sites: Site) -> Iterator[Desk]:
    """One page serves all examples: each is about a name of its own."""
    sites.world = World()
    with browser.new_context() as context:
        desk = Desk(context.new_page(), sites)
        desk.crm()
        yield desk
    sites.world.end()


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_example_gives_what_the_reference_says(case: dict[str, Any], shared: Desk) -> None:
    given = case["input"]
    site, world = shared.site, shared.site.world
    world.replies[case["name"]] = given.get("reply", NONE)
    if given["context"] == "crm":
        page = shared.page.context.new_page()
        page.goto(f"{site.crm}/pages/framing.html")
        assert run(ready(page.main_frame), given["code"]) == case["output"]
        page.close()
        return
    frame = shared.frame()
    if "payload" not in given:
        assert run(frame, given["code"]) == case["output"]
        return
    frame.evaluate(f"() => {{ window.outcome = (async () => {{ {given['code']} }})(); }}")
    # The host answers in order: once this is answered, the registration stands.
    frame.evaluate("omni.ui.setBadge(0)")
    namespace, name = case["name"].split(".")
    if case["name"] in HOST_OWN:
        shared.page.evaluate(
            "([name, payload]) => desk.bridges.login.emit('interaction', name, payload)",
            [name, given["payload"]],
        )
    else:
        world.emit(namespace, name, **given["payload"])
    assert frame.evaluate("outcome") == case["output"]


def run(frame: Frame, code: str) -> Any:
    """Run an example as the body of an async function."""
    return frame.evaluate(f"async () => {{ {code} }}")
