import { Buffer } from "node:buffer";
import type { CitedRequirement } from "@stdfn/schemas/validate";
import { requirement } from "../requirements.ts";
import type { Failure } from "../run/judgement.ts";
import { likelyCause } from "../run/likely-cause.ts";
import { shuffled } from "../run/shuffle.ts";
import { type Entry, Transcript } from "../run/transcript.ts";
import { type Result, twinReason, type Verdict } from "../run/verdict.ts";
import type { Watch } from "../run/watch.ts";
import { WrongAnswer } from "./answer-line.ts";
import type { CodecCase } from "./codec-case.ts";
import { NoAnswer } from "./codec-process.ts";
import type { Answer, CodecDescription, Question } from "./exchange.ts";
import { answerText, judgeAnswer } from "./judge-answer.ts";

/** Whoever answers for a codec. */
interface CodecPeer {
  /** @throws NoAnswer or WrongAnswer, after which it has to be started anew */
  ask(question: Question): Promise<Answer>;
  /** Ends what is left of it and starts it anew. @throws NoAnswer or WrongAnswer */
  restart(): Promise<void>;
  /** The end of what it wrote to standard error. */
  readonly stderr: string;
}

/** How vectors are put to a codec. */
export interface CodecSuiteOptions {
  readonly peer: CodecPeer;
  readonly described: CodecDescription;
  /** The cases to run, with the twins they cannot do without. */
  readonly cases: readonly CodecCase[];
  /** Whether a case was asked for, and is no mere twin. */
  readonly isWanted: (of: CodecCase) => boolean;
  readonly seed: string;
  readonly signal: AbortSignal;
  /** Passes keep what was asked and answered too. */
  readonly trace: boolean;
  readonly onResult: (result: Result) => void;
  readonly watch?: Watch;
}

/** What a codec has come to in one case, before its twin is looked at. */
interface Outcome {
  readonly verdict: Verdict;
  readonly ms: number;
  readonly failure?: Failure;
  readonly reason?: string;
  readonly stderr?: string;
  readonly transcript: readonly Entry[];
}

/** So many starts in a row that come to nothing end the run. */
const mostFailedStarts = 5;
const stderrShown = 4_096;

/** Puts cases to a codec one after another, in an order that the seed decides and that decides nothing. */
export async function runCodecSuite(options: CodecSuiteOptions): Promise<void> {
  const { cases, described, seed, signal } = options;
  const outcomes = new Map<string, Outcome>();
  const waiting: CodecCase[] = [];
  let failedStarts = 0;
  let broken: string | undefined;
  const settle = (): void => {
    for (const of of waiting.splice(0)) {
      const twin = twinVerdict(of, cases, outcomes);
      if (twin === undefined) waiting.push(of);
      else if (options.isWanted(of))
        options.onResult(resultOf(of, outcomes.get(nameOf(of)) as Outcome, twin, options.trace));
    }
  };
  for (const of of shuffled(cases, seed, nameOf)) {
    if (signal.aborted) return;
    const reason = reasonNotToAsk(of, described);
    let outcome: Outcome;
    if (reason !== undefined)
      outcome = { verdict: "not_applicable", reason, ms: 0, transcript: [] };
    else if (broken !== undefined) outcome = inconclusive(broken);
    else {
      options.watch?.begin(nameOf(of));
      outcome = await perform(of, options);
      options.watch?.end(nameOf(of));
    }
    if (signal.aborted) return;
    const stopped =
      outcome.failure?.signature.startsWith("no-answer") || outcome.reason !== undefined;
    if (stopped && reason === undefined && broken === undefined) {
      try {
        failedStarts++;
        if (failedStarts >= mostFailedStarts)
          broken = `it was started anew ${failedStarts} times in a row and answered nothing`;
        else await options.peer.restart();
      } catch (error) {
        broken = `it could not be started anew: ${(error as Error).message}`;
      }
    } else if (reason === undefined) failedStarts = 0;
    outcomes.set(nameOf(of), outcome);
    waiting.push(of);
    settle();
  }
}

/** A case as it is told apart from all others. */
export function nameOf({ id, format }: Pick<CodecCase, "id" | "format">): string {
  return `${id} ${format ?? ""}`;
}

/** The case whose passing makes another count: the twin of its vector, or for writing the reading. */
export function twinOf(of: CodecCase, cases: readonly CodecCase[]): CodecCase | undefined {
  const id = twinIdOf(of);
  return cases.find((one) => one.id === id);
}

