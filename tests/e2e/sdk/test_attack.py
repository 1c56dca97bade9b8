"""An attacker's frame replays, floods and guesses (contract 6, the bridge)."""

from __future__ import annotations

from playwright.sync_api import Frame

from tests.e2e.sdk.desk import Desk, caught, heard, ready
from tests.e2e.sdk.site import FRONTEND, HERE, Site
from tests.e2e.sdk.world import World

#: Says hello to the host window as the SDK does, and keeps every answer.
HELLO = """(target) => {
    window.answers ??= [];
    addEventListener("message", (event) => answers.push([event.data, event.ports.length]));
    const hello = { screenpop: "hello", versions: [1], page: "guess", attempt: 1, sdk: "0.1.0" };
    window[target].postMessage(hello, HOST);
}"""


def say_hello(frame: Frame, desk: Desk, target: str = "parent") -> None:
    """Post a hello from that frame and let every message it causes arrive."""
    frame.evaluate(HELLO.replace("HOST", f"'{desk.site.host}'"), target)
    desk.page.evaluate("new Promise((done) => setTimeout(done, 100))")


def test_frame_of_another_window_is_not_heard(desk: Desk, site: Site) -> None:
    """Same host, right words, the origin of the app: but not the app's window."""
    desk.crm()
    desk.page.evaluate(
        """url => {
            const frame = document.createElement("iframe");
            frame.name = "attacker";
            frame.src = url;
            document.body.append(frame);
        }""",
        f"{site.crm}/pages/blank.html",
    )
    attacker = desk.frame("attacker")
    say_hello(attacker, desk)
    assert attacker.evaluate("answers") == []


def test_hello_of_the_page_replayed_by_another_frame_is_not_heard(
    desk: Desk, site: Site, world: World
) -> None:
    """The attacker has seen the page's own hello, name, number and all, and posts it again."""
    world.replies["session.getState"] = {"state": "ready"}
    frame = desk.crm()
    caught(frame, "session.getState()")
    desk.page.evaluate(
        """url => {
            const frame = document.createElement("iframe");
            frame.name = "attacker";
            frame.src = url;
            document.body.append(frame);
        }""",
        f"{site.crm}/pages/blank.html",
    )
    attacker = desk.frame("attacker")
    hello = desk.page.evaluate(
        "desk.taps.map(({ message }) => message).find((one) => one?.screenpop === 'hello')"
    )
    taps = desk.page.evaluate("desk.taps.length")
    attacker.evaluate(
        """([hello, host]) => {
            window.answers = [];
            addEventListener("message", (event) => answers.push(event.data));
            for (let attempt = 0; attempt < 50; attempt += 1) {
                window.parent.postMessage({ ...hello, attempt }, host);
            }
        }""",
        [hello, site.host],
    )
    assert caught(frame, "session.getState()") == {"value": {"state": "ready"}}
    assert attacker.evaluate("answers") == []
    heard_of = desk.page.evaluate("desk.taps.map(({ message }) => message?.screenpop ?? null)")
    assert "hello" not in heard_of[taps:]


def test_port_that_a_page_hands_to_another_frame_dies_with_the_next_load(
    desk: Desk, site: Site, world: World
) -> None:
    frame = desk.open(url=f"{site.crm}/pages/blank.html")
    desk.page.evaluate(
        """url => {
            const frame = document.createElement("iframe");
            frame.name = "accomplice";
            frame.src = url;
            document.body.append(frame);
        }""",
        f"{site.crm}/pages/blank.html",
    )
    accomplice = desk.frame("accomplice")
    accomplice.evaluate(
        """() => {
            window.got = [];
            addEventListener("message", ({ ports: [port] }) => {
                window.port = port;
                port.onmessage = ({ data }) => got.push(data.t);
                window.ask = (id) => port.postMessage({ t: "call", id, namespace: "interaction",
                    method: "getAll", args: [], requestId: `r${id}` });
                ask(1);
            });
        }"""
    )
    frame.evaluate(
        """() => addEventListener("message", ({ ports: [port] }) => {
            parent.frames.accomplice.postMessage("yours", location.origin, [port]);
        })"""
    )
    say_hello(frame, desk)
    accomplice.wait_for_function("got.length === 1")
    assert world.count("interaction.getAll") == 1
    frame.goto(f"{site.other}/pages/blank.html")
    accomplice.wait_for_function("got.at(-1) === 'bye'")
    accomplice.evaluate("ask(2)")
    frame.goto(f"{site.crm}/pages/crm.html")
    caught(ready(frame), "session.getState()")
    assert world.count("interaction.getAll") == 1


