import type { Case } from "../case/case.ts";
import { CaseStore } from "../case/case-store.ts";
import { codecCases } from "../codec/codec-case.ts";
import { sha256 } from "../digest.ts";
import { specificationVersion } from "../specification.ts";
import { VectorStore } from "../vector-store.ts";
import { canonicalJson } from "../wire/i-json.ts";
import { type Profile, profileDigest, type ScoredCase } from "./profile.ts";

/** What makes a profile: which cases count, and what a candidate has to offer. */
interface Definition {
  readonly suite: Profile["suite"];
  readonly title: string;
  readonly requires: readonly string[];
  /** Of a function or a runtime: whether a case of its suite counts. */
  readonly counts?: (of: Case) => boolean;
}

const definitions: Readonly<Record<string, Definition>> = {
  codec: {
    suite: "codec",
    title: "Readers and writers of the formats",
    requires: ["stream", "frame", "record", "write", "write_stream", "compare"],
  },
  "function-any": {
    suite: "function",
    title: "Functions of any behaviour, by the rules that need none of the everything function",
    requires: [],
    counts: ({ features }) => !features.includes("everything"),
  },
  "function-filter": inMode("filter", "Functions in filter mode"),
  "function-pipe": inMode("pipe", "Functions in pipe mode"),
  "function-session": inMode("session", "Functions in session mode"),
  "runtime-core": {
    suite: "runtime",
    title: "Runtimes, as far as a relay shows them",
    requires: ["mode:pipe", "mode:session", "format:json", "format:protobuf"],
    counts: () => true,
  },
};

/** The profiles of the present version of the specification, by their names. They are drafts while it is one. */
export function makeProfiles(): ReadonlyMap<string, Profile> {
  const cases = new CaseStore().all.filter(({ level }) => level === "must");
  return new Map(
    Object.entries(definitions).map(([name, { suite, title, requires, counts }]) => {
      const own = cases.filter((of) => of.candidate === suite && counts?.(of));
      const profile = {
        profile: name,
        specification: specificationVersion,
        suite,
        status: "draft",
        title,
        requires,
        scored: suite === "codec" ? scoredVectors() : own.map(scoredCase),
      } as const;
      return [name, { ...profile, digest: profileDigest(profile) }];
    }),
  );
}

/** A mode of the everything function; what needs another mode does not count. */
function inMode(mode: string, title: string): Definition {
  return {
    suite: "function",
    title,
    requires: ["everything", `mode:${mode}`],
    counts(of) {
      const others = of.features.filter((name) => name.startsWith("mode:"));
      if (of.mode === mode) return true;
      const isOfAnyMode = of.mode === "describe" || of.mode === "none";
      return isOfAnyMode && others.every((name) => name === `mode:${mode}`);
    },
  };
}

function scoredCase(of: Case): ScoredCase {
  const { id, revision } = of.requirement;
  return { case: of.id, requirement: `${id}@${revision}`, sha256: sha256(canonicalJson(of)) };
}

function scoredVectors(): readonly ScoredCase[] {
  const scored = codecCases(new VectorStore()).map(({ id, vector }) => {
    const [decides] = vector.requirements;
    return {
      case: id,
      requirement: `${decides.id}@${decides.revision}`,
      sha256: sha256(canonicalJson(vector)),
    };
  });
  // What is written in both formats is one case.
  return [...new Map(scored.map((one) => [one.case, one])).values()];
}
