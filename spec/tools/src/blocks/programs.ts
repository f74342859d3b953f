import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { isRecord } from "../registry.ts";
import type { Repository } from "../repository.ts";
import { UsageError } from "../usage-error.ts";

/** A program that examples run: its argument vector and the folder it runs in. */
export type Program = { readonly argv: readonly string[]; readonly cwd: string };

const cli = "reference-runtime/bin/stdfn.js";

/** The `stdfn` command, the everything function and the example functions, by name. */
export function findPrograms(repository: Repository): Map<string, Program> {
  const programs = new Map<string, Program>([
    ["stdfn", { argv: [process.execPath, repository.path(cli)], cwd: repository.root }],
    [
      "everything",
      {
        argv: [
          process.execPath,
          repository.path("sdk/typescript/dist/examples/everything/main.js"),
        ],
        cwd: repository.root,
      },
    ],
  ]);
  for (const file of repository.files("examples", /^examples\/[^/]+\/stdfn\.json$/)) {
    const folder = file.slice(0, -"/stdfn.json".length);
    const manifest: unknown = JSON.parse(repository.read(file));
    const command = isRecord(manifest) ? manifest["command"] : undefined;
    if (
      !Array.isArray(command) ||
      !command.every((word): word is string => typeof word === "string") ||
      command.length === 0
    ) {
      throw new UsageError(`${file} has no command; it is a list of at least one word`);
    }
    const [program = "", ...args] = command;
    const resolved = program.includes("/") ? join(repository.path(folder), program) : program;
    programs.set(folder.slice("examples/".length), {
      argv: [resolved, ...args],
      cwd: repository.path(folder),
    });
  }
  return programs;
}

/**
 * Says that a program is not there, if so: a package that is not built, an example that is gone, or a program of the
 * system that is not installed.
 */
export function missingFile({ argv }: Program): string | undefined {
  const missing = argv.find((word) => isAbsolute(word) && !existsSync(word));
  if (missing !== undefined) return `${missing} does not exist; run npm run build`;
  const [name = ""] = argv;
  const isThere = isAbsolute(name) || isOnPath(name, process.env["PATH"] ?? "");
  return isThere ? undefined : `${name} is not on the PATH; install it`;
}

/**
 * Makes the folder a shell example runs in: `bin` with a launcher for each program that the system does not have
 * itself, and `examples`.
 *
 * @returns the value of PATH
 */
export function prepareShellFolder(
  folder: string,
  repository: Repository,
  programs: ReadonlyMap<string, Program>,
): string {
  const bin = join(folder, ".bin");
  mkdirSync(bin);
  const system = process.env["PATH"] ?? "";
  for (const [name, program] of programs) {
    if (name !== "stdfn" && name !== "everything" && isOnPath(name, system)) continue;
    const launcher = join(bin, name);
    const problem = missingFile(program);
    const command =
      problem === undefined
        ? `exec ${program.argv.map(quote).join(" ")} "$@"`
        : `echo ${quote(problem)} >&2; exit 127`;
    writeFileSync(launcher, `#!/bin/sh\n${command}\n`);
    chmodSync(launcher, 0o755);
  }
  if (repository.has("examples"))
    symlinkSync(repository.path("examples"), join(folder, "examples"));
  return `${bin}${delimiter}${system}`;
}

function isOnPath(name: string, path: string): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return statSync(join(folder, name)).isFile();
    } catch {
      return false;
    }
  });
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