def test_guessed_acknowledgements_move_no_cursor(desk: Desk, site: Site, world: World) -> None:
    """A page that acknowledges what it was not sent hears, once it is sane again, all of it."""
    frame = desk.open(url=f"{site.crm}/pages/blank.html")
    frame.evaluate("addEventListener('message', (event) => { window.port = event.ports[0]; })")
    say_hello(frame, desk)
    frame.wait_for_function("window.port !== undefined")
    frame.evaluate(
        """() => {
            for (let n = 0; n < 50; n += 1) port.postMessage({ t: "ack", n, taken: true });
            port.postMessage({ t: "acks", first: 0, last: 200, taken: true });
            port.postMessage({ t: "acks", first: 1, last: Number.MAX_SAFE_INTEGER, taken: true });
            port.onmessage = () => { window.answered = true; };
            port.postMessage({ t: "ping", id: 1 });
        }"""
    )
    frame.wait_for_function("window.answered")
    world.call("interactionInitiated")
    frame.goto(f"{site.crm}/pages/crm.html?events=interaction.interactionInitiated")
    assert len(heard(ready(frame), 1)) == 1


def test_frame_inside_the_page_cannot_speak_for_it(desk: Desk, site: Site) -> None:
    frame = desk.crm()
    caught(frame, "session.getState()")
    frame.evaluate(
        """url => {
            const inner = document.createElement("iframe");
            inner.src = url;
            document.body.append(inner);
        }""",
        f"{site.crm}/pages/blank.html",
    )
    frame.wait_for_selector("iframe")
    inner = frame.child_frames[0]
    inner.wait_for_load_state()
    taps = desk.page.evaluate("desk.taps.length")
    say_hello(inner, desk, "top")
    assert inner.evaluate("answers") == []
    assert desk.page.evaluate("desk.taps.length") == taps


def test_page_the_frame_was_navigated_to_loses_the_port_and_gets_no_other(
    desk: Desk, site: Site
) -> None:
    frame = desk.crm()
    caught(frame, "session.getState()")
    frame.goto(f"{site.other}/pages/blank.html")
    say_hello(frame, desk)
    desk.page.wait_for_function("origin => desk.foreign.includes(origin)", arg=site.other)
    assert frame.evaluate("answers") == []
    desk.wait_state("waiting")


def test_welcome_forged_by_another_window_is_not_taken(desk: Desk, site: Site) -> None:
    """A sibling guesses the page's name and answers in the host's place."""
    frame = desk.open(url=f"{site.crm}/pages/crm.html?timeout=3000", origins=[site.other])
    frame.wait_for_function("window.omni !== undefined")
    frame.evaluate(
        """url => {
            const inner = document.createElement("iframe");
            inner.src = url;
            document.body.append(inner);
        }""",
        f"{site.crm}/pages/blank.html",
    )
    frame.wait_for_selector("iframe")
    inner = frame.child_frames[0]
    inner.wait_for_load_state()
    page_name = desk.page.evaluate("desk.taps[0].message.page")
    inner.evaluate(
        """([page, origin]) => {
            for (let attempt = 1; attempt < 20; attempt += 1) {
                const { port2 } = new MessageChannel();
                window.parent.postMessage({ screenpop: "welcome", version: 1, page, attempt,
                    stream: "s", n: 0, chords: [] }, origin, [port2]);
            }
        }""",
        [page_name, site.crm],
    )
    assert caught(frame, "session.getState()")["code"] == "host.not.found"


def test_flooding_frame_is_cut_off_and_shown_as_such(desk: Desk) -> None:
    quiet = desk.crm("quiet", query={"events": "interaction.showCrm"})
    frame = desk.crm("flood")
    codes = frame.evaluate(
        """async () => {
            const calls = [];
            for (let i = 0; i < 4000; i += 1) {
                calls.push(caught(omni.ui.setBadge(i)));
                if (i % 50 === 0) await new Promise((done) => setTimeout(done));
            }
            const outcomes = await Promise.all(calls);
            return [...new Set(outcomes.map(({ code }) => code ?? "ok"))];
        }"""
    )
    assert codes == ["ok", "too.many.requests", "frame.cut.off"]
    desk.wait_state("cutOff", "flood")
    desk.site.world.call("interactionInitiated")
    desk.site.world.call("showCrm")
    assert len(heard(quiet, 1)) == 1
    frame.evaluate("location.reload()")
    ready(frame)
    frame.evaluate("window.omni = sdk.initialize({ context: 'app', timeout: 2000 })")
    assert caught(frame, "session.getState()")["code"] == "host.not.found"
    frame.evaluate("window.omni = sdk.initialize({ context: 'app', timeout: 30000 })")
    desk.page.evaluate("desk.bridges.flood.restore()")
    assert "value" in caught(frame, "session.getState()")


