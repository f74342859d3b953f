import process from "node:process";
import type { Case } from "../case/case.ts";
import { CaseStore } from "../case/case-store.ts";
import { fitsCase, selectCases } from "../case/select.ts";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";
import { matches } from "../pattern.ts";
import { profileNames, readProfile, type ScoredCase } from "../profile/profile.ts";
import { type VectorFilter, VectorStore } from "../vector-store.ts";

/** What stands before the name of a profile whose cases are wanted. */
const ofProfile = "profile:";

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
      ? listedProfiles(selectors)
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
  const store = new VectorStore();
  for (const selector of filter.selectors ?? [])
    if (!store.ids.some((id) => matches(selector, id))) checkNoOther(selector);
  const found = store.select(filter);
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
  const found = selectors.length > 0 ? chosenCases(all, selectors) : all;
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

/** The cases that match selectors as `--only` takes them, or that count for a profile. */
function chosenCases(all: readonly Case[], selectors: readonly string[]): readonly Case[] {
  const usual = selectors.filter((selector) => !selector.startsWith(ofProfile));
  const found = new Set(usual.length > 0 ? selectCases(all, usual).map(({ id }) => id) : []);
  for (const selector of selectors)
    if (selector.startsWith(ofProfile))
      for (const { case: id } of scoredBy(selector.slice(ofProfile.length))) found.add(id);
  return all.filter(({ id }) => found.has(id));
}

/** @throws KitError if no profile has such a name, or vectors count for it instead of cases */
function scoredBy(wanted: string): readonly ScoredCase[] {
  const profiles = profilesNamed([wanted]).map(readProfile);
  const ofCases = profiles.filter(({ suite }) => suite !== "codec");
  if (ofCases.length > 0) return ofCases.flatMap(({ scored }) => scored);
  throw new KitError(
    `for the profile ${wanted} no cases count but vectors; \`stdfn-conformance show ${profiles[0]?.profile}\` lists them`,
    exitStatus.usage,
  );
}

/** The names of the profiles that match any of the selectors. @throws KitError if one of them matches none */
function profilesNamed(selectors: readonly string[]): readonly string[] {
  const names = profileNames();
  for (const selector of selectors)
    if (!names.some((name) => matches(selector, name)))
      throw new KitError(
        `no profile matches ${JSON.stringify(selector)}; there are ${names.join(", ")}`,
        exitStatus.usage,
      );
  return names.filter(
    (name) => selectors.length === 0 || selectors.some((selector) => matches(selector, name)),
  );
}

/** @throws KitError that says how to list what a selector matches, where that is no vector but something else */
function checkNoOther(selector: string): void {
  const isProfile = (): boolean => profileNames().some((name) => matches(selector, name));
  const option = fitsCase(new CaseStore().all, selector)
    ? "--cases"
    : isProfile()
      ? "--profiles"
      : undefined;
  if (option === undefined) return;
  throw new KitError(
    `no vector matches ${JSON.stringify(selector)}, but ${option.slice(2)} do: \`stdfn-conformance list ${option} '${selector}'\``,
    exitStatus.usage,
  );
}

function listedProfiles(selectors: readonly string[]): readonly Item[] {
  return profilesNamed(selectors).map((name) => {
    const { profile, title, suite, status, requires, scored, digest } = readProfile(name);
    return { profile, title, suite, status, requires, scored: scored.length, digest };
  });
}
