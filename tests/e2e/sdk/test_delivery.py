"""Each event at most once per frame, none lost (contract 6, delivery)."""

from __future__ import annotations

import random

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.e2e.sdk.desk import Desk, caught, heard, ready, seqs, settled
from tests.e2e.sdk.site import Site
from tests.e2e.sdk.world import World

CALL = [
    "interactionInitiated",
    "showCrm",
    "interactionRinging",
    "interactionConnected",
    "interactionEnded",
    "interactionWrapStarted",
]
ALL = {"events": ",".join(f"interaction.{name}" for name in [*CALL, "interactionDisposed"])}


def test_page_that_a_call_opened_hears_the_event_that_opened_it(desk: Desk, world: World) -> None:
    seq = world.call("interactionInitiated")
    world.call("showCrm")
    frame = desk.crm("call", kind="call", call=1, start_seq=seq - 1, query=ALL)
    events = heard(frame, 2)
    assert [name for name, _ in events] == ["interactionInitiated", "showCrm"]
    assert all(data["replayed"] is True for _, data in events)
    world.call("interactionConnected")
    name, data = heard(frame, 3)[2]
    assert name == "interactionConnected"
    assert "replayed" not in data


def test_login_frame_hears_nothing_from_before_its_opening(desk: Desk, world: World) -> None:
    seq = world.call("interactionInitiated")
    frame = desk.crm(start_seq=seq, query=ALL)
    world.call("interactionConnected")
    assert seqs(frame, 1) == [2]


def test_call_frame_hears_its_own_interaction_and_the_session(desk: Desk, world: World) -> None:
    query = {"events": "interaction.interactionConnected,session.stateChanged"}
    frame = desk.crm("call", kind="call", call=1, query=query)
    caught(frame, "session.getState()")
    world.call("interactionInitiated", 1)
    world.call("interactionConnected", 2)
    world.call("interactionConnected", 1)
    world.emit("session", "stateChanged", state="onCall")
    assert seqs(frame, 2) == [3, 4]


def test_app_hears_the_calls_of_its_campaigns_and_of_its_queues_only(
    desk: Desk, world: World
) -> None:
    frame = desk.crm(query=ALL, campaigns=[172], queues=[5])
    caught(frame, "session.getState()")
    world.call("interactionInitiated", 1, campaignId=60, queueId=6)
    world.call("interactionInitiated", 2, campaignId=60, queueId=5)
    world.call("interactionInitiated", 3, campaignId=172, queueId=6)
    assert seqs(frame, 2) == [2, 3]


def test_events_carry_the_ids_minted_for_the_app(desk: Desk, world: World) -> None:
    frame = desk.crm(query=ALL)
    world.call("interactionInitiated")
    ((_, data),) = heard(frame, 1)
    assert (data["sessionId"], data["userCrtObjectId"]) == ("minted-session", "minted-seat")


def test_app_that_may_not_act_is_sent_no_session_and_no_seat(desk: Desk, world: World) -> None:
    frame = desk.crm(query=ALL, scopes=["interaction:read"])
    world.call("interactionInitiated")
    ((_, data),) = heard(frame, 1)
    assert (data["sessionId"], data["userCrtObjectId"]) == (None, None)


@pytest.mark.parametrize("step", range(1, len(CALL) + 1))
def test_page_reloaded_at_any_step_of_a_call_hears_each_event_once(
    desk: Desk, world: World, step: int
) -> None:
    frame = desk.crm(query=ALL)
    for name in CALL[:step]:
        world.call(name)
    before = seqs(frame, step)
    frame.evaluate("location.reload()")
    frame.wait_for_function("window.heard?.length === 0")
    for name in CALL[step:]:
        world.call(name)
    world.call("interactionDisposed")
    after = seqs(frame, len(CALL) + 1 - step)
    assert before + after == list(range(1, len(CALL) + 2))


@pytest.mark.parametrize("step", range(1, len(CALL) + 1))
def test_host_reloaded_at_any_step_of_a_call_tells_no_event_twice(
    desk: Desk, world: World, step: int
) -> None:
    frame = desk.crm(query=ALL)
    for name in CALL[:step]:
        world.call(name)
    before = seqs(frame, step)
    desk.load()
    frame = desk.crm(query=ALL)
    for name in CALL[step:]:
        world.call(name)
    world.call("interactionDisposed")
    after = seqs(frame, len(CALL) + 1 - step)
    assert before + after == list(range(1, len(CALL) + 2))


