import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { root } from "../folders.ts";
import { type Candidate, interpreter } from "./candidates.ts";

const kit = join(root, "conformance/bin/stdfn-conformance.cjs");
/** Where the reports stand: beside what is installed, so that no clone becomes dirty by a look. */
const folder = join(root, "node_modules/.cache/stdfn-candidates");
const verdicts = ["pass", "fail", "warn", "inconclusive", "not_applicable", "kit_error"] as const;

/** What a suite has come to, by verdict. */
export type Counts = Readonly<Record<(typeof verdicts)[number], number>>;

/** What the conformance kit says of one candidate. */
export interface Judged {
  readonly candidate: string;
  readonly suite: string;
  /** Whether only some of the cases were tried. */
  readonly sample: boolean;
  readonly counts: Counts;
  readonly seconds: number;
  /** The exit status of the kit: 0 conforms. */
  readonly status: number;
  /** What the kit has said, where it is not that the candidate conforms. */
  readonly said: string;
  /** The report as JSON lines. */
  readonly report: string;
}

/** Lets the conformance kit judge a candidate. */
export async function judge({ name, suite, only }: Candidate): Promise<Judged> {
  mkdirSync(folder, { recursive: true });
  const report = join(folder, `${name}.ndjson`);
  rmSync(report, { force: true });
  const home = join(root, "conformance/candidates", name);
  const own = join(home, "cases");
  const began = performance.now();
  const { status, text } = await run([
    suite,
    ...["--candidate", join(home, "candidate.json"), "--out", report],
    ...(existsSync(own) ? ["--cases", own] : []),
    ...(only === undefined ? [] : ["--only", ...only]),
  ]);
  const seconds = (performance.now() - began) / 1000;
  const sample = only !== undefined;
  const counts = countsOf(report);
  return {
    candidate: name,
    suite,
    sample,
    counts,
    seconds,
    status,
    said: status === 0 ? "" : text,
    report,
  };
}

/**
 * Writes one page about all reports.
 * @returns its path; undefined: there is none
 */
export async function writePage(judged: readonly Judged[]): Promise<string | undefined> {
  const reports = judged.map(({ report }) => report).filter((path) => existsSync(path));
  if (reports.length === 0) return undefined;
  const path = join(folder, "candidates.html");
  const { status, text } = await run(["report", ...reports, "--to", "html"]);
  if (status !== 0) throw new Error(`the reports cannot be made into a page: ${text}`);
  writeFileSync(path, text);
  return path;
}

function countsOf(report: string): Counts {
  const counts = Object.fromEntries(verdicts.map((verdict) => [verdict, 0]));
  const lines = existsSync(report) ? readFileSync(report, "utf8").trimEnd().split("\n") : [];
  for (const line of lines) {
    const { verdict } = JSON.parse(line) as { readonly verdict?: string };
    if (verdict !== undefined) counts[verdict] = (counts[verdict] ?? 0) + 1;
  }
  return counts as Counts;
}

const running = new Set<ChildProcess>();

/** Ends what is running; the kit ends its candidates. */
export function stopAll(): void {
  for (const child of running) child.kill("SIGINT");
}

function run(args: readonly string[]): Promise<{ readonly status: number; readonly text: string }> {
  const child = spawn(process.execPath, [kit, ...args], {
    cwd: root,
    env: { ...process.env, PATH: path() },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let text = "";
  for (const output of [child.stdout, child.stderr])
    output.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
    });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => {
      running.delete(child);
      resolve({ status: status ?? -1, text: text.trim() });
    });
  });
}

/** The path on which the Python with the protobuf package stands first. */
function path(): string {
  const python = interpreter().interpreter;
  const own = process.env["PATH"] ?? "";
  return python === undefined || !python.includes("/")
    ? own
    : `${dirname(python)}${delimiter}${own}`;
}
