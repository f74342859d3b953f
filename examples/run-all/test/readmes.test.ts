import { chmodSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { missingTool } from "@stdfn/test-support";
import sharp from "sharp";
import t from "tap";
import { root } from "../src/folders.ts";
import { run } from "./support/run-program.ts";

// The compiler, and some thirty processes, one after another.
t.setTimeout(240_000);

/** The fenced blocks of a text with this information string. */
function blocksOf(file: string, info: string): readonly string[] {
  const text = readFileSync(join(root, file), "utf8");
  return text
    .split(`\n\`\`\`${info}\n`)
    .slice(1)
    .map((rest) => rest.split("\n```")[0] ?? "");
}

const [greeting = ""] = blocksOf("README.md", "typescript");
const [hello = "", report = "", throwing = "", testing = ""] = blocksOf(
  "sdk/typescript/README.md",
  "typescript",
);
const [library = ""] = blocksOf("reference-runtime/README.md", "ts");
const passOn = 'import { serve } from "@stdfn/sdk";\nserve((event) => event);\n';
const ada = `{"stdfn":"1"}\n{"event":{"specversion":"1.0","id":"1","source":"/t","type":"t","data":{"name":"Ada"}}}\n{"end":{}}\n`;
const photo = readFileSync(join(root, "examples/thumbnail/landscape.jpg"));
const photoEvent = { specversion: "1.0", id: "1", source: "/t", type: "t" };
const photoStream = `{"stdfn":"1"}\n${JSON.stringify({ event: { ...photoEvent, datacontenttype: "image/jpeg", data_base64: photo.toString("base64") } })}\n{"end":{}}\n`;

/** What stands around a block that shows a part of a program. */
const programs: Readonly<Record<string, string>> = {
  greeting,
  hello,
  a: passOn,
  b: hello,
  c: passOn,
  report,
  throwing: `const path: string = "a.png";\n${throwing}`,
  testing: `import type { Handler } from "@stdfn/sdk";
const handler: Handler = async (event, context) => {
  context.log.info("seen");
  return \`\${(await event.json<{ name: string }>()).name} of \${context.tenant}\`;
};
${testing}
console.log(JSON.stringify([events.map(({ data }) => data), error, failures, logs.length]));`,
  library: `import { readFileSync } from "node:fs";
import type { CloudEvent } from "@stdfn/schemas";
const bytes = readFileSync("photo.jpg");
const event: CloudEvent = { ...${JSON.stringify(photoEvent)}, specversion: "1.0", data: { kind: "bytes", bytes } };
${library}`,
};

const place = t.testdir({
  "package.json": '{"type":"module"}',
  "tsconfig.json": JSON.stringify({
    extends: join(root, "tsconfig.json"),
    compilerOptions: {
      composite: false,
      declarationMap: false,
      isolatedDeclarations: false,
      outDir: ".",
      rootDir: ".",
      tsBuildInfoFile: null,
    },
    files: Object.keys(programs).map((name) => `${name}.ts`),
    references: [],
  }),
  ...Object.fromEntries(Object.entries(programs).map(([name, text]) => [`${name}.ts`, text])),
  "events.jsonl": ada,
  "in.jsonl": photoStream,
  "report.csv": "a,b\n",
  first: "#!/bin/sh\nexec cat\n",
  third: "#!/bin/sh\nexec cat > relayed.jsonl\n",
  "photo.jpg": photo,
});
for (const name of ["examples", "node_modules"]) symlinkSync(join(root, name), join(place, name));
for (const name of ["first", "third"]) chmodSync(join(place, name), 0o755);

/** Runs a line of shell where the programs are. */
function shell(line: string): ReturnType<typeof run> {
  const command = line.replaceAll("npx stdfn", "stdfn");
  // npx takes a second to find what a clone has in this folder.
  const env = { PATH: `${join(root, "node_modules/.bin")}:${process.env["PATH"]}` };
  return run("sh", ["-e", "-c", `cd '${place}'; exec < /dev/null\n${command}`], "", env);
}

t.test("the TypeScript of the texts compiles", async (t) => {
  const { status, stdout } = shell("tsc -p .");
  t.equal(status, 0, stdout.toString());
});

t.test("the function of the README answers in every mode and format", async (t) => {
  t.match(shell("printf Ada | node greeting.js"), { status: 0, stdout: /^Hello, Ada!$/ });
  for (const mode of ["filter", "pipe", "session"])
    for (const format of mode === "filter" ? ["json"] : ["json", "protobuf"]) {
      const line = `stdfn run --verbose --mode ${mode} --format ${format} --data Ada -- node greeting.js`;
      const { status, stdout, stderr } = shell(line);
      t.equal(stdout.toString(), "Hello, Ada!", line);
      t.match(stderr, mode === "filter" ? "ok filter" : `ok ${mode}, ${format}`);
      t.equal(status, 0);
    }
});

t.test("the README of the SDK", async (t) => {
  const commands = blocksOf("sdk/typescript/README.md", "sh").join("\n").split("\n");
  t.equal(commands.length, 4);
  const [filter, pipe, session, described] = commands.map(shell);
  t.equal(filter?.stdout.toString(), "Hello, Ada!");
  t.match(
    pipe?.stdout.toString(),
    /^\{"stdfn":"1"\}\n\{"event":.*Hello, Ada!.*\n\{"end":\{\}\}\n$/,
  );
  t.equal(session?.stdout.toString(), "Hello, Ada!");
  const spoken = shell((commands[2] ?? "").replace("stdfn run", "stdfn run --verbose"));
  t.match(spoken.stderr, /ok session/, "it is a session, as it says");
  t.match(JSON.parse(described?.stdout.toString() ?? ""), {
    modes: ["session", "pipe", "filter"],
  });
  const reported = shell("stdfn run --mode pipe --json --data x -- node report.js");
  t.match(reported.stdout.toString(), /"stream":\{.*"type":"com\.example\.report\.made"/);
  t.match(shell("node throwing.js"), { status: 1, stderr: /no image at a\.png/ });
  const tested = shell("node testing.js");
  t.equal(tested.stdout.toString(), '[["Ada of acme"],null,[],1]\n', tested.stderr);
});

t.test("the README of the runtime", { skip: missingTool("gzip") }, async (t) => {
  const commands = blocksOf("reference-runtime/README.md", "sh").join("\n").split("\n");
  t.equal(commands.length, 7);
  const endings = commands.map((command) => {
    const ended = shell(command);
    t.equal(ended.status, 0, `${command}: ${ended.stderr}`);
    return ended.stdout.toString();
  });
  t.equal(endings[0], "hello\n");
  t.match(JSON.parse(endings[2] ?? ""), { name: "thumbnail" });
  t.match(endings[6], /ready/);
  const small = await sharp(readFileSync(join(place, "small.jpg"))).metadata();
  t.match(small, { format: "jpeg", width: 320 });
  const relayed = readFileSync(join(place, "relayed.jsonl"), "utf8");
  t.match(relayed, /"data_base64":"[\s\S]*\n\{"end":\{\}\}\n$/);
  const used = shell("node library.js");
  t.match(used.stdout.toString(), /type: 'com\.example\.thumbnail'/, used.stderr);
});
