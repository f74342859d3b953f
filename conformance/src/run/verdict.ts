import type { Case } from "../case/case.ts";
import type { Part } from "./applicability.ts";
import type { Failure } from "./judgement.ts";
import { likelyCause } from "./likely-cause.ts";
import type { Performance } from "./perform.ts";
import type { Entry } from "./transcript.ts";

/**
 * What a case has come to. `pass`: the candidate did what it must. `fail`: it broke a MUST. `warn`: it broke a SHOULD.
 * `inconclusive`: nothing was shown, because the twin did not pass or something the case stands on did not work.
 * `not_applicable`: the candidate does not declare what the case is about. `kit_error`: the kit itself broke.
 */
export type Verdict = "pass" | "fail" | "warn" | "inconclusive" | "not_applicable" | "kit_error";

/** Every verdict, in the order in which they are counted. */
export const verdicts: readonly Verdict[] = [
  "pass",
  "fail",
  "warn",
  "inconclusive",
  "not_applicable",
  "kit_error",
];

/** The line of a report about one case in one format. */
export interface Result {
  readonly type: "case";
  readonly id: string;
  readonly format?: "protobuf" | "json";
  readonly title: string;
  readonly requirement: Case["requirement"];
  readonly level: Case["level"];
  readonly mode: Case["mode"];
  readonly verdict: Verdict;
  readonly reason?: string;
  readonly twin: { readonly id: string; readonly verdict: Verdict | "not_run" };
  readonly ms: number;
  readonly failure?: Failure & { readonly likely?: string };
  /** The failure stands in the baseline. */
  readonly known?: { readonly reason: string; readonly issue?: string };
  /** The end of what the candidate wrote to standard error; absent where nothing has to be explained. */
  readonly stderr?: string;
  /** What went over the wire; absent where nothing has to be explained. */
  readonly transcript?: readonly Entry[];
}

const stderrShown = 4_096;

/**
 * The result of a part, from what was shown and what its twin came to.
 * @param trace a pass keeps what went over the wire too
 */
export function resultOf(
  { of, format, speaks }: Part,
  performance: Performance | undefined,
  twin: Verdict | "not_run",
  reason?: string,
  trace = false,
): Result {
  const raw = performance?.judgement.verdict ?? "not_applicable";
  const twinCounts = twin === "pass" || twin === "warn" || raw !== "pass";
  const why = reason ?? (twinCounts ? undefined : `${of.twin}, its twin, came to ${twin}`);
  return {
    type: "case",
    id: of.id,
    ...(speaks ? { format } : {}),
    title: of.title,
    requirement: of.requirement,
    level: of.level,
    mode: of.mode,
    verdict: twinCounts ? raw : "inconclusive",
    ...(why === undefined ? {} : { reason: why }),
    twin: { id: of.twin, verdict: twin },
    ms: performance?.ms ?? 0,
    ...failureOf(performance),
    ...(performance === undefined || (raw === "pass" && !trace)
      ? {}
      : { stderr: performance.stderr.slice(-stderrShown), transcript: performance.transcript }),
  };
}

/** The result of a part that the kit could not perform. */
export function kitErrorOf(part: Part, error: Error): Result {
  const result = resultOf(part, undefined, "not_run", error.stack ?? error.message);
  return { ...result, verdict: "kit_error" };
}

function failureOf(performance: Performance | undefined): Pick<Result, "failure"> {
  if (performance === undefined || performance.judgement.verdict === "pass") return {};
  const { failure } = performance.judgement;
  const likely = likelyCause(failure);
  return { failure: { ...failure, ...(likely && { likely }) } };
}
