import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import t from "tap";
import { bytes, input, pipeStream, readPipe, worth } from "./support/envelope.ts";
import { Host } from "./support/host.ts";
import { everything, fixture, run, runShell } from "./support/run.ts";

const program = fixture("misbehave");
const withoutProc = existsSync("/proc/self/status")
  ? false
  : "it takes /proc to see how much memory a process has had";
const context = { invocationId: "i" };
// KiB. Tells bounded memory from memory that grows with the payload; how little it is, the benchmark measures.
const bounded = 196_608;

function way(type: string, remainingMs?: number): Buffer {
  const facts = { ...context, ...(remainingMs !== undefined && { remainingMs }) };
  return pipeStream("json", [
    { context: facts },
    { event: input("", undefined, { type }) },
    { end: {} },
  ]);
}

interface Fate {
  readonly way: string;
  readonly error?: Readonly<Record<string, unknown>>;
  readonly status: number;
  readonly stderr: RegExp;
  readonly remainingMs?: number;
}

const fates: readonly Fate[] = [
  {
    way: "uncaught exception",
    error: { code: "internal", message: "uncaught: nobody caught this" },
    status: 70,
    stderr: /uncaught: Error: nobody caught this\n +at /,
  },
  {
    way: "unhandled rejection",
    error: { code: "internal", message: "uncaught: nobody awaited this" },
    status: 70,
    stderr: /nobody awaited this/,
  },
  {
    way: "process.exit",
    status: 3,
    stderr: /ended with status 3 before its work was done/,
  },
  {
    way: "never settles",
    error: { code: "internal", message: /can never settle/ },
    status: 70,
    stderr: /can never settle/,
  },
  {
    way: "ignores its deadline",
    error: { code: "deadline_exceeded", message: /2000 ms after the deadline/ },
    status: 75,
    stderr: /after the deadline/,
    remainingMs: 5,
  },
  {
    way: "rejects with nothing",
    error: { code: "internal", message: "thrown: undefined" },
    status: 70,
    stderr: /thrown: undefined/,
  },
  {
    way: "returns a symbol",
    error: { code: "internal", message: /returned a symbol; allowed are/ },
    status: 70,
    stderr: /symbol/,
  },
  {
    way: "returns a circle",
    error: { code: "internal", message: /the result cannot be written/ },
    status: 70,
    stderr: /nesting|circle/,
  },
  {
    way: "streams numbers",
    error: { code: "internal", message: /a streamed payload gave a value of type number/ },
    status: 70,
    stderr: /type number/,
  },
  {
    way: "breaks",
    error: { code: "internal", message: "a leg" },
    status: 70,
    // Where it broke is told here, and not to whoever sent the event.
    stderr: /Error: a leg\n +at .*misbehave/,
  },
];

t.test("a handler that goes wrong ends a pipe with an answer and a status", async (t) => {
  for (const { way: how, error, status, stderr, remainingMs } of fates) {
    const outcome = await run(program, { input: way(how, remainingMs) });
    t.equal(outcome.status, status, `${how}: status`);
    t.match(outcome.stderr, stderr, `${how}: standard error`);
    if (error === undefined) t.equal(outcome.stdout.length, 0, `${how}: no end`);
    else t.match(readPipe(outcome.stdout).error, error, `${how}: answer`);
  }
});

