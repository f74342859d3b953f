// Makes one file of each program that is started again and again: it starts in half the time that its modules take.
// What is as new as the modules it was made of is left as it is. Run after `tsc -b`.
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Each program: its workspace, its first module, the folder in which one file is made of it, and the workspaces whose
 * modules go in. A script is kept with what V8 makes of it, with which it starts in less time than a module takes.
 */
const PROGRAMS = [
  {
    workspace: "reference-runtime",
    module: "dist/src/cli.js",
    folder: "dist/cli",
    name: "stdfn",
    of: ["schemas", "reference-runtime"],
    script: true,
  },
  {
    workspace: "sdk/typescript",
    module: "dist/examples/everything/main.js",
    folder: "dist/everything",
    name: "main",
    of: ["schemas", "sdk/typescript"],
    script: false,
  },
];

function changedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

async function make({ workspace, module, folder, name, of, script }) {
  const home = join(root, workspace);
  const file = join(home, folder, name);
  const code = `${file}.cjs.${process.version}-${process.arch}`;
  const made = changedAt(script ? code : `${file}.js`);
  if (of.every((part) => changedAt(join(root, part, "dist/.tsbuildinfo")) <= made)) return;
  const { bundle, noticesOf } = await import("./bundle.mjs");
  // V8 takes the code of another text of the same length for that of this one.
  rmSync(join(home, folder), { recursive: true, force: true });
  const inputs = await bundle({
    folder: home,
    entries: { [name]: module },
    outdir: folder,
    script,
  });
  writeFileSync(join(home, folder, "THIRD-PARTY-NOTICES"), noticesOf(home, inputs));
  if (script) keepCode(`${file}.cjs`, code);
}

function keepCode(path, target) {
  writeFileSync(
    target,
    new Script(readFileSync(path, "latin1"), { filename: path }).createCachedData(),
  );
}

for (const program of PROGRAMS) await make(program);
