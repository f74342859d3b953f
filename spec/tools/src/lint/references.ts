import type { Finding } from "../finding.ts";
import { findIds, isMarked } from "../requirement.ts";
import { requirementLines, type Specification } from "../specification.ts";

const prose = new Set(["prose", "table", "quote", "generated"]);

/** A requirement cited in prose exists, and is written as code or as a link so that readers and tools see that it is one. */
export function references(specification: Specification): Finding[] {
  const areas = new Set(specification.areas.keys());
  const written = new Set(requirementLines(specification).map((requirement) => requirement.id));
  return specification.chapters.flatMap((chapter) => {
    const own = new Map(
      chapter.requirements.map((requirement) => [requirement.line, requirement.id]),
    );
    return chapter.lines.flatMap((line): Finding[] => {
      if (!prose.has(line.kind)) return [];
      return findIds(line.text, areas)
        .filter(
          (found) => !(found.id === own.get(line.number) && line.text[found.index - 1] === "["),
        )
        .flatMap(({ id, index }): Finding[] => {
          const place = { file: chapter.file, line: line.number, rule: "reference" };
          if (!written.has(id)) {
            const state = specification.lock.get(id)?.state;
            const why =
              state === "retired"
                ? "was retired"
                : state === "reserved"
                  ? "is reserved and has no text yet"
                  : "does not exist";
            return [
              {
                ...place,
                message: `${id} ${why}`,
                advice: "cite a requirement that stands in a chapter",
              },
            ];
          }
          if (isMarked(line.text, index, id.length)) return [];
          return [
            {
              ...place,
              message: `${id} is cited as plain text`,
              advice: `write \`${id}\` in backticks, or link it`,
            },
          ];
        });
    });
  });
}
