import { randomBytes } from "node:crypto";
import process from "node:process";
import { runCodec } from "../codec/run-codec.ts";
import { exitStatus } from "../exit-status.ts";
import { failureText } from "../report/failure-text.ts";
import { entryLines } from "../report/hex-lines.ts";
import type { Report } from "../report/report.ts";
import type { Result } from "../run/verdict.ts";
import { VectorStore } from "../vector-store.ts";
import { vectorText } from "../vector-text.ts";
import { candidateOf } from "./candidate-options.ts";
import { disputeText } from "./dispute-text.ts";
import { interruptible } from "./interrupt.ts";
import type { ReproFlags } from "./repro.ts";

/** Whether an id is that of a vector, to be read or, with `/write`, to be written. */
export function isVectorId(id: string): boolean {
  return /^(protobuf|json|conversion)\//.test(id);
}

/** Puts one vector to a codec and shows everything. */
export async function reproduceVector(
  id: string,
  words: readonly string[],
  flags: ReproFlags,
): Promise<void> {
  const vectors = new VectorStore();
  const vector = vectors.get(id.replace(/\/write$/, ""));
  const candidate = candidateOf(words, flags);
  const text = vectorText(vector, vectors.get(vector.twin));
  process.stdout.write(`${text}${disputeText([id], flags.challenges, "void: ")}\n`);
  const report = await interruptible((signal) =>
    runCodec({
      candidate,
      only: [id],
      not: [],
      seed: flags.seed ?? randomBytes(4).toString("hex"),
      timeScale: flags.timeScale,
      signal,
      trace: true,
      onRun() {},
      onResult() {},
    }),
  );
  const wanted = report.results.filter(
    ({ format }) => flags.format === undefined || format === flags.format,
  );
  for (const result of wanted) process.stdout.write(`${resultText(result, report)}\n`);
  process.exitCode = statusOf(report);
}

function resultText(result: Result, report: Report): string {
  const { verdict, format, transcript = [], ms } = result;
  if (verdict !== "pass") return failureText(result, report, Number.POSITIVE_INFINITY);
  const lines = transcript.flatMap((entry) => entryLines(entry, format));
  return `${[...lines, `${verdict}, in ${ms} ms`].join("\n")}\n`;
}

function statusOf({ end }: Report): number {
  return end?.exit ?? exitStatus.incomplete;
}
