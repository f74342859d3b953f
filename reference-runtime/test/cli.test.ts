import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { gunzipSync } from "node:zlib";
import t from "tap";
import { everything, fixture } from "./support/fixture.ts";
import { bin, stdfn } from "./support/stdfn.ts";

interface CliCase {
  readonly title: string;
  readonly args: readonly string[];
  readonly input?: string;
  readonly status: number;
  readonly stdout?: string | RegExp;
  readonly stderr?: RegExp | "";
}

const puppet = (...steps: readonly unknown[]): string[] => [
  "--",
  process.execPath,
  fixture("puppet.js"),
  JSON.stringify(steps),
];
const every = ["--", process.execPath, everything];
const preface = '{"stdfn":"1"}\n';
const eventLine = (id: string, data: string): string =>
  `{"event":{"specversion":"1.0","id":"${id}","source":"/t","type":"dev.stdfn.everything.reverse","datacontenttype":"text/plain","data":"${data}"}}\n`;

const cases: readonly CliCase[] = [
  {
    title: "a filter",
    args: ["run", "--", "tr", "a-z", "A-Z"],
    input: "hello",
    status: 0,
    stdout: "HELLO",
    stderr: "",
  },
  {
    title: "--data and attributes",
    args: [
      "run",
      "--data",
      "x",
      "--type",
      "com.example.order",
      "--source",
      "/shop",
      "--attribute",
      "subject=4=2",
      "--attribute",
      "priority=7",
      "--content-type",
      "text/plain",
      "--",
      "sh",
      "-c",
      'echo "$STDFN_MODE $STDFN_EVENT_TYPE $STDFN_EVENT_SOURCE $STDFN_EVENT_SUBJECT $STDFN_EVENT_PRIORITY $STDFN_EVENT_DATACONTENTTYPE $STDFN_CTX_ATTEMPT ($HOME)"; cat',
    ],
    status: 0,
    stdout: "filter com.example.order /shop 4=2 7 text/plain 1 ()\nx",
  },
  {
    title: "--tenant and --timeout reach the context",
    args: [
      "run",
      "--mode",
      "session",
      "--tenant",
      "acme",
      "--timeout",
      "1m",
      "--type",
      "dev.stdfn.everything.context",
      ...every,
    ],
    status: 0,
    stdout: /"tenant":"acme"/,
  },
  {
    title: "a session result",
    args: [
      "run",
      "--mode",
      "session",
      "--format",
      "json",
      "--type",
      "dev.stdfn.everything.reverse",
      "--data",
      "abc",
      ...every,
    ],
    status: 0,
    stdout: "cba",
  },
  {
    title: "several JSON results",
    args: [
      "run",
      "--mode",
      "pipe",
      "--type",
      "dev.stdfn.everything.emit",
      "--data",
      '{"count":3}',
      ...every,
    ],
    status: 0,
    stdout: '{"index":0}\n{"index":1}\n{"index":2}',
  },
  {
    title: "--json",
    args: [
      "run",
      "--json",
      "--mode",
      "session",
      "--type",
      "dev.stdfn.everything.emit",
      "--data",
      '{"count":2}',
      ...every,
    ],
    status: 0,
    stdout: /^\{"stdfn":"1"\}\n\{"event":.*\}\n\{"event":.*\}\n\{"end":\{\}\}\n$/,
  },
  {
    title: "--json of a stream",
    args: [
      "run",
      "--json",
      "--mode",
      "session",
      "--type",
      "dev.stdfn.everything.stream",
      "--data",
      '{"size":10,"chunk":4}',
      ...every,
    ],
    status: 0,
    stdout: /^\{"stdfn":"1"\}\n\{"stream":.*\}\n(\{"chunk":.*\}\n){4}\{"end":\{\}\}\n$/,
  },
  {
    title: "--json of a failure",
    args: [
      "run",
      "--json",
      "--mode",
      "session",
      "--type",
      "dev.stdfn.everything.fail",
      "--data",
      '{"code":"not_found"}',
      ...every,
    ],
    status: 69,
    stdout: /^\{"stdfn":"1"\}\n\{"error":\{"code":"not_found".*\}\}\n$/,
    stderr: /^stdfn: not_found: failed as asked\n$/,
  },
  {
    title: "a Stdfn stream as input",
    args: ["run", "--mode", "pipe", ...every],
    input: `${preface}{"context":{"invocation_id":"i-9"}}\n${eventLine("a", "abc")}${eventLine("b", "xyz")}{"end":{}}\n`,
    status: 0,
    stdout: "cbazyx",
  },
  {
    title: "a Stdfn stream that ends with an error",
    args: ["run", "--json", "--mode", "pipe", ...every],
    input: `${preface}{"error":{"code":"already_exists","message":"twice"}}\n`,
    status: 65,
    stdout: /\{"error":\{"code":"already_exists","message":"twice"/,
  },
  {
    title: "a Stdfn stream that is cut short",
    args: ["run", "--mode", "pipe", ...every],
    input: preface + eventLine("a", "abc"),
    status: 65,
    stderr: /data_loss/,
  },
  {
    title: "a broken Stdfn stream",
    args: ["run", "--mode", "pipe", ...every],
    input: `${preface}oops\n`,
    status: 65,
    stderr: /oops/,
  },
  {
    title: "attributes beside a Stdfn stream",
    args: ["run", "--type", "x", ...every],
    input: `${preface}{"end":{}}\n`,
    status: 64,
    stderr: /have their own attributes/,
  },
  {
    title: "a failed filter",
    args: ["run", "--", "sh", "-c", 'echo "disk full" >&2; exit 3'],
    input: "x",
    status: 70,
    stdout: "",
    stderr: /^disk full\nstdfn: unknown: the program ended with exit status 3\n$/,
  },
  {
    title: "a deadline",
    args: ["run", "--timeout", "50ms", "--data", "", "--", "sleep", "1000"],
    status: 75,
    stderr: /deadline_exceeded/,
  },
  {
    title: "a function that dies",
    args: [
      "run",
      "--mode",
      "session",
      "--data",
      "{}",
      "--type",
      "dev.stdfn.everything.crash",
      ...every,
    ],
    status: 69,
    stderr: /SIGKILL/,
  },
  {
    title: "garbage from a function",
    args: [
      "run",
      "--mode",
      "session",
      "--format",
      "json",
      "--data",
      "",
      ...puppet(["write", "\u001b[2Jhi\n"], ["exit", 0]),
    ],
    status: 69,
    stderr: /\\x1b\[2Jhi/,
  },
  {
    title: "not found",
    args: ["run", "--data", "", "--", "no-such-program"],
    status: 69,
    stderr: /"no-such-program" was not found in PATH/,
  },
  {
    title: "not executable",
    args: ["run", "--data", "", "--", fixture("puppet.js")],
    status: 78,
    stderr: /chmod \+x/,
  },
  {
    title: "isolation",
    args: ["run", "--isolation", "sealed", "--data", "", "--", "cat"],
    status: 78,
    stderr: /"sealed" cannot be given.*--isolation trusted/,
  },
  {
    title: "a mode that does not exist",
    args: ["run", "--mode", "bogus", "--", "cat"],
    status: 64,
    stderr: /Allowed choices are filter, pipe, session/,
  },
  { title: "an unknown command", args: ["rum"], status: 64, stderr: /Did you mean run\?/ },
  {
    title: "an unknown option",
    args: ["run", "--jsn", "--", "cat"],
    status: 64,
    stderr: /Did you mean --json\?/,
  },
  { title: "no function", args: ["run"], status: 64, stderr: /no function was named/ },
  {
    title: "two functions",
    args: ["run", "folder", "--", "cat"],
    status: 64,
    stderr: /name one of them/,
  },
  {
    title: "two inputs",
    args: ["run", "--data", "x", "--file", "y", "--", "cat"],
    status: 64,
    stderr: /--data and --file/,
  },
  {
    title: "an input file that is not there",
    args: ["run", "--file", "/no/such/file", "--", "cat"],
    status: 64,
    stderr: /\/no\/such\/file/,
  },
  {
    title: "a bad attribute",
    args: ["run", "--attribute", "Sub-Ject=1", "--", "cat"],
    status: 64,
    stderr: /letters a-z and digits only/,
  },
  {
    title: "a bad duration",
    args: ["run", "--timeout", "soon", "--", "cat"],
    status: 64,
    stderr: /as in 250, 250ms, 10s or 2m/,
  },
  {
    title: "a control character in an attribute of a filter",
    args: ["run", "--attribute", "subject=a\u0007b", "--data", "", "--", "cat"],
    status: 65,
    stderr: /STDFN_EVENT_SUBJECT/,
  },
  {
    title: "no manifest",
    args: ["run", "/no/such/folder"],
    status: 78,
    stderr: /stdfn\.json does not exist/,
  },
  { title: "--version", args: ["--version"], status: 0, stdout: /^\d+\.\d+\.\d+\n$/ },
  {
    title: "--help",
    args: ["--help"],
    status: 0,
    stdout: /run .*invoke a function once[\s\S]*describe[\s\S]*validate/,
  },
  { title: "nothing", args: [], status: 0, stdout: /Usage: stdfn/ },
  ...["run", "relay", "record", "inspect", "describe", "validate"].map((name) => ({
    title: `${name} --help`,
    args: [name, "--help"],
    status: 0,
    stdout: /^(?![\s\S]*default: (?:null|\{\}))[\s\S]*Examples:\n {2}\$ [\s\S]*Exit status: /,
  })),
  {
    title: "describe",
    args: ["describe", ...every],
    status: 0,
    stdout: /^name +everything [\s\S]*modes +session, pipe, filter\n/,
  },
  {
    title: "describe --json",
    args: ["describe", "--json", ...every],
    status: 0,
    stdout: /^\{"stdfn":"1".*"name":"everything".*\}\n$/,
  },
  {
    title: "describe of a filter",
    args: ["describe", "--", "echo", "hi"],
    status: 69,
    stderr: /printed "hi\\n", which is not JSON; if it is no Stdfn program, run it as a filter/,
  },
  {
    title: "describe of a program that fails",
    args: ["describe", "--", "sh", "-c", "echo sorry >&2; exit 9"],
    status: 69,
    stderr: /exit status 9.*sorry/,
  },
  {
    title: "log frames of a session are shown on standard error, and only there",
    args: [
      "run",
      "--json",
      "--mode",
      "session",
      "--type",
      "dev.stdfn.everything.log",
      "--data",
      '{"level":"warn","message":"disk \\u001b[2J full","attributes":{"disk":"sda","at":"two words"}}',
      ...every,
    ],
    status: 0,
    stdout: /^\{"stdfn":"1"\}\n\{"event":.*\}\n\{"end":\{\}\}\n$/,
    stderr: /^stdfn: log warn: disk \\x1b\[2J full disk=sda at="two words"$/m,
  },
  {
    title: "bytes that were skipped before the preface are reported",
    args: [
      "run",
      "--mode",
      "pipe",
      "--format",
      "json",
      ...puppet(["write", `loading\n${preface}{"end":{}}\n`], ["exit", 0]),
    ],
    status: 0,
    stdout: "",
    stderr: /^stdfn: notice: skipped 8 foreign bytes before the preface: "?loading/m,
  },
  {
    title: "input events that failed are named",
    args: ["run", "--json", "--mode", "pipe", ...every],
    input: `${preface}${eventLine("1", "abc")}${eventLine("2", '{\\"code\\":\\"aborted\\"}').replace("reverse", "fail-item")}{"end":{}}\n`,
    status: 0,
    stdout: /\{"end":\{"failures":\[\{"index":1,"error":\{"code":"aborted".*\}\n$/,
    stderr: /^stdfn: failed event 1: aborted: failed as asked$/m,
  },
];

// Most of a case is the start of two processes.
t.jobs = 4;

for (const { title, args, input, status, stdout, stderr } of cases)
  t.test(`stdfn: ${title}`, async (t) => {
    const run = await stdfn(args, input);
    t.equal(run.status, status, run.stderr);
    if (typeof stdout === "string") t.equal(run.stdout.toString(), stdout);
    else if (stdout !== undefined) t.match(run.stdout.toString(), stdout);
    if (stderr === "") t.equal(run.stderr, "");
    else if (stderr !== undefined) t.match(run.stderr, stderr);
  });

const manifest = {
  stdfn: "1",
  name: "zip",
  version: "1",
  command: ["gzip", "-c"],
  modes: ["filter"],
  isolation: "trusted",
};

t.test("stdfn: a folder is a function", async (t) => {
  const folder = t.testdir({
    "stdfn.json": JSON.stringify(manifest),
    data: "hello ".repeat(1000),
    sealed: { "stdfn.json": JSON.stringify({ ...manifest, isolation: undefined }) },
    leak: {
      "stdfn.json": JSON.stringify({
        ...manifest,
        command: ["sh", "-c", 'echo "using $TOKEN" >&2; exit 1'],
        secrets: ["TOKEN"],
      }),
    },
    described: {
      "stdfn.json": JSON.stringify({
        ...manifest,
        command: [process.execPath, everything],
        secrets: ["TOKEN"],
      }),
    },
    local: {
      "stdfn.json": JSON.stringify({
        ...manifest,
        command: ["./fn"],
        env: { set: { GREETING: "hi" } },
        secrets: ["TOKEN"],
      }),
      fn: '#!/bin/sh\necho "$GREETING $TOKEN $(basename "$PWD")"\n',
    },
  });
  await once(spawn("chmod", ["+x", `${folder}/local/fn`]), "close");
  const zipped = await stdfn(["run", "--file", `${folder}/data`, folder]);
  t.equal(gunzipSync(zipped.stdout).toString(), "hello ".repeat(1000));

  const output = `${folder}/out.gz`;
  t.match(await stdfn(["run", "--file", `${folder}/data`, "--output", output, folder]), {
    status: 0,
    stderr: "",
  });
  t.equal(gunzipSync(readFileSync(output)).toString(), "hello ".repeat(1000));
  const failed = await stdfn([
    "run",
    "--data",
    "x",
    "--output",
    `${folder}/none`,
    "--",
    "sh",
    "-c",
    "echo part; exit 1",
  ]);
  t.equal(failed.status, 70);
  t.notOk(existsSync(`${folder}/none`), "a failed run leaves no file");
  t.notOk(existsSync(`${folder}/none.partial`));

  t.match(await stdfn(["run", "--data", "x", `${folder}/sealed`]), {
    status: 78,
    stderr: /isolation "sealed" cannot be given/,
  });
  t.match(await stdfn(["run", "--data", "x", "--isolation", "trusted", `${folder}/sealed`]), {
    status: 0,
  });
  t.match(await stdfn(["run", "--data", "x", `${folder}/local`]), {
    status: 78,
    stderr: /secret "TOKEN".*--secret TOKEN=VALUE/,
  });
  const local = await stdfn(["run", "--data", "x", "--secret", "TOKEN=s3", `${folder}/local`]);
  t.equal(local.stdout.toString(), "hi s3 local\n");
  t.match(await stdfn(["describe", `${folder}/described`]), { status: 0 }, "needs no secret");
  const told = await stdfn([
    "run",
    "--json",
    "--data",
    "x",
    "--secret",
    "TOKEN=s3cret",
    `${folder}/leak`,
  ]);
  t.match(told.stdout.toString(), /"message":"[^"]*using \[secret\]"/, "no message shows a secret");
});

t.test("stdfn validate reports every problem at once", async (t) => {
  const broken = { ...manifest, comand: ["x"], modes: ["filtr"], concurrency: 0 };
  const folder = t.testdir({
    good: { "stdfn.json": JSON.stringify(manifest) },
    bad: { "stdfn.json": JSON.stringify(broken) },
    twice: { "stdfn.json": '{"stdfn":"1",\n "stdfn":"1"}' },
    text: { "stdfn.json": "{ name: zip }" },
  });
  const good = await stdfn(["validate", `${folder}/good`]);
  t.match(good, { status: 0 });
  t.match(good.stdout.toString(), /good: valid\n/);
  const bad = await stdfn(["validate", `${folder}/good`, `${folder}/bad`]);
  t.equal(bad.status, 65);
  t.match(
    bad.stdout.toString(),
    /unknown member "comand"; did you mean "command"\?[\s\S]*did you mean "filter"\?[\s\S]*\/concurrency/,
  );
  t.match(
    (await stdfn(["validate", `${folder}/twice`])).stdout.toString(),
    /stdfn\.json:2:2: .*"stdfn"/,
  );
  t.match((await stdfn(["validate", `${folder}/text`])).stdout.toString(), /stdfn\.json:1:3: /);
  const lines = (await stdfn(["validate", "--json", `${folder}/good`, `${folder}/bad`])).stdout
    .toString()
    .trim()
    .split("\n");
  t.match(
    lines.map((line) => JSON.parse(line)),
    [
      { valid: true, problems: [] },
      { valid: false, problems: [{ message: String }, {}, {}] },
    ],
  );
  t.match(await stdfn(["run", "--data", "", `${folder}/bad`]), {
    status: 78,
    stderr: /did you mean "command"\?/,
  });
});

t.test("stdfn run ends with its reader, and with a signal", async (t) => {
  const child = spawn(process.execPath, [bin, "run", "--data", "", "--", "yes"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  await once(child.stdout, "data");
  child.stdout.destroy();
  t.same(await once(child, "close"), [74, null], "the reader of standard output is gone");

  const waiting = spawn(
    process.execPath,
    [bin, "run", "--data", "", "--", "sh", "-c", "echo $$ >&2; sleep 1000"],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const [line] = await once(waiting.stderr, "data");
  waiting.kill("SIGTERM");
  t.same(await once(waiting, "close"), [143, null]);
  t.throws(() => process.kill(Number(line), 0), { code: "ESRCH" }, "the function is gone with it");
});

t.test("stdfn run --watch runs again after a change", async (t) => {
  const folder = t.testdir({ fn: "echo one" });
  const child = spawn(
    process.execPath,
    [bin, "run", "--watch", "--data", "", "--", "sh", `${folder}/fn`],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const [first] = await once(child.stdout, "data");
  t.equal(String(first), "one\n");
  await once(child.stderr, "data");
  const { writeFileSync } = await import("node:fs");
  writeFileSync(`${folder}/fn`, "echo two");
  const [second] = await once(child.stdout, "data");
  t.equal(String(second), "two\n");
  child.kill("SIGINT");
  t.same(await once(child, "close"), [130, null]);
});
