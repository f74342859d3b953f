// Writes every generated file that is checked in; with --check proves them fresh instead and writes nothing.
import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";

const GENERATORS = [
  ["spec/tools/dist/src/cli.js", "generate"],
  ["schemas/scripts/generate.mjs"],
  ["conformance/scripts/generate.mjs"],
  ["conformance/scripts/ids.mjs"],
  ["conformance/scripts/profiles.mjs"],
];
const root = fileURLToPath(new URL("..", import.meta.url));
const [option, ...rest] = process.argv.slice(2);
if ((option !== undefined && option !== "--check") || rest.length > 0) {
  process.stderr.write(
    `npm run generate: unknown argument ${JSON.stringify(process.argv.slice(2).join(" "))}. It takes --check or nothing.\n`,
  );
  process.exit(64);
}
for (const generator of GENERATORS) {
  const args = option === undefined ? generator : [...generator, option];
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (error !== undefined) throw error;
  if (status !== 0) process.exitCode = 1;
}
