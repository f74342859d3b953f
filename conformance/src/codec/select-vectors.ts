import { checkSuite } from "../case/select.ts";
import { matchesAny, type Selectable, select } from "../selector.ts";
import type { CodecCase } from "./codec-case.ts";

const selectable: Selectable<CodecCase> = {
  noun: "vector",
  id: "vector such as json/valid/pipe-end",
  kinds: {
    rule: ({ vector }) => vector.requirements.map(({ id }) => id),
    area: ({ vector }) => vector.requirements.map(({ id }) => id.slice(0, 3)),
    format: ({ formats }) => formats,
    feature: ({ features }) => features,
    level: ({ vector }) => [vector.level],
  },
  example: "rule:PBF-016",
};

/**
 * The cases that match any of the selectors: ids, patterns, or a kind and a name.
 * @param profile the profile that all of them are scored by, if they are no more than that
 * @throws KitError if a selector matches nothing: that is never what was meant; where cases match, it names their suite
 */
export function selectCodecCases(
  cases: readonly CodecCase[],
  selectors: readonly string[],
  profile?: string,
): readonly CodecCase[] {
  if (profile === undefined)
    for (const selector of selectors)
      if (!matchesAny(cases, selector, selectable)) checkSuite(selector, "codec");
  return select(cases, selectors, { ...selectable, ...(profile && { among: profile }) });
}
