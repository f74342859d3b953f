import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";
import { matches } from "../pattern.ts";
import { matchesAny, type Selectable, select } from "../selector.ts";
import { VectorStore } from "../vector-store.ts";
import type { Case } from "./case.ts";
import { CaseStore } from "./case-store.ts";
import { ownHint } from "./own-store.ts";

const selectable: Selectable<Case> = {
  noun: "case",
  id: "case such as FN-SES-0001",
  kinds: {
    rule: ({ requirement, also = [] }) => [requirement.id, ...also.map(({ id }) => id)],
    area: ({ requirement }) => [requirement.id.slice(0, 3)],
    mode: ({ mode }) => [mode],
    format: ({ formats }) => formats,
    feature: ({ features }) => features,
    level: ({ level }) => [level],
    mutant: ({ kills }) => kills,
  },
  example: "rule:SES-025",
};

/** Whether a selector matches any of the cases; what is no selector matches none. */
export function fitsCase(cases: readonly Case[], selector: string): boolean {
  return matchesAny(cases, selector, selectable);
}

/**
 * The cases that match any of the selectors.
 * @param profile the profile that all of them are scored by, if they are no more than that
 * @throws KitError if a selector matches nothing: that is never what was meant; where the cases are those of one suite
 * and others match, it names their suite
 */
export function selectCases(
  cases: readonly Case[],
  selectors: readonly string[],
  profile?: string,
): readonly Case[] {
  const [suite, ...others] = new Set(cases.map(({ candidate }) => candidate));
  if (suite !== undefined && others.length === 0)
    for (const selector of selectors) if (!fitsCase(cases, selector)) checkSuite(selector, suite);
  return select(cases, selectors, {
    ...selectable,
    otherwise: (wanted) => ownText(cases, wanted),
    ...(profile && { among: profile }),
  });
}

/** So many files of an author's cases are named. */
const mostFiles = 10;

/** How cases of an author's own are selected, where there are some or one was meant. */
function ownText(cases: readonly Case[], wanted: string): string | undefined {
  const ids = cases.map(({ id }) => id).filter((id) => id.startsWith("own/"));
  if (ids.length === 0) return wanted.startsWith("own/") ? ownHint : undefined;
  const files = [...new Set(ids.map((id) => `${id.slice(0, id.lastIndexOf("/"))}/*`))];
  const more = files.length > mostFiles ? `, and ${files.length - mostFiles} more` : "";
  return `those of your own are own/**: ${files.slice(0, mostFiles).join(", ")}${more}`;
}

/**
 * Makes sure that what a selector matches is not judged by another command alone.
 * @param suite the command that was given
 * @throws KitError that names the command that judges it
 */
export function checkSuite(selector: string, suite: "function" | "runtime" | "codec"): void {
  const judging = suitesOf(selector);
  if (judging.length === 0 || judging.includes(suite)) return;
  const others = judging.map((one) => `\`stdfn-conformance ${one}\``).join(" and ");
  throw new KitError(
    `what ${JSON.stringify(selector)} matches is judged by ${others}, not by \`${suite}\``,
    exitStatus.usage,
  );
}

/** The commands that judge what a selector matches. */
function suitesOf(selector: string): readonly string[] {
  const { all } = new CaseStore();
  const suites = new Set<string>(
    all.filter((of) => fitsCase([of], selector)).map(({ candidate }) => candidate),
  );
  const vectors = new VectorStore().ids.flatMap((id) => [id, `${id}/write`]);
  if (vectors.some((id) => matches(selector, id))) suites.add("codec");
  return [...suites].sort();
}
