import assert from "node:assert/strict";
import { test } from "node:test";
import type { PageMessage } from "../../protocol/src/index.ts";
import { bridgeError, type OmniError } from "../src/omni-error.ts";
import { Requests } from "../src/requests.ts";

/** Requests over a bridge that can be up or down. */
class Bench {
  up = false;
  everOpen = false;
  readonly sent: PageMessage[] = [];
  readonly requests = new Requests(
    (message) => {
      if (this.up) this.sent.push(message);
      return this.up;
    },
    () => this.everOpen,
    1_000,
  );

  ask(requestId = "r"): Promise<unknown> {
    const id = this.requests.nextId();
    const call = { t: "call", id, namespace: "n", method: "m", args: [], requestId } as const;
    const outcome = this.requests.ask(call, (value) => value, requestId);
    return outcome.catch(({ code, requestId: key }: OmniError) => ({ code, requestId: key }));
  }

  open(): void {
    this.up = this.everOpen = true;
    this.requests.flush([]);
  }

  get ids(): unknown[] {
    return this.sent.map((message) => "id" in message && message.id);
  }
}

test("what is asked before the bridge is up goes out in order when it is", () => {
  const bench = new Bench();
  for (let i = 0; i < 3; i += 1) void bench.ask();
  assert.deepEqual(bench.ids, []);
  bench.open();
  assert.deepEqual(bench.ids, [1, 2, 3]);
  bench.requests.refuse(bridgeError("timeout"));
});

test("the hundred and first that waits is refused, and room is made by answers", async () => {
  const bench = new Bench();
  for (let i = 0; i < 100; i += 1) void bench.ask();
  assert.deepEqual(await bench.ask("last"), { code: "queue.full", requestId: "last" });
  bench.open();
  bench.up = false;
  const another = bench.ask();
  bench.requests.refuse(bridgeError("timeout"));
  assert.deepEqual(await another, { code: "timeout", requestId: "r" });
});

test("what was sent and not answered is sent again with the same ids", async () => {
  const bench = new Bench();
  bench.open();
  const outcome = bench.ask();
  bench.requests.flush([]);
  assert.deepEqual(bench.sent[0], bench.sent[1]);
  bench.requests.settle(1, "done");
  bench.requests.flush([]);
  assert.equal(bench.sent.length, 2);
  assert.equal(await outcome, "done");
});

test("a second, a late and an unknown answer find nobody", async () => {
  const bench = new Bench();
  bench.open();
  const outcome = bench.ask();
  bench.requests.settle(1, "first");
  bench.requests.settle(1, "second");
  bench.requests.fail(1, { code: "access.denied", info: "" });
  bench.requests.settle(99, "unknown");
  assert.equal(await outcome, "first");
});

test("a failure carries the key and the requestId of its call", async () => {
  const bench = new Bench();
  bench.open();
  const outcome = bench.ask("mine");
  bench.requests.fail(1, { code: "access.denied", info: "" });
  assert.deepEqual(await outcome, { code: "access.denied", requestId: "mine" });
});

test("the time-out counts from the call, and what waited is never sent", async (context) => {
  let now = 0;
  context.mock.timers.enable({ apis: ["setTimeout"] });
  context.mock.method(performance, "now", () => now);
  const pass = (milliseconds: number) => {
    now += milliseconds;
    context.mock.timers.tick(milliseconds);
  };
  const bench = new Bench();
  const waiting = bench.ask();
  pass(1_000);
  assert.deepEqual(await waiting, { code: "host.not.found", requestId: "r" });
  bench.open();
  assert.deepEqual(bench.ids, []);
  const sent = bench.ask();
  pass(1_000);
  assert.deepEqual(await sent, { code: "timeout", requestId: "r" });
  bench.up = false;
  const again = bench.ask();
  pass(1_000);
  assert.deepEqual(await again, { code: "timeout", requestId: "r" });
});

test("each request has the whole time-out, whenever the one before it was asked", async (context) => {
  let now = 0;
  context.mock.timers.enable({ apis: ["setTimeout"] });
  context.mock.method(performance, "now", () => now);
  const bench = new Bench();
  bench.open();
  const expired: string[] = [];
  for (const name of ["a", "b"]) {
    void bench.ask(name).then(() => expired.push(`${name} at ${now}`));
    now += 400;
    context.mock.timers.tick(400);
  }
  for (; now < 2_000; now += 100) {
    await Promise.resolve();
    context.mock.timers.tick(100);
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(expired, ["a at 1000", "b at 1400"]);
});

test("all but the last subscription of a row say that more follow", () => {
  const bench = new Bench();
  bench.up = true;
  const row = { t: "subscribe", namespace: "n", after: null, live: null, more: false } as const;
  bench.requests.flush([
    { ...row, id: 1, event: "a" },
    { t: "leave" },
    { ...row, id: 2, event: "b" },
    { t: "leave" },
  ]);
  const more = bench.sent.map((message) => (message.t === "subscribe" ? message.more : message.t));
  assert.deepEqual(more, [true, "leave", false, "leave"]);
});

test("after a refusal everything is refused, each with its own requestId", async () => {
  const bench = new Bench();
  const open = bench.ask("a");
  bench.requests.refuse(bridgeError("frame.cut.off"));
  assert.deepEqual(await Promise.all([open, bench.ask("b")]), [
    { code: "frame.cut.off", requestId: "a" },
    { code: "frame.cut.off", requestId: "b" },
  ]);
});
