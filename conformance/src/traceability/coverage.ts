import type { CitedRequirement } from "@stdfn/schemas/validate";
import type { Case } from "../case/case.ts";
import { CaseStore } from "../case/case-store.ts";
import { type Requirement, requirements } from "../requirements.ts";
import { VectorStore } from "../vector-store.ts";
import { type Exclusions, readExclusions } from "./exclusions.ts";

/** Whose behaviour a requirement binds: what is judged by it. */
export type Subject = "functions" | "runtimes" | "peers" | "codecs";

/** What shows whether a requirement is kept; `nothing` is a gap. */
type Evidence = "case" | "vector" | "exclusion" | "nothing";

/** A requirement and what checks it. */
export interface Covered extends Requirement {
  readonly id: string;
  readonly subject: Subject;
  /** Cases that decide it or name it beside. */
  readonly cases: readonly string[];
  /** Vectors that cite it. */
  readonly vectors: readonly string[];
  /** Why nothing from outside can check it. */
  readonly exclusion?: string;
  readonly evidence: Evidence;
}

/** Every subject, in the order in which they are shown. */
export const subjects: readonly Subject[] = ["functions", "runtimes", "peers", "codecs"];

const subjectOf: Readonly<Record<string, Subject>> = {
  function: "functions",
  SDK: "functions",
  host: "runtimes",
  relay: "runtimes",
  runtime: "runtimes",
  peer: "peers",
  reader: "codecs",
  writer: "codecs",
  implementation: "codecs",
};

/** Every requirement, in the order of the text's areas, with what checks it. */
export function coverage(
  cases: readonly Case[] = new CaseStore().all,
  vectors: VectorStore = new VectorStore(),
  exclusions: Exclusions = readExclusions(),
): readonly Covered[] {
  const citing = citedBy(
    cases.map(({ id, requirement, also = [] }) => [id, [requirement, ...also]]),
  );
  const stating = citedBy(vectors.ids.map((id) => [id, vectors.get(id).requirements]));
  return Object.entries(requirements()).map(([id, one]) => {
    const subject = subjectOf[one.actor];
    if (subject === undefined) throw new TypeError(`nobody judges the actor ${one.actor} of ${id}`);
    const found = { cases: citing.get(id) ?? [], vectors: stating.get(id) ?? [] };
    const exclusion = exclusions[id];
    return {
      id,
      ...one,
      subject,
      ...found,
      ...(exclusion === undefined ? {} : { exclusion }),
      evidence: evidenceOf(subject, found, exclusion),
    };
  });
}

/** Whether a requirement forbids or demands. */
export function isMust({ level }: Pick<Requirement, "level">): boolean {
  return level.startsWith("MUST");
}

function evidenceOf(
  subject: Subject,
  { cases, vectors }: Pick<Covered, "cases" | "vectors">,
  exclusion: string | undefined,
): Evidence {
  if (cases.length > 0) return "case";
  // Vectors are put to codecs, and to nobody else.
  if (subject === "codecs" && vectors.length > 0) return "vector";
  return exclusion === undefined ? "nothing" : "exclusion";
}

/** Who cites each requirement, by its id. */
function citedBy(
  citations: readonly (readonly [by: string, requirements: readonly CitedRequirement[]])[],
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [by, cited] of citations)
    for (const { id } of cited) found.set(id, [...(found.get(id) ?? []), by]);
  return found;
}