def test_events_of_a_reloading_page_wait_for_it(desk: Desk, world: World, site: Site) -> None:
    frame = desk.crm(query=ALL)
    world.call("interactionInitiated")
    heard(frame, 1)
    frame.goto(f"{site.crm}/pages/blank.html")
    settled(desk, world.call("interactionConnected"))
    frame.goto(f"{site.crm}/pages/crm.html?events={ALL['events']}")
    assert seqs(ready(frame), 1) == [2]


def test_register_skips_interactions_that_are_disposed(desk: Desk, world: World) -> None:
    frame = desk.crm()
    world.call("interactionInitiated", 1)
    world.call("interactionDisposed", 1)
    world.call("interactionInitiated", 2)
    settled(desk, 3)
    frame.evaluate("hear('interaction.interactionInitiated')")
    frame.evaluate("hear('interaction.interactionDisposed')")
    world.call("interactionDisposed", 2)
    assert seqs(frame, 2) == [3, 4]


def test_lost_network_delays_events_and_loses_none(desk: Desk, world: World) -> None:
    frame = desk.crm(query=ALL)
    world.call("interactionInitiated")
    heard(frame, 1)
    world.outage = 502
    world.drop_streams()
    for name in CALL[1:]:
        world.call(name)
    world.outage = None
    assert seqs(frame, len(CALL)) == list(range(1, len(CALL) + 1))
    assert not any("replayed" in data for _, data in heard(frame, 0))


def test_page_that_sees_a_hole_in_the_counter_begins_again_and_loses_nothing(
    desk: Desk, world: World
) -> None:
    """One event message is lost between the two; the next one gives it away."""
    frame = desk.crm(query=ALL)
    caught(frame, "session.getState()")
    desk.page.evaluate(
        """() => {
            const post = MessagePort.prototype.postMessage;
            let lost = false;
            MessagePort.prototype.postMessage = function (message, ...rest) {
                if (lost || message.t !== "event") post.call(this, message, ...rest);
                else lost = true;
            };
        }"""
    )
    world.call("interactionInitiated")
    settled(desk, 1)
    world.call("interactionConnected")
    assert seqs(frame, 2) == [1, 2]


def test_callback_that_throws_is_reported_and_stops_nobody(desk: Desk, world: World) -> None:
    frame = desk.crm()
    frame.evaluate(
        """async () => {
            await omni.interaction.register("interactionInitiated", () => {
                throw new Error("mine");
            });
            await hear("interaction.interactionInitiated");
        }"""
    )
    world.call("interactionInitiated")
    assert seqs(frame, 1) == [1]
    assert any("interaction.interactionInitiated threw" in line for line in desk.console)


def test_unregistered_callback_hears_no_more_and_the_next_one_hears_the_rest(
    desk: Desk, world: World
) -> None:
    frame = desk.crm()
    frame.evaluate(
        """async () => {
            window.first = [];
            const callback = (data) => first.push(data.seq);
            await omni.interaction.register("showCrm", callback);
            window.off = () => omni.interaction.unregister("showCrm", callback);
        }"""
    )
    world.call("interactionInitiated")
    world.call("showCrm")
    frame.wait_for_function("first.length === 1")
    assert frame.evaluate("off()") == {"event": "showCrm"}
    settled(desk, world.call("showCrm"))
    assert frame.evaluate("hear('interaction.showCrm')") == {"event": "showCrm"}
    assert seqs(frame, 1) == [3]
    assert frame.evaluate("first") == [2]


