// Writes contracts/sdk-catalogue.json from src/catalogue.ts; `--check` only compares.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EVENTS, METHODS, NAMESPACES, SCOPES } from "./src/catalogue.ts";

const target = join(import.meta.dirname, "..", "..", "contracts", "sdk-catalogue.json");
const line = (entry) =>
  `    ${JSON.stringify(entry).replaceAll('":', '": ').replaceAll(',"', ', "')}`;
const list = (entries) => `[\n${entries.map(line).join(",\n")}\n  ]`;
const text = `{
  "description": "Names and scopes of the Omni SDK (contract 6), written by frontend/protocol/catalogue.mjs. A method answered by the server is POST /api/v1/sdk/{namespace}/{name}; an event emitted by the host is not in the server's log.",
  "scopes": ${JSON.stringify(SCOPES).replaceAll(",", ", ")},
  "namespaces": ${JSON.stringify(NAMESPACES).replaceAll(",", ", ")},
  "methods": ${list(METHODS)},
  "events": ${list(EVENTS)}
}
`;
if (!process.argv.includes("--check")) writeFileSync(target, text);
else if (readFileSync(target, "utf8") !== text) {
  process.stderr.write(
    "contracts/sdk-catalogue.json is old: run node frontend/protocol/catalogue.mjs\n",
  );
  process.exit(1);
}
