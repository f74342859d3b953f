import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import t from "tap";
import { sdkVersion } from "../src/version.ts";
import { input, json, pipeStream, readPipe, worth } from "./support/envelope.ts";
import { environment, run } from "./support/run.ts";

const workspace = fileURLToPath(new URL("../..", import.meta.url));
const compiler = join(
  dirname(createRequire(import.meta.url).resolve("@typescript/native/package.json")),
  "bin/tsc",
);

/** An empty folder, outside the repository, in which only the packed SDK is installed. */
function installed(): string {
  const folder = mkdtempSync(join(tmpdir(), "stdfn-consumer-"));
  execFileSync(process.execPath, [join(workspace, "scripts/build-package.mjs")]);
  npm(folder, "pack", join(workspace, "dist/package"), "--pack-destination", folder);
  const [tarball] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  writeFileSync(join(folder, "package.json"), '{ "name": "consumer", "private": true }\n');
  npm(folder, "install", "--offline", "--no-audit", "--no-fund", `./${tarball}`);
  return folder;
}

function npm(cwd: string, ...args: readonly string[]): void {
  execFileSync("npm", [...args, "--loglevel=error"], { cwd, env: environment(), stdio: "pipe" });
}

const folder = installed();
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
const consumer = `
import { type CloudEvent, type Context, FunctionError, type Handler, invoke, serve } from "@stdfn/sdk";
import { currentContext } from "@stdfn/sdk/current-context";

export const greet: Handler = async (event: CloudEvent, context: Context) => {
  const { name } = await event.json<{ name: string }>();
  if (name === "") throw new FunctionError("invalid_argument", "nobody to greet", { disposition: "drop" });
  const left: number = context.remaining();
  const aborted: boolean = currentContext()?.signal.aborted ?? left <= 0;
  return aborted ? undefined : { specversion: "1.0", type: "greeting", data: { hello: name } };
};
export const tested: Promise<string | undefined> = invoke(greet, { data: { name: "x" } }).then(({ error }) => error?.code);
serve(greet, { name: "greet", version: "1.0.0", concurrency: 8 });
serve(async (events) => { for await (const event of events) event.id.toUpperCase(); }, { batch: true });
// @ts-expect-error a mode that does not exist
serve(greet, { modes: ["http"] });
// @ts-expect-error an error code that does not exist
new FunctionError("nope", "");
`;

t.test("the packed SDK brings no other package", async (t) => {
  t.strictSame(
    readdirSync(join(folder, "node_modules")).filter((name) => !name.startsWith(".")),
    ["@stdfn"],
  );
  const root = join(folder, "node_modules/@stdfn/sdk");
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  t.strictSame([manifest.dependencies, manifest.scripts], [undefined, undefined]);
  t.equal(manifest.version, sdkVersion, "the version the SDK states is its own");
  t.match(readFileSync(join(root, "THIRD-PARTY-NOTICES"), "utf8"), /protobufjs.*BSD-3-Clause/);
  t.match(readFileSync(join(root, "LICENSE"), "utf8"), "Apache License");
});

t.test(
  "a strict TypeScript consumer compiles against it, with Node's types and without",
  async (t) => {
    writeFileSync(join(folder, "consumer.ts"), consumer);
    const types = join(workspace, "../../node_modules/@types");
    const modes = [
      ["nodenext", "--types", "node", "--typeRoots", types],
      ["nodenext"],
      ["preserve", "--moduleResolution", "bundler"],
      ["preserve", "--moduleResolution", "bundler", "--lib", "es2023,dom"],
    ];
    for (const [module, ...more] of modes) {
      const strict = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess"];
      const { stdout, status } = spawnSync(
        process.execPath,
        [
          compiler,
          ...strict,
          "--skipLibCheck",
          more.includes("node") ? "true" : "false",
          "--noEmit",
          "--target",
          "es2023",
          "--module",
          module as string,
          ...(more.includes("--types") ? [] : ["--types", ""]),
          ...more,
          "consumer.ts",
        ],
        { cwd: folder, encoding: "utf8", env: environment() },
      );
      t.strictSame([stdout, status], ["", 0], [module, ...more].join(" "));
    }
  },
);

t.test("it runs as a function, from a module and from CommonJS", async (t) => {
  const programs = {
    "main.mjs": 'import { serve } from "@stdfn/sdk";\nserve((event) => event.json());\n',
    "main.cjs": 'const { serve } = require("@stdfn/sdk");\nserve((event) => event.json());\n',
    "current.mjs": `import { serve } from "@stdfn/sdk";
import { currentContext } from "@stdfn/sdk/current-context";
serve(async (event, context) => {
  const value = await event.json();
  return currentContext() === context ? value : "another context";
});
`,
  };
  for (const [name, source] of Object.entries(programs)) {
    const program = join(folder, name);
    writeFileSync(program, source);
    for (const format of ["json", "protobuf"] as const) {
      const { stdout, stderr, status } = await run(program, {
        input: pipeStream(format, [{ event: input("x", json({ a: 1 })) }, { end: {} }]),
      });
      t.strictSame([stderr, status], ["", 0], `${name}, ${format}`);
      t.strictSame(readPipe(stdout).events.map(worth), [{ a: 1 }], `${name}, ${format}`);
    }
  }
});
