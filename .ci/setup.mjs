// Installs and builds what this checkout needs, and nothing when that is already there.
// No dependencies: `npm start` and `npm test` run it as the first command after a clone.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { reasonToInstall } from "./installed.mjs";
import { isSupportedNode, OLDEST_NODE } from "./node-version.mjs";
import { pruneDist } from "./prune-dist.mjs";
import { workspaces } from "./workspaces.mjs";

const EXIT_CONFIGURATION = 78;
const HEARTBEAT_MS = 15_000;
const root = fileURLToPath(new URL("..", import.meta.url));

function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Runs a command, telling what it is for and that it is still alive; ends this process where it fails. */
async function step(title, command, args, options = {}) {
  const began = Date.now();
  const seconds = () => `${Math.round((Date.now() - began) / 1000)} s`;
  if (!options.quiet) say(`${title} …`);
  const heartbeat = setInterval(() => say(`  still at it (${seconds()})`), HEARTBEAT_MS);
  const child = spawn(command, args, {
    cwd: root,
    stdio: ["ignore", 2, 2],
    env: { ...process.env, ...options.env },
    shell: process.platform === "win32",
  });
  const failure = await new Promise((resolve) => {
    child.once("error", (error) => resolve(`cannot start ${command}: ${error.message}`));
    child.once("exit", (code, signal) => {
      if (code === 0) resolve(undefined);
      else resolve(signal === null ? `exit status ${code}` : `ended by ${signal}`);
    });
  });
  clearInterval(heartbeat);
  if (failure !== undefined) {
    say(`${title}: failed, ${failure}. ${options.remedy}`);
    say(`Run it alone with: ${options.alone}`);
    process.exit(1);
  }
  if (!options.quiet) say(`${title}: done in ${seconds()}`);
}

async function install() {
  const reason = reasonToInstall(root);
  if (reason === undefined) return;
  say(`${reason[0].toUpperCase()}${reason.slice(1)}.`);
  await step("Installing dependencies", "npm", ["ci", "--include=dev", "--loglevel=error"], {
    env: process.env.CI === "true" ? { npm_config_engine_strict: "true" } : {},
    alone: "npm ci --include=dev",
    remedy: "npm needs to reach a package registry; the lines above say what it met.",
  });
}

async function build() {
  for (const workspace of workspaces(root)) pruneDist(join(root, workspace));
  const isFirst = workspaces(root).some((workspace) => !existsSync(join(root, workspace, "dist")));
  await step("Building", process.execPath, ["node_modules/@typescript/native/bin/tsc", "-b"], {
    alone: "npx tsc -b",
    remedy: "The lines above say why.",
    quiet: !isFirst,
  });
  await step("Bundling", process.execPath, [".ci/bundle-programs.mjs"], {
    alone: "node .ci/bundle-programs.mjs",
    remedy: "The lines above say why.",
    quiet: true,
  });
}

if (!isSupportedNode(process.versions.node)) {
  say(
    `Stdfn needs Node ${OLDEST_NODE} or newer; this is Node ${process.versions.node} (${process.execPath}). Install a newer one and run the command again.`,
  );
  process.exit(EXIT_CONFIGURATION);
}
await install();
await build();
