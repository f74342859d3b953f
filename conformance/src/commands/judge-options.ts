import { Command } from "commander";
import {
  addCandidate,
  addChallenges,
  addOwnCases,
  type CandidateFlags,
  factor,
  positive,
  seed,
} from "./candidate-options.ts";

/** What can be judged. */
export type SuiteName = "function" | "runtime" | "codec";

/** Options of the commands that judge. */
export interface JudgeFlags extends CandidateFlags {
  readonly only?: readonly string[];
  readonly not?: readonly string[];
  readonly seed?: string;
  readonly jobs?: number;
  readonly timeScale: number;
  readonly alone?: boolean;
  readonly trace?: boolean;
  readonly baseline?: string;
  readonly challenges?: string;
  readonly profile?: string;
  readonly cases?: string;
  readonly out: string;
}

/** What tells one command that judges from another. */
interface JudgeCommand {
  readonly suite: "function" | "runtime";
  readonly description: string;
  /** Examples of selectors: a case, a requirement and an area. */
  readonly selectors: readonly [string, string, string];
  readonly examples: string;
}

/** A command that judges a candidate: `stdfn-conformance function` or `stdfn-conformance runtime`. */
export function judgeCommand({ suite, description, selectors, examples }: JudgeCommand): Command {
  const [one, rule, area] = selectors;
  const help = `
A selector is a case such as ${one}, a pattern with * (anything within a segment) and ** (anything), or one
of rule, area, mode, format, feature, level, mutant with a colon and a name: rule:${rule}, area:${area}.

Examples:
${examples}

Exit status: 0 conforms, 1 does not, 2 usage, 3 the kit itself is broken,
4 a failure of the baseline was not met, 5 nothing shown, 130 interrupted.`;
  const command = addJudgeOptions(new Command(suite).description(description));
  if (suite === "function") addOwnCases(command);
  return command.addHelpText("after", help).action(async (command: string[], flags: JudgeFlags) => {
    const { judge } = await import("./judge.ts");
    return judge(suite, command, flags);
  });
}

/** Adds the candidate, which cases it is judged by, and where the report goes. */
function addJudgeOptions(command: Command): Command {
  return addChallenges(addCandidate(command))
    .option("--only <selector...>", "only these cases, and the twins they cannot do without")
    .option("--not <selector...>", "not these cases")
    .option("--profile <name>", "only the cases that count for this profile")
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
    .option("--out <file>", "where the report goes; - is standard output", "results.ndjson");
}
