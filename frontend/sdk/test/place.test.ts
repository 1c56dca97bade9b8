import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfig } from "../src/config.ts";
import { findPlace } from "../src/place.ts";
import { TrustedOrigins } from "../src/trusted-origins.ts";

const DESK = "https://desk.example";
const app = readConfig({ context: "app", origin: "https://localhost:3000" });
const crm = readConfig({ context: "crm", instanceId: "bar" });

interface Given {
  readonly framed?: boolean;
  /** What the browser says of the parent; undefined where it does not. */
  readonly parentOrigin?: string | undefined;
  readonly opener?: object;
  readonly search?: string;
}

/** A page in a place of that kind. */
function pageIn({ framed, parentOrigin, opener, search = "" }: Given): Window {
  const ancestorOrigins = parentOrigin === undefined ? undefined : [parentOrigin];
  const page = {
    opener: opener ?? null,
    location: { search, ancestorOrigins },
    document: { getElementById: () => null },
    parent: null as unknown,
  };
  page.parent = framed ? { parent: true } : page;
  return page as unknown as Window;
}

const trusted = () => new TrustedOrigins(`${DESK}/omniapp/sdk/ameyo-sdk.js`, app);

test("where the browser names the parent, only it is asked, and only if it is trusted", () => {
  const place = findPlace(pageIn({ framed: true, parentOrigin: DESK }), app, trusted(), 1);
  assert.deepEqual(place?.origins, [DESK]);
  const strange = pageIn({ framed: true, parentOrigin: "https://evil.example" });
  assert.deepEqual(findPlace(strange, app, trusted(), 1)?.origins, []);
});

test("where it does not, each trusted origin is asked, the URL's first if it is one", () => {
  const page = pageIn({ framed: true, search: "?origin=https://localhost:3000" });
  assert.deepEqual(findPlace(page, app, trusted(), 1)?.origins, ["https://localhost:3000", DESK]);
  const hinted = pageIn({ framed: true, search: "?origin=https://evil.example" });
  assert.deepEqual(findPlace(hinted, app, trusted(), 1)?.origins, [DESK, "https://localhost:3000"]);
});

test("a page in a window of its own asks its opener, and without one nobody", () => {
  const opener = {};
  assert.equal(findPlace(pageIn({ opener }), app, trusted(), 1)?.target, opener);
  assert.equal(findPlace(pageIn({}), app, trusted(), 1), null);
});

test("a parent that is named and trusted is sure, any other place is not", () => {
  const sure = (given: Given) => findPlace(pageIn(given), app, trusted(), 1)?.sure;
  assert.equal(sure({ framed: true, parentOrigin: DESK }), true);
  assert.equal(sure({ framed: true, parentOrigin: "https://evil.example" }), false);
  assert.equal(sure({ framed: true }), false);
  assert.equal(sure({ opener: {} }), false);
});

test("a framed page does not ask its opener", () => {
  const page = pageIn({ framed: true, opener: {}, parentOrigin: "https://evil.example" });
  assert.equal(findPlace(page, app, trusted(), 1)?.target, page.parent);
});

test("a page that asks for crm and is framed by the console is app", () => {
  const page = pageIn({ framed: true, parentOrigin: DESK });
  assert.equal(findPlace(page, crm, trusted(), 9)?.target, page.parent);
});

test("a page that asks for crm and has no toolbar yet has no place yet", () => {
  assert.equal(findPlace(pageIn({}), crm, trusted(), 1), null);
});

test("a page that asks for crm in a window of its own asks its opener", () => {
  const opener = {};
  const place = findPlace(pageIn({ opener }), crm, trusted(), 9);
  assert.equal(place?.target, opener);
  assert.deepEqual(place?.origins, [DESK, "https://localhost:3000"]);
});
