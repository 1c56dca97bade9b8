import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

// What a browser makes of the URLs that the server composes: the same vectors as Python's tests.
const FOLDER = new URL("../../../contracts/vectors/urls/", import.meta.url);

type Case = {
  readonly name: string;
  readonly input: {
    readonly url: string;
    readonly values?: Record<string, unknown>;
    readonly push?: string;
  };
  readonly output: unknown;
};

const composed: Case[] = readdirSync(FOLDER)
  .filter((file) => file !== "parse.json" && file !== "refused.json")
  .flatMap((file) => JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")).cases as Case[])
  .filter(({ output }) => typeof output === "string");

/** The raw query's parameters, taken apart as the guide says and no more. */
function rawParameters(url: string): [string, string][] {
  const query = url.split("#")[0]?.split("?").slice(1).join("?") ?? "";
  return query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const [name = "", ...rest] = pair.split("=");
      return [name, rest.join("=")];
    });
}

test("there are vectors of every point", () => assert.ok(composed.length > 100));

for (const { name, input, output } of composed) {
  const url = output as string;

  test(`a browser reads every parameter back: ${name}`, () => {
    const read = [...new URL(url).searchParams].map(([, value]) => value);
    const own = rawParameters(input.url).length;
    const raw = rawParameters(url);
    assert.equal(read.length, raw.length);
    raw.slice(own).forEach(([, value], index) => {
      assert.equal(decodeURIComponent(value), read[own + index]);
    });
  });

  // A call-level push writes times and lists in forms of its own.
  if (input.push === "call") continue;
  test(`a text is sent as encodeURIComponent writes it, with %27: ${name}`, () => {
    const sent = new Map(rawParameters(url));
    const own = new Set(rawParameters(input.url).map(([known]) => known.toLowerCase()));
    for (const [parameter, value] of Object.entries(input.values ?? {})) {
      const told = sent.get(parameter);
      const readable = typeof value === "string" && /^[^\p{Cc}\p{Cs}]*$/u.test(value);
      if (told === undefined || !readable || own.has(parameter.toLowerCase())) continue;
      if (told.startsWith("Bearer") || told === "") continue;
      assert.equal(told, encodeURIComponent(value).replaceAll("'", "%27"));
    }
  });
}
