import type { Case } from "../case/case.ts";
import { KitError } from "../kit-error.ts";
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

/** A case whose judgement is in dispute (`open`), or was found wrong (`upheld`). */
export interface Challenged {
  readonly case: string;
  readonly status: "open" | "upheld";
  readonly reason: string;
  readonly issue: string;
}

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
  /** The case, or the twin that alone kept it from passing, is challenged. */
  readonly challenged?: Challenged;
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
  const why = reason ?? (twinCounts ? undefined : twinReason({ id: of.twin, verdict: twin }));
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

/** Why a case that passed by itself shows nothing. */
export function twinReason({ id, verdict }: Result["twin"]): string {
  return `${id}, its twin, came to ${verdict}`;
}

/**
 * Whether a result counts for nothing, neither for the candidate nor against it: its case is challenged, and was not
 * kept. It is reported as what it is all the same.
 */
export function isVoid({ verdict, challenged }: Pick<Result, "verdict" | "challenged">): boolean {
  return challenged !== undefined && !kept.includes(verdict);
}

/** What a claim can be made from. */
const kept: readonly Verdict[] = ["pass", "warn", "not_applicable"];

/** The result of a part that the kit could not perform: what kept it from that, and of a defect where it was met. */
export function kitErrorOf(part: Part, error: Error): Result {
  const reason = error instanceof KitError ? error.message : (error.stack ?? error.message);
  const result = resultOf(part, undefined, "not_run", reason);
  return { ...result, verdict: "kit_error" };
}

function failureOf(performance: Performance | undefined): Pick<Result, "failure"> {
  if (performance === undefined || performance.judgement.verdict === "pass") return {};
  const { failure } = performance.judgement;
  const likely = likelyCause(failure, performance.transcript);
  return { failure: { ...failure, ...(likely && { likely }) } };
}
