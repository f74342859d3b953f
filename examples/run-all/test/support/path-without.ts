import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";

/** Fills `folder` with links to every program on the `PATH` but some, and returns it: a `PATH` without these programs. */
export function pathWithout(folder: string, ...missing: readonly string[]): string {
  mkdirSync(folder);
  const seen = new Set(missing);
  for (const from of (process.env["PATH"] ?? "").split(delimiter)) {
    for (const name of namesIn(from)) {
      if (seen.has(name)) continue;
      seen.add(name);
      symlinkSync(join(from, name), join(folder, name));
    }
  }
  return folder;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
