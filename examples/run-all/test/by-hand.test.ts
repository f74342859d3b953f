import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type { ErrorRecord, FormatName } from "@stdfn/schemas";
import { codecFor } from "@stdfn/schemas/codec";
import { missingTool } from "@stdfn/test-support";
import t from "tap";
import { candidates } from "../src/candidates/candidates.ts";
import { root } from "../src/folders.ts";
import { nextCommands } from "../src/next-commands.ts";
import { photograph } from "../src/trials/thumbnail.ts";
import { ending, failed, opening } from "./support/envelope.ts";
import { pathWithout } from "./support/path-without.ts";
import { run } from "./support/run-program.ts";

const pipelineScript = "examples/pipeline/pipeline.sh";
const formats: readonly FormatName[] = ["json", "protobuf"];
const preface = '{"stdfn":"1"}\n';
const needsGzip = { skip: missingTool("gzip") };
const needsBoth = { skip: missingTool("gzip") || missingTool("jq") };

// Some fifty processes, one after another.
t.setTimeout(240_000);

t.test("word-count keeps to the rules of a pipe", async (t) => {
  const head = '{"specversion":"1.0","id":"a","source":"/s","type":"t"';
  const result = (words: number): string =>
    `{"event":{"specversion":"1.0","id":"/s#a","source":"urn:stdfn:function:word-count","type":"com.example.words","data":{"words":${words}}}}\n`;
  const end = '{"end":{}}\n';
  const error = (code: string, attribution: string): RegExp =>
    new RegExp(
      `"error":\\{"code":"${code}","message":"word-count: [^"]+","attribution":"${attribution}"\\}\\}\n$`,
    );
  const table: [string, string, string | RegExp, number][] = [
    ["text", `{"event":${head},"data":"one two"}}\n${end}`, result(2) + end, 0],
    [
      "white space of every kind",
      `{"event":${head},"data":" a\\tb\\r\\nc\\u0020d\\f "}}\n${end}`,
      result(4) + end,
      0,
    ],
    [
      "escapes that are no space",
      `{"event":${head},"data":"a\\\\nb \\"c\\" \\u00fcber \\/"}}\n${end}`,
      result(4) + end,
      0,
    ],
    ["other alphabets", `{"event":${head},"data":"日本 ünï"}}\n${end}`, result(2) + end, 0],
    ["octets", `{"event":${head},"data_base64":"b25lCnR3bw=="}}\n${end}`, result(2) + end, 0],
    ["no data", `{"event":${head}}}\n${end}`, result(0) + end, 0],
    ["null", `{"event":${head},"data":null}}\n${end}`, result(0) + end, 0],
    [
      "members in another order",
      `{"event":{"data":"a b c","type":"t","source":"/s","id":"a","specversion":"1.0"}}\n${end}`,
      result(3) + end,
      0,
    ],
    [
      "text that looks like members",
      `{"event":${head},"data":"\\"data\\":\\"x y\\" \\"id\\":\\"b\\""}}\n${end}`,
      result(3) + end,
      0,
    ],
    [
      "white space between tokens",
      ` { "event" : ${head} , "data" : "a" } } \r\n{ "end" : {} }\r\n`,
      result(1) + end,
      0,
    ],
    [
      "two events",
      `{"event":${head},"data":"a"}}\n{"event":${head},"data":""}}\n${end}`,
      result(1) + result(0) + end,
      0,
    ],
    ["no event", end, end, 0],
    ["a last line without its end", '{"end":{}}', end, 0],
    ["what follows the end", `${end}nonsense\n`, end, 0],
    ["an extension of the format", `{"ext":{"a":1}}\n${end}`, end, 0],
    [
      "a context",
      `{"context":{"invocation_id":"i","tenant":"acme"}}\n${end}`,
      `{"context":{"invocation_id":"i","tenant":"acme"}}\n${end}`,
      0,
    ],
    [
      "an error of the one before",
      '{"error":{"code":"aborted","message":"m","x":[1]}}\n',
      '{"error":{"code":"aborted","message":"m","x":[1]}}\n',
      75,
    ],
    ["an error of no known code", '{"error":{"code":"new"}}\n', '{"error":{"code":"new"}}\n', 70],
    ["an input without end", `{"event":${head},"data":"a"}}\n`, error("data_loss", "protocol"), 65],
    ["an input cut in a record", `{"event":${head},"data":"a`, error("data_loss", "protocol"), 65],
    [
      "an input cut between two braces",
      `{"event":${head},"data":"a"}`,
      /^\{"error":\{"code":"data_loss"/,
      65,
    ],
    ["nothing but a preface", "", error("data_loss", "protocol"), 65],
    [
      "a JSON value",
      `{"event":${head},"data":{"data":"x"}}}\n${end}`,
      error("invalid_argument", "function"),
      65,
    ],
    ["a number", `{"event":${head},"data":5}}\n${end}`, error("invalid_argument", "function"), 65],
    ["a streamed payload", `{"stream":${head}}}\n`, error("unimplemented", "function"), 69],
    [
      "a second context",
      '{"context":{}}\n{"context":{}}\n',
      error("invalid_argument", "protocol"),
      76,
    ],
    ["a blank line", `\n${end}`, error("invalid_argument", "protocol"), 76],
    ["a bare event", `${head}}\n${end}`, error("invalid_argument", "protocol"), 76],
    ["a frame", '{"frame":{"id":0,"hello":{}}}\n', error("invalid_argument", "protocol"), 76],
  ];
  for (const [name, input, wanted, status] of table) {
    const ended = run("examples/shell/word-count", [], preface + input);
    const output = ended.stdout.toString();
    t.equal(ended.status, status, `${name}: exit status`);
    t.equal(output.slice(0, preface.length), preface, `${name}: the preface`);
    const records = output.slice(preface.length);
    if (typeof wanted === "string") t.equal(records, wanted, name);
    else t.match(records, wanted, name);
    if (typeof wanted === "string") t.equal(ended.stderr, "", `${name}: nothing to say`);
    else t.match(ended.stderr, /^word-count: ./, `${name}: the message on standard error`);
  }
});

t.test("word-count recognises what it is given", async (t) => {
  const table: [string, string, string | undefined, number, RegExp][] = [
    ["nothing", "", undefined, 65, /standard input is empty/],
    ["no preface", "hello\n", undefined, 65, /expected the line .* read: hello/],
    ["no preface in a pipe", "hello\n", "pipe", 76, /read: hello/],
    ["protobuf", "\n\bSTDFN/1\n", "pipe", 76, /expected the line/],
    ["another major", '{"stdfn":"2"}\n', "pipe", 76, /read: \{"stdfn":"2"\}/],
    [
      "a mode it has not",
      preface,
      "session",
      76,
      /STDFN_MODE is session; this function offers pipe/,
    ],
    ["a mode nobody has", preface, "streaming", 64, /STDFN_MODE is streaming; allowed are/],
  ];
  for (const [name, input, mode, status, message] of table) {
    const env = mode === undefined ? {} : { STDFN_MODE: mode };
    const ended = run("examples/shell/word-count", [], input, env);
    t.match(ended, { status, stderr: message }, name);
    t.equal(ended.stdout.length, 0, `${name}: nothing on standard output`);
  }
  const marked = run("examples/shell/word-count", [], `\ufeff { "stdfn" : "1" } \r\n{"end":{}}\n`);
  t.match(marked, { status: 0 }, "a byte order mark and white space are passed over");
  const described = run("node_modules/.bin/stdfn", ["describe", "examples/shell"]);
  t.match(described, { status: 0, stdout: /word-count/ }, "it describes itself");
});

t.test("an error of the first stage arrives at the end, byte for byte", needsGzip, async (t) => {
  const errorOf: ErrorRecord = {
    code: "resource_exhausted",
    message: "the camera is full",
    disposition: "retry",
    retryDelayMs: 1500,
    details: { card: "2" },
  };
  for (const format of formats) {
    const codec = codecFor(format);
    const wrong = opening(codec, { ...(await photograph(4000)) });
    const inputs: [string, Buffer, number][] = [
      ["an error of the first stage itself", Buffer.concat([wrong, ending(codec)]), 65],
      ["an error of what stands before it", failed(codec, errorOf), 75],
    ];
    for (const [name, input, status] of inputs) {
      const alone = run("node", ["examples/thumbnail/dist/src/main.js"], input, {
        STDFN_MODE: "pipe",
      });
      const whole = run(pipelineScript, [], input);
      t.equal(alone.status, status, `${format}: ${name}: the stage's exit status`);
      t.equal(whole.status, status, `${format}: ${name}: the pipeline's exit status`);
      t.ok(alone.stdout.length > codec.preface.length, `${format}: ${name}: the stage says it`);
      t.equal(whole.stdout.toString("hex"), alone.stdout.toString("hex"), `${format}: ${name}`);
    }
    t.ok(
      run(pipelineScript, [], failed(codec, errorOf)).stdout.equals(failed(codec, errorOf)),
      `${format}: an error passes through untouched`,
    );
  }
});

t.test("an error of the second stage arrives at the end", async (t) => {
  const codec = codecFor("json");
  const input = Buffer.concat([opening(codec, await photograph(64)), ending(codec)]);
  const PATH = pathWithout(join(t.testdir({}), "bin"), "gzip");
  const { status, stdout } = run(pipelineScript, [], input, { PATH });
  const last: unknown = JSON.parse(stdout.toString().trimEnd().split("\n").at(-1) ?? "");
  t.equal(status, 69);
  t.match(last, { error: { code: "unavailable", message: /gzip is not on the PATH/ } });
});

/** A folder with a program of this name and text. */
function folderWith(folder: string, name: string, script: string): string {
  mkdirSync(folder);
  writeFileSync(join(folder, name), script);
  chmodSync(join(folder, name), 0o755);
  return folder;
}

t.test("gzip-wrapper calls nothing whole that is not", needsGzip, async (t) => {
  const codec = codecFor("json");
  const event = { ...(await photograph(64)), data: { kind: "none" } } as const;
  const half = Buffer.concat([
    codec.preface,
    codec.record("stream", codec.encode("stream", event)),
    codec.record("chunk", codec.encode("chunk", { data: Buffer.alloc(1000), last: false })),
  ]);
  const whole = Buffer.concat([
    opening(codec, { ...event, data: { kind: "bytes", bytes: Buffer.alloc(1000) } }),
    ending(codec),
  ]);
  const broken = folderWith(join(t.testdir({}), "bin"), "gzip", "#!/bin/sh\necho packed\nexit 3\n");
  const PATH = `${broken}:${process.env["PATH"]}`;
  const table: [string, Buffer, NodeJS.ProcessEnv, number, object][] = [
    ["an input that is cut short", half, {}, 65, { code: "data_loss", attribution: "protocol" }],
    [
      "a gzip that fails",
      whole,
      { PATH },
      70,
      { code: "internal", message: /gzip ended with exit status 3/ },
    ],
  ];
  for (const [name, input, env, status, error] of table) {
    const ended = run("node", ["examples/pipeline/dist/src/main.js"], input, env);
    t.equal(ended.status, status, name);
    const records = ended.stdout
      .toString()
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    t.match(records.at(-1), { error }, name);
    t.notOk(/"last":true/.test(ended.stdout.toString()), `${name}: no last chunk`);
  }
});

/** Puts a `node` on the `PATH` that writes down its process id and its program before it becomes the real one. */
function tellingNode(folder: string): { readonly PATH: string; readonly PIDS: string } {
  const script = `#!/bin/sh\necho "$$ $1" >> "$PIDS"\nexec '${process.execPath}' "$@"\n`;
  const bin = folderWith(join(folder, "bin"), "node", script);
  return { PATH: `${bin}:${process.env["PATH"]}`, PIDS: join(folder, "pids") };
}

t.test("a stage that is killed is never taken for a success", needsGzip, async (t) => {
  const stages = ["thumbnail", "pipeline", "notify"];
  const codec = codecFor("json");
  for (const victim of stages) {
    await t.test(victim, async (t) => {
      const telling = tellingNode(t.testdir({}));
      const child = spawn(join(root, pipelineScript), {
        env: { ...process.env, ...telling },
        stdio: ["pipe", "pipe", "ignore"],
      });
      child.stdin.on("error", () => {});
      child.stdin.write(opening(codec, await photograph(64)));
      let output = "";
      let isKilled = false;
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        // The first result shows that all three stages are at work.
        if (isKilled || !output.includes('"com.example.change"')) return;
        isKilled = true;
        const lines = readFileSync(telling.PIDS, "utf8").trimEnd().split("\n");
        const line = lines.find((one) => one.includes(` ${victim}/`)) ?? "";
        process.kill(Number(line.split(" ")[0]), "SIGKILL");
        child.stdin.end(ending(codec));
      });
      const [status] = await once(child, "close");
      const records = output
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as object);
      t.ok(isKilled, "it was killed");
      t.not(status, 0, "the exit status tells");
      t.notOk(
        records.some((record) => "end" in record),
        "no end was written",
      );
      const last = records.at(-1);
      if (victim === "notify") t.match(last, { event: Object }, "the stream is cut short");
      else t.match(last, { error: { code: "data_loss", attribution: "protocol" } });
    });
  }
});

