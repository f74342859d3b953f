import { parseDocument } from "yaml";
import type { Repository } from "./repository.ts";
import { UsageError } from "./usage-error.ts";

/** A value in a registry row. */
export type Cell = string | number | boolean | null;

/** One row of a registry; members that are no column are for the generators. */
export type Row = Readonly<Record<string, Cell>>;

/** A registry: a table of the standard kept as data. */
export type Registry = {
  /** File name without extension. */
  readonly name: string;
  readonly file: string;
  readonly title: string;
  /** Members shown in the text, in order. */
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
};

/** Folder of the registries. */
const registryFolder = "spec/registries";

/**
 * Reads a YAML file; duplicate keys and syntax errors are refused with their place.
 *
 * @throws UsageError naming file, line and what is wrong
 */
export function readYaml(repository: Repository, file: string): unknown {
  if (!repository.has(file))
    throw new UsageError(`${file} does not exist; create it or correct the name`);
  const document = parseDocument(repository.read(file), { uniqueKeys: true, prettyErrors: true });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined)
    throw new UsageError(`${file}: ${problem.message.trimEnd()}; correct the YAML`);
  return document.toJS();
}

/**
 * Reads a registry and checks its shape: a title, columns, and rows that have every column and only scalar members.
 *
 * @throws UsageError naming the row at fault
 */
export function readRegistry(repository: Repository, name: string): Registry {
  const file = `${registryFolder}/${name}.yaml`;
  const value = readYaml(repository, file);
  if (!isRecord(value))
    throw new UsageError(`${file} is not a mapping; write title, columns and rows`);
  const { title, columns, rows } = value as { title?: unknown; columns?: unknown; rows?: unknown };
  if (typeof title !== "string") throw new UsageError(`${file} has no title; add one`);
  if (
    !Array.isArray(columns) ||
    !columns.every((column): column is string => typeof column === "string")
  ) {
    throw new UsageError(
      `${file}: columns is ${JSON.stringify(columns)}; list the members to show, in order`,
    );
  }
  if (!Array.isArray(rows)) throw new UsageError(`${file} has no rows; add a list of mappings`);
  return {
    name,
    file,
    title,
    columns,
    rows: rows.map((row, index) => checkRow(file, columns, row, index)),
  };
}

/** Names of all registries of the repository. */
export function registryNames(repository: Repository): string[] {
  return repository
    .files(registryFolder, /^spec\/registries\/[^/]+\.yaml$/)
    .map((file) => file.slice(registryFolder.length + 1, -".yaml".length));
}

/** The text of a cell that must hold one. */
export function textCell(registry: Registry, row: Row, member: string): string {
  const value = row[member];
  if (typeof value !== "string") throw cellError(registry, row, member, "a text");
  return value;
}

/** The integer of a cell that must hold one. */
export function integerCell(registry: Registry, row: Row, member: string): number {
  const value = row[member];
  if (typeof value !== "number" || !Number.isSafeInteger(value))
    throw cellError(registry, row, member, "an integer");
  return value;
}

/** Whether a value is a mapping. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function cellError(registry: Registry, row: Row, member: string, wanted: string): UsageError {
  return new UsageError(
    `${registry.file}: ${JSON.stringify(row)} has no ${member} that is ${wanted}; correct the row`,
  );
}

function checkRow(file: string, columns: readonly string[], row: unknown, index: number): Row {
  if (!isRecord(row))
    throw new UsageError(`${file}: row ${index + 1} is ${JSON.stringify(row)}; write a mapping`);
  for (const column of columns) {
    if (!(column in row))
      throw new UsageError(
        `${file}: row ${index + 1} ${JSON.stringify(row)} lacks column ${column}; add it`,
      );
  }
  for (const [member, value] of Object.entries(row)) {
    if (value !== null && !["string", "number", "boolean"].includes(typeof value)) {
      throw new UsageError(
        `${file}: row ${index + 1}: ${member} is ${JSON.stringify(value)}; write a text, number or boolean`,
      );
    }
  }
  return row as Row;
}
