/** Writes a Markdown table with padded cells, in the form Markdown formatters leave alone. */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string[] {
  const all = [header, ...rows].map((row) =>
    row.map((cell) => cell.replaceAll("|", "\\|").replace(/\s*\n\s*/g, " ")),
  );
  const widths = header.map((_, column) =>
    Math.max(3, ...all.map((row) => [...(row[column] ?? "")].length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - [...cell].length)).join(" | ")} |`;
  const [head = [], ...body] = all;
  return [
    line(head),
    `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`,
    ...body.map(line),
  ];
}