t.test("npm start", async (t) => {
  const script = "examples/run-all.js";
  const withoutJq = { PATH: pathWithout(join(t.testdir({}), "bin"), "jq", "gzip") };
  const rowsOf = (stdout: Buffer): unknown => JSON.parse(stdout.toString());

  const table = run(process.execPath, [script, "word-count", "jq"], "", withoutJq);
  t.equal(table.status, 0, "a missing program is no failure");
  const text = table.stdout.toString();
  t.match(text, /^Stdfn runs its examples /, "the first line says what happens");
  t.match(text, /word-count +pipe +json +11358 +14 .*✓ 1581 words/, "a row of what ran");
  t.match(
    text,
    /jq +skipped: jq is not on the PATH; install the Debian package jq/,
    "a row of what did not",
  );
  t.match(text, /1 of 1 verified in .* s; skipped: jq\./, "the count");
  t.notMatch(text, /\u001b/, "no colour where no terminal is");
  for (const command of nextCommands) t.ok(text.includes(command), `it proposes: ${command}`);

  const required = run(process.execPath, [script, "--json", "gzip", "jq"], "", {
    ...withoutJq,
    CI: "true",
  });
  t.equal(required.status, 1, "with CI=true a missing program is a failure");
  t.match(rowsOf(required.stdout), {
    rows: [],
    // gzip is an example and a candidate of the conformance kit.
    skipped: [{ function: "gzip" }, { function: "jq" }, { function: "gzip" }],
    candidates: [],
    verified: 0,
    failed: 3,
  });

  const unable = run(process.execPath, [script, "--json", "word-count"], "", {
    PATH: pathWithout(join(t.testdir({}), "bin"), "awk"),
  });
  t.equal(unable.status, 1, "what is not verified is a failure");
  t.match(rowsOf(unable.stdout), { rows: [{ verified: false, finding: /words/ }], failed: 1 });

  const matrix = run(process.execPath, [script, "shell"]);
  t.equal(matrix.status, 0, matrix.stdout.toString());
  t.match(
    matrix.stdout.toString(),
    /^The conformance kit judges.*\n.*\n.*\n {2}shell +function +[1-9]\d* +0 +0 +0 +\d+ {2}✓ conforms/,
    "a row of what was judged",
  );
  const page = matrix.stdout.toString().match(/^Every case, .*: (.*\.html)$/m)?.[1] ?? "";
  t.match(
    readFileSync(page, "utf8"),
    /^<!doctype html>[\s\S]*FN-PIP-0001/i,
    "a page of every case",
  );

  const nobody = { PATH: pathWithout(join(t.testdir({}), "bin"), "awk") };
  const refused = run(process.execPath, [script, "shell"], "", nobody);
  t.equal(refused.status, 1, "what does not conform is a failure");
  t.match(refused.stdout.toString(), /shell .*✗ does not conform[\s\S]*0 of 1 conform/);

  const help = run(process.execPath, [script, "--help"]);
  t.match(help, { status: 0, stdout: /Usage: npm start/ });
  const wrong = run(process.execPath, [script, "gunzip"]);
  t.match(wrong, {
    status: 64,
    stderr: /no example or candidate is called gunzip; there are gzip, jq/,
  });
  t.match(run(process.execPath, [script, "--jsn"]), { status: 64, stderr: /--jsn/ });
});

