import { spawn } from "node:child_process";
import { once } from "node:events";
import { fstatSync, openSync, readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import {
  directLauncher,
  type Launcher,
  type LaunchSpec,
  Runtime,
  RuntimeError,
} from "@stdfn/runtime";
import { missingTool } from "@stdfn/test-support";
import t from "tap";
import { event, fixture, isAlive, runtime, textOf } from "./support/fixture.ts";

const isRoot = process.getuid?.() === 0;
const hello = event("x", { kind: "text", text: '"hello"' });

interface ReopenCase {
  readonly command: readonly [string, ...string[]];
  readonly output: string;
  readonly skip?: string | false;
  readonly uid?: number;
}

const reopenCases: readonly ReopenCase[] = [
  { command: ["cat", "/dev/stdin"], output: '"hello"' },
  { command: ["tee", "/dev/stdout"], output: '"hello""hello"' },
  { command: ["jq", "-c", ".", "/dev/stdin"], output: '"hello"\n', skip: missingTool("jq") },
  {
    command: [
      "sh",
      "-c",
      "test -p /dev/stdin && test -p /dev/stdout && test -p /dev/stderr && echo pipes",
    ],
    output: "pipes\n",
  },
  {
    command: ["sh", "-c", "id -u; id -g; id -G; cat /dev/stdin > /dev/stdout"],
    output: '65534\n65534\n65534\n"hello"',
    uid: 65534,
    skip: isRoot ? false : "only root starts processes as another user",
  },
];

for (const { command, output, uid, skip } of reopenCases)
  t.test(
    `a child reopens its descriptors: ${command.join(" ")}`,
    { skip: skip ?? false },
    async (t) => {
      const options = uid === undefined ? {} : { uid, gid: uid };
      const instance = await runtime.connect({ command, cwd: "/" }, options);
      const answer = await instance.invoke(hello).collect();
      t.match(answer, { ok: true });
      t.equal(answer.ok && answer.events.map(textOf).join(""), output);
    },
  );

t.test("a launcher is told everything about a process, and starts it", async (t) => {
  const specs: LaunchSpec[] = [];
  const launcher: Launcher = {
    launch(spec) {
      specs.push(spec);
      for (const fd of spec.fds) t.ok(fstatSync(fd).isFIFO(), `${fd} is a pipe`);
      // What a sandbox does: another program starts in the place of the one asked for.
      return directLauncher.launch({
        ...spec,
        file: "/bin/sh",
        argv: ["sh", "-c", 'printf "wrapped "; exec "$@"', "sh", ...spec.argv],
        uid: undefined,
        gid: undefined,
      });
    },
  };
  const wrapping = new Runtime({ launcher });
  const env = { COLOUR: "red" };
  const command = ["cat", "-"] as const;
  const instance = await wrapping.connect({ command, cwd: "/", env }, { uid: 65534, gid: 65533 });
  const answer = await instance.invoke(hello).collect();
  await instance.drain();
  t.match(answer, { ok: true });
  t.equal(answer.ok && answer.events.map(textOf).join(""), 'wrapped "hello"', "it decides");
  t.equal(specs.length, 1);
  const { fds, ...told } = specs[0] as LaunchSpec;
  t.equal(new Set(fds).size, 3);
  t.match(told, { argv: ["cat", "-"], cwd: "/", uid: 65534, gid: 65533, file: /^\/.*\/cat$/ });
  t.match(told.env, { PATH: process.env["PATH"], COLOUR: "red", STDFN_MODE: "filter" });
  const strangers = Object.keys(told.env).filter((name) => !/^(PATH|COLOUR|STDFN_.*)$/.test(name));
  t.same(strangers, [], "nothing of this process's own environment");
  const refusing = new Runtime({
    launcher: {
      launch: () => Promise.reject(new RuntimeError("isolation_unavailable", "no sandbox")),
    },
  });
  const refused = await refusing.connect({ command });
  t.match(
    await refused.invoke(hello).collect(),
    { ok: false, error: { code: "failed_precondition", message: "no sandbox" } },
    "it may refuse",
  );
});

t.test("pipes are made in batches and their names are gone once they are open", async (t) => {
  const folder = t.testdir();
  const child = spawn(process.execPath, [fixture("host.js"), "sh", "-c", 'ls "$0"/*', folder], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const output = await collect(child.stdout);
  await once(child, "close");
  t.match(output, /^\d+\n(\d+\n)*$/, "the folder is the runtime's and holds pipes for later");
  const names = output.trim().split("\n");
  t.equal(names.length % 3, 0);
  t.same(readdirSync(folder), [], "nothing of it is left");
});

t.test("a runtime that leaves while pipes are made leaves no folder behind", async (t) => {
  const folder = t.testdir();
  const launch = new URL("../src/launch/named-pipes.js", import.meta.url).href;
  const three = '["to-child", "from-child", "from-child"]';
  const program = `
    import { NamedPipes } from ${JSON.stringify(launch)};
    const pipes = new NamedPipes();
    for (let count = 0; count < 2; count++) await pipes.open(${three});
    process.exit(7);`;
  const leaving = Array.from({ length: 8 }, () => {
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
      env: { ...process.env, TMPDIR: folder },
      stdio: ["ignore", "ignore", "inherit"],
    });
    return once(child, "exit");
  });
  const endings = await Promise.all(leaving);
  t.strictSame(
    endings.map(([status]) => status as unknown),
    leaving.map(() => 7),
  );
  t.strictSame(readdirSync(folder), []);
});

