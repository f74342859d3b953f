import type { Finding } from "../finding.ts";
import { indexFile, type Specification } from "../specification.ts";
import { linksOf } from "./links.ts";

/** The index names every chapter, so that none is forgotten by readers or by the site. */
export function indexListsChapters({ chapters, repository }: Specification): Finding[] {
  const place = { line: 1, rule: "index" };
  if (!repository.has(indexFile)) {
    return [
      {
        ...place,
        file: indexFile,
        message: "the index does not exist",
        advice: "write it, with a link to every chapter",
      },
    ];
  }
  const index = chapters.find((chapter) => chapter.file === indexFile);
  const linked = new Set(
    (index === undefined ? [] : linksOf(index)).map((link) => `spec/${link.target.split("#")[0]}`),
  );
  return chapters
    .filter((chapter) => chapter.file !== indexFile && !linked.has(chapter.file))
    .map((chapter) => ({
      ...place,
      file: chapter.file,
      message: `${indexFile} does not link this chapter`,
      advice: `add [${chapter.title || chapter.name}](${chapter.file.slice("spec/".length)}) there`,
    }));
}
