import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import { RuntimeError } from "../runtime-error.ts";

/**
 * Finds the file a command names, as the manifest chapter says: with a slash it is relative to `folder`, without one
 * it is searched for in `path`.
 *
 * @throws RuntimeError `command_not_found` or `not_executable`, before any process is started
 */
export function resolveExecutable(command: string, folder: string, path: string): string {
  if (command.includes("/")) {
    const file = isAbsolute(command) ? command : resolve(folder, command);
    const fault = executableFault(file);
    if (fault === "missing")
      throw new RuntimeError(
        "command_not_found",
        `command ${JSON.stringify(command)} was not found: ${file} does not exist`,
      );
    if (fault !== undefined) throw notExecutable(command, file, fault);
    return file;
  }
  let blocked: RuntimeError | undefined;
  for (const entry of path.split(delimiter)) {
    if (entry === "") continue;
    const file = join(entry, command);
    const fault = executableFault(file);
    if (fault === undefined) return file;
    if (fault !== "missing") blocked ??= notExecutable(command, file, fault);
  }
  if (blocked !== undefined) throw blocked;
  throw new RuntimeError(
    "command_not_found",
    `command ${JSON.stringify(command)} was not found in PATH (${path}); a program beside the manifest is written with a slash: ${JSON.stringify(`./${command}`)}`,
  );
}

function executableFault(file: string): "missing" | "folder" | "permission" | undefined {
  try {
    if (!statSync(file).isFile()) return "folder";
    accessSync(file, constants.X_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "EACCES" || code === "EPERM" ? "permission" : "missing";
  }
}

function notExecutable(
  command: string,
  file: string,
  fault: "folder" | "permission",
): RuntimeError {
  const why =
    fault === "folder"
      ? `${file} is not a regular file`
      : `${file} may not be executed; allow it with: chmod +x ${file}`;
  return new RuntimeError(
    "not_executable",
    `command ${JSON.stringify(command)} cannot run: ${why}`,
  );
}
