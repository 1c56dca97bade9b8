import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import type { Desk } from "../src/desk.ts";
import { Drafts } from "../src/drafts.ts";

/** The server's part: what was saved, and whether it is there. */
let saved: [string, string][] = [];
let away = false;
let drafts: Drafts;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  saved = [];
  away = false;
  const api = {
    get: async () => ({ drafts: [{ crtObjectId: "old", notes: "from the server" }] }),
    put: async (path: string, { notes }: { notes: string }) => {
      if (away) throw new Error("away");
      saved.push([path, notes]);
    },
  };
  drafts = new Drafts({ api, changed: () => undefined } as unknown as Desk);
});

afterEach(() => mock.timers.reset());

const soon = () => new Promise((resolve) => setImmediate(resolve));

test("notes are saved once, when the agent pauses", async () => {
  drafts.type("c1", "W");
  mock.timers.tick(300);
  drafts.type("c1", "Wants");
  strictEqual(drafts.isSaved("c1"), false);
  mock.timers.tick(600);
  await soon();
  deepStrictEqual(saved, [["console/calls/c1/draft", "Wants"]]);
  strictEqual(drafts.isSaved("c1"), true);
});

test("what a lost server held back goes out when it is back", async () => {
  away = true;
  drafts.type("c1", "Typed while it was away");
  mock.timers.tick(600);
  await soon();
  strictEqual(drafts.isSaved("c1"), false);
  away = false;
  await drafts.flush();
  deepStrictEqual(saved, [["console/calls/c1/draft", "Typed while it was away"]]);
  strictEqual(drafts.isSaved("c1"), true);
});

test("what the server kept never overwrites what is being typed", async () => {
  drafts.type("old", "newer");
  await drafts.load();
  strictEqual(drafts.of("old"), "newer");
});

test("a disposed call has no draft, and none is saved after it", async () => {
  drafts.type("c1", "Done");
  drafts.done("c1");
  mock.timers.tick(1_000);
  await soon();
  deepStrictEqual(saved, []);
  strictEqual(drafts.of("c1"), "");
});
