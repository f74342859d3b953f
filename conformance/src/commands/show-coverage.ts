import process from "node:process";
import { CaseStore } from "../case/case-store.ts";
import { type Requirement, requirements } from "../requirements.ts";
import { VectorStore } from "../vector-store.ts";

/** A requirement and what checks it. */
interface Row extends Requirement {
  readonly id: string;
  readonly cases: readonly string[];
  readonly vectors: readonly string[];
}

/** Who is judged when a function is: it writes and reads streams, and an SDK makes it. */
const functionActors: ReadonlySet<string> = new Set([
  "function",
  "reader",
  "writer",
  "SDK",
  "peer",
]);

/** Prints which requirements are checked. */
export function showCoverage(flags: { readonly json?: true; readonly missing?: true }): void {
  const rows = coverage();
  if (flags.json) {
    for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
    return;
  }
  const chapters = [...new Set(rows.map(({ chapter }) => chapter))];
  const lines = chapters.map((chapter) => chapterLine(chapter, rows));
  const all = rows.filter(isFunctionMust);
  const total = `${all.filter(hasCase).length} of ${all.length} MUSTs for functions have a case; ${rows.filter(hasCase).length} of ${rows.length} requirements in all`;
  process.stdout.write(`${[...lines, "", total].join("\n")}\n`);
  if (!flags.missing) return;
  for (const { id, text } of all.filter((row) => !hasCase(row)))
    process.stdout.write(`${id}  ${text}\n`);
}

function chapterLine(chapter: string, rows: readonly Row[]): string {
  const own = rows.filter((row) => row.chapter === chapter);
  const musts = own.filter(isFunctionMust);
  const cased = musts.filter(hasCase).length;
  const cases = new Set(own.flatMap((row) => row.cases)).size;
  const vectors = new Set(own.flatMap((row) => row.vectors)).size;
  const function_ =
    musts.length === 0 ? "" : `, ${cased} of ${musts.length} MUSTs for functions have a case`;
  return `${chapter.padEnd(20)} ${own.length} requirements${function_}; ${cases} cases, ${vectors} vectors`;
}

function coverage(): readonly Row[] {
  const cases = new Map<string, string[]>();
  for (const { id, requirement, also = [] } of new CaseStore().all)
    for (const cited of [requirement, ...also]) add(cases, cited.id, id);
  const vectors = new Map<string, string[]>();
  const store = new VectorStore();
  for (const id of store.ids)
    for (const cited of store.get(id).requirements) add(vectors, cited, id);
  return Object.entries(requirements()).map(([id, one]) => ({
    id,
    ...one,
    cases: cases.get(id) ?? [],
    vectors: vectors.get(id) ?? [],
  }));
}

function add(map: Map<string, string[]>, key: string, value: string): void {
  map.set(key, [...(map.get(key) ?? []), value]);
}

function isFunctionMust({ level, actor }: Row): boolean {
  return level.startsWith("MUST") && functionActors.has(actor);
}

function hasCase({ cases }: Row): boolean {
  return cases.length > 0;
}
