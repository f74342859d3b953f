import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import t from "tap";
import { type Report, readReport } from "../src/report/report.ts";
import { launcher } from "./launcher.ts";

/** Every process that is started for this file inherits it. */
const markName = "ZOO_TEST";
const mark = `${process.pid}-${Date.now()}`;
const zoo = fileURLToPath(new URL("../../test/zoo/", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "stdfn-zoo-"));
t.teardown(() => rmSync(folder, { recursive: true }));

const session = ["FN-SES-0001", "FN-EVF-0003"];
const usual = [
  ...session,
  "FN-MOD-0003",
  "FN-PIP-0002",
  "FN-PIP-0007",
  "FN-MOD-0030",
  "FN-FLT-0002",
  "FN-FLT-0006",
  "FN-EXI-0004",
];

/** A degenerate candidate, and what it has to come to. */
interface Animal {
  readonly program: string;
  readonly args?: readonly string[];
  readonly cases: readonly string[];
  readonly exit: number;
  /** How many passed, failed, were inconclusive and did not apply. */
  readonly counts: readonly [
    pass: number,
    fail: number,
    inconclusive: number,
    notApplicable: number,
  ];
  /** Case and signature of a failure that tells what is wrong with it. */
  readonly telling?: readonly [id: string, signature: string];
  readonly leftovers?: number;
  /** It is silent for as long as it is waited for, which need not be long. */
  readonly silent?: true;
  /** It writes so much that the memory of the kit is looked at. */
  readonly floods?: true;
}

/** What the kit may need at most, in KiB. */
const mostMemory = 200 * 1_024;

const animals: readonly Animal[] = [
  { program: "skips-everything", cases: usual, exit: 5, counts: [0, 0, 0, 14] },
  {
    program: "rejects-everything",
    cases: usual,
    exit: 1,
    counts: [0, 8, 1, 5],
    telling: ["FN-MOD-0003", "probe:FN-SES-0001:different"],
  },
  {
    program: "echoes-everything",
    cases: usual,
    exit: 1,
    counts: [0, 9, 0, 5],
    telling: ["FN-SES-0001", "different:event.id"],
  },
  {
    program: "claims-success",
    cases: usual,
    exit: 1,
    counts: [0, 8, 1, 5],
    telling: ["FN-PIP-0007", "different"],
  },
  {
    program: "wrong-reason",
    cases: usual,
    exit: 1,
    counts: [5, 3, 1, 5],
    telling: ["FN-MOD-0003", "different:error.code"],
  },
  {
    program: "wrong-bytes",
    cases: usual,
    exit: 1,
    counts: [4, 3, 2, 5],
    telling: ["FN-SES-0001", "different:event.data.sha256"],
  },
  {
    program: "loses-state",
    cases: usual,
    exit: 1,
    counts: [8, 1, 0, 5],
    telling: ["FN-MOD-0003", "probe:FN-SES-0001:different:event.type"],
  },
  {
    program: "prints-banner",
    cases: usual,
    exit: 1,
    counts: [0, 6, 3, 5],
    telling: ["FN-SES-0001", "handshake"],
  },
  { program: "exits-at-once", cases: usual, exit: 5, counts: [0, 0, 2, 12] },
  {
    program: "never-answers",
    silent: true,
    cases: session,
    exit: 5,
    counts: [0, 0, 2, 2],
    telling: ["FN-SES-0001", "handshake"],
  },
  {
    program: "hangs",
    silent: true,
    cases: ["FN-MOD-0003"],
    exit: 5,
    counts: [0, 0, 2, 0],
    telling: ["FN-MOD-0003", "handshake"],
  },
  { program: "holds-pipes", cases: usual, exit: 1, counts: [0, 6, 3, 5] },
  {
    program: "holds-pipes",
    args: ["--setsid"],
    cases: session,
    exit: 5,
    counts: [0, 0, 2, 2],
    leftovers: process.platform === "linux" ? 3 : 0,
  },
  {
    program: "escapes",
    args: ["--later"],
    cases: session,
    exit: 5,
    counts: [0, 0, 2, 2],
    leftovers: process.platform === "linux" ? 3 : 0,
  },
  {
    program: "escapes",
    args: ["--unmarked"],
    cases: ["FN-MOD-0003"],
    exit: 5,
    counts: [0, 0, 2, 0],
  },
  { program: "closes-pipes", silent: true, cases: session, exit: 5, counts: [0, 0, 2, 2] },
  {
    program: "floods",
    args: ["--to=1"],
    cases: [...session, "FN-FLT-0002"],
    exit: 1,
    counts: [0, 3, 0, 2],
    floods: true,
  },
  {
    program: "floods",
    args: ["--to=1", "--small"],
    cases: session,
    exit: 1,
    counts: [0, 2, 0, 2],
    floods: true,
  },
  {
    program: "floods",
    args: ["--to=2"],
    cases: [...session, "FN-FLT-0002"],
    exit: 1,
    counts: [0, 1, 2, 2],
    floods: true,
  },
];

