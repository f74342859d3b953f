import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { protobufCodec } from "@stdfn/schemas/codec";
import { bareEcho, bareStream } from "./bare-echo.ts";
import { call } from "./call.ts";
import { ownCodec, stockCodec } from "./codec-subject.ts";
import { bareSpawn, filter } from "./filter-subject.ts";
import { framework } from "./framework-subject.ts";
import { functionSuite, kit, memory, runtimeSuite, stdfn } from "./kit-subject.ts";
import { type Comparison, compare, isReached } from "./measure.ts";
import { page } from "./page.ts";
import { hundredStarts, program } from "./program-subject.ts";
import { session, sessionStream } from "./session-subject.ts";
import { table } from "./table.ts";

const usage = `Usage: npm run bench -- [options] [NAME…]

Measures the reference runtime, the SDK and the conformance kit against baselines taken in the same run, interleaved round by round.

  NAME           run only comparisons whose name holds NAME: codec, session, http, filter, stream,
                 stdfn, kit
  --rounds N     counted rounds of each side, default 9
  --json FILE    also write the results as JSON
  --page FILE    also write the results as a page of Markdown, such as reference-runtime/bench/RESULTS.md
  --help         this text
`;

// Node reads these certificates at every start, twice as long as the start itself takes: what is started here needs
// none, and by comparison everything would look fast.
delete process.env["NODE_EXTRA_CA_CERTS"];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "9" },
    json: { type: "string" },
    page: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  process.stderr.write(`--rounds ${values.rounds}: expected a whole number from 1\n\n${usage}`);
  process.exit(64);
}

const message = protobufCodec.encodeFrame(1, { ...call, end: {} });
const gibibyte = 2 ** 30;

const comparisons: Record<string, () => Promise<Comparison>> = {
  "codec, 128 B call frame": async () =>
    inverse(
      await compare(
        {
          name: "codec, 128 B call frame",
          unit: "frames/s",
          target: { at: "most", ratio: 1.4 },
          rounds,
        },
        ownCodec(),
        await stockCodec(),
      ),
    ),
  "session, one at a time": async () =>
    inverse(
      await compare(
        {
          name: "session, one at a time",
          unit: "calls/s",
          target: { at: "most", ratio: 1.15 },
          rounds,
        },
        await session(1, 5000, "protobuf"),
        bareEcho(message, 1, 5000),
      ),
    ),
  "session, 64 in flight": async () =>
    compare(
      {
        name: "session, 64 in flight",
        unit: "calls/s",
        target: { at: "least", ratio: 0.35 },
        rounds,
      },
      await session(64, 40_000, "protobuf"),
      bareEcho(message, 64, 40_000),
    ),
  "session in JSON, 64 in flight": async () =>
    compare(
      {
        name: "session in JSON, 64 in flight",
        unit: "calls/s",
        target: { at: "least", ratio: 0 },
        rounds,
      },
      await session(64, 20_000, "json"),
      bareEcho(message, 64, 20_000),
    ),
  "session against http, one at a time": async () =>
    compare(
      {
        name: "session against http, one at a time",
        unit: "calls/s",
        target: { at: "least", ratio: 2.5 },
        rounds,
      },
      await session(1, 3000, "protobuf"),
      await framework(1, 3000),
    ),
  "session against http, 64 in flight": async () =>
    compare(
      {
        name: "session against http, 64 in flight",
        unit: "calls/s",
        target: { at: "least", ratio: 20 },
        rounds,
      },
      await session(64, 20_000, "protobuf"),
      await framework(64, 6000),
    ),
  "filter, start to exit": async () =>
    compare(
      { name: "filter, start to exit", unit: "ms", target: { at: "most", ratio: 1.2 }, rounds },
      await filter(),
      bareSpawn(),
    ),
  "stream of 1 GiB": async () => {
    const subject = await sessionStream(gibibyte);
    const result = await compare(
      {
        name: "stream of 1 GiB",
        unit: "B/s",
        target: { at: "least", ratio: 0.5 },
        rounds: Math.min(rounds, 3),
      },
      subject,
      bareStream(gibibyte),
    );
    const grown = Math.max(subject.memory.host, subject.memory.function);
    process.stderr.write(
      `  memory growth: host ${mebibytes(subject.memory.host)}, function ${mebibytes(subject.memory.function)}; allowed 64 MiB: ${grown <= 64 * 2 ** 20 ? "kept" : "MISSED"}\n`,
    );
    return { ...result, memory: subject.memory };
  },
  "stdfn, start to exit": async () =>
    compare(
      { name: "stdfn, start to exit", unit: "ms", target: { at: "most", ratio: 2 }, rounds },
      program("stdfn --version", stdfn, "--version"),
      program("bare start of Node"),
    ),
  "kit, start to exit": async () =>
    compare(
      { name: "kit, start to exit", unit: "ms", target: { at: "most", ratio: 2 }, rounds },
      program("stdfn-conformance --help", kit, "--help"),
      program("bare start of Node"),
    ),
  "kit, function suite": async () =>
    compare(
      {
        name: "kit, function suite",
        unit: "s",
        target: { at: "most", figure: 15 },
        rounds: Math.min(rounds, 3),
      },
      functionSuite(),
      hundredStarts(),
    ),
  "kit, runtime suite": async () =>
    compare(
      {
        name: "kit, runtime suite",
        unit: "s",
        target: { at: "most", figure: 30 },
        rounds: Math.min(rounds, 3),
      },
      runtimeSuite(),
      hundredStarts(),
    ),
  "kit, memory under a flood of 1 GiB": async () =>
    compare(
      {
        name: "kit, memory under a flood of 1 GiB",
        unit: "MiB",
        target: { at: "most", figure: 200 },
        rounds: Math.min(rounds, 3),
      },
      memory(true),
      memory(false),
    ),
};

/** For a rate whose target is a time: the ratio of the times. */
function inverse(result: Comparison): Comparison {
  const ratio = 1 / result.ratio;
  return {
    ...result,
    ratio,
    lowest: 1 / result.highest,
    highest: 1 / result.lowest,
    reached: isReached(result.target, ratio, result.subject),
  };
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}

const chosen = Object.entries(comparisons).filter(
  ([name]) => positionals.length === 0 || positionals.some((part) => name.includes(part)),
);
if (chosen.length === 0) {
  process.stderr.write(
    `no comparison is named ${positionals.join(", ")}; there are: ${Object.keys(comparisons).join(" · ")}\n`,
  );
  process.exit(64);
}
const results: Comparison[] = [];
for (const [name, run] of chosen) {
  process.stderr.write(`${name} …\n`);
  results.push(await run());
}
process.stdout.write(table(results));
const machine = {
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  processor: cpus()[0]?.model,
  cores: cpus().length,
};
if (values.json !== undefined)
  write(values.json, `${JSON.stringify({ machine, rounds, results }, undefined, 2)}\n`);
if (values.page !== undefined) write(values.page, page(results, machine, rounds));
process.exit(0);
