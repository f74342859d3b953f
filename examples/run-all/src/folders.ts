import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type FunctionFolder, loadManifest } from "@stdfn/runtime";
import type { Way } from "./example.ts";

/** The root of the repository. */
export const root: string = fileURLToPath(new URL("../../../..", import.meta.url));

/** The function in a folder of the examples. @throws RuntimeError if its manifest is wrong */
export function folder(name: string): FunctionFolder {
  return loadManifest(join(root, "examples", name));
}

/** Every mode and format that a manifest names. */
export function waysOf({ manifest }: FunctionFolder): readonly Way[] {
  const formats = manifest.formats ?? [];
  return (manifest.modes ?? []).flatMap((mode): readonly Way[] =>
    mode === "filter" ? [{ mode, format: undefined }] : formats.map((format) => ({ mode, format })),
  );
}

/** The content of a file, by its path in the repository. */
export function content(path: string): Promise<Buffer> {
  return readFile(join(root, path));
}
