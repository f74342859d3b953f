import { createHash } from "node:crypto";
import { maskCode, normaliseSpace } from "./text/prose.ts";

/** The five levels a requirement can have (BCP 14). */
const requirementLevels = ["MUST NOT", "MUST", "SHOULD NOT", "SHOULD", "MAY"] as const;

/** How binding a requirement is. */
export type RequirementLevel = (typeof requirementLevels)[number];

/** What a requirement's sentence says about itself. */
export type RequirementSentence = { readonly level: RequirementLevel; readonly actor: string };

const keyword =
  /\b(?:MUST NOT|MUST|REQUIRED|SHALL NOT|SHALL|SHOULD NOT|SHOULD|NOT RECOMMENDED|RECOMMENDED|MAY|OPTIONAL)\b/g;

/** Finds the BCP 14 keywords of a masked line, in order. */
export function findKeywords(masked: string): string[] {
  return masked.match(keyword) ?? [];
}

/**
 * Reads `The <actor> MUST …`, or undefined if the sentence does not have that form.
 * A latitude item (area CHO) has the form `An implementation MAY choose …` and may name any actor.
 */
export function parseSentence(text: string): RequirementSentence | undefined {
  const match = /^(?:The|A|An) ([^`]+?) (MUST NOT|MUST|SHOULD NOT|SHOULD|MAY) \S.*\.$/.exec(text);
  if (match === null) return undefined;
  const level = requirementLevels.find((candidate) => candidate === match[2]);
  const actor = match[1];
  return level === undefined || actor === undefined ? undefined : { level, actor };
}

/** Hash of a requirement's text with white space normalised: what the lock file compares. */
export function hashText(text: string): string {
  return `sha256:${createHash("sha256").update(normaliseSpace(text), "utf8").digest("hex")}`;
}

/** Matches ids of these areas outside words, with their position. */
export function findIds(text: string, areas: ReadonlySet<string>): { id: string; index: number }[] {
  return [...text.matchAll(/(?<![\w-])([A-Z]{2,6})-(\d{3,})(?![\w-])/g)]
    .filter((match) => areas.has(match[1] ?? ""))
    .map((match) => ({ id: match[0], index: match.index }));
}

/** The area of an id: `SES` for `SES-012`. */
export function areaOf(id: string): string {
  return id.slice(0, id.lastIndexOf("-"));
}

/** Whether a line of prose quotes an id as code (`SES-012`) or inside a link; elsewhere it is easily missed by tools. */
export function isMarked(text: string, index: number, length: number): boolean {
  const masked = maskCode(text);
  if (masked.slice(index, index + length) !== text.slice(index, index + length)) return true;
  return text[index - 1] === "[" && text.slice(index + length, index + length + 2) === "](";
}
