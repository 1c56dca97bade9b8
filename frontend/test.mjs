// Runs the unit tests (*.test.ts) of every workspace with Node's own test runner.
// Node strips the types itself; a run that finds no test file says so and succeeds.

import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { root, workspaces } from "./workspaces.mjs";

const files = workspaces().flatMap(({ folder }) =>
  globSync(`${folder}/{src,test}/**/*.test.ts`, { cwd: root }).sort(),
);
if (files.length === 0) {
  console.log("No front-end test exists yet.");
  process.exit(0);
}
const options = ["--test", "--test-reporter=dot", ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, [...options, ...files], {
  cwd: root,
  stdio: "inherit",
});
process.exit(status ?? 1);
