import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { english, language, languages, speak, spokenOf, text } from "../src/text.ts";

Object.assign(globalThis, { document: { documentElement: { lang: "" } } });

test("every text stands in every language, and none is empty", () => {
  const keys = Object.keys(english).sort();
  for (const { text: one } of Object.values(languages)) {
    deepStrictEqual(Object.keys(one).sort(), keys);
    for (const [key, value] of Object.entries(one)) ok(value, key);
  }
});

test("each state, step and outcome has a word in every language", () => {
  for (const { text: one } of Object.values(languages)) {
    for (const key of ["state", "callState", "tourSteps", "callbackState"] as const) {
      deepStrictEqual(Object.keys(one[key]).sort(), Object.keys(english[key]).sort());
    }
  }
});

test("a browser's first language that the console speaks is taken", () => {
  strictEqual(spokenOf(["ta-IN", "hi-IN", "en-GB"]), "hi");
  strictEqual(spokenOf(["fr"]), "en");
  strictEqual(spokenOf([]), "en");
});

test("an unknown language is English, and the page says which one it has", () => {
  speak("hi");
  strictEqual(document.documentElement.lang, "hi");
  speak("tlh");
  strictEqual(language(), "en");
  strictEqual(text(), english);
});
