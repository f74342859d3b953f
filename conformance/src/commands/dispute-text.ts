import { Challenges } from "../claim/challenges.ts";
import { challengeNote } from "../report/failure-text.ts";
import { specificationVersion } from "../specification.ts";

/**
 * A line for each case or vector that is challenged; nothing if none is.
 * @param ids of cases, or of vectors, with `/write` where they are written
 * @param path of a list of challenges in place of this package's
 * @param name with which a line begins
 * @throws KitError if the list is none
 */
export function disputeText(
  ids: readonly string[],
  path: string | undefined,
  name: string,
): string {
  const challenges = Challenges.read(specificationVersion, path);
  const found = ids.map((id) => challenges.of({ id })).filter((one) => one !== undefined);
  return found.map((challenged) => `${name}${challengeNote(challenged)}\n`).join("");
}