/** The id of the twin of a case. */
export function twinIdOf({ id, vector }: CodecCase): string {
  return id.endsWith("/write") ? vector.id : vector.twin;
}

/** Why a case is not put to a codec; undefined if it is. */
export function reasonNotToAsk(
  { formats, features }: CodecCase,
  described: Pick<CodecDescription, "formats" | "features">,
): string | undefined {
  const format = formats.find((one) => !described.formats.includes(one));
  if (format !== undefined) return `the format ${format} is not offered`;
  const feature = features.find((one) => !described.features.includes(one));
  return feature === undefined ? undefined : `${feature} is not declared`;
}

async function perform(of: CodecCase, options: CodecSuiteOptions): Promise<Outcome> {
  const { peer, described } = options;
  const began = performance.now();
  const log = new Transcript();
  const ms = (): number => Math.round(performance.now() - began);
  const { features } = described;
  for (const [step, question] of of.questions.entries()) {
    if ("piece" in question && !features.includes("pieces")) continue;
    const { bytes, ...shown } = question as { readonly bytes?: string };
    log.add(
      ">",
      JSON.stringify(shown),
      bytes === undefined ? undefined : Buffer.from(bytes, "base64"),
    );
    const wrap = (found: Omit<Failure, "step" | "rule">): Outcome => ({
      verdict: levelOf(of) === "must" ? "fail" : "warn",
      ms: ms(),
      failure: { rule: ruleOf(of).id, step, ...found },
      stderr: peer.stderr.slice(-stderrShown),
      transcript: log.entries,
    });
    try {
      const answer = await peer.ask(question);
      log.add(
        "<",
        answerText(answer),
        answer.bytes === undefined ? undefined : Buffer.from(answer.bytes, "base64"),
      );
      const found = judgeAnswer(of, question, answer, features);
      if (found !== undefined) return wrap(found);
    } catch (error) {
      const { message } = error as Error;
      log.add("=", message);
      if (error instanceof NoAnswer)
        return wrap({
          signature: `no-answer:${error.kind}`,
          wanted: ["an answer"],
          came: [message],
        });
      if (!(error instanceof WrongAnswer)) throw error;
      return { ...inconclusive(message), ms: ms(), transcript: log.entries };
    }
  }
  return { verdict: "pass", ms: ms(), transcript: log.entries };
}

function inconclusive(reason: string): Outcome {
  return { verdict: "inconclusive", reason, ms: 0, transcript: [] };
}

/** What the twin of a case has come to by itself; undefined while that is not known. */
function twinVerdict(
  of: CodecCase,
  cases: readonly CodecCase[],
  outcomes: ReadonlyMap<string, Outcome>,
): Verdict | "not_run" | undefined {
  const twin = twinOf(of, cases);
  return twin === undefined ? "not_run" : outcomes.get(nameOf(twin))?.verdict;
}

function resultOf(
  of: CodecCase,
  { verdict, ms, failure, reason, stderr, transcript }: Outcome,
  twin: Verdict | "not_run",
  trace: boolean,
): Result {
  // Where the twin cannot be asked, the codec has not said that it can tell the two apart; a pass stands by itself.
  const counts = verdict !== "pass" || ["pass", "warn", "not_applicable"].includes(twin);
  const twinId = twinIdOf(of);
  const why = reason ?? (counts ? undefined : twinReason({ id: twinId, verdict: twin }));
  const likely = failure === undefined ? undefined : likelyCause(failure);
  return {
    type: "case",
    id: of.id,
    ...(of.format === undefined ? {} : { format: of.format }),
    title: of.vector.title,
    requirement: ruleOf(of),
    level: levelOf(of),
    mode: "none",
    verdict: counts ? verdict : "inconclusive",
    ...(why === undefined ? {} : { reason: why }),
    twin: { id: twinId, verdict: twin },
    ms,
    ...(failure === undefined ? {} : { failure: { ...failure, ...(likely && { likely }) } }),
    ...(verdict === "not_applicable" || (verdict === "pass" && !trace)
      ? {}
      : { stderr: stderr ?? "", transcript }),
  };
}

/** The requirement that decides a case. */
function ruleOf({ vector }: CodecCase): CitedRequirement {
  return vector.requirements[0];
}

/** The level of the requirement that decides a case. */
export function levelOf(of: CodecCase): Result["level"] {
  const word = requirement(ruleOf(of).id)?.level.split(" ")[0]?.toLowerCase();
  return word === "should" || word === "may" ? word : "must";
}
