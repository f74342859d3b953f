import type { Comparison, Target } from "./measure.ts";

/** The results for people: medians, the ratio with its range, and whether the target was reached. */
export function table(results: readonly Comparison[]): string {
  const rows = [
    ["comparison", "subject", "baseline", "unit", "ratio", "range", "target", ""],
    ...results.map((result) => [
      result.name,
      figure(result.subject),
      `${figure(result.baseline)} (${result.baselineName})`,
      result.unit,
      result.ratio.toFixed(2),
      `${result.lowest.toFixed(2)}–${result.highest.toFixed(2)}`,
      targetText(result.target, result.unit),
      result.reached ? "reached" : "MISSED",
    ]),
  ];
  const widths = (rows[0] as string[]).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] as string).length)),
  );
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] as number))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

/** A target for people. */
export function targetText(target: Target, unit: string): string {
  if ("figure" in target) return `≤ ${target.figure} ${unit}`;
  const { at, ratio } = target;
  return ratio === 0 ? "none" : `${at === "least" ? "≥" : "≤"} ${ratio}`;
}

/** A measured value for people. */
export function figure(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}
