import { execFile } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { pythonWithChecks } from "@stdfn/test-support";
import t from "tap";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../../", import.meta.url));
const sdk = `${root}sdk/python`;
const cache = `${root}node_modules/.cache`;
const { interpreter = "", missing } = pythonWithChecks();

t.jobs = 2;

/** Runs a module of Python in the folder of the SDK; what it says if it fails is in the error. */
async function python(...args: readonly string[]): Promise<string> {
  const done = run(interpreter, ["-m", ...args], { cwd: sdk, maxBuffer: 16 * 1024 * 1024 });
  const { stdout } = await done.catch((error) => {
    throw new Error(`${error.message}\n${error.stdout}`);
  });
  return stdout;
}

/** The environment of a program that is to find nothing of this checkout. */
function bare(variables: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"] ?? "", ...variables };
}

t.test("what is published installs, and answers", { skip: missing }, async (t) => {
  const folder = t.testdir();
  await python("hatchling", "build", "-t", "sdist", "-d", folder);
  const source = /^version = "(?<version>.+)"$/m.exec(
    readFileSync(`${sdk}/pyproject.toml`, "utf8"),
  );
  const version = source?.groups?.["version"] ?? "";
  // From the source package, so that nothing can be missing there; with what is installed, so without the network.
  const offline = ["--quiet", "--no-index", "--no-deps", "--no-cache-dir"];
  await python(
    "pip",
    "wheel",
    ...offline,
    "--no-build-isolation",
    "-w",
    folder,
    `${folder}/stdfn-${version}.tar.gz`,
  );
  const wheel = `${folder}/stdfn-${version}-py3-none-any.whl`;

  const listed = (await python("zipfile", "-l", wheel)).split("\n").slice(1);
  const packed = listed.map((line) => line.split(" ")[0] ?? "").filter((name) => name !== "");
  const sources = readdirSync(`${sdk}/src/stdfn`).filter((name) => name !== "__pycache__");
  t.ok(sources.includes("py.typed") && sources.includes("descriptors.binpb"));
  t.strictSame(
    packed.filter((name) => name.startsWith("stdfn/")).sort(),
    sources.map((name) => `stdfn/${name}`).sort(),
  );
  t.ok(
    packed.some((name) => name.endsWith("/LICENSE")),
    "the licence goes with it",
  );

  await run("python3", ["-m", "venv", "--without-pip", `${folder}/fresh`]);
  const fresh = `${folder}/fresh/bin/python`;
  await python("pip", "--python", fresh, "install", ...offline, wheel);
  const [, example = ""] =
    /```python\n([\s\S]*?)```/.exec(readFileSync(`${sdk}/README.md`, "utf8")) ?? [];
  writeFileSync(`${folder}/hello.py`, example);
  writeFileSync(`${folder}/app.py`, example.replace("serve(handler)", ""));
  const answer = async (args: readonly string[], mode: string, input: string): Promise<string> => {
    const done = run(fresh, args, {
      cwd: folder,
      env: bare({ STDFN_MODE: mode, STDFN_FORMAT: "json" }),
    });
    done.child.stdin?.end(input);
    return (await done).stdout;
  };
  t.equal(await answer(["hello.py"], "filter", "Ada"), "Hello, Ada!");
  t.equal(await answer(["-m", "stdfn", "app:handler"], "filter", "Ada"), "Hello, Ada!");
  const { stdout: about } = await run(
    fresh,
    [
      "-c",
      "import importlib.metadata as m, stdfn; print(stdfn.__version__, m.version('stdfn'), stdfn.__file__, *m.requires('stdfn'))",
    ],
    { env: bare({}) },
  );
  t.match(about, `${version} ${version} ${folder}/fresh/`);
  t.match(about, /__init__\.py protobuf\S+; extra == 'protobuf'$/m, "it needs nothing else");
});

t.test("mypy finds nothing", { skip: missing }, async (t) => {
  const output = await python("mypy", "--cache-dir", `${cache}/stdfn-mypy`);
  t.match(output, /^Success: no issues found in [1-9]\d* source files$/m);
});

t.test("ruff finds nothing", { skip: missing }, async (t) => {
  const output = await python("ruff", "check", "--cache-dir", `${cache}/stdfn-ruff`);
  t.match(output, /^All checks passed!$/m);
  t.match(
    await python("ruff", "format", "--check", "--cache-dir", `${cache}/stdfn-ruff`),
    /already formatted$/m,
  );
});
