import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { type FeedEvent, reduce, type Snapshot } from "../src/index.ts";

interface Case {
  readonly name: string;
  readonly input: { readonly snapshot: Snapshot; readonly events: readonly FeedEvent[] };
  readonly output: Snapshot;
}

const vectors = new URL("../../../contracts/vectors/events/", import.meta.url);
for (const file of globSync("*.json", { cwd: vectors })) {
  const { cases } = JSON.parse(readFileSync(new URL(file, vectors), "utf8")) as { cases: Case[] };
  for (const { name, input, output } of cases) {
    test(`${file}: ${name}`, () => {
      assert.deepEqual(input.events.reduce(reduce, input.snapshot), output);
    });
  }
}

const empty: Snapshot = {
  seq: 0,
  session: { state: "ready", breakReason: null },
  interactions: [],
};
const event = (seq: number, namespace: string, name: string, payload: object): FeedEvent => ({
  seq,
  namespace,
  name,
  payload: payload as FeedEvent["payload"],
});
const call = (seq: number, name: string, associationId: string, more: object = {}) =>
  event(seq, "interaction", name, { associationId, ...more });

test("a disposed interaction is gone and its late events do not bring it back", () => {
  const events = [
    call(1, "interactionInitiated", "a"),
    call(2, "interactionDisposed", "a"),
    call(3, "interactionEnded", "a"),
  ];
  assert.deepEqual(events.reduce(reduce, empty), { ...empty, seq: 3 });
});

test("an event that the snapshot contains is ignored", () => {
  const snapshot = { ...empty, seq: 5 };
  assert.equal(reduce(snapshot, call(5, "interactionInitiated", "a")), snapshot);
});

test("a logout sets the agent offline and empties the interactions", () => {
  const events = [call(1, "interactionInitiated", "a"), event(2, "session", "loggedOut", {})];
  const after = events.reduce(reduce, empty);
  assert.deepEqual(after.interactions, []);
  assert.equal(after.session["state"], "offline");
});

test("the snapshot given is never changed", () => {
  const frozen = Object.freeze({ ...empty, interactions: Object.freeze([]) });
  reduce(frozen, call(1, "interactionInitiated", "a"));
  assert.deepEqual(frozen.interactions, []);
});
