import { Buffer } from "node:buffer";
import { execFileSync, spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import t from "tap";

const workspace = fileURLToPath(new URL("../..", import.meta.url));
const require = createRequire(import.meta.url);
const { PATH } = process.env;

/** A folder in which the packed runtime stands with the packages it depends on, and no other. */
function installed(): string {
  const folder = mkdtempSync(join(tmpdir(), "stdfn-packed-"));
  const packages = join(folder, "node_modules/@stdfn");
  mkdirSync(packages, { recursive: true });
  execFileSync("npm", ["pack", workspace, "--pack-destination", folder, "--loglevel=error"], {
    cwd: workspace,
    env: { PATH, HOME: process.env["HOME"] },
    stdio: "pipe",
  });
  const [tarball = ""] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  execFileSync("tar", ["-xzf", tarball, "-C", "node_modules/@stdfn"], { cwd: folder });
  execFileSync("mv", ["package", "runtime"], { cwd: packages });
  symlinkSync(dirname(require.resolve("@stdfn/schemas/package.json")), join(packages, "schemas"));
  return folder;
}

const folder = installed();
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
const root = join(folder, "node_modules/@stdfn/runtime");

t.test("the packed runtime has one dependency, and notices for what is bundled", async (t) => {
  const { dependencies, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  t.strictSame(Object.keys(dependencies), ["@stdfn/schemas"]);
  const notices = readFileSync(join(root, "dist/cli/THIRD-PARTY-NOTICES"), "utf8");
  t.match(notices, /commander .*\(MIT\)/);
  t.match(notices, /protobufjs .*\(BSD-3-Clause\)/);
  const { stdout } = spawnSync(process.execPath, [join(root, "bin/stdfn.js"), "--version"], {
    encoding: "utf8",
  });
  t.equal(stdout, `${version}\n`);
});

t.test("its command runs a function and reads a manifest", async (t) => {
  const stdfn = (...args: readonly string[]): ReturnType<typeof spawnSync> =>
    spawnSync(process.execPath, [join(root, "bin/stdfn.js"), ...args], {
      input: "hello\n",
      encoding: "utf8",
      env: { PATH },
    });
  const ran = stdfn("run", "--", "tr", "a-z", "A-Z");
  t.match(ran, { status: 0, stdout: "HELLO\n" });
  const manifest = fileURLToPath(new URL("../../../examples/gzip", import.meta.url));
  t.match(stdfn("validate", manifest), { status: 0 });
});

t.test("its library does without what only the command needs", async (t) => {
  const program = `import { Runtime } from "@stdfn/runtime"; process.stdout.write(typeof Runtime);`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", program],
    { cwd: folder, encoding: "utf8", env: { PATH } },
  );
  t.equal(`${stdout}${stderr}`, "function");
});

t.test("its command starts with what V8 has made of it before, and without", async (t) => {
  const filename = join(root, "dist/cli/stdfn.cjs");
  const version = (): string =>
    spawnSync(process.execPath, [join(root, "bin/stdfn.js"), "--version"], { encoding: "utf8" })
      .stdout;
  const wanted = version();
  t.strictSame(
    readdirSync(dirname(filename)).filter((name) => name.startsWith("stdfn.")),
    ["stdfn.cjs"],
    "what V8 makes on one machine is not for another",
  );
  const own = `dist/cli/stdfn.cjs.${process.version}-${process.arch}`;
  const code = readFileSync(join(workspace, own));
  const text = readFileSync(join(workspace, "dist/cli/stdfn.cjs"), "latin1");
  t.equal(
    new Script(text, { filename, cachedData: code }).cachedDataRejected,
    false,
    "a checkout has what belongs to its text",
  );
  for (const [what, bytes] of [
    ["code", code],
    ["nothing", Buffer.alloc(0)],
    ["code of another version", Buffer.from(code).fill(0, 4, 8)],
    ["code that is cut", code.subarray(0, 1000)],
  ] as const) {
    writeFileSync(join(root, own), bytes);
    t.equal(version(), wanted, `the same with ${what}`);
  }
});

t.test("modules that were compiled since the command was bundled are what runs", async (t) => {
  writeFileSync(join(root, "dist/.tsbuildinfo"), "");
  writeFileSync(join(root, "dist/src/cli.js"), `process.stdout.write("modules");`);
  const { stdout } = spawnSync(process.execPath, [join(root, "bin/stdfn.js")], {
    encoding: "utf8",
  });
  t.equal(stdout, "modules");
});
