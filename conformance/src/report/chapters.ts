import { requirement } from "../requirements.ts";
import type { Result } from "../run/verdict.ts";
import type { Report } from "./report.ts";

/** One case in one format, and what each candidate has come to in it. */
export interface Row {
  readonly id: string;
  readonly format: Result["format"];
  readonly title: string;
  /** In the order of the reports; undefined where a report does not have it. */
  readonly results: readonly (Result | undefined)[];
}

/** The requirements of a chapter that cases of the reports decide. */
export interface Chapter {
  readonly name: string;
  readonly rules: readonly { readonly id: string; readonly rows: readonly Row[] }[];
}

/** What reports are about: chapters, requirements and cases, each in the order of their names. */
export function chaptersOf(reports: readonly Report[]): readonly Chapter[] {
  const rows = rowsOf(reports);
  const rules = grouped(rows, ({ rule }) => rule);
  const chapters = grouped([...rules], ([id]) => requirement(id)?.chapter ?? "no chapter");
  return [...chapters].map(([name, members]) => ({
    name,
    rules: members.map(([id, own]) => ({ id, rows: own })),
  }));
}

function rowsOf(reports: readonly Report[]): readonly (Row & { readonly rule: string })[] {
  const found = reports.map(
    ({ results }) => new Map(results.map((result) => [nameOf(result), result])),
  );
  const names = [...new Set(found.flatMap((results) => [...results.keys()]))].sort();
  return names.flatMap((name) => {
    const results = found.map((report) => report.get(name));
    const first = results.find((result) => result !== undefined);
    if (first === undefined) return [];
    const { id, format, title, requirement: cited } = first;
    return [{ id, format, title, rule: cited.id, results }];
  });
}

function nameOf({ id, format }: Result): string {
  return `${id} ${format ?? ""}`;
}

function grouped<Value>(
  values: readonly Value[],
  keyOf: (value: Value) => string,
): ReadonlyMap<string, readonly Value[]> {
  const groups = new Map<string, Value[]>();
  for (const value of values) {
    const key = keyOf(value);
    groups.set(key, [...(groups.get(key) ?? []), value]);
  }
  return new Map([...groups].sort(([left], [right]) => (left < right ? -1 : 1)));
}
