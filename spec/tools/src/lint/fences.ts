import { classify, requirementsOf } from "../blocks/classify.ts";
import type { Finding } from "../finding.ts";
import { requirementLines, type Specification } from "../specification.ts";

/** Every fenced block is closed, says what it is, and cites only requirements that exist. */
export function fences(specification: Specification): Finding[] {
  const written = new Set(requirementLines(specification).map((requirement) => requirement.id));
  return specification.chapters.flatMap((chapter) =>
    chapter.blocks.flatMap((block): Finding[] => {
      const place = { file: block.file, line: block.line, rule: "fence" };
      if (!block.closed)
        return [
          { ...place, message: "the fence is never closed", advice: "add the closing fence" },
        ];
      const found = classify(block);
      if ("problem" in found) return [{ ...place, message: found.problem, advice: found.advice }];
      return requirementsOf(block)
        .filter((id) => !written.has(id))
        .map((id) => ({
          ...place,
          message: `the block names ${id}, which does not exist`,
          advice: "name the requirement that it breaks or shows",
        }));
    }),
  );
}
