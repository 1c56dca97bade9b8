import assert from "node:assert/strict";
import { test } from "node:test";
import { fits, type Limits, Meter } from "../src/limits.ts";

const limits: Limits = { rate: 10, burst: 5, patience: 3, size: 100 };

test("a burst goes, what follows is refused, and what goes on is cut off", () => {
  const meter = new Meter(limits, () => 0);
  const verdicts = Array.from({ length: 9 }, () => meter.count());
  const expected = [...Array(5).fill("go"), ...Array(3).fill("refuse"), "cutOff"];
  assert.deepEqual(verdicts, expected);
});

test("time pays back at the rate, up to the burst and no further", () => {
  let now = 0;
  const meter = new Meter(limits, () => now);
  for (let i = 0; i < 5; i += 1) meter.count();
  assert.equal(meter.count(), "refuse");
  now = 200;
  assert.equal(meter.count(), "go");
  now = 1_000_000;
  assert.equal(meter.count(5), "go");
  assert.equal(meter.count(), "refuse");
});

test("plain JSON of the size fits and more does not", () => {
  assert.ok(fits({ a: ["x", 1, null, true] }, 100));
  assert.ok(!fits("x".repeat(100), 100));
  assert.ok(!fits(Array(100).fill(0), 100));
});

test("what is no JSON, too deep or without an end does not fit", () => {
  const loop: unknown[] = [];
  loop.push(loop);
  const deep = Array.from({ length: 70 }).reduce<unknown>((inner) => [inner], 0);
  for (const value of [new Map(), new Date(), new Uint8Array(3), 1n, loop, deep]) {
    assert.ok(!fits(value, 10_000));
  }
});