def test_double_effects_hear_each_event_once(desk: Desk, world: World) -> None:
    """React mounts, unmounts and mounts again in one turn; the config is the same each time."""
    world.call("interactionInitiated")
    frame = desk.crm("call", kind="call", call=1)
    settled(desk, 1)
    same = frame.evaluate(
        """() => {
            const effect = () => {
                const own = sdk.initialize({ context: "app", timeout: 30000 });
                const callback = (data) => heard.push(["interactionInitiated", data]);
                own.interaction.register("interactionInitiated", callback);
                return [own, () => own.interaction.unregister("interactionInitiated", callback)];
            };
            const [first, cleanUp] = effect();
            cleanUp();
            const [second] = effect();
            return first === second && first === omni;
        }"""
    )
    assert same
    world.call("showCrm")
    frame.evaluate("hear('interaction.showCrm')")
    assert sorted(seqs(frame, 2)) == [1, 2]


def test_another_configuration_replaces_the_instance(desk: Desk, world: World) -> None:
    world.replies["session.getState"] = {"state": "ready"}
    frame = desk.crm(query=ALL)
    caught(frame, "session.getState()")
    frame.evaluate("window.old = omni")
    frame.evaluate("window.omni = sdk.initialize({ context: 'app', timeout: 20000 })")
    error = frame.evaluate("caught(old.session.getState())")
    assert error["code"] == "instance.replaced"
    assert caught(frame, "session.getState()") == {"value": {"state": "ready"}}


def test_snapshot_after_too_long_an_absence_goes_on_from_there(desk: Desk, world: World) -> None:
    frame = desk.crm(query=ALL)
    world.call("interactionInitiated")
    heard(frame, 1)
    world.outage = 503
    world.drop_streams()
    for _ in range(5):
        world.call("interactionHeld")
    world.forgotten = 6
    world.snapshot = {"seq": 6, "session": {}, "interactions": [dict(world.log[-1]["payload"])]}
    world.outage = None
    desk.page.wait_for_function("desk.feed.seq === 6")
    world.call("interactionEnded")
    assert seqs(frame, 2) == [1, 7]


def test_ten_thousand_events_with_drops_and_resets_end_in_the_same_state(
    desk: Desk, world: World
) -> None:
    """The page, told by events alone, ends where the server is, however often it is cut off."""
    draw = random.Random(20261122)
    frame = desk.crm(query=ALL, limits={"rate": 10_000, "burst": 10_000})
    caught(frame, "session.getState()")
    state: dict[int, str] = {}
    names = [*CALL[2:], "interactionDisposed"]
    number = 0
    for turn in range(10_000):
        if not state or draw.random() < 0.1:
            number += 1
            state[number] = "interactionInitiated"
            world.call("interactionInitiated", number)
        else:
            chosen = draw.choice(list(state))
            name = draw.choice(names)
            world.call(name, chosen)
            if name == "interactionDisposed":
                del state[chosen]
            else:
                state[chosen] = name
        if turn % 500 == 250:
            world.drop_streams()
        if turn % 700 == 350:
            desk.page.evaluate("desk.bridges.login.frameLoaded()")
    frame.wait_for_function("heard.length >= 10000", timeout=60_000)
    order = frame.evaluate("heard.map(([, data]) => data.seq)")
    assert order == list(range(1, 10_001))
    end = frame.evaluate(
        """() => {
            const state = {};
            for (const [name, data] of heard) {
                const number = data.interactionId.split("-").at(-1);
                if (name === "interactionDisposed") delete state[number];
                else state[number] = name;
            }
            return state;
        }"""
    )
    assert {int(key): value for key, value in end.items()} == state


@pytest.mark.parametrize("step", range(1, len(CALL) + 1))
def test_toolbar_reloaded_at_any_step_of_a_call_tells_the_page_every_event_once(
    context: BrowserContext, site: Site, world: World, step: int
) -> None:
    """Context crm: the page outlives its host."""
    page = framing_page(context.new_page(), site, ALL["events"])
    for name in CALL[:step]:
        world.call(name)
    heard(page.main_frame, step)
    page.evaluate("document.getElementById('toolbar').contentWindow.location.replace(toolbar)")
    for name in CALL[step:]:
        world.call(name)
    world.call("interactionDisposed")
    assert seqs(page.main_frame, len(CALL) + 1) == list(range(1, len(CALL) + 2))


def framing_page(page: Page, site: Site, events: str = "") -> Page:
    """A CRM page that frames the toolbar by itself and uses the SDK in context crm."""
    page.goto(f"{site.crm}/pages/framing.html?events={events}")
    ready(page.main_frame)
    return page