def test_flood_of_hellos_is_cut_off(desk: Desk, site: Site) -> None:
    frame = desk.open(url=f"{site.crm}/pages/blank.html")
    frame.evaluate(
        """host => {
            for (let attempt = 1; attempt < 5000; attempt += 1) {
                const hello = { screenpop: "hello", versions: [1], page: "x", attempt, sdk: "" };
                window.parent.postMessage(hello, host);
            }
        }""",
        site.host,
    )
    desk.wait_state("cutOff")


def test_messages_that_are_none_are_refused_and_counted(desk: Desk) -> None:
    """A page that speaks the protocol by hand and sends rubbish over its port."""
    frame = desk.open(url=f"{desk.site.crm}/pages/blank.html")
    say_hello(frame, desk)
    frame.evaluate(
        """() => addEventListener("message", (event) => { window.port = event.ports[0]; })"""
    )
    say_hello(frame, desk)
    frame.wait_for_function("window.port !== undefined")
    frame.evaluate(
        """() => {
            port.postMessage({ t: "call", id: 1, namespace: "session", method: "constructor",
                args: [], requestId: "1" });
            port.postMessage({ t: "call", id: 2, namespace: "__proto__", method: "toString",
                args: [], requestId: "2" });
            port.postMessage({ t: "call", id: 3, namespace: "ui", method: "setTitle",
                args: ["x".repeat(70000)], requestId: "3" });
            port.postMessage({ t: "call", id: 4, namespace: "ui", method: "setTitle",
                args: [new Map([[1, 2]])], requestId: "4" });
            port.postMessage({ t: "ack", n: 999, taken: true });
            port.postMessage({ t: "call" });
            window.failures = [];
            port.onmessage = ({ data }) => failures.push([data.id, data.error?.code]);
        }"""
    )
    frame.wait_for_function("failures.length === 4")
    assert frame.evaluate("failures") == [
        [1, "unknown.method"],
        [2, "unknown.method"],
        [3, "InvalidInput"],
        [4, "InvalidInput"],
    ]
    assert desk.site.world.commands == []


def test_replayed_call_is_answered_again_and_not_made_again(desk: Desk, world: World) -> None:
    frame = desk.open(url=f"{desk.site.crm}/pages/blank.html")
    frame.evaluate(
        """() => addEventListener("message", (event) => { window.port = event.ports[0]; })"""
    )
    say_hello(frame, desk)
    frame.wait_for_function("window.port !== undefined")
    frame.evaluate(
        """() => {
            window.results = [];
            port.onmessage = ({ data }) => results.push(data.id);
            const call = { t: "call", id: 1, namespace: "interaction",
                method: "initiateInteraction", args: [{ phone: "1" }], requestId: "1" };
            for (let i = 0; i < 20; i += 1) port.postMessage(call);
            setTimeout(() => port.postMessage(call), 300);
        }"""
    )
    frame.wait_for_function("results.length === 2")
    assert len(world.commands) == 1


def test_no_source_posts_to_any_origin() -> None:
    """A window is posted to with an exact origin; the star stands in no source and no test page."""
    names = ("protocol", "sdk", "host", "toolbar", "console")
    folders = [FRONTEND / name / "src" for name in names]
    sources = [path for folder in [*folders, HERE / "pages"] for path in folder.rglob("*.ts")]
    assert len(sources) > 20
    for path in sources:
        text = path.read_text()
        assert '"*"' not in text, path
        assert "'*'" not in text, path
        assert "targetOrigin" not in text, path


def test_hellos_go_to_the_exact_origin_of_the_trusted_parent(desk: Desk, site: Site) -> None:
    """The page's parent is replaced by one that writes down where each message was to go."""
    desk.page.add_init_script(
        """if (window !== top) {
            window.posted = [];
            const parent = { postMessage: (message, target) => posted.push(target) };
            Object.defineProperty(window, "parent", { value: parent });
        }"""
    )
    frame = desk.open(url=f"{site.crm}/pages/guide.html?origin={site.other}")
    frame.wait_for_function("window.posted.length >= 3")
    assert set(frame.evaluate("posted")) == {site.host}
