import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";

/** An external program that some tests use, described in `.ci/tools.json`. */
export interface Tool {
  /** What is tested only where this program is present. */
  readonly adds: string;
  /** The Debian package that installs it. */
  readonly debian: string;
}

/** Name of an external program listed in `.ci/tools.json`. */
export type ToolName =
  | "protoc"
  | "jq"
  | "gzip"
  | "python3"
  | "mkfifo"
  | "setsid"
  | "unshare"
  | "script"
  | "chromium";

/** Every external program the tests may use, by name. */
export const tools: Readonly<Record<ToolName, Tool>> = JSON.parse(
  readFileSync(new URL("../../../tools.json", import.meta.url), "utf8"),
);

function isExecutableFile(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Tells whether a program of this name stands in a folder of `path` (default: this process's `PATH`). */
export function toolIsPresent(name: string, path: string = process.env["PATH"] ?? ""): boolean {
  return path
    .split(delimiter)
    .some((folder) => folder !== "" && isExecutableFile(join(folder, name)));
}

/**
 * The `skip` option of a test that needs an external program: `false` where the program is present,
 * else the reason, which names it.
 *
 * @example
 * t.test("agrees with protoc", { skip: missingTool("protoc") }, async (t) => { … });
 *
 * @param name the program, as `.ci/tools.json` lists it
 * @param env  the environment to look in; default: this process's
 * @throws Error where `CI` is `true` and the program is missing: there every listed program is required
 * @throws RangeError where `.ci/tools.json` does not list the program
 */
export function missingTool(name: ToolName, env: NodeJS.ProcessEnv = process.env): string | false {
  const tool = tools[name] as Tool | undefined;
  if (tool === undefined) {
    throw new RangeError(
      `missingTool(${JSON.stringify(name)}): .ci/tools.json lists ${Object.keys(tools).join(", ")}; add the program there first`,
    );
  }
  if (toolIsPresent(name, env["PATH"] ?? "")) return false;
  const remedy = `install the Debian package ${tool.debian} or its like`;
  if (env["CI"] === "true")
    throw new Error(`${name} is missing and CI=true requires it: ${remedy}`);
  return `${name} is not on the PATH; it adds ${tool.adds}; ${remedy}`;
}
