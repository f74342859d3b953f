import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { missingTool } from "@stdfn/test-support";
import t from "tap";
import { everything } from "./support/fixture.ts";
import { bin, shell, stdfn } from "./support/stdfn.ts";

t.jobs = 4;
// Every case starts two programs or more; on a busy machine that takes its time.
t.setTimeout(180_000);

const every = `-- '${process.execPath}' '${everything}'`;
const preface = '{"stdfn":"1"}\n';
const reverse = (id: string, more = ""): string =>
  `{"event":{"specversion":"1.0","id":"${id}","source":"/t","type":"dev.stdfn.everything.reverse"${more}}}\n`;
const withoutFull: string | false = existsSync("/dev/full")
  ? false
  : "this machine has no /dev/full";
const withoutProc: string | false = existsSync("/proc/self/mem")
  ? false
  : "this machine has no /proc";

const zip = {
  stdfn: "1",
  name: "zip",
  version: "1",
  command: ["gzip", "-c"],
  modes: ["filter"],
  isolation: "trusted",
};

interface LineCase {
  readonly title: string;
  readonly line: string;
  readonly status: number;
  readonly stdout?: string | RegExp;
  readonly stderr?: string | RegExp;
  readonly skip?: string | false;
}

/** Shell by which descriptor 4 is a pipe that nobody reads. */
const unread = "mkfifo gone && exec 3<>gone 4>gone 3<&-;";
/** What each command that prints is asked for. */
const printing = ["--help", `describe ${every}`, "validate zip", "inspect stream"];