t.test("what a process has started ends with it", async (t) => {
  let stderr = "";
  const command = [fixture("family.sh"), "cat"] as const;
  const limits = { grace_ms: 20 };
  const manifest = { stdfn: "1", name: "family", version: "1", command, limits } as const;
  const instance = await runtime.connect(
    { folder: fixture("."), manifest: { ...manifest, command: [...command] } },
    { mode: "filter", isolation: "trusted", onStderr: (chunk) => (stderr += chunk) },
  );
  const answer = await instance.invoke(hello).collect();
  t.match(answer, { ok: true });
  await instance.drain();
  const [leader = 0, child = 0] = stderr.split(/\s/).map(Number);
  t.ok(leader > 0 && child > 0);
  t.notOk(isAlive(leader), "the process is reaped");
  await until(() => !isRunning(child));
  t.notOk(isRunning(child), "its child is killed");
});

t.test(
  "an output held open by a process that left the group",
  { skip: missingTool("setsid") },
  async (t) => {
    let stderr = "";
    const command = [
      "sh",
      "-c",
      "setsid sh -c 'echo $$ >&2; exec sleep 1000' & while ! read -r line; do :; done; echo done",
    ];
    const manifest = { stdfn: "1", name: "p", version: "1", limits: { grace_ms: 20 } } as const;
    const instance = await runtime.connect(
      { folder: "/", manifest: { ...manifest, command: ["sh", ...command.slice(1)] } },
      { mode: "filter", isolation: "trusted", onStderr: (chunk) => (stderr += chunk) },
    );
    const answer = await instance.invoke(event("x", { kind: "text", text: "go\n" })).collect();
    t.match(answer, { ok: true }, "does not keep the outcome back");
    await instance.drain();
    const escaped = Number(stderr.trim());
    if (escaped > 0) process.kill(escaped, "SIGKILL");
  },
);

t.test("no process survives a runtime that is killed", async (t) => {
  const folder = t.testdir();
  const host = spawn(
    process.execPath,
    [fixture("host.js"), fixture("family.sh"), "sleep", "1000"],
    {
      env: { ...process.env, TMPDIR: folder },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  const [line] = await once(host.stderr, "data");
  const pids = String(line).trim().split(" ").map(Number);
  t.equal(pids.filter(isRunning).length, 2);
  host.kill("SIGKILL");
  await once(host, "exit");
  await until(() => pids.every((pid) => !isRunning(pid)) && readdirSync(folder).length === 0);
  t.same(pids.filter(isRunning), []);
  t.same(readdirSync(folder), [], "the folder of pipes is gone");
});

t.test("no process survives a runtime that exits", async (t) => {
  const host = spawn(
    process.execPath,
    [fixture("host.js"), fixture("family.sh"), "sleep", "1000"],
    { env: { ...process.env, HOST_EXITS: "1" }, stdio: ["ignore", "ignore", "pipe"] },
  );
  const pids = (await collect(host.stderr)).trim().split(" ").map(Number);
  t.equal(pids.length, 2);
  await until(() => !pids.some(isRunning));
  t.same(pids.filter(isRunning), []);
});

t.test(
  "a descriptor the runtime was given stays with it",
  { skip: process.platform === "linux" ? false : "needs /proc" },
  async (t) => {
    const secret = openSync(fixture("host.js"), "r");
    // Node itself closes on exec the first 16 it is given, and those that follow without a gap.
    const gap = Array.from({ length: 20 - 3 }, () => "ignore" as const);
    const host = spawn(
      process.execPath,
      [fixture("host.js"), "sh", "-c", "for fd in /proc/self/fd/*; do readlink $fd; done; true"],
      {
        stdio: ["ignore", "pipe", "inherit", ...gap, secret],
      },
    );
    const output = await collect(host.stdout);
    t.notMatch(output, /host\.js/);
    t.match(
      output,
      /stdfn-.*\n.*\/dev\/null/s,
      "the listing worked, and shows what stands there instead",
    );
  },
);

async function collect(stream: AsyncIterable<Buffer> | null): Promise<string> {
  let text = "";
  for await (const chunk of stream ?? []) text += chunk;
  return text;
}

/** Waits for what another process brings about and nothing announces; the test's own timeout bounds it. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(10);
}

/** True while a process exists and is not merely waiting for a parent that reaps it. */
function isRunning(pid: number): boolean {
  return isAlive(pid) && !isZombie(pid);
}

function isZombie(pid: number): boolean {
  try {
    return / Z /.test(readStat(pid));
  } catch {
    return true;
  }
}

function readStat(pid: number): string {
  return readFileSync(`/proc/${pid}/stat`, "latin1").replace(/\(.*\)/s, "");
}
