import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { missingTool } from "@stdfn/test-support";
import t, { type Test } from "tap";
import { bytes, input, pipeStream, readPipe, worth } from "./support/envelope.ts";
import { Host } from "./support/host.ts";
import { everything, fixture, type Outcome, run, runShell } from "./support/run.ts";

const printer = fixture("printer");
const stream = pipeStream("json", [{ event: input("x", bytes("done")) }, { end: {} }]);
const folder = mkdtempSync(join(tmpdir(), "stdfn-stdout-"));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
const inputFile = join(folder, "in");
writeFileSync(inputFile, stream);

const printed = [
  "by console.log",
  "by process.stdout",
  "by spawnSync",
  "by execFileSync",
  "by execSync",
  "by spawn",
  "by a worker",
  "by end",
];

function check(t: Test, { stdout, stderr, status }: Outcome, more: readonly string[] = []): void {
  t.strictSame(
    readPipe(stdout).events.map(worth),
    ["done"],
    "the answer, the whole answer and nothing else",
  );
  const lines = stderr.split(/\r?\n/);
  t.strictSame(
    [...printed, ...more].filter((line) => !lines.includes(line)),
    [],
    "nothing printed is lost",
  );
  t.equal(status, 0);
}

t.test("a pipe: native code and children too are kept away from the protocol", async (t) => {
  const env = { NATIVE: "1" };
  const inPipes = '{ { cat | "$0" "$1" 2>&3 | cat >&4; } 3>&1 | cat >&2; } 4>&1';
  const outcome = await runShell(inPipes, printer, { input: stream, env });
  check(t, outcome, ["by native code"]);
  const toSocket = await runShell('cat | "$0" "$1" | cat', printer, { input: stream, env });
  check(t, toSocket);
  const err = join(folder, "err");
  const toFile = await runShell(`"$0" "$1" < ${inputFile} 2> ${err} | cat`, printer);
  check(t, { ...toFile, stderr: readFileSync(err, "utf8") });
});

t.test("a file: what stands before and after in the same file stays", async (t) => {
  for (const [redirection, before] of [
    [">", ""],
    [">>", "old\n"],
  ] as const) {
    const out = join(folder, "out");
    writeFileSync(out, "old\n");
    const script = `{ echo header; "$0" "$1" < ${inputFile}; echo footer; } ${redirection} ${out}`;
    const outcome = await runShell(script, printer);
    const [, answer] = /^(?:old\n)?header\n(.*)footer\n$/s.exec(readFileSync(out, "utf8")) ?? [];
    t.ok(readFileSync(out, "utf8").startsWith(`${before}header\n`), redirection);
    check(t, { ...outcome, stdout: Buffer.from(answer ?? "") });
  }
});

t.test("a terminal", { skip: missingTool("script") }, async (t) => {
  const err = join(folder, "terminal-err");
  const command = `exec "${process.execPath}" "${printer}" < ${inputFile} 2> ${err}`;
  const outcome = await runShell('script -qec "$2" /dev/null < /dev/null', printer, {
    args: [command],
  });
  check(t, { ...outcome, stderr: readFileSync(err, "utf8") });
});

t.test("a socket pair", async (t) => {
  check(t, await run(printer, { input: stream }));
});

t.test(
  "a pipe that cannot be opened a second time",
  { skip: process.getuid?.() === 0 ? false : "it takes another user's pipe, which takes root" },
  async (t) => {
    // The pipe belongs to root, the function to nobody.
    const script = 'cat | setpriv --reuid=65534 --clear-groups "$0" "$1" | cat';
    const outcome = await runShell(script, printer, { input: stream });
    check(t, outcome);
  },
);

t.test(
  "a terminal on standard input shows how to use the function",
  { skip: missingTool("script") },
  async (t) => {
    const command = `exec "${process.execPath}" "${everything}"`;
    const { stdout, status } = await runShell('script -qec "$2" /dev/null', everything, {
      args: [command],
    });
    t.equal(status, 64);
    t.match(
      stdout.toString(),
      /everything is a Stdfn function.*printf.*STDFN_MODE=describe everything/s,
    );
  },
);

t.test("a session is served over pipes as over sockets", async (t) => {
  for (const connection of ["pipes", "sockets"] as const) {
    const host = new Host(printer, { connection, env: { STDFN_MODE: "session" } });
    host.call(1, input("x", bytes("done")));
    t.strictSame((await host.answer(1)).events.map(worth), ["done"], connection);
    t.equal((await host.drain()).status, 0, connection);
  }
});

t.test("what was printed before serve stands before the preface", async (t) => {
  const { stdout, stderr } = await run(fixture("early-printer"), { input: stream });
  const [banner, ...rest] = stdout.toString().split("\n");
  t.equal(banner, "before serve");
  t.strictSame(readPipe(Buffer.from(rest.join("\n"))).events.map(worth), ["done"]);
  t.match(stderr, "after serve");
});
