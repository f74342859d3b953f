import type { Case } from "./case.ts";
import { CaseStore } from "./case-store.ts";
import { readOwnCases } from "./own-case.ts";
import { dialoguesOf } from "./own-dialogues.ts";

/** Where cases of an author's own are found, for whoever has not said it. */
export const ownHint = "a case of your own is found with --cases <folder>";

/**
 * The cases of this package, and those that an author has written.
 * @param folder where the author's cases stand; absent: there are none
 * @throws KitError if a case is none
 */
export function casesWith(folder: string | undefined): CaseStore {
  const own: readonly Case[] =
    folder === undefined ? [] : readOwnCases(folder).flatMap((one) => dialoguesOf(one));
  return new CaseStore(undefined, own);
}