const lines: readonly LineCase[] = [
  {
    title: "a program that was killed before it wrote is no input",
    line: "sh -c 'kill -9 $$' | stdfn run -- wc -c",
    status: 65,
    stdout: "",
    stderr: /standard input ended before its first byte: .*say so: --data ''/,
  },
  { title: "nor with --file -", line: ": | stdfn run --file - -- wc -c", status: 65, stdout: "" },
  {
    title: "nor is a named pipe in which nothing came",
    line: "mkfifo p && { : > p & stdfn run --file p -- wc -c; }",
    status: 65,
    stdout: "",
    stderr: /--file p ended before its first byte/,
  },
  { title: "nor an empty file on stdin", line: "stdfn run -- wc -c < empty", status: 65 },
  {
    title: "/dev/null is: no data",
    line: "stdfn run -- wc -c </dev/null",
    status: 0,
    stdout: "0\n",
  },
  { title: "--data '' is, too", line: "stdfn run --data '' -- wc -c", status: 0, stdout: "0\n" },
  {
    title: "and an empty --file",
    line: "stdfn run --file empty -- wc -c",
    status: 0,
    stdout: "0\n",
  },
  ...["missing", "no-such-folder", "broken", "sealed"].map((first) => ({
    title: `the error of a first stage that never began reaches the end: ${first}`,
    line: `stdfn run --json --data x ${first === "missing" ? "-- no-such" : first} | stdfn run --mode pipe ${every}`,
    status: first === "missing" ? 69 : 78,
    stdout: "",
  })),
  {
    title: "a folder as --file",
    line: "stdfn run --file . -- cat",
    status: 64,
    stderr: /--file \. is a folder/,
  },
  ...["run -- wc -c", "relay -- wc -c", "inspect", "record --dir tape -- wc -c"].map((args) => ({
    title: `a folder on standard input: ${args}`,
    line: `stdfn ${args} < .`,
    status: 64,
    stdout: "",
    stderr: /standard input is a folder/,
  })),
  {
    title: "a file that cannot be read",
    line: "stdfn run --file /proc/self/mem -- cat",
    status: 74,
    stderr: /--file \/proc\/self\/mem cannot be read: EIO/,
    skip: withoutProc,
  },
  {
    title: "a file that inspect cannot read",
    line: "stdfn inspect /proc/self/mem",
    status: 74,
    stderr: /\/proc\/self\/mem cannot be read: EIO/,
    skip: withoutProc,
  },
  {
    title: "--output to a pipe goes through it, and leaves it one",
    line: "mkfifo p && { cat p > copy & stdfn run --output p --data x -- cat; wait; }; test -p p && cat copy; ls",
    status: 0,
    stdout: /^x(?![\s\S]*partial)/,
  },
  {
    title: "--output to a link writes what it points to",
    line: "echo old > file && ln -s file link && stdfn run --output link --data new -- cat && test -L link && cat file",
    status: 0,
    stdout: "new",
  },
  {
    title: "--output to a link to a file that is not there makes that",
    line: "ln -s sub/file link && stdfn run --output link --data new -- cat && test -L link && cat sub/file",
    status: 0,
    stdout: "new",
  },
  {
    title: "--output keeps who may read a file",
    line: "touch private && chmod 600 private && stdfn run --output private --data x -- cat && ls -l private",
    status: 0,
    stdout: /^-rw-------/,
  },
  {
    title: "--output to a folder is refused before anything runs",
    line: "stdfn run --output sub --data x -- sh -c 'echo ran >&2'; echo $? sub*",
    status: 0,
    stdout: "64 sub\n",
    stderr: "stdfn: run: --output sub is a folder; name a file\n",
  },
  {
    title: "--output whose name is taken meanwhile",
    line: "stdfn run --output taken --data x -- mkdir taken; echo $? taken*",
    status: 0,
    stdout: "74 taken\n",
    stderr: /^stdfn: --output taken cannot be written: /,
  },
  {
    title: "--output that grows too large",
    line: "trap '' XFSZ; ulimit -f 1; stdfn run --output large --data x -- head -c 100000 /dev/zero; echo $? large*",
    status: 0,
    stdout: "74 large*\n",
    stderr: /^stdfn: --output large cannot be written: EFBIG/,
  },
  {
    title: "--output to a device that is full",
    line: "ln -s /dev/full full && stdfn run --output full --data x -- cat; echo $? full*",
    status: 0,
    stdout: "74 full\n",
    stderr: /^stdfn: --output full cannot be written: ENOSPC/,
    skip: withoutFull,
  },
  {
    title: "--output is left alone by a usage error",
    line: "stdfn run --json --output out --file no-such -- cat; echo $? out*",
    status: 0,
    stdout: "64 out*\n",
  },
  ...[...printing, "run --data x -- cat"].flatMap((args) => [
    {
      title: `nobody reads: ${args}`,
      line: `${unread} stdfn ${args} >&4`,
      status: 74,
      stderr: "",
    },
    {
      title: `standard output is full: ${args}`,
      line: `stdfn ${args} > /dev/full`,
      status: 74,
      stderr: /^stdfn: standard output cannot be written: ENOSPC[^\n]*\n$/,
      skip: withoutFull,
    },
  ]),
  {
    title: "standard output of a recorder is full",
    line: "stdfn record --dir tape -- cat < stream > /dev/full",
    status: 74,
    stderr:
      "stdfn record: standard output cannot be written: ENOSPC: no space left on device, write\n",
    skip: withoutFull,
  },
  ...["pipe", "filter", "describe"].map((mode) => ({
    title: `standard output of a relay is full: ${mode}`,
    line: `STDFN_MODE=${mode} STDFN_EVENT_TYPE=dev.stdfn.everything.reverse stdfn relay ${every} < stream > /dev/full`,
    status: 74,
    stderr: /stdfn relay: standard output cannot be written: ENOSPC/,
    skip: withoutFull,
  })),
  {
    title: "--watch of what is not there",
    line: "stdfn run --watch --data x no-such",
    status: 78,
    stderr: /no-such\/stdfn\.json does not exist/,
  },
  {
    title: "--watch with a file that is not there",
    line: "stdfn run --watch --file no-such zip",
    status: 64,
    stderr: /--file no-such cannot be read/,
  },
  {
    title: "an attribute twice",
    line: "stdfn run --attribute a=1 --attribute a=2 --data x -- cat",
    status: 64,
    stderr: /"a" is given twice/,
  },
  {
    title: "a mode that the manifest does not have",
    line: "stdfn run --mode session --data x zip",
    status: 69,
    stderr:
      'stdfn: the function offers filter; mode "session" is not offered: ask for another with --mode, or leave that out\n',
  },
  {
    title: "a mode that a program does not have",
    line: "stdfn run --mode session --data x -- true",
    status: 69,
    stderr:
      /with STDFN_MODE=describe it printed nothing; if it is no Stdfn program, run it as a filter: without --mode/,
  },
  {
    title: "describe of a manifest that says filter",
    line: "stdfn describe zip",
    status: 69,
    stderr: /its manifest offers filter alone, which any program can be without describing itself/,
  },
  {
    title: "--timeout holds for a self-description, too",
    line: "stdfn run --timeout 20ms --mode session --data x -- sleep 1000",
    status: 69,
    stderr: /did not end within 20 ms/,
  },
  {
    title: "and for the start",
    line: "stdfn run --timeout 20ms --mode session --format json --data x -- sleep 1000",
    status: 69,
    stderr: /was not ready 20 ms after its start/,
  },
  {
    title: "a manifest by any name",
    line: "cp zip/stdfn.json mine && stdfn validate mine no-such",
    status: 65,
    stdout:
      /^mine: valid\nno-such: .*no-such\/stdfn\.json does not exist; a function's folder holds its manifest, stdfn\.json\n$/,
  },
  {
    title: "no manifest, and what to do about it",
    line: "stdfn describe no-such",
    status: 78,
    stderr:
      /no-such\/stdfn\.json does not exist; .* named after --, as in: stdfn describe -- COMMAND/,
  },
  {
    title: "--verbose",
    line: "stdfn run --verbose --data abc -- cat",
    status: 0,
    stdout: "abc",
    stderr: /^stdfn: ok filter · 3 bytes in · 3 bytes out · \d+ ms\n$/,
  },
  {
    title: "a limit that is not enforced",
    line: "stdfn run --data abc bounded",
    status: 0,
    stdout: "abc",
    stderr: "stdfn: warning: limits.memory_bytes (1000000) is not enforced by this runtime\n",
  },
];

