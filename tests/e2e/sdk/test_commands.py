"""What becomes of a call (contract 6)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Frame

from tests.e2e.sdk.desk import Desk, caught
from tests.e2e.sdk.site import Site
from tests.e2e.sdk.world import Refusal, World


def test_unknown_names_reject(desk: Desk) -> None:
    frame = desk.crm()
    assert caught(frame, "interaction.initateInteraction({})")["code"] == "unknown.method"
    error = caught(frame, "interaction.register('interactionInitated', () => {})")
    assert error["code"] == "unknown.event"
    assert caught(frame, "session.unregister('misspelt', () => {})")["code"] == "unknown.event"


def test_namespaces_answer_no_promise_and_no_object_names(desk: Desk) -> None:
    frame = desk.crm()
    assert frame.evaluate(
        """async () => {
            const bare = ["then", "catch", "finally", "toJSON", "constructor"];
            const own = ["toString", "hasOwnProperty", "valueOf"];
            const space = omni.interaction;
            return [
                bare.every((name) => space[name] === undefined),
                own.every((name) => space[name] === Object.prototype[name]),
                (await space) === space,
                space.initiateInteraction === space.initiateInteraction,
            ];
        }"""
    ) == [True, True, True, True]


def test_error_of_the_server_reaches_the_page_with_its_key(desk: Desk, world: World) -> None:
    world.replies["interaction.endInteraction"] = Refusal(512, "no.active.call", "Nothing is up.")
    error = caught(desk.crm(), "interaction.endInteraction('x')")
    assert (error["code"], error["message"]) == ("no.active.call", "no.active.call")
    assert error["info"] == "Nothing is up."


def test_unknown_context_rejects_every_call(desk: Desk) -> None:
    frame = desk.crm(query={"context": "kiosk"})
    assert caught(frame, "session.getState()")["code"] == "config.invalid"


@pytest.mark.parametrize("config", ["undefined", "7", "{context: {}}", "Object.create(null)"])
def test_initialize_never_throws(desk: Desk, config: str) -> None:
    frame = desk.crm()
    frame.evaluate(f"window.omni = sdk.initialize({config})")
    assert caught(frame, "session.getState()")["code"] == "config.invalid"


def test_login_is_not_for_a_framed_page(desk: Desk) -> None:
    error = caught(desk.crm(), "session.login({username: 'a', password: 'b'})")
    assert error["code"] == "not.in.this.context"


def test_host_answers_ui_by_itself_within_the_scope(desk: Desk, world: World) -> None:
    frame = desk.crm()
    assert caught(frame, "ui.notify({text: 'Saved', level: 'success'})") == {
        "value": {"interactionId": None}
    }
    assert desk.page.evaluate("desk.shown") == [["notify", {"text": "Saved", "level": "success"}]]
    assert caught(frame, "ui.setBadge(-1)")["code"] == "InvalidInput"
    assert world.commands == []
    other = desk.crm("bare", scopes=["interaction:read"])
    assert caught(other, "ui.setTitle('x')")["code"] == "access.denied"


def test_open_tab_takes_the_apps_own_origins_only(desk: Desk, site: Site) -> None:
    frame = desk.crm()
    assert "value" in caught(frame, f"ui.openTab('{site.crm}/record/1')")
    for url in (f"{site.other}/x", "javascript:alert(1)", "data:text/html,x", "record/1"):
        assert caught(frame, f"ui.openTab('{url}')")["code"] == "InvalidInput"


def test_call_frame_stands_in_for_what_the_page_leaves_out(desk: Desk, world: World) -> None:
    frame = desk.crm("call", kind="call", call=1)
    world.replies["session.getContext"] = {"userId": "maya"}
    caught(frame, "interaction.getCurrent()")
    caught(frame, "interaction.disposeInteraction({dispositionCode: 'Sale'})")
    caught(frame, "interaction.initiateInteraction({phone: '1', requestId: 7})")
    own = "d1-00000001-int-1"
    assert [command.args for command in world.commands] == [
        [own],
        [{"interactionId": own, "dispositionCode": "Sale"}],
        [{"campaignId": 60, "phone": "1", "requestId": 7}],
    ]
    assert world.commands[2].request_id == "7"
    context = caught(frame, "session.getContext()")["value"]
    assert context == {"userId": "maya", "frame": "call", "interactionId": own}


def test_values_of_page_frameworks_are_sent_as_json(desk: Desk, world: World) -> None:
    frame = desk.crm()
    caught(frame, "interaction.initiateInteraction(new Proxy({phone: '1', f() {}}, {}))")
    assert world.commands[0].args == [{"phone": "1"}]
    loop = "(() => { const a = {}; a.a = a; return a; })()"
    assert caught(frame, f"interaction.initiateInteraction({loop})")["code"] == "InvalidInput"


def test_call_in_flight_survives_resets_and_is_made_once(desk: Desk, world: World) -> None:
    release = world.hold("interaction.initiateInteraction")
    frame = desk.crm()
    dial(frame)
    desk.page.wait_for_function("desk.taps.some(({ message }) => message?.t === 'call')")
    for _ in range(3):
        desk.page.evaluate("desk.bridges.login.frameLoaded()")
        desk.wait_state("connected")
    release()
    assert frame.evaluate("dialled") == {"value": {"interactionId": None}}
    assert world.count("interaction.initiateInteraction") == 1


def test_server_restart_in_mid_call_only_delays_the_answer(desk: Desk, world: World) -> None:
    frame = desk.crm()
    world.outage = 503
    with desk.page.expect_response(lambda reply: reply.status == 503):
        dial(frame)
    world.outage = None
    assert frame.evaluate("dialled") == {"value": {"interactionId": None}}
    assert world.count("interaction.initiateInteraction") == 1


def test_sent_call_that_times_out_carries_its_request_id(desk: Desk, world: World) -> None:
    release = world.hold("interaction.sendDtmf")
    frame = desk.crm()
    error = frame.evaluate(
        """async () => {
            const quick = sdk.initialize({ context: "app", timeout: 2000 });
            // Not before the bridge is up, however long that takes.
            while ("code" in (await caught(quick.ui.setBadge(1))));
            return caught(quick.interaction.sendDtmf("x", "1", { requestId: "mine" }));
        }"""
    )
    release()
    assert (error["code"], error["requestId"]) == ("timeout", "mine")


def test_calls_before_the_bridge_wait_in_order_and_a_hundred_at_most(
    desk: Desk, world: World, site: Site
) -> None:
    """The frame is opened before its bridge: nobody answers the hellos yet."""
    desk.page.evaluate(
        """url => {
            const frame = document.createElement("iframe");
            frame.name = "late";
            frame.src = url;
            document.body.append(frame);
        }""",
        f"{site.crm}/pages/crm.html",
    )
    frame = desk.frame("late")
    frame.wait_for_function("window.omni !== undefined")
    full = frame.evaluate(
        """() => {
            window.waiting = [];
            for (let i = 0; i < 100; i += 1) {
                waiting.push(caught(omni.interaction.sendDtmf("x", i)));
            }
            return caught(omni.interaction.sendDtmf("x", 100));
        }"""
    )
    assert full["code"] == "queue.full"
    desk.page.evaluate(
        """origin => {
            const frame = { id: "late", kind: "login", interactionId: null, startSeq: 0,
                associationId: null, campaignId: null };
            const app = { appId: 1, origins: [origin], scopes: ["interaction:control"],
                campaigns: null, queues: null, token: "t", sessionId: null, seats: {} };
            desk.bridge({ frame, app }, () => frames.late);
        }""",
        site.crm,
    )
    results = frame.evaluate("Promise.all(waiting)")
    assert all("value" in result for result in results)
    order = desk.page.evaluate(
        "desk.taps.filter(({ message }) => message?.t === 'call').map((t) => t.message.args[1])"
    )
    assert order == list(range(100))


def dial(frame: Frame) -> None:
    """Start a dial whose outcome is kept in ``window.dialled``."""
    frame.evaluate(
        "() => { window.dialled = caught(omni.interaction.initiateInteraction({phone: '1'})); }"
    )
