import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { cursorKey, forgetLogin, keepLogin, knownLogins, ownHandle } from "../src/logins.ts";

/** What a browser keeps; its keys are its own, as in a browser. */
class Kept {
  [key: string]: unknown;
  getItem(key: string): string | null {
    return Object.hasOwn(this, key) ? String(this[key]) : null;
  }
  setItem(key: string, value: string): void {
    this[key] = value;
  }
  removeItem(key: string): void {
    delete this[key];
  }
}

beforeEach(() => {
  Object.assign(globalThis, { localStorage: new Kept(), sessionStorage: new Kept() });
});

test("two agents of one browser are known, and the tab has the later one", () => {
  keepLogin("aa", "maya");
  keepLogin("bb", "ravi");
  deepStrictEqual(knownLogins(), { aa: "maya", bb: "ravi" });
  strictEqual(ownHandle(), "bb");
});

test("a login that is over takes its cursors along, and no other's", () => {
  keepLogin("aa", "maya");
  keepLogin("bb", "ravi");
  localStorage.setItem(cursorKey("aa", "frame"), "{}");
  localStorage.setItem(cursorKey("bb", "frame"), "{}");
  forgetLogin("aa");
  deepStrictEqual(knownLogins(), { bb: "ravi" });
  strictEqual(localStorage.getItem(cursorKey("aa", "frame")), null);
  strictEqual(localStorage.getItem(cursorKey("bb", "frame")), "{}");
  strictEqual(ownHandle(), "bb");
});

test("a list that somebody broke is an empty one", () => {
  for (const broken of ["{", "null", "7"]) {
    localStorage.setItem("screenpop.logins", broken);
    deepStrictEqual(knownLogins(), {});
  }
});
