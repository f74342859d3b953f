import process from "node:process";
import { CaseStore } from "../case/case-store.ts";
import { caseText } from "../case/case-text.ts";
import { didYouMean, nearestId } from "../did-you-mean.ts";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";
import { profileNames, readProfile } from "../profile/profile.ts";
import { profileText } from "../profile/profile-text.ts";
import { VectorStore } from "../vector-store.ts";
import { vectorText } from "../vector-text.ts";
import { isExplained } from "./explanation.ts";

/** Something that is shown: as its file holds it, and for people. */
interface Shown {
  readonly held: object;
  readonly text: string;
}

/**
 * Prints a vector, a case or a profile: as its file holds it, or for people.
 * @throws KitError if there is none of that name, naming the nearest
 */
export function showOne(name: string, asJson: boolean): void {
  const found = vectorOf(name) ?? caseOf(name) ?? profileOf(name);
  if (found === undefined) throw unknown(name);
  process.stdout.write(asJson ? `${JSON.stringify(found.held)}\n` : found.text);
}

function vectorOf(name: string): Shown | undefined {
  const store = new VectorStore();
  if (!store.ids.includes(name)) return undefined;
  const held = store.get(name);
  return { held, text: vectorText(held, store.get(held.twin)) };
}

function caseOf(name: string): Shown | undefined {
  const held = new CaseStore().find(name);
  return held && { held, text: caseText(held) };
}

function profileOf(name: string): Shown | undefined {
  if (!profileNames().includes(name)) return undefined;
  const held = readProfile(name);
  return { held, text: profileText(held) };
}

function unknown(name: string): KitError {
  const elsewhere = isExplained(name)
    ? name
    : name.startsWith("own/")
      ? `${name} --cases <folder>`
      : undefined;
  if (elsewhere !== undefined)
    return new KitError(
      `${JSON.stringify(name)} is no vector, case or profile of the kit; \`stdfn-conformance explain ${elsewhere}\` explains it`,
      exitStatus.usage,
    );
  const known = [...new VectorStore().ids, ...new CaseStore().ids, ...profileNames()];
  const hint = didYouMean(nearestId(name, known));
  return new KitError(
    `no vector, case or profile is named ${JSON.stringify(name)}${hint}; \`stdfn-conformance list\` lists the vectors, with --cases the cases and with --profiles the profiles`,
    exitStatus.usage,
  );
}
