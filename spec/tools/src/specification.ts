import { type Lock, readLock } from "./lock.ts";
import { readRegistry } from "./registry.ts";
import type { Repository } from "./repository.ts";
import type { Chapter, RequirementLine } from "./text/chapter.ts";
import { parseChapter } from "./text/parse-chapter.ts";

/** The specification as it lies in the checkout. */
export type Specification = {
  readonly repository: Repository;
  /** Chapters, decisions and the index, sorted by path. */
  readonly chapters: readonly Chapter[];
  /** Area code to the name of the one chapter that holds its requirements, or `*`. */
  readonly areas: ReadonlyMap<string, string>;
  readonly actors: ReadonlySet<string>;
  readonly lock: Lock;
};

/** The page that lists every chapter. */
export const indexFile = "spec/README.md";

/** Reads chapters, areas, actors and lock. */
export function readSpecification(repository: Repository): Specification {
  const areas = readRegistry(repository, "areas").rows;
  const actors = readRegistry(repository, "actors").rows;
  const chapters = repository
    .files("spec", /^spec\/(?:decisions\/)?[^/]+\.md$/)
    .map((file) =>
      parseChapter(
        file,
        repository.read(file),
        file === indexFile || file.startsWith("spec/decisions/"),
      ),
    );
  return {
    repository,
    chapters,
    areas: new Map(areas.map((row) => [String(row["area"]), String(row["chapter"])])),
    actors: new Set(actors.map((row) => String(row["actor"]))),
    lock: readLock(repository),
  };
}

/** Every requirement line of every chapter, in reading order; a duplicated id appears as often as it is written. */
export function requirementLines(
  specification: Specification,
): (RequirementLine & { readonly chapter: Chapter })[] {
  return specification.chapters.flatMap((chapter) =>
    chapter.requirements.map((line) => ({ ...line, chapter })),
  );
}
