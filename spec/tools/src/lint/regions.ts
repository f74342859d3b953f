import type { Finding } from "../finding.ts";
import { parseSource } from "../generate/source.ts";
import type { Specification } from "../specification.ts";

/** Generated regions are opened and closed in pairs and name a source that exists. */
export function regions({ chapters, repository }: Specification): Finding[] {
  return chapters.flatMap((chapter) =>
    chapter.regions.flatMap((region): Finding[] => {
      const place = { file: chapter.file, line: region.start, rule: "generated-region" };
      if (region.source === "")
        return [
          {
            ...place,
            message: "<!-- /generated --> closes nothing",
            advice: "delete it or open the region",
          },
        ];
      if (region.end === undefined) {
        return [
          {
            ...place,
            message: `generated:${region.source} is never closed`,
            advice: "add <!-- /generated -->",
          },
        ];
      }
      const source = parseSource(repository, region.source);
      return "problem" in source
        ? [{ ...place, message: source.problem, advice: source.advice }]
        : [];
    }),
  );
}
