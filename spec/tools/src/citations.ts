import { classify } from "./blocks/classify.ts";
import { isRecord } from "./registry.ts";
import { findIds } from "./requirement.ts";
import type { Specification } from "./specification.ts";
import { UsageError } from "./usage-error.ts";

/** What cites a requirement. */
export type Citation = {
  readonly by: "vector" | "test" | "block" | "machine";
  /** The file, with a line where that helps. */
  readonly place: string;
};

const testFile = /(?:^|\/)test\/(?:.*\/)?[^/]+\.test\.ts$/;

/**
 * Collects who cites which requirement: vectors by their member `requirements`, tests by an id in a string,
 * blocks of chapters by the requirement they violate, and machines by the requirement of an error.
 */
export function citations(specification: Specification): Map<string, Citation[]> {
  const found = new Map<string, Citation[]>();
  const add = (id: string, citation: Citation): void => {
    const list = found.get(id) ?? [];
    if (!list.some((other) => other.by === citation.by && other.place === citation.place))
      list.push(citation);
    found.set(id, list);
  };
  const { repository } = specification;
  const areas = new Set(specification.areas.keys());
  for (const file of repository.files("conformance/vectors", /\.json$/)) {
    for (const id of vectorRequirements(parseJson(repository.read(file), file)))
      add(id, { by: "vector", place: file });
  }
  for (const file of repository.files(".", testFile)) {
    // The tool's own tests speak of invented requirements.
    if (file.startsWith("spec/tools/")) continue;
    repository
      .read(file)
      .split("\n")
      .forEach((text, index) => {
        for (const literal of text.match(
          /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`/g,
        ) ?? []) {
          for (const { id } of findIds(literal, areas))
            add(id, { by: "test", place: `${file}:${index + 1}` });
        }
      });
  }
  for (const block of specification.chapters.flatMap((chapter) => chapter.blocks)) {
    const found = classify(block);
    if ("violates" in found && found.violates !== undefined) {
      add(found.violates, { by: "block", place: `${block.file}:${block.line}` });
    }
  }
  for (const file of repository.files("spec/machines", /\.yaml$/)) {
    for (const { id } of findIds(repository.read(file), areas))
      add(id, { by: "machine", place: file });
  }
  return found;
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(
      `${file} is not JSON (${error instanceof Error ? error.message : String(error)}); correct it`,
    );
  }
}

/** Ids in every member `requirements` at any depth; a revision (`SES-012@2`) is cut off. */
function vectorRequirements(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(vectorRequirements);
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([member, inner]) =>
    member === "requirements" && Array.isArray(inner)
      ? inner
          .filter((id): id is string => typeof id === "string")
          .map((id) => id.split("@")[0] ?? id)
      : vectorRequirements(inner),
  );
}
