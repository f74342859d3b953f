import type { Case } from "../case/case.ts";
import { CaseStore } from "../case/case-store.ts";
import { type CodecCase, codecCases } from "../codec/codec-case.ts";
import { levelOf, twinIdOf, twinOf } from "../codec/codec-suite.ts";
import type { RunLine } from "../report/report.ts";
import { type Part, partsOf } from "../run/applicability.ts";
import { formatsOf } from "../run/suite.ts";
import type { Result, Verdict } from "../run/verdict.ts";
import { VectorStore } from "../vector-store.ts";
import type { Format } from "../wire/unit.ts";
import { resultName } from "./expected.ts";

/** What is certain of the result of a case in one format, whoever the candidate is. */
export interface Possible {
  readonly stated: Pick<Result, "title" | "level" | "mode">;
  readonly twin: {
    readonly id: string;
    /** The results of the twin that show something about this one. */
    readonly results: readonly string[];
    /** What the twin may have come to where this one has passed. */
    readonly counting: readonly Result["twin"]["verdict"][];
  };
  /** Verdicts for which nobody looks at the twin. */
  readonly alone: readonly Verdict[];
  /** What comes of whoever does not do what is asked: `warn` where it should only be done, or a case grades so. */
  readonly refusals: readonly Refusal[];
}

type Refusal = "fail" | "warn";

/** The results that a run of a suite of this kit can hold, by name; those of cases of authors are not among them. */
export function possibleResults(suite: RunLine["suite"]): ReadonlyMap<string, Possible> {
  if (suite === "codec") {
    const all = codecCases(new VectorStore());
    return new Map(all.map((of) => [resultName(of), possibleOfCodec(of, all)]));
  }
  const store = new CaseStore();
  const parts = store.all.filter(({ candidate }) => candidate === suite).flatMap(partsOf);
  return new Map(parts.map((part) => [nameOf(part), possibleOf(part, store)]));
}

function possibleOf(part: Part, store: CaseStore): Possible {
  const { of, format } = part;
  const { title, level, mode, probe } = of;
  const twin = store.get(of.twin);
  const shown = new Set(formatsOf(twin, part));
  const performed = probe === undefined ? [of] : [of, store.get(probe)];
  return {
    stated: { title, level, mode },
    twin: {
      id: of.twin,
      results: partsOf(twin)
        .filter((one) => shown.has(one.format))
        .map(nameOf),
      counting: ["pass", "warn"],
    },
    alone: ["not_applicable", "kit_error"],
    refusals: [...new Set(performed.flatMap((one) => refusalsOf(one, format)))],
  };
}

function possibleOfCodec(of: CodecCase, all: readonly CodecCase[]): Possible {
  const level = levelOf(of);
  const twin = twinOf(of, all);
  return {
    stated: { title: of.vector.title, level, mode: "none" },
    twin: {
      id: twinIdOf(of),
      results: twin === undefined ? [] : [resultName(twin)],
      counting: ["pass", "warn", "not_applicable"],
    },
    alone: [],
    refusals: [level === "must" ? "fail" : "warn"],
  };
}

/** What comes of whoever does not do what a dialogue asks. */
function refusalsOf({ level, steps }: Case, format: Format): readonly Refusal[] {
  if (level !== "must") return ["warn"];
  const graded = steps.some(
    ({ only, expect }) =>
      (only ?? format) === format && expect?.one_of?.some(({ grade }) => grade === "warn"),
  );
  return graded ? ["fail", "warn"] : ["fail"];
}

function nameOf({ of, format, speaks }: Part): string {
  return resultName({ id: of.id, ...(speaks ? { format } : {}) });
}
