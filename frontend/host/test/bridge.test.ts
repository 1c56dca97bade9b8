import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import type { HostMessage, PageMessage } from "../../protocol/src/index.ts";
import { type BridgeOptions, FrameBridge, type Tapped } from "../src/bridge.ts";
import { EventFeed } from "../src/feed.ts";

const ORIGIN = "https://crm.example";

/** A window that keeps what is posted to it, and to which exact origin. */
class FakeWindow extends EventTarget {
  readonly posted: { readonly message: unknown; readonly target: string }[] = [];
  port: MessagePort | null = null;
  readonly received: HostMessage[] = [];

  postMessage(message: unknown, target: string, [port]: MessagePort[] = []): void {
    this.posted.push({ message, target });
    if (!port) return;
    this.port = port;
    port.onmessage = ({ data }: MessageEvent) => this.received.push(data as HostMessage);
  }
}

const open: FrameBridge[] = [];
afterEach(() => {
  for (const bridge of open.splice(0)) bridge.close();
});

/** One bridge with its host window and its frame's window. */
function bench(more: Partial<BridgeOptions> = {}) {
  const hostWindow = new FakeWindow();
  const page = new FakeWindow();
  const taps: Tapped[] = [];
  const feed = new EventFeed("s", { seq: 0, session: {}, interactions: [] });
  const frame = {
    id: "f",
    kind: "login",
    interactionId: null,
    associationId: null,
    campaignId: null,
    startSeq: 0,
  } as const;
  const app = {
    appId: 1,
    origins: [ORIGIN],
    scopes: ["ui", "interaction:read"],
    campaigns: null,
    queues: null,
    token: null,
    sessionId: null,
    seats: {},
  } as const;
  const bridge = new FrameBridge({
    frame,
    app: () => app,
    frameWindow: () => page as unknown as Window,
    hostWindow: hostWindow as unknown as Window,
    server: { command: async () => ({}) },
    feed,
    cursors: { load: () => null, save: () => undefined },
    methods: { "ui.setTitle": (_frame, title) => ({ title }) },
    tap: (tapped) => taps.push(tapped),
    ...more,
  });
  open.push(bridge);
  const hello = (given: object = {}, origin = ORIGIN, source: unknown = page) => {
    const data = {
      screenpop: "hello",
      versions: [1],
      page: "p",
      attempt: 1,
      sdk: "0.1.0",
      ...given,
    };
    hostWindow.dispatchEvent(Object.assign(new Event("message"), { data, origin, source }));
  };
  const say = async (...messages: (PageMessage | object)[]) => {
    const before = page.received.length;
    for (const message of messages) page.port?.postMessage(message);
    // A busy machine runs a timer that is due before what came over the port: turn until the
    // answers are there, and no longer than it takes to see that there is none.
    for (let turn = 0; turn < 60; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      await new Promise((resolve) => setImmediate(resolve));
      if (page.received.length >= before + messages.length) break;
    }
  };
  return { bridge, feed, hello, page, say, taps };
}

const setTitle = (id: number) => ({
  t: "call",
  id,
  namespace: "ui",
  method: "setTitle",
  args: [id],
  requestId: `r-${id}`,
});

test("a page of version 1 is answered in version 1 and told its events one by one", async () => {
  for (const [versions, version, kinds] of [
    [[1], 1, ["event", "event", "event"]],
    [[1, 2], 2, ["events"]],
    [[9, 2], 2, ["events"]],
  ] as const) {
    const { hello, page, say, feed } = bench();
    const payload = { associationId: "a", interactionId: "i" };
    const names = ["interactionInitiated", "interactionHeld", "interactionHeld", "interactionHeld"];
    for (const [i, name] of names.entries()) {
      feed.push({ seq: i + 1, namespace: "interaction", name, payload });
    }
    hello({ versions });
    const [welcome] = page.posted.map(({ message }) => message as { version: number });
    assert.equal(welcome?.version, version);
    const subscribe = { t: "subscribe", namespace: "interaction", event: "interactionHeld" };
    await say({ ...subscribe, id: 1, after: null, live: null, more: false });
    await say({ t: "ping", id: 2 });
    const told = page.received.map(({ t }) => t).filter((t) => t?.startsWith("event"));
    assert.deepEqual(told, kinds);
  }
});

