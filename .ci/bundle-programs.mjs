// Makes one file of each program that is started again and again: it starts in half the time that its modules take.
// What is as new as the modules it was made of is left as it is. Run after `tsc -b`.
import { statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Each program: its workspace, its first module, what it becomes, and the workspaces whose modules go in. */
const PROGRAMS = [
  {
    workspace: "reference-runtime",
    module: "dist/src/cli.js",
    file: "dist/cli/stdfn.js",
    of: ["schemas", "reference-runtime"],
    // It loads what it needs of the schemas when it needs it, by names that only its own package knows.
    external: ["@stdfn/schemas/validate"],
    hasCommonJs: true,
  },
  {
    workspace: "sdk/typescript",
    module: "dist/examples/everything/main.js",
    file: "dist/everything/main.js",
    of: ["schemas", "sdk/typescript"],
  },
];

function changedAt(path) {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

async function make({ workspace, module, file, of, ...options }) {
  const made = changedAt(join(workspace, file));
  if (of.every((part) => changedAt(join(part, "dist/.tsbuildinfo")) <= made)) return;
  const { bundle, noticesOf } = await import("./bundle.mjs");
  const folder = join(root, workspace);
  const outdir = dirname(file);
  const entries = { [basename(file, ".js")]: module };
  const inputs = await bundle({ folder, entries, outdir, ...options });
  writeFileSync(join(folder, outdir, "THIRD-PARTY-NOTICES"), noticesOf(folder, inputs));
}

for (const program of PROGRAMS) await make(program);
