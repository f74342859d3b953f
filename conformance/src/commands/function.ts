import { Command } from "commander";
import { addCandidate, type CandidateFlags, factor, positive, seed } from "./candidate-options.ts";

/** Options of `stdfn-conformance function`. */
export interface FunctionFlags extends CandidateFlags {
  readonly only?: readonly string[];
  readonly not?: readonly string[];
  readonly seed?: string;
  readonly jobs?: number;
  readonly timeScale: number;
  readonly alone?: boolean;
  readonly trace?: boolean;
  readonly baseline?: string;
  readonly out: string;
}

/** `stdfn-conformance function`: judge a function. */
export function functionCommand(): Command {
  return addCandidate(
    new Command("function")
      .summary("judge a function")
      .description(
        "Start a function many times over, talk to it, and say which requirements it keeps.",
      ),
  )
    .option("--only <selector...>", "only these cases, and the twins they cannot do without")
    .option("--not <selector...>", "not these cases")
    .option("--seed <hex>", "makes random texts and octets the same as in another run", seed)
    .option("--jobs <number>", "how many candidates run at the same time", positive)
    .option(
      "--time-scale <factor>",
      "factor on every time limit, besides the measured one",
      factor,
      1,
    )
    .option("--alone", "give every case a process of its own")
    .option("--trace", "keep in the report what went over the wire for passes too; implies --alone")
    .option("--baseline <file>", "known failures: only what is not in there makes the run fail")
    .option("--out <file>", "where the report goes; - is standard output", "results.ndjson")
    .addHelpText("after", help)
    .action(async (command: string[], flags: FunctionFlags) => {
      const { judgeFunction } = await import("./judge-function.ts");
      return judgeFunction(command, flags);
    });
}

const help = `
A selector is a case such as FN-SES-0001, a pattern with *, or one of rule, area, mode, format, feature, level, mutant
with a colon and a name: rule:SES-025, area:PIP.

Examples:
  $ stdfn-conformance function -- ./my-function
  $ stdfn-conformance function --only area:SES 'FN-PIP-*' -- node main.js --verbose
  $ stdfn-conformance function --candidate candidate.json --out - | jq -r 'select(.verdict == "fail").id'

Exit status: 0 conforms, 1 does not, 2 usage, 3 the kit itself is broken,
4 a failure of the baseline was not met, 5 nothing shown, 130 interrupted.`;
