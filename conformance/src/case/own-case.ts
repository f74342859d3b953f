import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { nearestName, validateOwnCase } from "@stdfn/schemas/validate";
import { didYouMean } from "../did-you-mean.ts";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";
import { problemList } from "../problem-list.ts";
import type { Plain } from "./case.ts";
import { matcherNames } from "./match.ts";
import { withFiles } from "./own-events.ts";
import { checkOwnCase } from "./own-faults.ts";
import { faultOf, type OwnFiles, readOwnFiles } from "./own-files.ts";

/** What the author of a function gives it and expects of it, as the file spells it. */
export interface OwnCase {
  /** The path of its file from the folder, without the ending. */
  readonly name: string;
  readonly title: string;
  readonly event?: Plain;
  /** With the data in place that files hold. */
  readonly events?: readonly Plain[];
  readonly context?: Plain;
  readonly arguments?: readonly string[];
  readonly modes?: readonly ("filter" | "pipe" | "session")[];
  readonly within_ms?: number;
  readonly results?: readonly Plain[];
  readonly error?: Plain;
  readonly exit?: readonly number[];
  /** What `data_file` stands for, by its name. */
  readonly files: OwnFiles;
}

const ending = ".json";

/**
 * Reads an author's own cases: every file of a folder, and of the folders in it, whose name ends in `.json`.
 * @throws KitError that names the file and what is wrong with it
 */
export function readOwnCases(folder: string): readonly OwnCase[] {
  const files = filesOf(folder);
  if (files.length === 0)
    throw new KitError(
      `no case in ${folder}: a case is a file whose name ends in ${ending}; \`stdfn-conformance schema own-case\` prints what it has to look like`,
      exitStatus.usage,
    );
  return files.map((file) => ({
    ...readOwnCase(join(folder, file)),
    name: file.slice(0, -ending.length),
  }));
}

function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(ending))
      .sort();
  } catch (error) {
    throw new KitError(
      `cannot read the cases of ${folder}: ${(error as Error).message}; name a folder with --cases`,
      exitStatus.usage,
    );
  }
}

function readOwnCase(path: string): Omit<OwnCase, "name"> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new KitError(`${path} is no JSON: ${(error as Error).message}`, exitStatus.usage);
  }
  const checked = validateOwnCase(value);
  if (!checked.ok) {
    throw new KitError(
      `${path} is no case:${problemList(checked.errors)}\n\`stdfn-conformance schema own-case\` prints what it has to look like`,
      exitStatus.usage,
    );
  }
  const own = checked.value as Omit<OwnCase, "name" | "files">;
  checkMatchers(path, [own.results, own.error]);
  checkOwnCase(own, faultOf(path));
  const files = readOwnFiles(path, own);
  const { events } = own;
  return { ...own, ...(events && { events: withFiles(events, files, faultOf(path)) }), files };
}

/** A matcher that nobody knows would match everything. */
function checkMatchers(path: string, value: unknown): void {
  if (Array.isArray(value)) for (const item of value) checkMatchers(path, item);
  else if (typeof value === "object" && value !== null)
    for (const [name, member] of Object.entries(value)) {
      if (name.startsWith("$") && !expectable.includes(name)) {
        const hint = didYouMean(nearestName(name, expectable));
        throw new KitError(
          `${path}: nothing is known by the name ${JSON.stringify(name)}${hint}; there are ${expectable.join(", ")}`,
          exitStatus.usage,
        );
      }
      checkMatchers(path, member);
    }
}

const expectable: readonly string[] = [
  ...matcherNames.filter((name) => name !== "$body"),
  "$more",
  "$base64",
  "$sha256",
  "$text",
];
