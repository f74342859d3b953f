import { Buffer } from "node:buffer";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { resolve } from "node:path";

/** So much of a first line is looked at by Linux. */
const lineBytes = 256;

/**
 * Says which program the first line of a script names that is not there. What starts the script only says that
 * something does not exist, as if the script itself did not.
 * @param folder where the script runs, which a relative name is looked for from
 * @returns undefined if it is no script, or can be run
 */
export function missingInterpreter(script: string, folder: string): string | undefined {
  const line = /^#![ \t]*([^ \t\n\0]+)/.exec(headOf(script));
  const name = line?.[1];
  if (name === undefined || isFile(resolve(folder, name))) return undefined;
  const remedy = name.endsWith("\r")
    ? "end its lines with a line feed alone"
    : "install it, or name another there";
  return `${script} cannot be run: its first line names the program ${JSON.stringify(name)}, and there is none; ${remedy}`;
}

export function isFile(path: string): boolean {
  return kindOf(path) === "file";
}

/** What a path leads to; where it leads nowhere, such as round in a circle, why. */
export function kindOf(path: string): "file" | "folder" | "neither" | { readonly why: string } {
  try {
    const found = statSync(path);
    if (found.isFile()) return "file";
    return found.isDirectory() ? "folder" : "neither";
  } catch (error) {
    return { why: (error as Error).message };
  }
}

/** The beginning of a file; empty where it must not be read, only executed. */
function headOf(path: string): string {
  try {
    const bytes = Buffer.alloc(lineBytes);
    const file = openSync(path, "r");
    try {
      return bytes.toString("utf8", 0, readSync(file, bytes));
    } finally {
      closeSync(file);
    }
  } catch {
    return "";
  }
}
