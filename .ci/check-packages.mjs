// Packs every public workspace as it would be published and checks the packed files with publint and attw.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { workspaces } from "./workspaces.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const publint = join(root, "node_modules/publint/src/cli.js");
const attw = join(root, "node_modules/@arethetypeswrong/cli/dist/index.js");

/** Runs a program from `cwd`; returns its standard output, or ends this process with all it said. */
function run(cwd, command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (error === undefined && status === 0) return stdout;
  process.stderr.write(`${command} ${args.join(" ")} (in ${cwd}) failed\n`);
  process.stderr.write(error === undefined ? `${stdout}${stderr}` : `${error.message}\n`);
  process.exitCode = 1;
  return "";
}

function checkPackage(folder, target) {
  const packed = run(folder, "npm", [
    "pack",
    "--json",
    "--loglevel=error",
    "--pack-destination",
    target,
  ]);
  if (packed === "") return;
  const [{ filename, size, files }] = JSON.parse(packed.slice(packed.indexOf("[")));
  const tarball = join(target, filename);
  run(root, process.execPath, [publint, tarball, "--strict"]);
  run(root, process.execPath, [attw, tarball, "--profile", "esm-only", "--no-emoji"]);
  process.stdout.write(`${filename}: ${files.length} files, ${Math.ceil(size / 1024)} KiB\n`);
}

const target = mkdtempSync(join(tmpdir(), "stdfn-packages-"));
try {
  for (const workspace of workspaces(root)) {
    const folder = join(root, workspace);
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const made = manifest.publishConfig?.directory;
    if (made !== undefined) run(folder, "npm", ["run", "package", "--loglevel=error"]);
    if (manifest.private !== true) checkPackage(join(folder, made ?? "."), target);
  }
} finally {
  rmSync(target, { recursive: true, force: true });
}
