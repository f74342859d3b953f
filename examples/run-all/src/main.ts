import process from "node:process";
import pc from "picocolors";
import { candidates, interpreter } from "./candidates/candidates.ts";
import { type Judged, stopAll, writePage } from "./candidates/judge.ts";
import { judgeAll } from "./candidates/judge-all.ts";
import { Matrix } from "./candidates/matrix.ts";
import { commandLine, UsageError, usage } from "./command-line.ts";
import { examples } from "./examples.ts";
import { nextCommands } from "./next-commands.ts";
import type { Row } from "./row.ts";
import { runExamples } from "./run-examples.ts";
import type { Skipped } from "./skipped.ts";
import { Table } from "./table.ts";

const EXIT_USAGE = 64;
// Node reads these certificates at every start, twice as long as the start itself takes, and nothing here calls by TLS.
delete process.env["NODE_EXTRA_CA_CERTS"];
const isRequired = process.env["CI"] === "true";

/** What a part of the program has shown. */
interface Part {
  readonly skipped: readonly Skipped[];
  /** How many did not turn out well. */
  readonly failed: number;
}

const colors = pc.createColors(
  process.stdout.isTTY === true && process.env["NO_COLOR"] === undefined,
);

async function main(args: readonly string[]): Promise<number> {
  const names = examples.map(({ name }) => name);
  const others = candidates.map(({ name }) => name);
  const { help, json, names: chosen } = commandLine(args, [...names, ...others]);
  if (help) {
    process.stdout.write(usage(names, others));
    return 0;
  }
  const say = (line: string): void => {
    if (!json) process.stdout.write(`${line}\n`);
  };
  const ran = await showExamples(chosen, say);
  const judged = await showCandidates(chosen, say);
  const failed = ran.failed + judged.failed;
  if (json) {
    const { rows, verified } = ran;
    const skipped = [...ran.skipped, ...judged.skipped];
    const whole = { rows, candidates: judged.judged, skipped, verified, failed };
    process.stdout.write(`${JSON.stringify(whole, undefined, 2)}\n`);
  }
  say("Try next:");
  for (const command of nextCommands) say(`  ${command}`);
  return failed === 0 ? 0 : 1;
}

async function showExamples(
  chosen: readonly string[],
  say: (line: string) => void,
): Promise<Part & { readonly rows: readonly Row[]; readonly verified: number }> {
  const wanted = examples.filter(({ name }) => chosen.length === 0 || chosen.includes(name));
  const rows: Row[] = [];
  const skipped: Skipped[] = [];
  if (wanted.length === 0) return { rows, skipped, verified: 0, failed: 0 };
  const table = new Table(
    examples.map(({ name }) => name),
    colors,
  );
  const began = performance.now();
  say(
    "Stdfn runs its examples through the reference runtime, each twice, in every mode and format it offers.",
  );
  say("");
  say(table.head());
  await runExamples(wanted, {
    row(row) {
      rows.push(row);
      say(table.row(row));
    },
    skipped(one) {
      skipped.push(one);
      say(table.skipped(one.function, one.reason));
    },
  });
  const verified = rows.filter((row) => row.verified).length;
  say("");
  say(
    "  “first” holds the start of a process; “again” is a second event, in a session on the same process.",
  );
  say("");
  say(`${verified} of ${rows.length} verified in ${since(began)}${remark(skipped)}`);
  say("");
  return { rows, skipped, verified, failed: rows.length - verified + required(skipped) };
}

async function showCandidates(
  chosen: readonly string[],
  say: (line: string) => void,
): Promise<Part & { readonly judged: readonly Judged[] }> {
  const wanted = candidates.filter(({ name }) => chosen.length === 0 || chosen.includes(name));
  const judged: Judged[] = [];
  const skipped: Skipped[] = [];
  if (wanted.length === 0) return { judged, skipped, failed: 0 };
  const matrix = new Matrix(candidates, colors);
  const began = performance.now();
  say(
    "The conformance kit judges every implementation in the repository, some by a sample of its cases.",
  );
  say("");
  say(matrix.head());
  await judgeAll(wanted, {
    judged(one) {
      judged.push(one);
      say(matrix.row(one));
    },
    skipped(one) {
      skipped.push(one);
      say(matrix.skipped(one.function, one.reason));
    },
  });
  const conforming = judged.filter(({ status }) => status === 0).length;
  const page = await writePage(judged);
  say("");
  say(`${conforming} of ${judged.length} conform, in ${since(began)}${remark(skipped)}`);
  const lessened = lackingProtobuf(judged);
  if (lessened !== undefined) say(lessened);
  if (page !== undefined) say(`Every case, what was sent and what came: ${page}`);
  say("");
  return { judged, skipped, failed: judged.length - conforming + required(skipped) };
}

/** What was judged in JSON lines alone because a package is missing; undefined where nothing was. */
function lackingProtobuf(judged: readonly Judged[]): string | undefined {
  const names = candidates
    .filter(
      (one) => one.usesProtobufPackage && judged.some(({ candidate }) => candidate === one.name),
    )
    .map(({ name }) => name);
  const { missing } = interpreter();
  if (names.length === 0 || missing === false) return undefined;
  return `Skipped: ${names.join(" and ")} in protobuf; ${missing}.`;
}

function since(began: number): string {
  return `${((performance.now() - began) / 1000).toFixed(1)} s`;
}

/** How many of those that could not run had to. */
function required(skipped: readonly Skipped[]): number {
  return isRequired ? skipped.length : 0;
}

function remark(skipped: readonly Skipped[]): string {
  if (skipped.length === 0) return ".";
  const names = skipped.map((one) => one.function).join(", ");
  return isRequired ? `; missing, and CI=true requires them: ${names}.` : `; skipped: ${names}.`;
}

for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => {
    stopAll();
    process.exit(signal === "SIGINT" ? 130 : 143);
  });

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`npm start: ${error.message}\nnpm start -- --help says more.\n`);
  process.exitCode = EXIT_USAGE;
}
