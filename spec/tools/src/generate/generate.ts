import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Specification } from "../specification.ts";
import { regenerateChapter } from "./chapter-regions.ts";
import { machineCode } from "./machine-code.ts";
import { registryCode } from "./registry-code.ts";

/** A file that is generated in whole or in part, as it has to be. */
type GeneratedFile = { readonly file: string; readonly text: string };

/** Every generated file with its text. */
function generatedFiles(specification: Specification): GeneratedFile[] {
  const chapters = specification.chapters
    .filter((chapter) => chapter.regions.length > 0)
    .map((chapter) => ({ file: chapter.file, text: regenerateChapter(specification, chapter) }));
  return [
    ...chapters,
    { file: "schemas/src/generated/machines.ts", text: machineCode(specification.repository) },
    { file: "schemas/src/generated/registry.ts", text: registryCode(specification.repository) },
  ];
}

/** Names of the files that are not as they have to be. */
export function staleFiles(specification: Specification): string[] {
  const { repository } = specification;
  return generatedFiles(specification)
    .filter(({ file, text }) => !repository.has(file) || repository.read(file) !== text)
    .map(({ file }) => file);
}

/** Writes the files that are stale and returns their names. */
export function writeGenerated(specification: Specification): string[] {
  const { repository } = specification;
  const stale = new Set(staleFiles(specification));
  for (const { file, text } of generatedFiles(specification).filter((generated) =>
    stale.has(generated.file),
  )) {
    mkdirSync(dirname(repository.path(file)), { recursive: true });
    writeFileSync(repository.path(file), text);
  }
  return [...stale];
}
