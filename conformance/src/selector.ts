import { nearestName } from "@stdfn/schemas/validate";
import { didYouMean } from "./did-you-mean.ts";
import { exitStatus } from "./exit-status.ts";
import { KitError } from "./kit-error.ts";
import { folderPattern, matches, nearestPattern, patternRule } from "./pattern.ts";

/** So many names are listed where none was meant most likely. */
const mostListed = 40;

/** What selectors can say of one sort of things. */
export interface Selectable<Item> {
  /** One of them, such as `case`. */
  readonly noun: string;
  /** What an id looks like, such as `case such as FN-SES-0001`. */
  readonly id: string;
  /** What may stand before a colon, and what of a thing has to match what stands behind it. */
  readonly kinds: Readonly<Record<string, (of: Item) => readonly string[]>>;
  /** A kind and a name, such as `rule:SES-025`. */
  readonly example: string;
  /** What is said of an id that matches nothing and is near to nothing, after a semicolon. */
  readonly otherwise?: (wanted: string) => string | undefined;
  /** The profile that leaves no others; absent: all there are. */
  readonly among?: string;
}

/** What a selector may look like. */
function selectorHelp<Item>({ id, kinds, example }: Selectable<Item>): string {
  return `a ${id}, ${patternRule}, or one of ${Object.keys(kinds).join(", ")} with a colon and a name, such as ${example}`;
}

/**
 * The things that match any of the selectors: ids, patterns, or a kind and a name.
 * @throws KitError if a selector matches nothing: that is never what was meant
 */
export function select<Item extends { readonly id: string }>(
  all: readonly Item[],
  selectors: readonly string[],
  selectable: Selectable<Item>,
): readonly Item[] {
  const found = new Set(selectors.flatMap((selector) => matching(all, selector, selectable)));
  return all.filter((of) => found.has(of));
}

/** What is left of all things by the selectors of those that are wanted (none: all) and of those that are not. */
export function chosen<Item>(
  all: readonly Item[],
  only: readonly string[],
  not: readonly string[],
  selected: (all: readonly Item[], selectors: readonly string[]) => readonly Item[],
): readonly Item[] {
  const wanted = only.length > 0 ? selected(all, only) : all;
  const unwanted = new Set(not.length > 0 ? selected(all, not) : []);
  return wanted.filter((of) => !unwanted.has(of));
}

/** Whether a selector matches any thing; what is no selector matches none. */
export function matchesAny<Item extends { readonly id: string }>(
  all: readonly Item[],
  selector: string,
  selectable: Selectable<Item>,
): boolean {
  const { wanted, valuesOf } = parsed(selector, selectable);
  return all.some((of) => valuesOf?.(of).some((value) => matches(wanted, value)));
}

/** What a selector wants, and which values of a thing that may be; undefined if it is no selector. */
function parsed<Item extends { readonly id: string }>(
  selector: string,
  { kinds }: Selectable<Item>,
): {
  readonly kind: string;
  readonly wanted: string;
  readonly valuesOf: ((of: Item) => readonly string[]) | undefined;
} {
  const [kind = "", name] = selector.split(/:(.*)/s);
  if (name === undefined) return { kind: "", wanted: selector, valuesOf: ({ id }) => [id] };
  return { kind, wanted: name, valuesOf: kinds[kind] };
}

function matching<Item extends { readonly id: string }>(
  all: readonly Item[],
  selector: string,
  selectable: Selectable<Item>,
): readonly Item[] {
  const { kind, wanted, valuesOf } = parsed(selector, selectable);
  if (valuesOf === undefined) {
    const near = nearestName(kind, Object.keys(selectable.kinds));
    const hint = didYouMean(near && `${near}:${wanted}`);
    throw new KitError(
      `${JSON.stringify(selector)} is no selector${hint}; one is ${selectorHelp(selectable)}`,
      exitStatus.usage,
    );
  }
  const found = all.filter((of) => valuesOf(of).some((value) => matches(wanted, value)));
  if (found.length > 0) return found;
  const values = [...new Set(all.flatMap((of) => valuesOf(of)))];
  const hint =
    kind === "" ? idHint(all, wanted, values, selectable) : kindHint(kind, wanted, values);
  const among = selectable.among === undefined ? "" : ` of the profile ${selectable.among}`;
  throw new KitError(
    `no ${selectable.noun}${among} matches ${JSON.stringify(selector)}${hint}`,
    exitStatus.usage,
  );
}

/** What was most likely meant by something without a colon that is no id. */
function idHint<Item>(
  all: readonly Item[],
  wanted: string,
  ids: readonly string[],
  { kinds, otherwise }: Selectable<Item>,
): string {
  const kind = Object.keys(kinds).find((one) =>
    all.some((of) => kinds[one]?.(of).includes(wanted)),
  );
  const near =
    kind === undefined
      ? (folderPattern(wanted, ids) ?? nearestPattern(wanted, ids))
      : `${kind}:${wanted}`;
  const other = near === undefined ? otherwise?.(wanted) : undefined;
  if (other !== undefined) return `; ${other}`;
  const rule = near?.includes("**")
    ? "; * stands for anything within a segment, ** for anything"
    : "";
  return didYouMean(near) + rule;
}

/** What was most likely meant by a name behind a colon that is none of its kind, or all there are. */
function kindHint(kind: string, wanted: string, values: readonly string[]): string {
  const near = nearestPattern(wanted, values);
  if (near !== undefined) return didYouMean(`${kind}:${near}`);
  return values.length > mostListed || values.length === 0
    ? ""
    : `; of ${kind} there are ${[...values].sort().join(", ")}`;
}
