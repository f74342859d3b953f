#!/usr/bin/env node
// Writes what the kit knows of the specification, or with --check proves that it is fresh.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const file = fileURLToPath(new URL("../generated/requirements.json", import.meta.url));
const [option, ...rest] = process.argv.slice(2);

if ((option !== undefined && option !== "--check") || rest.length > 0) {
  process.stderr.write("usage: node conformance/scripts/generate.mjs [--check]\n");
  process.exit(64);
}
const text = requirements();
if (option === undefined) {
  mkdirSync(new URL("../generated/", import.meta.url), { recursive: true });
  writeFileSync(file, text);
} else if (readFileSync(file, "utf8") !== text) {
  process.stderr.write(
    "stale generated file: conformance/generated/requirements.json; run `node conformance/scripts/generate.mjs` and commit the result\n",
  );
  process.exitCode = 1;
}

/** Every requirement of the text, one a line. */
function requirements() {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["spec/tools/dist/src/cli.js", "list", "--json"],
    { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  );
  if (status !== 0) throw new Error(`the specification cannot be listed: ${stderr}`);
  const lines = JSON.parse(stdout).map(
    ({ id, text, chapter, level, actor, revision }) =>
      `${JSON.stringify(id)}:${JSON.stringify({ revision, level, actor, chapter, text })}`,
  );
  return `{\n${lines.join(",\n")}\n}\n`;
}
