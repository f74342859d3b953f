import { matchesAny, type Selectable, select } from "../selector.ts";
import type { Case } from "./case.ts";

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
 * @throws KitError if a selector matches nothing: that is never what was meant
 */
export function selectCases(
  cases: readonly Case[],
  selectors: readonly string[],
  profile?: string,
): readonly Case[] {
  return select(cases, selectors, { ...selectable, ...(profile && { among: profile }) });
}
