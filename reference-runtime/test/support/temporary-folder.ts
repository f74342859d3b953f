import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

const made: string[] = [];

process.once("exit", () => {
  for (const path of made) rmSync(path, { recursive: true, force: true });
});

/** Makes an empty folder, which is removed when this process ends; gives its path. */
export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), "stdfn-test-"));
  made.push(path);
  return path;
}