test("acknowledgements of what was sent are free, invented ones count", async () => {
  const limits = { rate: 0, burst: 2, patience: 1_000, size: 65_536 };
  const { hello, say, taps } = bench({ limits });
  hello({ versions: [2] });
  await say(
    { t: "acks", first: 1, last: 3, taken: true },
    { t: "acks", first: 1, last: 2, taken: true },
  );
  assert.deepEqual(
    taps
      .filter(({ direction, via }) => direction === "fromPage" && via === "port")
      .map((t) => t.outcome),
    ["ok", "too.many.requests"],
  );
});

test("every answer goes to the exact origin that asked", () => {
  const { hello, page } = bench();
  hello();
  hello({ attempt: 2, versions: [9] });
  assert.deepEqual(
    page.posted.map(({ target }) => target),
    [ORIGIN, ORIGIN],
  );
});

test("an origin that merely looks alike is not answered", () => {
  const { hello, page, bridge } = bench();
  for (const origin of ["https://crm.example.evil", "http://crm.example", "null", ""]) {
    hello({}, origin);
  }
  hello({}, ORIGIN, new FakeWindow());
  hello({}, ORIGIN, null);
  assert.deepEqual(page.posted, []);
  assert.equal(bridge.state, "waiting");
});

test("the host does not speak before it is asked", () => {
  const { page, bridge, feed } = bench();
  feed.push({ seq: 1, namespace: "interaction", name: "showCrm", payload: {} });
  bridge.frameLoaded();
  assert.deepEqual(page.posted, []);
});

test("a load drops the port with a goodbye and the same page begins again", async () => {
  const { hello, page, say, bridge } = bench();
  hello();
  await say(setTitle(1));
  bridge.frameLoaded();
  await say(setTitle(2));
  assert.equal(bridge.state, "waiting");
  assert.deepEqual(page.received, [
    { t: "result", id: 1, value: { title: "1" } },
    { t: "bye", reason: "load" },
  ]);
  hello({ attempt: 2 });
  await say(setTitle(1), setTitle(2));
  assert.deepEqual(page.received.slice(2), [
    { t: "result", id: 1, value: { title: "1" } },
    { t: "result", id: 2, value: { title: "2" } },
  ]);
});

test("another document does not get the answers of the last one", async () => {
  let performed = 0;
  const methods = {
    "ui.setTitle": () => {
      performed += 1;
    },
  };
  const { hello, say } = bench({ methods });
  hello();
  await say(setTitle(1), setTitle(1));
  hello({ page: "q" });
  await say(setTitle(1));
  assert.equal(performed, 2);
});

test("a fault of a host method is told without its words", async () => {
  const methods = {
    "ui.setTitle": () => {
      throw new Error("secret");
    },
  };
  const { hello, page, say } = bench({ methods });
  hello();
  await say(setTitle(1));
  assert.equal(JSON.stringify(page.received).includes("secret"), false);
  assert.equal(page.received[0]?.t === "failure" && page.received[0].error.code, "host.fault");
});

test("a ping is answered and a leave frees the bridge", async () => {
  const { hello, page, say, bridge } = bench();
  hello();
  await say({ t: "ping", id: 3 });
  assert.deepEqual(page.received, [{ t: "pong", id: 3 }]);
  await say({ t: "leave" });
  assert.equal(bridge.state, "waiting");
});

test("a misspelt last subscription of a row does not hold back the others", async () => {
  const { hello, page, say, feed } = bench();
  const payload = { associationId: "a" };
  feed.push({ seq: 1, namespace: "interaction", name: "interactionInitiated", payload });
  feed.push({ seq: 2, namespace: "interaction", name: "showCrm", payload });
  hello();
  const row = { t: "subscribe", namespace: "interaction", after: null, live: null };
  await say(
    { ...row, id: 1, event: "showCrm", more: true },
    { ...row, id: 2, event: "shwCrm", more: false },
  );
  assert.deepEqual(
    page.received.map(({ t }) => t),
    ["subscribed", "failure", "event"],
  );
});

test("every message is tapped with its direction and what became of it", async () => {
  const { hello, say, taps } = bench();
  hello({}, "https://evil.example");
  hello();
  await say(setTitle(1), { t: "nonsense" });
  const seen = taps.map(({ direction, via, outcome }) => `${direction} ${via}: ${outcome}`);
  assert.deepEqual(seen, [
    "fromPage window: not one of the app's origins: https://evil.example",
    "fromPage window: ok",
    "toPage window: ok",
    "fromPage port: ok",
    "toPage port: ok",
    "fromPage port: not a message, or too large",
  ]);
});

test("a closed bridge hears nothing", () => {
  const { hello, page, bridge } = bench();
  bridge.close();
  hello();
  assert.deepEqual(page.posted, []);
  assert.equal(bridge.state, "closed");
});
