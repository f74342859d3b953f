import { spawnSync } from "node:child_process";
import { existsSync, renameSync, rmSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { missingTool } from "./missing-tool.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

/** Packages of Python that tests use, as a virtual environment of their own holds them. */
export interface PythonPackages {
  /** What people call them. */
  readonly name: string;
  /** The environment, beside the installed packages of Node. */
  readonly folder: string;
  /** The file that names their versions. */
  readonly requirements: string;
  /** What can be imported where they are installed. */
  readonly modules: readonly string[];
  /** The machine's own Python does as well where it has them, whatever their versions. */
  readonly anyVersion: boolean;
}

/** A Python interpreter with packages, or why there is none. */
export type PythonEnvironment =
  | { readonly interpreter: string; readonly missing: false }
  | { readonly interpreter: undefined; readonly missing: string };

/**
 * A Python that has packages: the machine's own, or a virtual environment that is kept. It is made where `CI` is
 * `true`, and by nobody else, since it takes the network.
 *
 * @param packages what it has
 * @param env the environment to look in
 * @throws Error where `CI` is `true` and it cannot be made
 */
export function pythonWith(packages: PythonPackages, env: NodeJS.ProcessEnv): PythonEnvironment {
  const missing = missingTool("python3", env);
  if (missing !== false) return { interpreter: undefined, missing };
  const { name, modules, anyVersion } = packages;
  if (anyVersion && has("python3", modules)) return { interpreter: "python3", missing: false };
  const interpreter = interpreterOf(packages);
  if (existsSync(interpreter) && has(interpreter, modules)) return { interpreter, missing: false };
  if (env["CI"] !== "true")
    return { interpreter: undefined, missing: `not installed: ${name}; CI=true installs it` };
  makeEnvironment(packages);
  return { interpreter, missing: false };
}

function folderOf({ folder }: PythonPackages): string {
  return `${root}node_modules/.cache/${folder}`;
}

function interpreterOf(packages: PythonPackages): string {
  return `${folderOf(packages)}/bin/python`;
}

function has(interpreter: string, modules: readonly string[]): boolean {
  return spawnSync(interpreter, ["-c", `import ${modules.join(", ")}`]).status === 0;
}

/** Makes the environment aside and moves it into its place, since several test files may do so at the same time. */
function makeEnvironment(packages: PythonPackages): void {
  const folder = folderOf(packages);
  const aside = `${folder}-${process.pid}`;
  const isThere = (): boolean => has(interpreterOf(packages), packages.modules);
  run("python3", "-m", "venv", "--clear", aside);
  const install = [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--no-compile",
    "--disable-pip-version-check",
  ];
  run(`${aside}/bin/python`, ...install, "-r", `${root}${packages.requirements}`);
  try {
    if (!isThere()) rmSync(folder, { recursive: true, force: true });
    renameSync(aside, folder);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    // Somebody else was quicker.
    if (!isThere()) throw error;
  }
}

function run(program: string, ...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: "utf8" });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr.trim().slice(-1000)}`);
}
