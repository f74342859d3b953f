import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { missingTool } from "@stdfn/test-support";
import { execa, type Subprocess } from "execa";
import t from "tap";
import { candidateOfArguments } from "../src/candidate/candidate.ts";
import { killEscapees } from "../src/candidate/escapees.ts";
import { CaseStore } from "../src/case/case-store.ts";
import { commandOf } from "../src/mutants/mutant-list.ts";
import { readReport } from "../src/report/report.ts";
import { Changes } from "../src/run/changes.ts";
import { Dialogue } from "../src/run/dialogue.ts";
import { Monitor } from "../src/run/monitor.ts";
import { PayloadTaker } from "../src/run/payload.ts";
import { runSuite } from "../src/run/run-suite.ts";
import { Transcript } from "../src/run/transcript.ts";
import type { Result } from "../src/run/verdict.ts";
import { WireReader } from "../src/wire/wire-reader.ts";
import { launcher } from "./launcher.ts";

const everything = commandOf("everything");
const noFullDevice = existsSync("/dev/full") ? false : "there is no /dev/full";
const cases = new CaseStore();
const folder = mkdtempSync(join(tmpdir(), "stdfn-faults-"));
t.teardown(() => rmSync(folder, { recursive: true }));

t.test("a kit that leaves while pipes are made leaves no folder behind", async (t) => {
  const pipes = new URL("../src/candidate/named-pipes.js", import.meta.url).href;
  const place = t.testdir();
  // The maker is given between none and some of the time that it needs.
  const leaving = Array.from({ length: 12 }, (_, ms) => {
    const program = `
      import { NamedPipes } from ${JSON.stringify(pipes)};
      new NamedPipes().open("in");
      setTimeout(() => process.exit(7), ${ms});`;
    const words = ["--input-type=module", "--eval", program];
    return execa(process.execPath, words, { env: { TMPDIR: place }, reject: false });
  });
  const endings = await Promise.all(leaving);
  t.strictSame(
    endings.map(({ exitCode, stderr }) => [exitCode, stderr]),
    leaving.map(() => [7, ""]),
  );
  t.strictSame(readdirSync(place), []);
});

interface Patched {
  readonly prototype: object;
  readonly method: string;
}

/** Judges the everything function while a method of the kit throws every so often. */
async function judged(
  { prototype, method }: Patched,
  isBroken: (call: number, self: object) => boolean,
  alone: boolean,
) {
  const found = Object.getOwnPropertyDescriptor(prototype, method);
  const own = found?.value as (...args: unknown[]) => unknown;
  let calls = 0;
  Object.defineProperty(prototype, method, {
    ...found,
    value(this: object, ...args: unknown[]): unknown {
      if (isBroken(calls++, this)) throw new TypeError(`${method} is broken`);
      return own.apply(this, args);
    },
  });
  const results: Result[] = [];
  try {
    const report = await runSuite({
      candidate: { ...candidateOfArguments(everything), offers: { formats: ["protobuf"] } },
      only: ["FN-SES-0001", "FN-EVF-0003", "FN-EVF-0005", "FN-MOD-0004"],
      not: [],
      seed: "0",
      jobs: 1,
      timeScale: 1,
      alone,
      cases,
      signal: new AbortController().signal,
      onRun() {},
      onResult: (result) => results.push(result),
    });
    return { report, results, calls };
  } finally {
    Object.defineProperty(prototype, method, found as PropertyDescriptor);
  }
}

t.test("a defect of the kit is a kit error of the case that met it, and no other's", async (t) => {
  const places: readonly Patched[] = [
    { prototype: WireReader.prototype, method: "push" },
    { prototype: Monitor.prototype, method: "received" },
    { prototype: Monitor.prototype, method: "sent" },
    { prototype: Transcript.prototype, method: "unit" },
    { prototype: Dialogue.prototype, method: "checkRest" },
    { prototype: PayloadTaker.prototype, method: "take" },
    { prototype: Changes.prototype, method: "next" },
  ];
  for (const [index, place] of places.entries()) {
    const alone = index % 2 === 0;
    const name = `${place.prototype.constructor.name}.${place.method}${alone ? "" : ", in company"}`;
    let broken: object | undefined;
    const once = (call: number, self: object): boolean => {
      if (call === 1) broken = self;
      return broken === self;
    };
    const { report, results } = await judged(place, once, alone);
    const errors = results.filter(({ verdict }) => verdict === "kit_error");
    t.equal(errors.length, 1, `${name}: ${results.map(({ verdict }) => verdict).join(" ")}`);
    t.match(errors[0]?.reason, `${place.method} is broken`, name);
    t.strictSame(
      { exit: report.end?.exit, complete: report.end?.complete, all: results.length },
      { exit: 3, complete: true, all: report.run.planned },
      name,
    );
  }
  t.strictSame(killEscapees(), [], "nothing is left");
});

