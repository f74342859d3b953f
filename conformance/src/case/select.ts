import { nearestName } from "@stdfn/schemas/validate";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";
import { matches } from "../selector.ts";
import type { Case } from "./case.ts";

const kinds: Readonly<Record<string, (of: Case) => readonly string[]>> = {
  rule: ({ requirement, also = [] }) => [requirement.id, ...also.map(({ id }) => id)],
  area: ({ requirement }) => [requirement.id.slice(0, 3)],
  mode: ({ mode }) => [mode],
  format: ({ formats }) => formats,
  feature: ({ features }) => features,
  level: ({ level }) => [level],
  mutant: ({ kills }) => kills,
};

/** What a selector may look like, for help texts. */
export const selectorHelp: string = `a case such as FN-SES-0001, a pattern with *, or one of ${Object.keys(kinds).join(", ")} with a colon and a name, such as rule:SES-025`;

/**
 * The cases that match any of the selectors.
 * @throws KitError if a selector matches nothing: that is never what was meant
 */
export function selectCases(cases: readonly Case[], selectors: readonly string[]): readonly Case[] {
  const found = new Set(selectors.flatMap((selector) => matching(cases, selector)));
  return cases.filter((of) => found.has(of));
}

function matching(cases: readonly Case[], selector: string): readonly Case[] {
  const [kind = "", name] = selector.split(/:(.*)/s);
  const valuesOf = name === undefined ? ({ id }: Case) => [id] : kinds[kind];
  if (valuesOf === undefined)
    throw new KitError(
      `${JSON.stringify(selector)} is no selector; it is ${selectorHelp}`,
      exitStatus.usage,
    );
  const wanted = name ?? selector;
  const found = cases.filter((of) => valuesOf(of).some((value) => matches(wanted, value)));
  if (found.length > 0) return found;
  const near = nearestName(wanted, [...new Set(cases.flatMap((of) => valuesOf(of)))]);
  const hint =
    near === undefined
      ? ""
      : `; did you mean ${JSON.stringify(name === undefined ? near : `${kind}:${near}`)}?`;
  throw new KitError(`no case matches ${JSON.stringify(selector)}${hint}`, exitStatus.usage);
}
