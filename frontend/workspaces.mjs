// The workspaces that exist: named in package.json and present as a folder with a package.json.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root = import.meta.dirname;

/** Reads a JSON file relative to this folder. */
function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), "utf8"));
}

/** The existing workspaces as `{ folder, manifest }`, in the order of package.json. */
export function workspaces() {
  return readJson("package.json")
    .workspaces.filter((folder) => existsSync(join(root, folder, "package.json")))
    .map((folder) => ({ folder, manifest: readJson(join(folder, "package.json")) }));
}
