import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type OmniConfig, originOf, readConfig } from "../src/config.ts";
import { SDK_VERSION } from "../src/version.ts";

const contextOf = (context: unknown) => readConfig({ context } as OmniConfig).context;

test("context is taken without case, with its aliases, and nothing else is", () => {
  for (const text of ["app", "App", "IFRAME", " app "]) assert.equal(contextOf(text), "app");
  for (const text of ["crm", "CRM", "toolbar"]) assert.equal(contextOf(text), "crm");
  for (const value of ["", "kiosk", undefined, null, 7, {}, ["crm", "app"]]) {
    assert.equal(contextOf(value), null);
  }
});

test("a config that throws when it is read is no config", () => {
  const hostile = {
    get context(): string {
      throw new Error("mine");
    },
  };
  assert.equal(readConfig(hostile).context, null);
  assert.equal(readConfig({ context: { toString: () => 1 / 0 } } as never).context, null);
  for (const value of [undefined, null, 7, "app"]) assert.equal(readConfig(value).context, null);
});

test("origins are normalised, and what is no web origin is left out", () => {
  const config = {
    context: "app",
    origin: " https://LOCALHOST:3000/path?x ",
    hostOrigins: ["http://desk.example:80", "desk.example", "javascript:alert(1)", 7],
  };
  assert.deepEqual(readConfig(config).origins, ["http://desk.example", "https://localhost:3000"]);
  assert.deepEqual(readConfig({ context: "app", hostOrigins: "https://x.example" }).origins, []);
  assert.equal(originOf("file:///etc/passwd"), null);
});

test("a time-out that is none is the default, and one beyond a timer's reach is the longest", () => {
  const timeoutOf = (timeout: unknown) => readConfig({ context: "app", timeout }).timeout;
  for (const value of [undefined, 0, -1, Number.NaN, "soon", null]) {
    assert.equal(timeoutOf(value), 10_000);
  }
  assert.equal(timeoutOf("500"), 500);
  assert.equal(timeoutOf(Number.POSITIVE_INFINITY), 2 ** 31 - 1);
});

test("the SDK tells the release of its package", () => {
  const path = new URL("../package.json", import.meta.url);
  const { version } = JSON.parse(readFileSync(path, "utf8")) as { version: string };
  assert.equal(SDK_VERSION, version);
});