t.test("a function goes on and ends as ever when nobody reads its standard error", async (t) => {
  for (const [way, status, answer] of [
    ["uncaught exception", 70, /^\{"stdfn":"1"\}\n.*\{"error":\{"code":"internal"/s],
    ["emits after its answer", 0, /"in time".*\{"end":\{\}\}\n$/s],
  ] as const) {
    const child = spawn(process.execPath, [program], { stdio: "pipe" });
    child.stderr.destroy();
    child.stdin.end(
      pipeStream("json", [{ event: input("", undefined, { type: way }) }, { end: {} }]),
    );
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    const [exit] = (await once(child, "close")) as [number | null];
    t.equal(exit, status, way);
    t.match(output, answer, way);
  }
});

t.test("a handler that goes wrong in a session", async (t) => {
  for (const { way: how, error, status, stderr } of fates.slice(0, 2)) {
    const host = new Host(program);
    host.call(1, input("", undefined, { type: how }));
    t.match(await host.answer(0), { error }, `${how}: the session ends with an error`);
    const ended = await host.ended();
    t.strictSame([ended.status, ended.signal], [status, null], `${how}: status`);
    t.match(ended.stderr, stderr, `${how}: standard error`);
  }
  const exits = new Host(program);
  exits.call(1, input("", undefined, { type: "slow" }));
  await exits.answer(1);
  exits.call(2, input("", undefined, { type: "process.exit" }));
  t.equal((await exits.ended()).status, 3, "process.exit: the host makes the outcome");
  t.equal(exits.soFar(2).error, undefined);

  const host = new Host(program);
  const rest = fates.slice(5);
  for (const [index, { way: how }] of rest.entries()) {
    host.call(index + 1, input("", undefined, { type: how }));
  }
  for (const [index, { way: how, error }] of rest.entries()) {
    t.match(await host.answer(index + 1), { error }, how);
  }
  host.call(90, input("", undefined, { type: "never settles" }));
  host.call(91, input("", undefined, { type: "slow" }));
  t.ok((await host.answer(91)).end, "one that never settles leaves its neighbours alone");
  host.frame(92, { context, stream: input("", undefined, { type: "reads twice" }) });
  host.frame(92, { chunk: { data: Buffer.alloc(1), last: true }, end: {} });
  t.match(await host.answer(92), { error: { code: "internal", message: /can be read once/ } });
  host.frame(93, { context, stream: input("", undefined, { type: "looks at streamed data" }) });
  t.match(await host.answer(93), {
    error: { code: "failed_precondition", message: /is streamed/ },
  });
  host.call(94, input("", undefined, { type: "emits after its answer" }));
  t.strictSame((await host.answer(94)).events.map(worth), ["in time"]);
  await host.until(() => host.stderr.includes("refused: the invocation is answered already"));
  host.kill();
});

t.test("an exception of no invocation ends a session, whatever it serves", async (t) => {
  const broken = { code: "internal", message: "uncaught: broken as asked" };
  for (const format of ["protobuf", "json"] as const) {
    const host = new Host(everything, { format });
    host.call(1, input("hold"));
    host.call(2, input("break", bytes(JSON.stringify({ ms: 0 }))));
    const { events, end } = await host.answer(2);
    t.strictSame(events.map(worth), [{ breaking: true }], `${format}: result`);
    t.ok(end, `${format}: the invocation is answered`);
    t.match(await host.answer(0), { error: broken }, `${format}: the session ends with an error`);
    const ended = await host.ended();
    t.strictSame([ended.status, ended.signal], [70, null], `${format}: status`);
    t.match(ended.stderr, /uncaught: Error: broken as asked\n +at /, `${format}: standard error`);
    const held = host.soFar(1);
    t.strictSame([held.events, held.error], [[], undefined], `${format}: no other is blamed`);
  }
});

t.test("1,000 invocations run at the same time", async (t) => {
  const host = new Host(everything, { args: ["--concurrency", "1000"] });
  const meet = bytes(JSON.stringify({ name: "all", count: 1000 }));
  for (let id = 1; id <= 1000; id += 1) host.call(id, input("meet", meet), { remainingMs: 60_000 });
  let met = 0;
  for (let id = 1; id <= 1000; id += 1) {
    const [result] = (await host.answer(id)).events;
    if (JSON.stringify(worth(result)) === '{"met":1000}') met += 1;
  }
  t.equal(met, 1000);
  t.equal((await host.drain()).status, 0);
});

t.test(
  "1 GiB is streamed through a session in bounded memory",
  { skip: withoutProc },
  async (t) => {
    const host = new Host(program);
    const peak = async (id: number): Promise<number> => {
      host.call(id, input("", undefined, { type: "peak" }));
      const [result] = (await host.answer(id)).events;
      return (worth(result) as { readonly kilobytes: number }).kilobytes;
    };
    const before = await peak(1);
    const total = 1_073_741_824;
    const data = Buffer.alloc(65_536, 7);
    host.frame(2, { context, stream: input("", undefined, { type: "echo" }) });
    let sent = 0;
    let echoed = 0;
    let credit = (await host.controlOf("ready")).credit;
    let granted = 0;
    host.discard(2, (bytes, cost) => {
      echoed += bytes;
      granted += cost;
      if (granted < 524_288) return;
      host.control(2, "credit", { bytes: granted });
      granted = 0;
    });
    while (sent < total) {
      credit += host.takeCredit(2);
      if (credit <= 0 || sent - echoed > 8_388_608) {
        await host.change();
        continue;
      }
      const frame = host.codec.encodeFrame(2, {
        chunk: { data, last: sent + data.length >= total },
      });
      host.raw(frame);
      credit -= frame.length;
      sent += data.length;
    }
    host.frame(2, { end: {} });
    t.ok((await host.answer(2)).end);
    t.equal(echoed, total);
    const growth = (await peak(3)) - before;
    t.ok(growth <= bounded, `the peak grew by ${growth} KiB, at most ${bounded} are allowed`);
    t.equal((await host.drain()).status, 0);
  },
);

t.test("1 GiB is filtered in bounded memory", { skip: withoutProc }, async (t) => {
  const script = '{ head -c "$2" /dev/zero | "$0" "$1"; } | wc -c';
  const env = { STDFN_MODE: "filter", STDFN_EVENT_TYPE: "echo", PEAK: "1" };
  const peaks: number[] = [];
  for (const size of ["2097152", "1073741824"]) {
    const { stdout, stderr, status } = await runShell(script, program, { args: [size], env });
    t.strictSame([stdout.toString().trim(), status], [size, 0]);
    peaks.push(Number(/peak (\d+)/.exec(stderr)?.[1]));
  }
  const growth = (peaks[1] ?? Number.NaN) - (peaks[0] ?? Number.NaN);
  t.ok(
    growth <= bounded,
    `1 GiB takes ${growth} KiB more than 2 MiB, at most ${bounded} are allowed`,
  );
});

t.test("a reader that goes away ends the function with status 74", async (t) => {
  const size = JSON.stringify({ size: 100_000_000 });
  const stream = pipeStream("json", [{ event: input("stream", bytes(size)) }, { end: {} }]);
  const script = '{ cat | "$0" "$1"; echo "status $?" >&2; } | head -c 100 > /dev/null';
  const { stderr } = await runShell(script, everything, { input: stream });
  t.match(stderr, /status 74/);
  t.match(stderr, /everything: writing standard output: .*EPIPE.*; its reader is gone/);
});

t.test(
  "output that cannot be written is told, also when it is the last",
  { skip: existsSync("/dev/full") ? false : "this machine has no /dev/full" },
  async (t) => {
    const stream = pipeStream("json", [{ event: input("echo", bytes("x")) }, { end: {} }]);
    for (const [mode, given] of [
      ["pipe", stream],
      ["filter", "x"],
      ["describe", ""],
    ] as const) {
      const env = { STDFN_MODE: mode, STDFN_EVENT_TYPE: "dev.stdfn.everything.echo" };
      const { stderr, status } = await runShell('cat | "$0" "$1" > /dev/full', everything, {
        input: given,
        env,
      });
      t.equal(status, 74, mode);
      const told = /^everything: writing standard output: [^\n]*ENOSPC[^\n]*\n$/;
      t.match(stderr, told, `${mode}: once, and no word of a reader`);
      t.notMatch(stderr, "reader");
    }
  },
);

t.test("results wait for a slow reader", async (t) => {
  const stream = pipeStream("protobuf", [
    { event: input("stream", bytes(JSON.stringify({ size: 20_000_000 }))) },
    { end: {} },
  ]);
  const script = 'cat | "$0" "$1" | { head -c 1000 > /dev/null; wc -c; }';
  const { stdout } = await runShell(script, everything, { input: stream });
  t.ok(Number(stdout) > 20_000_000 - 1000, "nothing is lost");
});
