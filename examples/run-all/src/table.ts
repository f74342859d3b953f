import type pc from "picocolors";
import type { Row } from "./row.ts";

/** Widths of the columns of numbers: bytes in and out, first and second time. */
const WIDTHS = [8, 9, 7, 7];

/** Colours, or none. */
export type Colors = ReturnType<typeof pc.createColors>;

/** Writes the table row by row, as the rows come. */
export class Table {
  readonly #colors: Colors;
  readonly #nameWidth: number;

  /** @param names every name that can occur in the first column */
  constructor(names: readonly string[], colors: Colors) {
    this.#colors = colors;
    this.#nameWidth = Math.max(...names.map((name) => name.length));
  }

  /** The line above the rows. */
  head(): string {
    const cells = this.#cells(
      "function",
      "mode",
      "format",
      "bytes in",
      "bytes out",
      "first",
      "again",
    );
    return this.#colors.dim(`${cells}  verified`);
  }

  row(row: Row): string {
    const { bytes_in, bytes_out, first_ms, again_ms } = row;
    const { bold, green, red } = this.#colors;
    const cells = this.#cells(
      row.function,
      row.mode,
      row.format,
      String(bytes_in),
      String(bytes_out),
      milliseconds(first_ms),
      milliseconds(again_ms),
    );
    return row.verified
      ? `${cells}  ${green("✓")} ${row.finding}`
      : `${cells}  ${red("✗")} ${bold(row.finding)}`;
  }

  /** The line of an example that cannot run here. */
  skipped(name: string, reason: string): string {
    return `  ${name.padEnd(this.#nameWidth)}  ${this.#colors.yellow("skipped")}: ${reason}`;
  }

  #cells(name: string, mode: string, format: string, ...numbers: readonly string[]): string {
    const right = numbers.map((text, index) => text.padStart(WIDTHS[index] ?? 0)).join("  ");
    return `  ${name.padEnd(this.#nameWidth)}  ${mode.padEnd(7)}  ${format.padEnd(8)} ${right}`;
  }
}

function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}
