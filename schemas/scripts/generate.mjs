#!/usr/bin/env node
// Writes every generated file of this workspace, or with --check proves that they are fresh.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { stockCode } from "./stock-code.mjs";
import { validators } from "./validators.mjs";

const usage = `Usage: node schemas/scripts/generate.mjs [--check]

  (no option)  write schemas/generated/ anew from schemas/json
  --check      write nothing; exit 1 naming each file that is not what would be written
  --stock DIR  write protobufjs static code for the whole schema into DIR: the yardstick that the
               codec benchmark measures against, never checked in
`;

const root = fileURLToPath(new URL("../..", import.meta.url));
const generated = fileURLToPath(new URL("../generated/", import.meta.url));
const [option, argument, ...rest] = process.argv.slice(2);

if (option === "--help") {
  process.stdout.write(usage);
} else if (option === undefined) {
  const files = await validators();
  rmSync(generated, { recursive: true, force: true });
  write(generated, files);
} else if (option === "--check" && argument === undefined) {
  check(await validators());
} else if (option === "--stock" && argument !== undefined && rest.length === 0) {
  write(resolve(argument), await stockCode());
} else {
  process.stderr.write(`unknown arguments ${JSON.stringify(process.argv.slice(2))}\n\n${usage}`);
  process.exitCode = 64;
}

function write(folder, files) {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

function check(files) {
  const names = new Set([...Object.keys(files), ...readdirSync(generated)]);
  const stale = [...names]
    .filter((name) => currentText(join(generated, name)) !== files[name])
    .map((name) => relative(root, join(generated, name)));
  if (stale.length === 0) return;
  process.stderr.write(
    `stale generated files: ${stale.join(", ")}; run \`node schemas/scripts/generate.mjs\` and commit the result\n`,
  );
  process.exitCode = 1;
}

function currentText(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
