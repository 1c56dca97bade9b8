// Writes docs/sdk.md from the catalogue, the schema of events and methods, and the examples in
// contracts/vectors/sdk/examples.json; `--check` only compares.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EVENTS, keyOf, METHODS, NAMESPACES } from "./src/catalogue.ts";
import { BRIDGE_ERRORS } from "./src/errors.ts";

const root = join(import.meta.dirname, "..", "..");
const target = join(root, "docs", "sdk.md");
const { cases } = JSON.parse(
  readFileSync(join(root, "contracts", "vectors", "sdk", "examples.json"), "utf8"),
);
const examples = new Map(cases.map((each) => [each.name, each]));
const sources = ["methods.ts", "events.ts"].map((name) =>
  readFileSync(join(import.meta.dirname, "src", name), "utf8"),
);

/** The signature as TypeScript has it, on one line. */
function signatureOf({ name }) {
  const found = new RegExp(`^  ${name}\\(([\\s\\S]*?)\\): (Promise<[\\s\\S]*?>);`, "m").exec(
    sources[0],
  );
  if (!found) throw new Error(`no signature of ${name} in methods.ts`);
  const parameters = found[1].replace(/\s+/g, " ").replace(/^ |,? $/g, "");
  return `${name}(${parameters}): ${found[2].replace(/\s+/g, " ")}`;
}

function payloadOf({ name }) {
  return new RegExp(`readonly ${name}: (\\w+);`).exec(sources[1])?.[1];
}

function exampleOf(key) {
  const example = examples.get(key);
  if (!example) throw new Error(`no example of ${key} in contracts/vectors/sdk/examples.json`);
  const { summary, code } = example.input;
  return [
    summary,
    "",
    "```js",
    code,
    "```",
    "",
    `Gives \`${JSON.stringify(example.output)}\`.`,
    "",
  ];
}

function methodOf(entry) {
  const key = keyOf(entry.namespace, entry.name);
  const where = entry.context === "crm" ? " Context `crm` only." : "";
  const who = entry.answeredBy === "host" ? "the console" : "the server";
  return [
    `### ${key}`,
    "",
    "```ts",
    signatureOf(entry),
    "```",
    "",
    `Scope \`${entry.scope}\`; answered by ${who}.${where}`,
    "",
    ...exampleOf(key),
  ];
}

function eventOf(entry) {
  const key = keyOf(entry.namespace, entry.name);
  return [
    `### ${key}`,
    "",
    `Scope \`${entry.scope}\`; carries \`${payloadOf(entry)}\`.`,
    "",
    ...exampleOf(key),
  ];
}

/** The interfaces of payloads, arguments and results, as the compiler knows them. */
function typesOf(source) {
  const start = source.indexOf("\n/**", source.indexOf("*/"));
  return source.slice(start).trim();
}

const of = (entries, namespace) => entries.filter((entry) => entry.namespace === namespace);
const lines = [
  "# Omni SDK reference",
  "",
  "<!-- Written by frontend/protocol/reference.mjs; change the catalogue or the examples instead. -->",
  "",
  "Every method and event, each with an example that the tests run. In the examples `omni` is what",
  "`initialize` gave, and the code stands in an async function. [sdk-protocol.md](sdk-protocol.md)",
  "tells how the bridge works.",
  "",
  "```js",
  'import sdk from "https://<host>/omniapp/sdk/ameyo-sdk.js";',
  "",
  'const omni = sdk.initialize({ context: "app" });',
  "```",
  "",
  "Every namespace also has `register(event, callback)` and `unregister(event, callback)`; both",
  "resolve with `{event}`. A command's last argument may carry a `requestId`, under which a repeat is",
  "safe. A call rejects with an `OmniError`: `code` (and `message`) is the key, `info` a sentence.",
  "",
  "## Where the page stands",
  "",
  "- Over https anywhere, over http on loopback (`localhost`, `127.0.0.1`). A console on loopback",
  "  may be http although the page is https.",
  "- In a frame of the console, or in a window that the console opened: context `app`. With",
  "  `Cross-Origin-Opener-Policy: same-origin` a page in a window loses its console.",
  "- Around our toolbar: context `crm`. Storage of frames of other sites is denied by most browsers;",
  "  then the toolbar forgets its login when the page reloads, and the page gets",
  "  `invalid.session.id` until it calls `session.login`, or `session.forceLogin`, again.",
  "- With a strict Content-Security-Policy: `script-src` must name the console's origin, in context",
  "  `crm` `frame-src` too, and `frame-ancestors`, where there is one, the console that frames the",
  "  page. Nothing else is needed: no `connect-src`, no inline script, no `unsafe-eval`.",
  "",
  "## Methods",
  "",
  ...NAMESPACES.flatMap((namespace) => of(METHODS, namespace).flatMap(methodOf)),
  "## Events",
  "",
  ...NAMESPACES.flatMap((namespace) => of(EVENTS, namespace).flatMap(eventOf)),
  "## Errors of the bridge",
  "",
  "Besides the keys of the server, which pass through unchanged.",
  "",
  "| key | meaning |",
  "| --- | --- |",
  ...Object.entries(BRIDGE_ERRORS).map(([key, info]) => `| \`${key}\` | ${info} |`),
  "",
  "## Types",
  "",
  "```ts",
  typesOf(sources[1]),
  "",
  typesOf(sources[0]),
  "```",
  "",
];
const text = lines.join("\n");

if (!process.argv.includes("--check")) writeFileSync(target, text);
else if (readFileSync(target, "utf8") !== text) {
  process.stderr.write("docs/sdk.md is old: run node frontend/protocol/reference.mjs\n");
  process.exit(1);
}
