// The fast loop: builds, then runs the test files whose path contains one of the arguments (default: all)
// under Node's own runner. `npm test` is the gate.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { pruneDist } from "./prune-dist.mjs";
import { compiledTests, workspaces } from "./workspaces.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

function run(args) {
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

for (const workspace of workspaces(root)) pruneDist(join(root, workspace));
run(["node_modules/@typescript/native/bin/tsc", "-b"]);
run([".ci/bundle-programs.mjs"]);
const wanted = process.argv.slice(2);
const files = compiledTests(root).filter(
  (file) => wanted.length === 0 || wanted.some((part) => file.includes(part)),
);
if (files.length === 0) {
  process.stderr.write(
    `npm run dev: no test file has ${wanted.join(" or ")} in its path. There are:\n${compiledTests(root).join("\n")}\n`,
  );
  process.exit(64);
}
run(["--enable-source-maps", "--test", ...files]);
