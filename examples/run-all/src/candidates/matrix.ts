import type { Colors } from "../table.ts";
import type { Candidate } from "./candidates.ts";
import type { Counts, Judged } from "./judge.ts";

const columns: readonly (readonly [verdict: keyof Counts, head: string])[] = [
  ["pass", "pass"],
  ["fail", "fail"],
  ["warn", "warn"],
  ["inconclusive", "inconclusive"],
  ["not_applicable", "n/a"],
];

/** Writes what the conformance kit says of candidates, a line each, as they come. */
export class Matrix {
  readonly #colors: Colors;
  readonly #width: number;

  constructor(candidates: readonly Candidate[], colors: Colors) {
    this.#colors = colors;
    this.#width = Math.max(...candidates.map(({ name }) => name.length));
  }

  /** The line above the rows. */
  head(): string {
    const heads = columns.map(([, head]) => head.padStart(Math.max(head.length, 5)));
    const name = "candidate".padEnd(this.#width);
    return this.#colors.dim(`  ${name}  suite     ${heads.join(" ")}  verdict`);
  }

  row({ candidate, suite, counts, status, sample, seconds, said }: Judged): string {
    const { bold, green, red } = this.#colors;
    const numbers = columns.map(([verdict, head]) =>
      String(counts[verdict]).padStart(Math.max(head.length, 5)),
    );
    const time = `in ${seconds.toFixed(1)} s`;
    const what = sample ? "a sample conforms" : "conforms";
    const verdict =
      status === 0
        ? `${green("✓")} ${what}, ${time}`
        : `${red("✗")} ${bold(`${status === 1 ? "does not conform" : `not judged, exit status ${status} of the kit`}, ${time}`)}`;
    const row = `  ${candidate.padEnd(this.#width)}  ${suite.padEnd(8)}  ${numbers.join(" ")}  ${verdict}`;
    return said === "" ? row : `${row}\n${said.replace(/^/gm, "    ")}`;
  }

  /** The line of a candidate that cannot run here. */
  skipped(name: string, reason: string): string {
    return `  ${name.padEnd(this.#width)}  ${this.#colors.yellow("skipped")}: ${reason}`;
  }
}