for (const { title, line, status, stdout, stderr, skip = false } of lines)
  t.test(`stdfn: ${title}`, { skip }, async (t) => {
    const cwd = t.testdir({
      empty: "",
      sub: {},
      stream: `${preface}${reverse("a")}{"end":{}}\n`,
      zip: { "stdfn.json": JSON.stringify(zip) },
      broken: { "stdfn.json": JSON.stringify({ ...zip, comand: ["gzip"] }) },
      sealed: { "stdfn.json": JSON.stringify({ ...zip, isolation: "sealed" }) },
      bounded: {
        "stdfn.json": JSON.stringify({ ...zip, command: ["cat"], limits: { memory_bytes: 1e6 } }),
      },
    });
    const run = await shell(line, { cwd });
    t.equal(run.status, status, run.stderr);
    if (typeof stdout === "string") t.equal(run.stdout.toString(), stdout);
    else if (stdout !== undefined) t.match(run.stdout.toString(), stdout);
    if (typeof stderr === "string") t.equal(run.stderr, stderr);
    else if (stderr !== undefined) t.match(run.stderr, stderr);
  });

t.test("stdfn run --json ends its output with an error, whatever fails", async (t) => {
  const folder = t.testdir({
    broken: { "stdfn.json": JSON.stringify({ ...zip, comand: ["gzip"] }) },
    sealed: { "stdfn.json": JSON.stringify({ ...zip, isolation: "sealed" }) },
  });
  const pipe = ["--mode", "pipe", "--", process.execPath, everything];
  const cases: readonly [title: string, string[], string | Buffer | undefined, number, string][] = [
    ["no input", ["--", "cat"], "", 65, "data_loss"],
    ["no program", ["--data", "x", "--", "no-such-program"], undefined, 69, "not_found"],
    ["no manifest", ["--data", "x", join(folder, "none")], undefined, 78, "failed_precondition"],
    ["a manifest", ["--data", "x", join(folder, "broken")], undefined, 78, "failed_precondition"],
    ["isolation", ["--data", "x", join(folder, "sealed")], undefined, 78, "failed_precondition"],
    ["a cut record", pipe, preface + reverse("a").slice(0, 40), 65, "data_loss"],
    ["a later cut", pipe, preface + reverse("a") + reverse("b").slice(0, 40), 65, "data_loss"],
    ["a name twice", pipe, preface + reverse("a", ',"id":"b"'), 65, "invalid_argument"],
    [
      "no UTF-8",
      pipe,
      Buffer.from(preface + reverse("a", ',"subject":"\u00e9"'), "latin1"),
      65,
      "invalid_argument",
    ],
    [
      "a length",
      pipe,
      Buffer.from("0a08535444464e2f310a1affffffff07", "hex"),
      65,
      "resource_exhausted",
    ],
    [
      "a later length",
      pipe,
      Buffer.from("0a08535444464e2f310a12030a01691affffffff07", "hex"),
      65,
      "resource_exhausted",
    ],
  ];
  for (const [title, args, input, status, code] of cases) {
    const run = await stdfn(["run", "--json", ...args], input);
    t.equal(run.status, status, `${title}: ${run.stderr}`);
    const last = run.stdout.toString().split("\n").at(-2) ?? "";
    t.ok(run.stdout.toString().startsWith(preface), `${title}: a preface`);
    t.match(JSON.parse(last), { error: { code, message: /./ } }, title);
    t.match(run.stderr, /^stdfn: /, `${title}: a message`);
  }
  const late = await stdfn(["run", ...pipe], preface + reverse("a") + reverse("b").slice(0, 40));
  t.match(late.stderr, /byte \d+ of the input: .*stdfn inspect/, "what was wrong, not its effect");
  const usage = await stdfn(["run", "--json", "--file", join(folder, "none"), "--", "cat"]);
  t.match(usage, { status: 64, stdout: Buffer.alloc(0) }, "a wrong command line is none of it");

  const file = join(folder, "out");
  writeFileSync(file, "old");
  await stdfn(["run", "--json", "--output", file, "--data", "x", "--", "no-such-program"]);
  t.match(readFileSync(file, "utf8"), /"not_found"/, "also in a file");
  await stdfn(["run", "--output", file, "--data", "x", "--", "no-such-program"]);
  t.match(readFileSync(file, "utf8"), /"not_found"/, "which a failure without --json leaves");
  t.notOk(existsSync(`${file}.partial`));
});

