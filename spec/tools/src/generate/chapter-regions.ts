import { readMachine } from "../machine.ts";
import { readRegistry } from "../registry.ts";
import type { Specification } from "../specification.ts";
import type { Chapter } from "../text/chapter.ts";
import { UsageError } from "../usage-error.ts";
import { machineText } from "./machine-text.ts";
import { registryTable } from "./registry-table.ts";
import { parseSource } from "./source.ts";
import { termsIndex } from "./terms-index.ts";

/**
 * The text a chapter has once its generated regions are up to date.
 *
 * @throws UsageError when a region is not closed or names no source
 */
export function regenerateChapter(specification: Specification, chapter: Chapter): string {
  const lines = chapter.lines.map((line) => line.text);
  for (const region of chapter.regions.toReversed()) {
    const place = `${chapter.file}:${region.start}`;
    if (region.end === undefined || region.source === "")
      throw new UsageError(
        `${place}: the generated region is not a pair; run npm run spec -- lint`,
      );
    const source = parseSource(specification.repository, region.source);
    if ("problem" in source) throw new UsageError(`${place}: ${source.problem}; ${source.advice}`);
    const text =
      source.kind === "registry"
        ? registryTable(readRegistry(specification.repository, source.name))
        : source.kind === "machine"
          ? machineText(readMachine(specification.repository, source.name))
          : termsIndex(specification.chapters, chapter.file);
    lines.splice(region.start, region.end - region.start - 1, "", ...text, "");
  }
  return `${lines.join("\n")}\n`;
}
