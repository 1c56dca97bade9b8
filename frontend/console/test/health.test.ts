import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { cureOf, hasBadCertificate, problemsOf, unseenOf } from "../src/health.ts";

const refused = { text: "It refuses to be framed.", toSet: "frame-ancestors 'self'" };

test("a problem of two points is told once", () => {
  const health = { points: [{ problems: [refused] }, { problems: [refused] }] };
  deepStrictEqual(problemsOf(health), [refused]);
  deepStrictEqual(cureOf(health), refused);
});

test("what was not looked at yet has neither problem nor cure", () => {
  deepStrictEqual(problemsOf({}), []);
  strictEqual(cureOf({}), null);
  strictEqual(unseenOf({}), "");
  strictEqual(hasBadCertificate({}), false);
});

test("a page that only the agent's network reaches is not called broken", () => {
  const point = { reachability: "not.visible.from.server", detail: "Connection refused" };
  strictEqual(unseenOf({ points: [point] }), "not.visible.from.server Connection refused");
  deepStrictEqual(problemsOf({ points: [point] }), []);
});

test("a certificate that was rejected at one point is told", () => {
  const points = [{ certificate: "valid" }, { certificate: "rejected" }];
  strictEqual(hasBadCertificate({ points }), true);
});
