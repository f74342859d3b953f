import { CaseStore } from "../case/case-store.ts";
import { type CodecCase, codecCases } from "../codec/codec-case.ts";
import { reasonNotToAsk } from "../codec/codec-suite.ts";
import type { Profile } from "../profile/profile.ts";
import type { RunLine } from "../report/report.ts";
import { type Part, partsOf, reasonNotToRun } from "../run/applicability.ts";
import type { Result } from "../run/verdict.ts";
import { VectorStore } from "../vector-store.ts";
import type { Format } from "../wire/unit.ts";

/** A result that a report has to hold for a claim. */
export interface Expected {
  readonly id: string;
  readonly format?: Format;
  /** The case needs something that the candidate does not offer. */
  readonly applies: boolean;
}

/** The results that a run against a profile has to hold, by what the candidate has stated. */
export function expectedResults(
  profile: Profile,
  candidate: RunLine["candidate"],
): readonly Expected[] {
  const scored = new Set(profile.scored.map((one) => one.case));
  if (profile.suite === "codec")
    return codecCases(new VectorStore())
      .filter(({ id }) => scored.has(id))
      .map((of) => expectedOfCodec(of, candidate));
  return new CaseStore().all
    .filter(({ id }) => scored.has(id))
    .flatMap(partsOf)
    .map((part) => expectedOf(part, candidate));
}

/** What a candidate does not offer of what a profile requires. */
export function lacking(
  { requires }: Profile,
  { name, modes, formats, features }: RunLine["candidate"],
): readonly string[] {
  return requires.filter((required) => {
    const [kind, value = ""] = required.split(":");
    if (required === "everything") return name !== "everything";
    if (kind === "mode") return !modes.includes(value);
    return kind === "format" ? !formats.includes(value) : !features.includes(required);
  });
}

/** A result as it is told apart from all others. */
export function resultName({ id, format }: Pick<Result, "id" | "format">): string {
  return format === undefined ? id : `${id} ${format}`;
}

function expectedOf(part: Part, candidate: RunLine["candidate"]): Expected {
  const { modes, name } = candidate;
  // Who states filter alone and says nothing of itself is a program that knows nothing of the standard.
  const unmodified = name === undefined && modes.length === 1 && modes[0] === "filter";
  const offered = { ...candidate, ...(unmodified ? { unmodified } : {}) };
  return {
    id: part.of.id,
    ...(part.speaks ? { format: part.format } : {}),
    applies: reasonNotToRun(part, offered) === undefined,
  };
}

function expectedOfCodec(of: CodecCase, candidate: RunLine["candidate"]): Expected {
  const formats = candidate.formats as readonly Format[];
  return {
    id: of.id,
    ...(of.format === undefined ? {} : { format: of.format }),
    applies: reasonNotToAsk(of, { formats, features: candidate.features }) === undefined,
  };
}
