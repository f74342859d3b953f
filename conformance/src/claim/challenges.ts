import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { validateChallenges } from "@stdfn/schemas/validate";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";

/** A case whose judgement is in dispute, or was found wrong. */
export interface Challenge {
  readonly case: string;
  readonly specification: string;
  readonly status: "open" | "upheld";
  readonly reason: string;
  readonly issue: string;
}

const packagedChallenges = fileURLToPath(new URL("../../../challenges.json", import.meta.url));

/**
 * The challenges to cases that a version of the specification has.
 * @param path default: the list of this package
 * @throws KitError if the file is no such list
 */
export function readChallenges(
  specification: string,
  path: string = packagedChallenges,
): readonly Challenge[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new KitError(
      `cannot read the challenges: ${(error as Error).message}; \`stdfn-conformance schema challenges\` prints what they have to look like`,
      exitStatus.usage,
    );
  }
  const checked = validateChallenges(value);
  if (!checked.ok) {
    const [first] = checked.errors;
    throw new KitError(
      `${path} is no list of challenges: ${first?.path || "/"}: ${first?.message}`,
      exitStatus.usage,
    );
  }
  const { challenges } = checked.value as { readonly challenges: readonly Challenge[] };
  return challenges.filter((one) => one.specification === specification);
}
