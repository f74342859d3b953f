import process from "node:process";
import { CaseStore } from "../case/case-store.ts";
import { selectCases } from "../case/select.ts";
import { profileNames, readProfile } from "../profile/profile.ts";
import { type VectorFilter, VectorStore } from "../vector-store.ts";

/** Options of `stdfn-conformance list`. */
export interface ListFlags extends Omit<VectorFilter, "selectors"> {
  readonly json?: boolean;
  readonly cases?: boolean;
  readonly profiles?: boolean;
}

/** Something that is listed: the first two members are shown, all of them in JSON. */
type Item = Readonly<Record<string, unknown>>;

/** Prints vectors, cases or profiles. @throws KitError if a selector or an option matches nothing */
export function list(
  selectors: readonly string[],
  { json = false, cases = false, profiles = false, ...filter }: ListFlags,
): void {
  const items = cases
    ? listedCases(selectors)
    : profiles
      ? listedProfiles()
      : listedVectors({ ...filter, selectors });
  const width = Math.max(...items.map((item) => String(Object.values(item)[0]).length));
  for (const item of items) {
    const [name, title] = Object.values(item);
    process.stdout.write(
      json ? `${JSON.stringify(item)}\n` : `${String(name).padEnd(width)}  ${title}\n`,
    );
  }
}

function listedVectors(filter: VectorFilter): readonly Item[] {
  const found = new VectorStore().select(filter);
  return found.map(({ id, title, level, requirements, twin }) => ({
    id,
    title,
    level,
    requirements,
    twin,
  }));
}

function listedCases(selectors: readonly string[]): readonly Item[] {
  const { all } = new CaseStore();
  const found = selectors.length > 0 ? selectCases(all, selectors) : all;
  return found.map(({ id, title, requirement, level, candidate, mode, formats, features }) => ({
    id,
    title,
    requirement,
    level,
    candidate,
    mode,
    formats,
    features,
  }));
}

function listedProfiles(): readonly Item[] {
  return profileNames().map((name) => {
    const { profile, title, suite, status, requires, scored, digest } = readProfile(name);
    return { profile, title, suite, status, requires, scored: scored.length, digest };
  });
}
