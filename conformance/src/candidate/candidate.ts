import { accessSync, constants, readFileSync } from "node:fs";
import { delimiter, dirname, isAbsolute, resolve } from "node:path";
import process from "node:process";
import { validateCandidate } from "@stdfn/schemas/validate";
import { exitStatus } from "../exit-status.ts";
import { KitError } from "../kit-error.ts";
import { problemList } from "../problem-list.ts";
import { isFile, kindOf, missingInterpreter } from "./interpreter.ts";

/** What is judged: how it is started, and what is known of it beforehand. */
export interface Candidate {
  /** Program and arguments; never a shell string. */
  readonly command: readonly string[];
  /** Folder in which it runs. */
  readonly folder: string;
  /** Variables besides those of the kit's own environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** What it offers, if it cannot say so itself. */
  readonly offers: Offers;
  /** The file that describes it, as it was named; absent: the command line did. */
  readonly file?: string;
}

/** What a candidate offers, stated for it. */
export interface Offers {
  readonly modes?: readonly string[];
  readonly formats?: readonly string[];
  readonly features?: readonly string[];
}

/** Whether a candidate is stated to be nothing but a filter: a program that need not know of Stdfn. */
export function isPlainFilter({ offers }: Pick<Candidate, "offers">): boolean {
  return offers.modes?.join() === "filter";
}

/** A candidate that the command line names: program and arguments. */
export function candidateOfArguments(command: readonly string[]): Candidate {
  const candidate = { command, folder: process.cwd(), environment: {}, offers: {} };
  programOf(candidate);
  return candidate;
}

/**
 * A candidate that a file describes.
 * @throws KitError that names what is wrong with the file
 */
export function candidateOfFile(path: string): Candidate {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new KitError(
      `cannot read the candidate ${path}: ${(error as Error).message}; \`stdfn-conformance schema candidate\` prints what it has to look like`,
      exitStatus.usage,
    );
  }
  const checked = validateCandidate(value);
  if (!checked.ok) {
    throw new KitError(
      `${path} describes no candidate:${problemList(checked.errors)}`,
      exitStatus.usage,
    );
  }
  const { command, folder = ".", environment = {}, modes, formats, features } = checked.value;
  const candidate = {
    command,
    folder: resolve(dirname(path), folder),
    environment,
    offers: {
      ...(modes && { modes }),
      ...(formats && { formats }),
      ...(features && { features }),
    },
    file: path,
  };
  if (kindOf(candidate.folder) !== "folder")
    throw new KitError(
      `there is no folder ${candidate.folder}, in which ${path} says that the candidate runs`,
      exitStatus.usage,
    );
  programOf(candidate);
  return candidate;
}

/** The whole environment of a candidate: the kit's own without Stdfn's variables, and what is given here. */
export function environmentOf(
  candidate: Candidate,
  more: Readonly<Record<string, string>>,
): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !entry[0].startsWith("STDFN_") && entry[0] !== "NODE_V8_COVERAGE",
  );
  return { ...Object.fromEntries(inherited), ...candidate.environment, ...more };
}

/**
 * Where the program of a candidate stands.
 * @throws KitError if there is no such program, it cannot be executed, or what has to run it is missing
 */
export function programOf({ command, folder }: Candidate): string {
  const [program = ""] = command;
  const places = program.includes("/")
    ? [isAbsolute(program) ? program : resolve(folder, program)]
    : (process.env["PATH"] ?? "").split(delimiter).map((place) => resolve(place, program));
  const found = places.filter((place) => isFile(place));
  if (found.length === 0 && program.includes("/")) {
    const [place = ""] = places;
    throw new KitError(noFileText(program, place), exitStatus.usage);
  }
  if (found.length === 0)
    throw new KitError(
      `there is no program ${JSON.stringify(program)}; looked at ${places.join(", ")}${wordsHint(program)}`,
      exitStatus.usage,
    );
  const executable = found.find(isExecutable);
  if (executable !== undefined) {
    const missing = missingInterpreter(executable, folder);
    if (missing !== undefined) throw new KitError(missing, exitStatus.usage);
    return executable;
  }
  throw new KitError(
    `${found[0]} cannot be executed; \`chmod +x\` it, or name the program that runs it first, such as node or python3`,
    exitStatus.usage,
  );
}

/** Why there is no program where a path says that there is one. */
function noFileText(program: string, place: string): string {
  const kind = kindOf(place);
  if (kind === "folder")
    return `${place} is a folder, and no program; name the program in it, or the one that runs it, such as node or python3`;
  if (typeof kind === "string") return `${place} is no file, and so no program`;
  const why = /^(ENOENT|ENOTDIR)/.test(kind.why) ? "" : `: ${kind.why}`;
  return `there is no program ${JSON.stringify(program)}; looked at ${place}${wordsHint(program)}${why}`;
}

/** What to do where a whole command is given as its program. */
function wordsHint(program: string): string {
  const words = program.trim().split(/\s+/);
  if (words.length < 2) return "";
  return `; no shell takes it apart: write program and arguments as separate words, ${words.map((word) => JSON.stringify(word)).join(" ")}`;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
