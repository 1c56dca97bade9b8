import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { isHostMessage, isPageMessage, isWindowMessage } from "../src/index.ts";

interface Vectors {
  readonly cases: readonly {
    readonly name: string;
    readonly input: unknown;
    readonly output: string | null;
  }[];
}

const path = new URL("../../../contracts/vectors/sdk/messages.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(path, "utf8")) as Vectors;

function kindOf(value: unknown): string | null {
  if (isWindowMessage(value)) return "window";
  if (isPageMessage(value)) return "page";
  return isHostMessage(value) ? "host" : null;
}

for (const { name, input, output } of cases) {
  test(name, () => assert.equal(kindOf(input), output));
}

test("a value whose fields are only inherited is no message", () => {
  assert.equal(kindOf(Object.create({ t: "leave" }) as unknown), null);
  assert.equal(kindOf(Object.create({ t: "ping", id: 1 }) as unknown), null);
});
