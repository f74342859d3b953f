import process from "node:process";
import { Runtime } from "@stdfn/runtime";
import { type ToolName, toolIsPresent, tools } from "@stdfn/test-support";
import { commandLine, UsageError, usage } from "./command-line.ts";
import type { Example, Trial } from "./example.ts";
import { examples } from "./examples.ts";
import { nextCommands } from "./next-commands.ts";
import { type Row, runExample } from "./row.ts";
import { Table } from "./table.ts";

const EXIT_USAGE = 64;

interface Skipped {
  readonly function: string;
  readonly reason: string;
}

/** Hears what happens, as it happens. */
interface Listener {
  row(row: Row): void;
  skipped(skipped: Skipped): void;
}

/** Runs examples one after another: side by side they would take each other's milliseconds. */
async function runAll(wanted: readonly Example[], listener: Listener): Promise<void> {
  const runtime = new Runtime();
  for (const example of wanted) {
    const missing = example.needs.filter((name) => !toolIsPresent(name));
    if (missing.length > 0) {
      listener.skipped({ function: example.name, reason: missing.map(absence).join("; ") });
      continue;
    }
    let trial: Promise<Trial> | undefined;
    const load = (): Promise<Trial> => {
      trial ??= example.load();
      return trial;
    };
    for (const way of example.ways) listener.row(await runExample(runtime, example, way, load));
  }
}

function absence(name: ToolName): string {
  return `${name} is not on the PATH; install the Debian package ${tools[name].debian} or its like`;
}

async function main(args: readonly string[]): Promise<number> {
  const names = examples.map(({ name }) => name);
  const { help, json, names: chosen } = commandLine(args, names);
  if (help) {
    process.stdout.write(usage(names));
    return 0;
  }
  const wanted = examples.filter(({ name }) => chosen.length === 0 || chosen.includes(name));
  const rows: Row[] = [];
  const skipped: Skipped[] = [];
  const table = new Table(
    names,
    process.stdout.isTTY === true && process.env["NO_COLOR"] === undefined,
  );
  const say = (line: string): void => {
    if (!json) process.stdout.write(`${line}\n`);
  };
  const began = performance.now();
  say(
    "Stdfn runs its examples through the reference runtime, each twice, in every mode and format it offers.",
  );
  say("");
  say(table.head());
  await runAll(wanted, {
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
  const isRequired = process.env["CI"] === "true";
  const failed = rows.length - verified + (isRequired ? skipped.length : 0);
  if (json) {
    process.stdout.write(`${JSON.stringify({ rows, skipped, verified, failed }, undefined, 2)}\n`);
  } else {
    say("");
    say(
      "  “first” holds the start of a process; “again” is a second event, in a session on the same process.",
    );
    say("");
    say(
      `${verified} of ${rows.length} verified in ${((performance.now() - began) / 1000).toFixed(1)} s${remark(skipped, isRequired)}`,
    );
    say("");
    say("Try next:");
    for (const command of nextCommands) say(`  ${command}`);
  }
  return failed === 0 ? 0 : 1;
}

function remark(skipped: readonly Skipped[], isRequired: boolean): string {
  if (skipped.length === 0) return ".";
  const names = skipped.map((one) => one.function).join(", ");
  return isRequired ? `; missing, and CI=true requires them: ${names}.` : `; skipped: ${names}.`;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`npm start: ${error.message}\nnpm start -- --help says more.\n`);
  process.exitCode = EXIT_USAGE;
}