t.test("no degenerate candidate gets what it does not deserve", async (t) => {
  const left = [...animals.entries()];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [index, animal] = next;
      const { program, args = [], exit, counts, telling, leftovers = 0, floods } = animal;
      const name = [program, ...args].join(" ");
      const { status, stderr, memory, report } = await judge(
        animal,
        join(folder, `${index}.ndjson`),
      );
      const { pass, fail, inconclusive, not_applicable: none } = { ...report.end?.counts };
      const { complete, exit: told, leftovers: found } = { ...report.end };
      t.strictSame(
        { status, told, complete, counts: [pass, fail, inconclusive, none], found },
        { status: exit, told: exit, complete: true, counts: [...counts], found: leftovers },
        `${name}\n${verdicts(report)}${stderr}`,
      );
      if (floods) t.ok(memory > 0 && memory <= mostMemory, `${name}: ${memory} KiB`);
      if (telling === undefined) continue;
      const [id, signature] = telling;
      const failed = report.results.find((one) => one.id === id && one.failure !== undefined);
      t.equal(failed?.failure?.signature, signature, `${name}: ${id}`);
    }
  };
  await Promise.all([worker(), worker(), worker()]);
  t.strictSame(running(), [], "nothing of them is left");
  const leftBehind = spawn("sleep", ["60"], { env: { ...process.env, [markName]: mark } });
  await once(leftBehind, "spawn");
  t.equal(running().length, process.platform === "linux" ? 1 : 0, "and would be seen");
  leftBehind.kill("SIGKILL");
});

function verdicts({ results }: Report): string {
  return results
    .filter(({ verdict }) => verdict !== "not_applicable")
    .map(
      ({ id, verdict, failure, reason }) =>
        `${id} ${verdict} ${failure?.signature ?? ""} ${reason ?? ""}\n`,
    )
    .join("");
}

async function judge({ program, args = [], cases, silent }: Animal, out: string) {
  const candidate = [process.execPath, `${zoo}${program}.js`, ...args];
  const options = [
    "--seed",
    "0",
    "--jobs",
    "2",
    "--time-scale",
    silent ? "0.2" : "1",
    "--out",
    out,
  ];
  const { exitCode: status, stderr } = await execa(
    process.execPath,
    [
      "--import",
      noteMemory(`${out}.memory`),
      launcher,
      "function",
      ...options,
      "--only",
      ...cases,
      "--",
      ...candidate,
    ],
    { reject: false, env: { [markName]: mark } },
  );
  const memory = Number(readFileSync(`${out}.memory`, "utf8"));
  return { status, stderr, memory, report: readReport(out) };
}

/** A module that notes the most memory that a process has had, in KiB, when it ends. */
function noteMemory(path: string): string {
  const code = `import { writeFileSync } from "node:fs";
    process.on("exit", () => writeFileSync(${JSON.stringify(path)}, String(process.resourceUsage().maxRSS)));`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

/** Command lines of animals that still run; only Linux shows them. */
/** Processes of this file that are alive; other files of tests, which may run beside it, have animals too. */
function running(): readonly string[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => told(pid, "environ").includes(`${markName}=${mark}\0`))
    .map((pid) => told(pid, "cmdline").replaceAll("\0", " "));
}

function told(pid: string, what: string): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, "utf8");
  } catch {
    return "";
  }
}
