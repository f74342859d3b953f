import { performance } from "node:perf_hooks";
import { NamedPipes } from "../candidate/named-pipes.ts";
import type { Described } from "../candidate/self-description.ts";
import { vectorsDigest } from "../digest.ts";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";
import type { Report, RunLine } from "../report/report.ts";
import { endOf, type RunOptions, reported, runLineOf } from "../run/run-lines.ts";
import { TimeScale } from "../run/time-scale.ts";
import type { Result } from "../run/verdict.ts";
import { chosen } from "../selector.ts";
import { VectorStore } from "../vector-store.ts";
import { codecCases } from "./codec-case.ts";
import { CodecProcess } from "./codec-process.ts";
import { nameOf, runCodecSuite, twinOf } from "./codec-suite.ts";
import { selectCodecCases } from "./select-vectors.ts";

/** How a codec is judged. */
export interface CodecRunOptions extends RunOptions {
  /** Hears of the run before it begins. */
  readonly onRun: (run: RunLine, described: Pick<Described, "problem" | "readable">) => void;
}

const startMs = 10_000;
const answerMs = 5_000;

/**
 * Puts the golden vectors to a codec, and gives the whole report.
 * @throws KitError if the program that answers for it does not say what it is
 */
export async function runCodec(options: CodecRunOptions): Promise<Report> {
  const { candidate, only, not, seed, signal, watch } = options;
  const began = performance.now();
  const vectors = new VectorStore();
  const all = codecCases(vectors);
  const { profile } = options;
  const counting = profile && new Set(profile.scored.map((one) => one.case));
  const own = all.filter(({ id }) => counting === undefined || counting.has(id));
  const wanted = chosen(own, only, not, (from, selectors) =>
    selectCodecCases(from, selectors, profile?.profile),
  );
  const twins = new Set(wanted.flatMap((of) => twinOf(of, all) ?? []));
  const results: Result[] = [];
  const pipes = new NamedPipes();
  const codec = new CodecProcess(candidate, pipes);
  const start = codec.start.bind(codec, startMs * options.timeScale);
  try {
    const described = await start().catch((error: Error) => {
      throw new KitError(
        `the candidate answers for no codec: ${error.message}; \`stdfn-conformance codec --help\` says what it is asked`,
        exitStatus.incomplete,
      );
    });
    const scale = new TimeScale(performance.now() - began, options.timeScale);
    const { name, version, formats, features } = described;
    const digest = vectorsDigest(vectors);
    const run = runLineOf(options, {
      suite: "codec",
      offered: { name, version, modes: [], formats, features },
      // The vectors are what a codec is judged by.
      cases: digest,
      vectors: digest,
      planned: wanted.length,
      jobs: 1,
      time_scale: scale.factor,
    });
    options.onRun(run, {});
    const names = new Set(wanted.map(nameOf));
    await runCodecSuite({
      peer: {
        ask: (question) => codec.ask(question, scale.limit(answerMs)),
        async restart() {
          await codec.kill();
          await start();
        },
        get stderr() {
          return codec.stderr;
        },
      },
      described,
      cases: all.filter((of) => names.has(nameOf(of)) || twins.has(of)),
      isWanted: (of) => names.has(nameOf(of)),
      seed,
      signal,
      ...(watch && { watch }),
      trace: options.trace ?? false,
      onResult(raw) {
        const result = reported(raw, options);
        results.push(result);
        options.onResult(result);
      },
    });
    await codec.stop(startMs);
    return { run, results, end: endOf(run, results, options, performance.now() - began) };
  } finally {
    await codec.kill();
    pipes.remove();
  }
}
