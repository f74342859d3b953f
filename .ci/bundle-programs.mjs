// Makes one file of each program that is started again and again: it starts in half the time that its modules take.
// What is as new as the modules it was made of is left as it is. Run after `tsc -b`.
import { spawnSync } from "node:child_process";
import { rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A host that makes one call. */
const SESSION = `${[
  '{"stdfn":"1"}',
  '{"frame":{"id":0,"hello":{"minors":[0],"credit":65536}}}',
  '{"frame":{"id":1,"context":{"invocation_id":"i"},"event":{"specversion":"1.0","id":"1","source":"/","type":"t"},"end":{}}}',
  '{"frame":{"id":0,"drain":{}}}',
].join("\n")}\n`;

/**
 * Each program: its workspace, its first module, the folder in which one file is made of it, and the workspaces whose
 * modules go in. A script is run once, and kept with what V8 makes of it, with which it starts in less time than a module.
 */
const PROGRAMS = [
  {
    workspace: "reference-runtime",
    module: "dist/src/cli.js",
    folder: "dist/cli",
    name: "stdfn",
    of: ["schemas", "reference-runtime"],
    script: { args: ["relay", "--mode", "filter", "--", "cat"], input: SESSION },
  },
  {
    workspace: "sdk/typescript",
    module: "dist/examples/everything/main.js",
    folder: "dist/everything",
    name: "main",
    of: ["schemas", "sdk/typescript"],
  },
];

function changedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

async function make({ workspace, module, folder, name, of, script }) {
  const home = join(root, workspace);
  const file = join(home, folder, name);
  const code = `${file}.cjs.${process.version}-${process.arch}`;
  const made = changedAt(script !== undefined ? code : `${file}.js`);
  if (of.every((part) => changedAt(join(root, part, "dist/.tsbuildinfo")) <= made)) return;
  const { bundle, noticesOf } = await import("./bundle.mjs");
  // V8 takes the code of another text of the same length for that of this one.
  rmSync(join(home, folder), { recursive: true, force: true });
  const inputs = await bundle({
    folder: home,
    entries: { [name]: module },
    outdir: folder,
    script: script !== undefined,
  });
  writeFileSync(join(home, folder, "THIRD-PARTY-NOTICES"), noticesOf(home, inputs));
  if (script !== undefined) keepCode(`${file}.cjs`, code, script);
}

/** What a script does most often is what its code is kept of; where it fails here, the code is only less. */
function keepCode(path, target, { args, input }) {
  const keeper = join(root, ".ci/keep-code.mjs");
  const env = { ...process.env, STDFN_MODE: "session" };
  spawnSync(process.execPath, [keeper, path, target, ...args], { input, env });
}

for (const program of PROGRAMS) await make(program);
