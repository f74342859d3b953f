import { type Finding, sortFindings } from "../finding.ts";
import type { Specification } from "../specification.ts";
import { chapterStatus } from "./chapter-status.ts";
import { cited } from "./cited.ts";
import { data } from "./data.ts";
import { fences } from "./fences.ts";
import { indexListsChapters } from "./index-lists-chapters.ts";
import { keywordOutsideRequirement, lowerCaseKeyword } from "./keywords.ts";
import { links } from "./links.ts";
import { references } from "./references.ts";
import { regions } from "./regions.ts";
import { requirementForm } from "./requirement-form.ts";
import { requirementIds } from "./requirement-ids.ts";
import { requirementLock } from "./requirement-lock.ts";
import type { Rule } from "./rule.ts";
import { sentenceLines } from "./sentence-lines.ts";

const rules: readonly Rule[] = [
  chapterStatus,
  keywordOutsideRequirement,
  lowerCaseKeyword,
  requirementForm,
  requirementIds,
  requirementLock,
  references,
  sentenceLines,
  indexListsChapters,
  links,
  fences,
  regions,
  data,
  cited,
];

/** Runs every rule and returns everything found, in reading order. */
export function lint(specification: Specification): Finding[] {
  return sortFindings(rules.flatMap((rule) => rule(specification)));
}
