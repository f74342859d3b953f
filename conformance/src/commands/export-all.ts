import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { listDigest, sha256OfFile } from "../digest.ts";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";
import { usual } from "../run/usual.ts";
import { specificationVersion } from "../specification.ts";
import { kitVersion } from "../version.ts";
import { makeEmptyFolder } from "./empty-folder.ts";

const kit = fileURLToPath(new URL("../../../", import.meta.url));
const schemas = fileURLToPath(
  new URL(".", import.meta.resolve("@stdfn/schemas/json/event.schema.json")),
);

/** What is written where. */
const parts: readonly (readonly [from: string, to: string])[] = [
  ...["protobuf", "json", "conversion"].map(
    (name) => [join(kit, "vectors", name), join("vectors", name)] as const,
  ),
  [join(kit, "cases"), "cases"],
  [join(kit, "profiles"), "profiles"],
  [join(kit, "generated/requirements.json"), "requirements.json"],
  [join(kit, "exclusions.json"), "exclusions.json"],
  [join(kit, "challenges.json"), "challenges.json"],
  [join(kit, "RUNNER.md"), "README.md"],
  [schemas, "schemas"],
];

/** Writes everything that a runner in another language needs. @throws KitError if the folder cannot take it */
export function exportAll(folder: string): void {
  makeEmptyFolder(folder);
  try {
    for (const [from, to] of parts) cpSync(from, join(folder, to), { recursive: true });
    writeFileSync(join(folder, "usual.json"), `${JSON.stringify(usual, null, 2)}\n`);
    writeFileSync(join(folder, "export.json"), `${JSON.stringify(contentsOf(folder), null, 2)}\n`);
  } catch (error) {
    throw new KitError(`cannot write to ${folder}: ${(error as Error).message}`, exitStatus.usage);
  }
  const { files } = JSON.parse(readFileSync(join(folder, "export.json"), "utf8"));
  process.stdout.write(
    `${folder}: ${Object.keys(files).length} files of kit ${kitVersion}; README.md says how to run them\n`,
  );
}

/** Every file with its digest, so that a copy can be checked. */
function contentsOf(folder: string): object {
  const files = Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(folder, path).split(sep).join("/"), sha256OfFile(path)])
      .sort(([left = ""], [right = ""]) => (left < right ? -1 : 1)),
  );
  return {
    kit: kitVersion,
    specification: specificationVersion,
    digest: listDigest(Object.entries(files).map(([path, digest]) => `${path} ${digest}`)),
    files,
  };
}
