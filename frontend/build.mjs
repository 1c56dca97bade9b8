// Bundles every workspace that says so in its package.json, for example
//
//   "screenpop": { "bundles": { "src/index.ts": "omniapp/sdk/ameyo-sdk.js" } }
//
// where the right side is a path under src/screenpop/web/built, which the server serves as it stands.
// Each bundle is an ES module for browsers of 2022 and later, minified, with a source map.

import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { root, workspaces } from "./workspaces.mjs";

const builtFolder = join(root, "..", "src", "screenpop", "web", "built");

for (const { folder, manifest } of workspaces()) {
  for (const [entry, out] of Object.entries(manifest.screenpop?.bundles ?? {})) {
    const outfile = join(builtFolder, out);
    await build({
      absWorkingDir: root,
      entryPoints: [join(root, folder, entry)],
      outfile,
      bundle: true,
      format: "esm",
      platform: "browser",
      target: "es2022",
      minify: true,
      sourcemap: true,
      sourcesContent: true,
      legalComments: "linked",
      logLevel: "warning",
    });
    const bytes = gzipSync(readFileSync(outfile)).length;
    console.log(`${relative(join(root, ".."), outfile)}  ${bytes} bytes gzip`);
  }
}
