// Fills dist/ for `npm pack`: the bundle, its source map and the types.

import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const folder = import.meta.dirname;
const dist = join(folder, "dist");
rmSync(dist, { recursive: true, force: true });

await build({
  absWorkingDir: folder,
  entryPoints: ["src/index.ts"],
  outfile: join(dist, "ameyo-sdk.js"),
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  sourcemap: true,
  logLevel: "warning",
});

const config = {
  extends: "../tsconfig.json",
  compilerOptions: {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: "..",
    outDir: "dist/types",
    types: [],
  },
  include: ["src/index.ts"],
};
const project = join(folder, "tsconfig.package.json");
writeFileSync(project, JSON.stringify(config));
try {
  const tsc = join(folder, "..", "node_modules", "typescript", "bin", "tsc");
  const { status } = spawnSync(process.execPath, [tsc, "--project", project], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
} finally {
  rmSync(project);
}
