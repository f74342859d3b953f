import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { validateExclusions } from "@stdfn/schemas/validate";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";

const packagedExclusions = fileURLToPath(new URL("../../../exclusions.json", import.meta.url));

/** Why nothing outside can tell whether a requirement is kept, by the requirement's id. */
export type Exclusions = Readonly<Record<string, string>>;

/**
 * Reads the requirements that no case and no vector can check.
 * @param path default: the list of this package
 * @throws KitError if the file is no such list
 */
export function readExclusions(path: string = packagedExclusions): Exclusions {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new KitError(
      `the exclusions cannot be read: ${(error as Error).message}; install the package again`,
      exitStatus.kit,
    );
  }
  const checked = validateExclusions(value);
  if (!checked.ok) {
    const [first] = checked.errors;
    throw new KitError(
      `${path} is no list of exclusions: ${first?.path || "/"}: ${first?.message}`,
      exitStatus.kit,
    );
  }
  const { $schema: _schema, ...exclusions } = checked.value as Record<string, string>;
  return exclusions;
}
