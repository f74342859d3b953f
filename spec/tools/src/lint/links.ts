import { posix } from "node:path";
import type { Finding } from "../finding.ts";
import type { Specification } from "../specification.ts";
import type { Chapter } from "../text/chapter.ts";
import { parseChapter } from "../text/parse-chapter.ts";

/** A link target as written, with its line. */
export type Link = { readonly target: string; readonly line: number };

/** Links and images of a chapter, outside code. */
export function linksOf(chapter: Chapter): Link[] {
  return chapter.lines.flatMap((line): Link[] => {
    if (line.kind === "code" || line.kind === "comment") return [];
    const text = line.text.replace(/(`+)(?!`)(.*?[^`])\1(?!`)/g, (whole) =>
      "x".repeat(whole.length),
    );
    const inline = [...text.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)];
    const defined = [...text.matchAll(/^\s*\[[^\]]+\]:\s+<?(\S+?)>?\s*$/g)];
    return [...inline, ...defined].map((match) => ({ target: match[1] ?? "", line: line.number }));
  });
}

/** Relative links lead to a file of the repository and, where they name one, to an anchor in it: a heading or a requirement id. */
export function links(specification: Specification): Finding[] {
  const { repository } = specification;
  const known = new Map(specification.chapters.map((chapter) => [chapter.file, chapter]));
  const anchorsOf = (file: string): Set<string> => {
    const chapter = known.get(file) ?? parseChapter(file, repository.read(file), true);
    known.set(file, chapter);
    return new Set([
      ...chapter.headings.map((heading) => heading.anchor),
      ...chapter.requirements.map((requirement) => requirement.id.toLowerCase()),
    ]);
  };
  return specification.chapters.flatMap((chapter) =>
    linksOf(chapter).flatMap(({ target, line }): Finding[] => {
      if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return [];
      const place = { file: chapter.file, line, rule: "link" };
      const [path = "", anchor] = target.split("#", 2);
      const file =
        path === ""
          ? chapter.file
          : posix.normalize(posix.join(posix.dirname(chapter.file), decodeURIComponent(path)));
      if (path.startsWith("/") || file.startsWith("..")) {
        return [
          {
            ...place,
            message: `${target} leads out of the repository`,
            advice: "link relatively, to a file of the repository",
          },
        ];
      }
      if (!repository.has(file)) {
        return [
          {
            ...place,
            message: `${target} leads to ${file}, which does not exist`,
            advice: "correct the path or write the file",
          },
        ];
      }
      if (anchor === undefined || !file.endsWith(".md") || anchorsOf(file).has(anchor)) return [];
      const offered = [...anchorsOf(file)].slice(0, 40).join(", ");
      return [
        {
          ...place,
          message: `${target} names an anchor that ${file} does not have`,
          advice: `anchors there: ${offered}`,
        },
      ];
    }),
  );
}
