import assert from "node:assert/strict";
import { test } from "node:test";
import { EventFeed } from "../src/feed.ts";

const call = (seq: number, name: string, associationId: string) => ({
  seq,
  namespace: "interaction",
  name,
  payload: { associationId },
});
const empty = { seq: 0, session: {}, interactions: [] };

test("an event that was seen is no news", () => {
  const feed = new EventFeed("s", empty);
  const heard: number[] = [];
  feed.subscribe(({ seq }) => heard.push(seq));
  for (const seq of [1, 2, 2, 1, 3]) feed.push(call(seq, "interactionInitiated", "a"));
  assert.deepEqual(heard, [1, 2, 3]);
  assert.deepEqual(
    feed.since(1).map(({ seq }) => seq),
    [2, 3],
  );
});

test("an interaction is open from its initiation to its disposal", () => {
  const feed = new EventFeed("s", empty);
  feed.push(call(1, "interactionInitiated", "a"));
  assert.ok(feed.isOpen({ associationId: "a" }));
  feed.push(call(2, "interactionDisposed", "a"));
  assert.ok(!feed.isOpen({ associationId: "a" }));
});

test("a log that begins before the snapshot does not change it", () => {
  const now = { seq: 9, session: {}, interactions: [{ associationId: "b" }] };
  const feed = new EventFeed("s", now, 4);
  assert.deepEqual([feed.seq, feed.lastSeq], [9, 4]);
  feed.push(call(5, "interactionInitiated", "a"));
  assert.equal(feed.snapshot, now);
  assert.equal(feed.since(4).length, 1);
});

test("the log keeps as much as the server does", () => {
  const feed = new EventFeed("s", empty);
  for (let seq = 1; seq <= 25_000; seq += 1) feed.push(call(seq, "interactionHeld", "a"));
  const kept = feed.since(0).length;
  assert.ok(kept >= 10_000 && kept <= 20_000);
});

test("a listener that left hears no more", () => {
  const feed = new EventFeed("s", empty);
  let heard = 0;
  const leave = feed.subscribe(() => {
    heard += 1;
  });
  feed.push(call(1, "interactionInitiated", "a"));
  leave();
  feed.push(call(2, "interactionHeld", "a"));
  assert.equal(heard, 1);
});
