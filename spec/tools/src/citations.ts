import { requirementsOf } from "./blocks/classify.ts";
import { isRecord } from "./registry.ts";
import { areaOf, findIds } from "./requirement.ts";
import type { Specification } from "./specification.ts";
import { UsageError } from "./usage-error.ts";

/** What cites a requirement. */
export type Citation = {
  readonly by: "vector" | "case" | "test" | "block" | "code" | "machine";
  readonly id: string;
  readonly file: string;
  /** From 1; 1 where the whole file cites it. */
  readonly line: number;
  /** The revision it was written against, where it says so. */
  readonly revision?: number;
};

/** Kinds of citation that say that a requirement is put to a test. */
export const testingKinds: ReadonlySet<Citation["by"]> = new Set([
  "vector",
  "case",
  "test",
  "block",
]);

const code = /(?:^|\/)src\/(?:.*\/)?[^/]+\.ts$/;
const test = /(?:^|\/)test\/(?:.*\/)?[^/]+\.ts$/;
const literal = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`/g;

/**
 * Collects who cites which requirement: vectors and cases of the conformance kit by their members `requirements`,
 * `requirement` and `also`, tests and code by an id in a string, blocks of chapters by the requirements they break or show,
 * and machines by the requirement of an error.
 */
export function citations(specification: Specification): Citation[] {
  const { repository, chapters } = specification;
  const areas = new Set(specification.areas.keys());
  return [
    ...repository
      .files("conformance/vectors", /\.json$/)
      .flatMap((file) => citedInJson(repository.read(file), file, "vector", areas)),
    ...repository
      .files("conformance/cases", /\.json$/)
      .flatMap((file) => citedInJson(repository.read(file), file, "case", areas)),
    ...repository
      .files(".", test)
      .flatMap((file) => citedInCode(repository.read(file), file, "test", areas)),
    ...repository
      .files(".", code)
      .flatMap((file) => citedInCode(repository.read(file), file, "code", areas)),
    ...chapters
      .flatMap((chapter) => chapter.blocks)
      .flatMap((block) =>
        requirementsOf(block).map(
          (id): Citation => ({ by: "block", id, file: block.file, line: block.line }),
        ),
      ),
    ...repository
      .files("spec/machines", /\.yaml$/)
      .flatMap((file) =>
        citedInLines(repository.read(file), (text) =>
          findIds(text, areas).map(({ id }) => ({ by: "machine", id, file })),
        ),
      ),
  ];
}

function citedInCode(
  text: string,
  file: string,
  by: "test" | "code",
  areas: ReadonlySet<string>,
): Citation[] {
  // This tool and its tests speak of invented requirements.
  if (file.startsWith("spec/tools/")) return [];
  return citedInLines(text, (line) =>
    (line.match(literal) ?? [])
      .flatMap((quoted) => findIds(quoted, areas))
      .map(({ id }) => ({ by, id, file })),
  );
}

function citedInLines(text: string, cited: (line: string) => Omit<Citation, "line">[]): Citation[] {
  return text
    .split("\n")
    .flatMap((line, index) => cited(line).map((citation) => ({ ...citation, line: index + 1 })));
}

function citedInJson(
  text: string,
  file: string,
  by: "vector" | "case",
  areas: ReadonlySet<string>,
): Citation[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(
      `${file} is not JSON (${error instanceof Error ? error.message : String(error)}); correct it`,
    );
  }
  return citedInValue(value)
    .filter(({ id }) => areas.has(areaOf(id)))
    .map((cited) => ({ by, file, line: 1, ...cited }));
}

function citedInValue(value: unknown): { id: string; revision?: number }[] {
  if (Array.isArray(value)) return value.flatMap(citedInValue);
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([member, inner]) => {
    if (member === "requirements" || member === "also") return [inner].flat().flatMap(citedById);
    if (member === "requirement") return citedById(inner);
    return citedInValue(inner);
  });
}

function citedById(value: unknown): { id: string; revision?: number }[] {
  if (typeof value === "string") return [{ id: value }];
  if (!isRecord(value) || typeof value["id"] !== "string") return [];
  return [
    {
      id: value["id"],
      ...(typeof value["revision"] === "number" ? { revision: value["revision"] } : {}),
    },
  ];
}
