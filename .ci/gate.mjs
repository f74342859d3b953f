// `npm test`: every check, then every test, then what this machine could not test, then one line of counts.
import { spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { toolIsPresent, tools } from "@stdfn/test-support";
import { runTests } from "./run-tests.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = (path) => `node_modules/${path}`;

/** Each check, the Node program that makes it, and the command a person types to make it alone. */
const CHECKS = [
  ["format and lint", [bin("@biomejs/biome/bin/biome"), "check", "."], "npm run lint"],
  ["specification", ["spec/tools/dist/src/cli.js", "lint"], "npm run spec -- lint"],
  ["generated files", [".ci/generate.mjs", "--check"], "npm run generate -- --check"],
  ["protobuf schema", [bin("@bufbuild/buf/bin/buf"), "lint", "schemas"], "npx buf lint schemas"],
  [
    "protobuf format",
    [bin("@bufbuild/buf/bin/buf"), "format", "schemas", "--diff", "--exit-code"],
    "npx buf format schemas --diff --exit-code",
  ],
  ["unused code and dependencies", [bin("knip/bin/knip.js")], "npx knip"],
  ["API documentation", [bin("typedoc/bin/typedoc"), "--emit", "none"], "npx typedoc --emit none"],
  ["Markdown", [bin("markdownlint-cli2/markdownlint-cli2-bin.mjs")], "npx markdownlint-cli2"],
  ["packages as published", [".ci/check-packages.mjs"], "node .ci/check-packages.mjs"],
];

function say(line) {
  process.stdout.write(`${line}\n`);
}

/** Runs one check quietly; prints its output only where it fails. */
function check([name, args, command]) {
  const began = Date.now();
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
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
        say(`  Run it alone with: ${command}`);
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