t.test("every implementation in the repository is one that npm start judges", async (t) => {
  const folders = readdirSync(join(root, "conformance/candidates"));
  t.strictSame(folders.sort(), candidates.map(({ name }) => name).sort());
});

/** The commands of the `sh` blocks of a text. */
function commandsOf(file: string): readonly string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block as string);
}

t.test("what the texts propose works", needsBoth, async (t) => {
  const place = t.testdir({});
  for (const name of ["examples", "node_modules", "LICENSE", "README.md"]) {
    symlinkSync(join(root, name), join(place, name));
  }
  const texts = ["gzip", "jq", "shell", "thumbnail", "notify", "pipeline"];
  const blocks = texts.flatMap((name) => {
    const found = commandsOf(`examples/${name}/README.md`);
    t.not(found.length, 0, `${name} proposes something`);
    return found;
  });
  // npx takes a second to find what a clone has in this folder.
  const env = { PATH: `${join(root, "node_modules/.bin")}:${process.env["PATH"]}` };
  for (const proposed of [...blocks, ...nextCommands]) {
    const commands = proposed.replaceAll("npx stdfn", "stdfn");
    const { status, stderr } = run("sh", ["-e", "-c", `cd '${place}'\n${commands}`], "", env);
    t.equal(status, 0, `${commands}${stderr}`);
  }
});
