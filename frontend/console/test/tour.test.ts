import { strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { STEPS, stepAfter, Tour } from "../src/tour.ts";

function storage(): Pick<Storage, "getItem" | "setItem"> {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
  };
}

test("a first visit begins at the first step", () => {
  strictEqual(new Tour(storage()).step, "state");
});

test("what the agent does completes the steps between", () => {
  const tour = new Tour(storage());
  tour.go(1);
  for (const [state, step] of [
    ["ringing", "answer"],
    ["onCall", "dispose"],
    ["wrap", "dispose"],
    ["ready", "inspect"],
  ] as const) {
    tour.follow(state);
    strictEqual(tour.step, step);
  }
});

test("a call that was missed is let in again", () => {
  strictEqual(stepAfter("answer", "break"), "call");
});

test("a state that has nothing to do with the step changes nothing", () => {
  strictEqual(stepAfter("state", "onCall"), "state");
  strictEqual(stepAfter("inspect", "ringing"), "inspect");
  strictEqual(stepAfter("call", "wrap"), "call");
});

test("past the last step it is over, and stays so in another tab", () => {
  const kept = storage();
  const tour = new Tour(kept);
  for (const _ of STEPS) tour.go(1);
  strictEqual(tour.step, null);
  tour.follow("ringing");
  strictEqual(new Tour(kept).step, null);
});

test("it cannot go back before its first step", () => {
  const tour = new Tour(storage());
  tour.go(-1);
  strictEqual(tour.step, "state");
});

test("dismissed it is over; asked for it begins anew", () => {
  const tour = new Tour(storage());
  tour.dismiss();
  strictEqual(tour.step, null);
  tour.begin();
  strictEqual(tour.step, "state");
});
