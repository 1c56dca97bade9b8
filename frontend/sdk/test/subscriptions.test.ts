import assert from "node:assert/strict";
import { test } from "node:test";
import type { PageMessage, Subscribe } from "../../protocol/src/index.ts";
import { Requests } from "../src/requests.ts";
import { Subscriptions } from "../src/subscriptions.ts";

/** Subscriptions over a bridge that is up; the test answers as the host. */
class Bench {
  readonly sent: PageMessage[] = [];
  readonly requests: Requests;
  readonly subscriptions: Subscriptions;
  readonly heard: unknown[] = [];
  readonly callback = (data: { seq: number }) => void this.heard.push(data.seq);
  #n = 0;

  constructor() {
    const send = (message: PageMessage) => this.sent.push(message) > 0;
    this.requests = new Requests(send, () => true, 100);
    this.subscriptions = new Subscriptions(this.requests, send);
  }

  register(callback: (data: never) => void = this.callback): Promise<unknown> {
    return this.subscriptions.register("interaction", "showCrm", callback);
  }

  unregister(callback: (data: never) => void = this.callback): void {
    this.subscriptions.unregister("interaction", "showCrm", callback).catch(() => undefined);
  }

  get asked(): Subscribe[] {
    return this.sent.filter((message) => message.t === "subscribe");
  }

  accept(id: number, after = 0, live = 0): void {
    this.subscriptions.begun({ t: "subscribed", id, after, live });
    this.requests.settle(id, null);
  }

  deliver(subscription: number, seq: number): unknown {
    this.deliverAll([subscription, seq]);
    return this.sent.findLast((message) => message.t === "ack")?.taken;
  }

  /** Events that came in one message, each with the subscription it was sent for. */
  deliverAll(...events: [subscription: number, seq: number][]): void {
    const told = { namespace: "interaction", event: "showCrm" };
    const first = this.#n + 1;
    this.#n += events.length;
    this.subscriptions.take(
      first,
      events.map(([subscription, seq]) => ({ ...told, subscription, data: { seq } })),
    );
  }

  /** What was acknowledged: first, last and whether it was taken. */
  get acknowledged(): unknown[] {
    return this.sent.flatMap((message) => {
      if (message.t === "ack") return [[message.n, message.n, message.taken]];
      return message.t === "acks" ? [[message.first, message.last, message.taken]] : [];
    });
  }

  /** Settles what is open, so that no timer outlives the test. */
  end(): void {
    for (const message of this.sent) if ("id" in message) this.requests.settle(message.id, null);
  }
}

test("one subscription serves all callbacks of an event, and a repeated one counts once", () => {
  const bench = new Bench();
  void bench.register();
  void bench.register();
  void bench.register((data: { seq: number }) => void bench.heard.push(-data.seq));
  bench.accept(1);
  bench.deliver(1, 5);
  assert.deepEqual([bench.asked.length, bench.heard], [1, [5, -5]]);
});

test("an event is acknowledged before its callbacks run", () => {
  const bench = new Bench();
  let before: unknown;
  void bench.register(() => {
    before = bench.sent.at(-1)?.t;
  });
  bench.accept(1);
  bench.deliver(1, 5);
  assert.equal(before, "ack");
});

test("events that came together are acknowledged together, before their callbacks run", () => {
  const bench = new Bench();
  let before = 0;
  void bench.register((data: { seq: number }) => {
    before ||= bench.acknowledged.length;
    bench.heard.push(data.seq);
  });
  bench.accept(1);
  bench.deliverAll([1, 5], [1, 6], [9, 7], [1, 8]);
  assert.deepEqual(bench.acknowledged, [
    [1, 2, true],
    [3, 3, false],
    [4, 4, true],
  ]);
  assert.equal(before, 3);
  assert.deepEqual(bench.heard, [5, 6, 8]);
});

test("a callback that takes itself off gives back what came with its event", () => {
  const bench = new Bench();
  const once = (data: { seq: number }) => {
    bench.heard.push(data.seq);
    bench.unregister(once);
  };
  void bench.register(once);
  bench.accept(1, 4);
  bench.deliverAll([1, 5], [1, 6], [1, 7]);
  assert.deepEqual(bench.heard, [5]);
  const off = bench.sent.findLast((message) => message.t === "unsubscribe");
  assert.equal(off?.after, 5);
  bench.end();
});

test("an event sent for an earlier registration is left to the present one", () => {
  const bench = new Bench();
  void bench.register();
  bench.unregister();
  void bench.register();
  const [first, second] = bench.asked.map(({ id }) => id);
  assert.equal(bench.deliver(first ?? 0, 5), false);
  bench.accept(second ?? 0);
  assert.equal(bench.deliver(second ?? 0, 5), true);
  assert.deepEqual(bench.heard, [5]);
  bench.end();
});

test("after a reset the document says how far it came", () => {
  const bench = new Bench();
  void bench.register();
  bench.accept(1, 3, 9);
  const [resumed] = bench.subscriptions.resume(true);
  assert.deepEqual([resumed?.after, resumed?.live], [3, 9]);
  bench.deliver(resumed?.id ?? 0, 12);
  assert.equal(bench.subscriptions.resume(true)[0]?.after, 12);
});

test("in another agent session the hearing begins anew", () => {
  const bench = new Bench();
  void bench.register();
  bench.accept(1, 3, 9);
  const [resumed] = bench.subscriptions.resume(false);
  assert.deepEqual([resumed?.after, resumed?.live], [null, null]);
});

test("a registration without an answer is repeated by the requests, not resumed", () => {
  const bench = new Bench();
  void bench.register();
  assert.deepEqual(bench.subscriptions.resume(true), []);
  bench.end();
});

test("a refused registration rejects for every callback and leaves none behind", async () => {
  const bench = new Bench();
  const both = [bench.register(), bench.register(() => undefined)];
  bench.requests.fail(1, { code: "unknown.event", info: "" });
  const outcomes = await Promise.allSettled(both);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ["rejected", "rejected"],
  );
  assert.equal(bench.deliver(1, 5), false);
});

test("what is no function is not registered", async () => {
  const bench = new Bench();
  await assert.rejects(bench.register("x" as never), { code: "InvalidInput" });
});

test("a callback that throws is reported and stops nobody", (context) => {
  const bench = new Bench();
  const report = context.mock.method(console, "error", () => undefined);
  void bench.register(() => {
    throw new Error("mine");
  });
  void bench.register();
  bench.accept(1);
  bench.deliver(1, 5);
  assert.deepEqual(bench.heard, [5]);
  assert.equal(report.mock.callCount(), 1);
});
