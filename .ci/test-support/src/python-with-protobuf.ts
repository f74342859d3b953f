import { spawnSync } from "node:child_process";
import { existsSync, renameSync, rmSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { missingTool } from "./missing-tool.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const folder = `${root}node_modules/.cache/stdfn-python`;
const requirements = `${root}sdk/python/tests/requirements.txt`;

/** A Python interpreter with the protobuf package, or why there is none. */
export type PythonWithProtobuf =
  | { readonly interpreter: string; readonly missing: false }
  | { readonly interpreter: undefined; readonly missing: string };

/**
 * A Python that has the official protobuf package: the machine's own, or a virtual environment that is kept beside the
 * installed packages. It is made where `CI` is `true`, and by nobody else, since it takes the network.
 *
 * @param env the environment to look in; default: this process's
 * @throws Error where `CI` is `true` and it cannot be made
 */
export function pythonWithProtobuf(env: NodeJS.ProcessEnv = process.env): PythonWithProtobuf {
  const missing = missingTool("python3", env);
  if (missing !== false) return { interpreter: undefined, missing };
  if (hasProtobuf("python3")) return { interpreter: "python3", missing: false };
  const interpreter = `${folder}/bin/python`;
  if (existsSync(interpreter) && hasProtobuf(interpreter)) return { interpreter, missing: false };
  if (env["CI"] !== "true")
    return {
      interpreter: undefined,
      missing: "the protobuf package of Python is not installed; CI=true installs it",
    };
  makeEnvironment();
  return { interpreter, missing: false };
}

function hasProtobuf(interpreter: string): boolean {
  return spawnSync(interpreter, ["-c", "import google.protobuf"]).status === 0;
}

/** Makes the environment aside and moves it into its place, since several test files may do so at the same time. */
function makeEnvironment(): void {
  const aside = `${folder}-${process.pid}`;
  run("python3", "-m", "venv", "--clear", aside);
  run(`${aside}/bin/python`, "-m", "pip", "install", "--quiet", "-r", requirements);
  try {
    if (!hasProtobuf(`${folder}/bin/python`)) rmSync(folder, { recursive: true, force: true });
    renameSync(aside, folder);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    // Somebody else was quicker.
    if (!hasProtobuf(`${folder}/bin/python`)) throw error;
  }
}

function run(program: string, ...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: "utf8" });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr.trim().slice(-1000)}`);
}
