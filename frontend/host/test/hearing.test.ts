import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { App, Frame } from "../src/frame.ts";
import { hears, presented } from "../src/hearing.ts";

interface Case {
  readonly name: string;
  readonly input: {
    readonly frame: Partial<Frame>;
    readonly app: Partial<App>;
    readonly event: { readonly namespace: string; readonly payload: Record<string, unknown> };
  };
  /** The payload as the page gets it, or null. */
  readonly output: Record<string, unknown> | null;
}

const path = new URL("../../../contracts/vectors/sdk/hearing.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(path, "utf8")) as { cases: readonly Case[] };

const anyFrame: Frame = {
  id: "f",
  kind: "login",
  interactionId: null,
  associationId: null,
  campaignId: null,
  startSeq: 0,
};
const anyApp: App = {
  appId: 1,
  origins: [],
  scopes: ["interaction:read", "interaction:control"],
  campaigns: null,
  queues: null,
  token: "t",
  sessionId: "app-session",
  seats: { seat: "app-seat" },
};

for (const { name, input, output } of cases) {
  test(name, () => {
    const app = { ...anyApp, ...input.app };
    const event = { seq: 1, name: "any", ...input.event };
    const heard = hears({ ...anyFrame, ...input.frame }, app, event);
    assert.deepEqual(heard ? presented(app, event.payload) : null, output);
  });
}
