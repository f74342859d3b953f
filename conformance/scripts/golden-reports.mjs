#!/usr/bin/env node
// Writes what `stdfn-conformance report` makes of the reports in test/reports, for people to look at before they
// commit it; the tests compare.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../test/reports/", import.meta.url));
const launcher = fileURLToPath(new URL("../bin/stdfn-conformance.cjs", import.meta.url));

for (const form of ["text", "tap", "junit", "json", "md", "badge"]) write(form, ["every-verdict"]);
write("html", ["every-verdict", "conforms"]);

function write(form, names) {
  const files = names.map((name) => `${folder}${name}.ndjson`);
  const args = [launcher, "report", ...files, "--to", form];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`report --to ${form} failed: ${stderr}`);
  writeFileSync(`${folder}golden.${form}`, stdout);
}
