import { nearestName } from "@stdfn/schemas/validate";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";
import { matches } from "../selector.ts";
import type { CodecCase } from "./codec-case.ts";

const kinds: Readonly<Record<string, (of: CodecCase) => readonly string[]>> = {
  rule: ({ vector }) => vector.requirements,
  area: ({ vector }) => vector.requirements.map((id) => id.slice(0, 3)),
  format: ({ formats }) => formats,
  feature: ({ features }) => features,
  level: ({ vector }) => [vector.level],
};

/**
 * The cases that match any of the selectors: ids, patterns, or a kind and a name.
 * @throws KitError if a selector matches nothing: that is never what was meant
 */
export function selectCodecCases(
  cases: readonly CodecCase[],
  selectors: readonly string[],
): ReadonlySet<CodecCase> {
  return new Set(selectors.flatMap((selector) => matching(cases, selector)));
}

function matching(cases: readonly CodecCase[], selector: string): readonly CodecCase[] {
  const [kind = "", name] = selector.split(/:(.*)/s);
  const valuesOf = name === undefined ? ({ id }: CodecCase) => [id] : kinds[kind];
  if (valuesOf === undefined)
    throw new KitError(
      `${JSON.stringify(selector)} is no selector; it is a vector such as json/valid/pipe-end, a pattern with *, or one of ${Object.keys(kinds).join(", ")} with a colon and a name, such as rule:PBF-016`,
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
  throw new KitError(`no vector matches ${JSON.stringify(selector)}${hint}`, exitStatus.usage);
}