t.test("stdfn run ends at once while it waits", { skip: missingTool("mkfifo") }, async (t) => {
  const limits = { memory_bytes: 1e6 };
  const folder = t.testdir({ "stdfn.json": JSON.stringify({ ...zip, limits }) });
  const pipe = join(folder, "pipe");
  await once(spawn("mkfifo", [pipe]), "close");
  for (const waiting of [[], ["--file", pipe], ["--data", "x", "--output", pipe]]) {
    const args = [bin, "run", ...waiting, folder];
    const child = spawn(process.execPath, args, { stdio: ["pipe", "ignore", "pipe"] });
    // The warning comes once signals are listened to.
    await once(child.stderr, "data");
    child.kill("SIGTERM");
    t.same(await once(child, "close"), [143, null], waiting.join(" "));
  }
});

t.test("stdfn run --watch waits for a manifest to be mended", async (t) => {
  const folder = t.testdir({ "stdfn.json": "{" });
  const args = [bin, "run", "--watch", "--data", "x", folder];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let stderr = "";
  while (!stderr.includes("status 78; waiting"))
    stderr += String((await once(child.stderr, "data"))[0]);
  t.match(stderr, /stdfn\.json:1:2: /);
  writeFileSync(join(folder, "stdfn.json"), JSON.stringify({ ...zip, command: ["cat"] }));
  t.equal(String((await once(child.stdout, "data"))[0]), "x");
  child.kill("SIGINT");
  t.same(await once(child, "close"), [130, null]);
});

t.test("stdfn run tells a terminal what it did", { skip: missingTool("script") }, async (t) => {
  const { stdout, status } = await shell(
    `script -qec "'${process.execPath}' '${bin}' run --data abc -- cat" /dev/null`,
  );
  t.equal(status, 0);
  t.match(stdout.toString(), /abc.*ok.* filter · 3 bytes in · 3 bytes out · \d+ ms/s);
});
