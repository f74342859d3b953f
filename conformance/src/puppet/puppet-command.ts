import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../../puppet/main.cjs", import.meta.url));
const name = "conformance-puppet";

/** How a command names its program: by an absolute path, as a file of the folder, or by a name found along PATH. */
export type ProgramPlace = "absolute" | "folder" | "path";

/** The beginning of the command that starts the function of the kit, with what it needs put into the folder. */
export function puppetCommand(folder: string, place: ProgramPlace): readonly string[] {
  if (place === "absolute") return [process.execPath, program];
  const within = place === "path" ? binOf(folder) : folder;
  mkdirSync(within, { recursive: true });
  const file = join(within, name);
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(file, 0o755);
  return [place === "path" ? name : `./${name}`];
}

/** Variables that let a candidate find that program. */
export function puppetEnvironment(
  folder: string,
  place: ProgramPlace,
): Readonly<Record<string, string>> {
  if (place !== "path") return {};
  return { PATH: [binOf(folder), process.env["PATH"] ?? ""].join(delimiter) };
}

function binOf(folder: string): string {
  return join(folder, "bin");
}
