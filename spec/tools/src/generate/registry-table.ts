import type { Cell, Registry } from "../registry.ts";
import { markdownTable } from "./table.ts";

const codeColumns = new Set(["kind", "code", "name", "feature", "disposition"]);

/** The table of a registry as it stands in a chapter: its columns, in order; names are set as code. */
export function registryTable(registry: Registry): string[] {
  const header = registry.columns.map((column) => column.replaceAll("_", " "));
  const rows = registry.rows.map((row) =>
    registry.columns.map((column) => show(registry, column, row[column] ?? "")),
  );
  return markdownTable(header, rows);
}

function show(registry: Registry, column: string, value: Cell): string {
  const text = value === "" || value === null ? "" : String(value);
  const isName = codeColumns.has(column) && !(registry.name === "limits" && column === "kind");
  return isName && /^[A-Za-z_<>]+$/.test(text) ? `\`${text}\`` : text;
}
