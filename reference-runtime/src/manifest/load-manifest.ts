import { readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { CodecError, checkJsonText } from "@stdfn/schemas/codec";
import { type Manifest, type Problem, validateManifest } from "@stdfn/schemas/validate";
import { RuntimeError } from "../runtime-error.ts";

/** Name of the manifest in a function's folder. */
const manifestName = "stdfn.json";

/** A manifest and the folder it stands in, which is where the function's processes start. */
export interface FunctionFolder {
  readonly folder: string;
  readonly manifest: Manifest;
}

/** A manifest that breaks its schema, with everything that is wrong. */
export class ManifestError extends RuntimeError {
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[]) {
    const list = problems.map(
      ({ path, message }) => `\n  ${path === "" ? "" : `${path}: `}${message}`,
    );
    super("manifest_invalid", `${file} is no valid manifest:${list.join("")}`);
    this.problems = problems;
  }
}

/**
 * Reads and checks the manifest of a function.
 *
 * @param path the folder, or the manifest file itself
 * @throws ManifestError if it breaks the schema; RuntimeError `manifest_invalid` if it cannot be read or is no JSON
 */
export function loadManifest(path: string): FunctionFolder {
  const file = manifestFile(resolve(path));
  const folder = resolve(file, "..");
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new RuntimeError("manifest_invalid", unreadable(file, cause as NodeJS.ErrnoException), {
      cause,
    });
  }
  try {
    checkJsonText(bytes);
  } catch (cause) {
    if (!(cause instanceof CodecError)) throw cause;
    const where = `${file}:${placeOf(bytes, cause.offset)}`;
    throw new RuntimeError("manifest_invalid", `${where}: ${cause.message}`, { cause });
  }
  const checked = validateManifest(JSON.parse(bytes.toString("utf8")));
  if (!checked.ok) throw new ManifestError(file, checked.errors);
  return { folder, manifest: checked.value };
}

/** What exists decides; what does not is a folder unless its name is that of a file. */
function manifestFile(path: string): string {
  return isFile(path) ? path : join(path, manifestName);
}

function isFile(path: string): boolean {
  try {
    return !statSync(path).isDirectory();
  } catch {
    return path.endsWith(".json");
  }
}

/** Line and column, from 1, of a byte. */
function placeOf(bytes: Buffer, offset: number): string {
  const before = bytes.subarray(0, offset).toString("utf8").split("\n");
  return `${before.length}:${(before.at(-1) ?? "").length + 1}`;
}

function unreadable(file: string, cause: NodeJS.ErrnoException): string {
  if (cause.code === "ENOENT" || cause.code === "ENOTDIR")
    return `${file} does not exist; a function's folder holds its manifest, ${manifestName}`;
  return `${file} cannot be read: ${cause.message}`;
}
