// `npm test`: every check, then every test, then what this machine could not test, then one line of counts.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { toolIsPresent, tools } from "@stdfn/test-support";
import { runTests } from "./run-tests.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** Each check's name, its script in package.json, and what that script is given. */
const CHECKS = [
  ["format and lint", "lint"],
  ["specification", "spec", "lint"],
  ["generated files", "generate", "--check"],
  ["protobuf schema", "check:proto"],
  ["unused code and dependencies", "check:unused"],
  ["API documentation", "check:api"],
  ["Markdown", "check:markdown"],
  ["packages as published", "check:packages"],
];

function say(line) {
  process.stdout.write(`${line}\n`);
}

/** Runs one check quietly; prints its output only where it fails. */
function check([name, script, ...args]) {
  const began = Date.now();
  const child = spawn([scripts[script], ...args].join(" "), {
    cwd: root,
    env: {
      ...process.env,
      PATH: `${join(root, "node_modules/.bin")}${delimiter}${process.env.PATH}`,
    },
    shell: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = [];
  child.stdout.on("data", (bytes) => output.push(bytes));
  child.stderr.on("data", (bytes) => output.push(bytes));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      const passed = code === 0;
      const seconds = ((Date.now() - began) / 1000).toFixed(1);
      say(
        `  ${name}: ${passed ? "ok" : `FAILED (${signal ?? `exit status ${code}`})`} (${seconds} s)`,
      );
      if (!passed) {
        say(
          Buffer.concat(output)
            .toString()
            .trimEnd()
            .replace(/^(?=.)/gm, "    "),
        );
        say(
          `  Run it alone with: ${["npm run", script, ...(args.length > 0 ? ["--", ...args] : [])].join(" ")}`,
        );
      }
      resolve(passed ? undefined : name);
    });
  });
}

const missing = Object.entries(tools)
  .filter(([name]) => !toolIsPresent(name))
  .map(([name, tool]) => ({ name, ...tool }));
if (process.env.CI === "true" && missing.length > 0) {
  for (const { name, adds, debian } of missing) {
    say(
      `${name} is missing and CI=true requires it (${adds}): install the Debian package ${debian}`,
    );
  }
  say(`0 passed, ${missing.length} failed`);
  process.exit(1);
}

say("Checks");
const failures = [];
for (const one of CHECKS) {
  const failure = await check(one);
  if (failure !== undefined) failures.push(failure);
}
say("Tests");
const { passed, failed, skipped } = await runTests(root);
for (const { name, adds, debian } of missing) {
  say(`Not tested here: ${adds}. It takes ${name} (Debian package ${debian}).`);
}
if (failures.length > 0) say(`Checks that failed: ${failures.join(", ")}`);
say(`${passed} passed, ${failed + failures.length} failed, ${skipped} skipped`);
process.exitCode = failed + failures.length === 0 && passed > 0 ? 0 : 1;
