import { strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { clock, exact, localField } from "../src/times.ts";

test("a running time is told in minutes, with hours where there are any", () => {
  strictEqual(clock(0), "0:00");
  strictEqual(clock(5_999), "0:05");
  strictEqual(clock(760_000), "12:40");
  strictEqual(clock(3_723_000), "1:02:03");
});

test("a time that is over by clock skew is zero, not negative", () => {
  strictEqual(clock(-4_000), "0:00");
});

test("the inspector's time has milliseconds", () => {
  strictEqual(exact(Date.UTC(2026, 0, 2, 3, 4, 5, 67)), "03:04:05.067");
});

test("a date field's text means the same minute when it is read again", () => {
  const at = Date.UTC(2026, 6, 1, 12, 34);
  strictEqual(new Date(localField(at)).getTime(), at);
});
