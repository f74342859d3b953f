// The workspaces of this repository and their compiled tests. No dependencies.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The folder of every workspace, relative to `root`, in the order of their dependencies. */
export function workspaces(root) {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8")).workspaces;
}

/** Every compiled test file of every workspace, relative to the root of the repository, in order. */
export function compiledTests(root) {
  return workspaces(root).flatMap((workspace) => {
    const folder = join(workspace, "dist", "test");
    if (!existsSync(join(root, folder))) return [];
    return readdirSync(join(root, folder), { recursive: true })
      .filter((name) => name.endsWith(".test.js") && !name.includes("fixtures"))
      .sort()
      .map((name) => join(folder, name));
  });
}
