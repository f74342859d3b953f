#!/usr/bin/env node
// Writes the profiles of the present version of the specification from the cases and vectors, or with --check proves
// that they are fresh. They are drafts while the version is one; a frozen profile is never written again.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { makeProfiles } from "../dist/src/profile/make-profiles.js";

const folder = fileURLToPath(new URL("../profiles/1.0/", import.meta.url));
const [option, ...rest] = process.argv.slice(2);
if ((option !== undefined && option !== "--check") || rest.length > 0) {
  process.stderr.write("usage: node conformance/scripts/profiles.mjs [--check]\n");
  process.exit(64);
}
mkdirSync(folder, { recursive: true });
for (const [name, profile] of makeProfiles()) {
  const path = `${folder}${name}.json`;
  const text = textOf(profile);
  const now = read(path);
  if (now !== undefined && JSON.parse(now).status === "frozen") continue;
  if (option === undefined) writeFileSync(path, text);
  else if (now !== text) {
    process.stderr.write(
      `stale generated file: conformance/profiles/1.0/${name}.json; run \`node conformance/scripts/profiles.mjs\` and commit the result\n`,
    );
    process.exitCode = 1;
  }
}

/** A profile with one scored case a line. */
function textOf({ scored, digest, ...head }) {
  const lines = scored.map((one) => `    ${JSON.stringify(one)}`);
  const opening = JSON.stringify(head, null, 2).slice(0, -2);
  return `${opening},\n  "scored": [\n${lines.join(",\n")}\n  ],\n  "digest": ${JSON.stringify(digest)}\n}\n`;
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
