// Removes compiled files whose source is gone: the compiler leaves them, and a stale test would still run.
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join, relative, sep } from "node:path";

const COMPILED = /\.(?:d\.ts|js)(?:\.map)?$/;
const COMPILED_FOLDERS = ["src", "test", "examples"];

/** Removes from `<workspace>/dist` what no TypeScript source of that workspace compiles to; returns the removed paths. */
export function pruneDist(workspace) {
  const dist = join(workspace, "dist");
  const removed = [];
  for (const folder of COMPILED_FOLDERS) {
    if (!existsSync(join(dist, folder))) continue;
    for (const entry of readdirSync(join(dist, folder), { recursive: true })) {
      const path = join(dist, folder, entry);
      if (!COMPILED.test(path)) continue;
      const source = join(workspace, folder, entry.replace(COMPILED, ".ts"));
      if (existsSync(source)) continue;
      rmSync(path);
      removed.push(relative(workspace, path).split(sep).join("/"));
    }
  }
  return removed;
}
