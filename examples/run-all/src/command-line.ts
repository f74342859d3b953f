import { parseArgs } from "node:util";

/** What the command line asks for. */
export interface CommandLine {
  readonly help: boolean;
  readonly json: boolean;
  /** Names of the examples to run and the candidates to judge; empty: all. */
  readonly names: readonly string[];
}

/** The command line is wrong. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** @throws UsageError for an option or a name that does not exist */
export function commandLine(args: readonly string[], known: readonly string[]): CommandLine {
  const { help, json, names } = parse(args);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new UsageError(
      `no example or candidate is called ${unknown.join(" or ")}; there are ${known.join(", ")}`,
    );
  return { help, json, names };
}

function parse(args: readonly string[]): CommandLine {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { help: { type: "boolean", short: "h" }, json: { type: "boolean" } },
    });
    return { help: values.help === true, json: values.json === true, names: positionals };
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}

/** The text of `--help`. */
export function usage(names: readonly string[], candidates: readonly string[]): string {
  return `Usage: npm start [-- [--json] [NAME…]]

Runs the examples through the reference runtime, each in every mode and format it offers and each twice, and
checks what comes out: pictures are decoded, archives unpacked, everything else computed a second time.
Then lets the conformance kit judge every implementation in conformance/candidates.

Examples:   ${names.join(", ")}
Candidates: ${candidates.join(", ")}
Default: all of them

Options:
  --json   print one JSON document with all rows instead of a table
  --help   print this help

What takes a program (gzip, jq, python3) that is not installed is skipped and says so; with CI=true it counts as failed.

Exit status: 0 whatever ran was verified and conforms; 1 something was not or does not; 64 usage.
`;
}