t.test("what the kit cannot do ends in one line and a status that is not green", async (t) => {
  const preload = (code: string): NodeJS.ProcessEnv => ({
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}`,
  });
  const inTime = "process.listenerCount('uncaughtException') > 0";
  const faults: readonly (readonly [
    name: string,
    env: NodeJS.ProcessEnv,
    out: string,
    status: number,
    stderr: RegExp,
  ])[] = [
    [
      "no folder for named pipes",
      { TMPDIR: join(folder, "none") },
      join(folder, "tmpdir.ndjson"),
      3,
      /^stdfn-conformance: cannot make named pipes in .*TMPDIR has to name a folder that can be written\n$/,
    ],
    [
      "no mkfifo",
      { PATH: folder },
      join(folder, "mkfifo.ndjson"),
      3,
      /^stdfn-conformance: cannot make named pipes in .*mkfifo has to be on the PATH/,
    ],
    [
      "a defect before the run",
      preload(
        "import c from 'node:crypto'; import { syncBuiltinESMExports as s } from 'node:module'; c.randomBytes = () => { throw new TypeError('injected'); }; s();",
      ),
      join(folder, "defect.ndjson"),
      3,
      /^stdfn-conformance: this is a defect of the kit, and says nothing of the candidate: TypeError: injected at .*; please report it.*\n$/,
    ],
    [
      "a defect that nobody catches",
      preload(
        `const look = () => ${inTime} ? (() => { throw new TypeError('injected'); })() : setImmediate(look); if (process.argv[1].endsWith('conformance.cjs')) look();`,
      ),
      join(folder, "uncaught.ndjson"),
      3,
      /^stdfn-conformance: this is a defect of the kit, .*TypeError: injected.*\n$/,
    ],
    [
      "a promise that nobody waits for",
      preload(
        `const look = () => ${inTime} ? Promise.reject(new TypeError('injected')) : setImmediate(look); if (process.argv[1].endsWith('conformance.cjs')) look();`,
      ),
      join(folder, "rejection.ndjson"),
      3,
      /^stdfn-conformance: this is a defect of the kit, .*TypeError: injected.*\n$/,
    ],
  ];
  for (const [name, env, out, status, stderr] of faults) {
    const result = await run(out, ["FN-SES-0001"], everything, env);
    t.match({ status: result.exitCode, stderr: result.stderr }, { status, stderr }, name);
  }
});

t.test("a place for the functions of a runtime that cannot be is told once", async (t) => {
  const long = join(t.testdir(), "x".repeat(120));
  mkdirSync(long);
  for (const [place, why] of [
    [join(folder, "none"), "cannot make a folder in .*ENOENT"],
    [fileURLToPath(import.meta.url), "cannot make a folder in .*ENOTDIR"],
    [long, "cannot make a socket in .*its path would have \\d+ octets, and 103 is the most"],
  ] as const) {
    const args = ["runtime", "--only", "RT-RLY-0001", "--out", join(folder, "place.ndjson")];
    const { exitCode, stderr } = await execa(
      process.execPath,
      [launcher, ...args, "--", process.execPath],
      { env: { TMPDIR: place }, reject: false },
    );
    t.equal(exitCode, 3, why);
    t.match(stderr, new RegExp(`^stdfn-conformance: ${why}[^\n]*$`));
  }
  t.strictSame(readdirSync(long), []);
});

t.test("a report is not kept waiting for a reader", { skip: missingTool("mkfifo") }, async (t) => {
  const pipe = join(t.testdir(), "pipe");
  await execa("mkfifo", [pipe]);
  const { exitCode, stderr } = await run(pipe, ["FN-SES-0001"], everything);
  t.match({ exitCode, stderr }, { exitCode: 2, stderr: /: nobody reads the named pipe .*pipe; / });
});

t.test(
  "a report waits for a slow reader, and a signal for none",
  { skip: missingTool("mkfifo") },
  async (t) => {
    const place = t.testdir();
    const pipe = join(place, "pipe");
    await execa("mkfifo", [pipe]);
    const args = ["function", "--trace", "--only", "area:JSN", "--out", pipe, "--", ...everything];
    const waited = (reader: string, onWait: (kit: Subprocess) => void) => {
      const cleanup = { cleanup: true, reject: false };
      const slow = execa("sh", ["-c", `exec 3< "$0"; ${reader}`, pipe], cleanup);
      const kit = execa(process.execPath, [launcher, ...args], cleanup);
      kit.stderr.on("data", (text) => {
        if (String(text).includes(`waiting for the reader of ${pipe} to take`)) onWait(kit);
      });
      return { slow, kit };
    };
    const go = join(place, "go");
    const late = waited(`until [ -e ${go} ]; do sleep 0.1; done; cat <&3`, () =>
      writeFileSync(go, ""),
    );
    t.equal((await late.kit).exitCode, 0);
    const report = join(place, "report.ndjson");
    writeFileSync(report, `${(await late.slow).stdout}\n`);
    t.ok(readReport(report).end?.complete, "all of it has come");
    const deaf = waited("exec sleep 600", (kit) => kit.kill("SIGINT"));
    t.equal((await deaf.kit).signal, "SIGINT");
    deaf.slow.kill();
    await deaf.slow;
  },
);

t.test("a limit of open files is told", async (t) => {
  const words = ["-c", 'ulimit -n 24; exec "$@"', "sh", process.execPath, launcher];
  const { exitCode, stderr } = await execa(
    "sh",
    [...words, "function", "--out", join(folder, "few.ndjson"), "--", ...everything],
    { reject: false },
  );
  t.equal(exitCode, 3);
  t.match(stderr, /^stdfn-conformance: too many files are open, .*`ulimit -n 1024`[^\n]*$/);
});

t.test("a disk that is full is told, and is no verdict", { skip: noFullDevice }, async (t) => {
  const report = await run("/dev/full", ["FN-SES-0001"], everything);
  t.match(report, {
    exitCode: 3,
    stderr:
      /^stdfn-conformance: cannot write the report to \/dev\/full: ENOSPC.*what it holds so far is no verdict\n$/,
  });
  const explained = await execa(
    "sh",
    ["-c", '"$@" > /dev/full', "sh", process.execPath, launcher, "explain", "SES-025"],
    { reject: false },
  );
  t.match(explained, {
    exitCode: 3,
    stderr: /^stdfn-conformance: cannot write to standard output: ENOSPC/,
  });
});

t.test("a candidate that can no longer be started is no failure of a case", async (t) => {
  const program = join(folder, "once.sh");
  const text = `#!/bin/sh\n[ "$STDFN_MODE" = describe ] || rm -f ${program}\nexec ${everything.join(" ")}\n`;
  writeFileSync(program, text, { mode: 0o755 });
  const out = join(folder, "once.ndjson");
  const result = await run(out, ["FN-SES-0001", "FN-PIP-0001"], [program]);
  const { results, end } = readReport(out);
  const broken = results.filter(({ verdict }) => verdict === "kit_error");
  t.strictSame({ exit: result.exitCode, told: end?.exit }, { exit: 3, told: 3 }, result.stderr);
  t.ok(broken.length > 0 && broken.length === end?.counts.kit_error, result.stdout);
  for (const { id, reason } of broken) t.match(reason, /cannot start ".*once\.sh".*ENOENT/, id);
});

t.test("whoever stops reading the report is not told that all is well", async (t) => {
  const child = start("-", ["area:EXI"], everything, {});
  child.stdout?.once("data", () => child.stdout?.destroy());
  t.equal((await child).exitCode, 5);
});

function start(
  out: string,
  only: readonly string[],
  candidate: readonly string[],
  env: NodeJS.ProcessEnv,
) {
  const args = ["function", "--jobs", "2", "--out", out, "--only", ...only, "--", ...candidate];
  return execa(process.execPath, [launcher, ...args], {
    env,
    reject: false,
    stripFinalNewline: false,
  });
}

/** Judges a candidate from the command line; whatever happens, it ends. */
async function run(
  out: string,
  only: readonly string[],
  candidate: readonly string[],
  env: NodeJS.ProcessEnv = {},
) {
  const { exitCode, stdout, stderr } = await start(out, only, candidate, env);
  return { exitCode, stdout: String(stdout), stderr: String(stderr) };
}
