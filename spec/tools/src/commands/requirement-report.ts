import { type Citation, citations, testingKinds } from "../citations.ts";
import { areaOf, parseSentence, type RequirementLevel } from "../requirement.ts";
import { requirementLines, type Specification } from "../specification.ts";

/** Everything known about one requirement. */
export type RequirementReport = {
  readonly id: string;
  readonly text: string;
  readonly chapter: string;
  /** File and line. */
  readonly place: string;
  readonly level: RequirementLevel | "malformed";
  readonly actor: string;
  /** The accepted revision; 0 while the text has never been accepted. */
  readonly revision: number;
  readonly citations: readonly Citation[];
};

/** Which requirements to report on. */
export type Selection = {
  /** Area code, for example `SES`. */
  readonly area?: string;
  /** `must` also selects MUST NOT, `should` also SHOULD NOT; upper or lower case. */
  readonly level?: string;
};

/** Reports on the requirements of the text, ordered by id. */
export function reportRequirements(
  specification: Specification,
  selection: Selection = {},
): RequirementReport[] {
  const cited = citations(specification);
  const level = selection.level?.toUpperCase();
  return requirementLines(specification)
    .map(({ id, text, file, line, chapter }): RequirementReport => {
      const sentence = parseSentence(text);
      const entry = specification.lock.get(id);
      return {
        id,
        text,
        chapter: chapter.name,
        place: `${file}:${line}`,
        level: sentence?.level ?? "malformed",
        actor: sentence?.actor ?? "",
        revision: entry?.state === "live" ? entry.revision : 0,
        citations: cited.filter((citation) => citation.id === id),
      };
    })
    .filter((report) => selection.area === undefined || areaOf(report.id) === selection.area)
    .filter(
      (report) => level === undefined || report.level === level || report.level === `${level} NOT`,
    )
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** How many requirements of a level are cited, and by what. */
export type Coverage = {
  readonly level: string;
  readonly total: number;
  readonly vectors: number;
  readonly cases: number;
  readonly tests: number;
  readonly blocks: number;
  /** Ids that no vector, case, test or block cites. */
  readonly uncovered: readonly string[];
};

/** Counts coverage for each level. What code and state machines cite is not tested by that and does not count. */
export function coverage(reports: readonly RequirementReport[]): Coverage[] {
  const levels = [...new Set(reports.map((report) => report.level))].sort();
  return levels.map((level) => {
    const of = reports.filter((report) => report.level === level);
    const by = (kind: Citation["by"]): number =>
      of.filter((report) => report.citations.some((citation) => citation.by === kind)).length;
    const uncovered = of
      .filter((report) => !report.citations.some((citation) => testingKinds.has(citation.by)))
      .map((report) => report.id);
    return {
      level,
      total: of.length,
      vectors: by("vector"),
      cases: by("case"),
      tests: by("test"),
      blocks: by("block"),
      uncovered,
    };
  });
}
