import { Command, Option } from "commander";
import {
  addCandidate,
  addChallenges,
  addOwnCases,
  type CandidateFlags,
  factor,
  seed,
} from "./candidate-options.ts";

/** Options of `stdfn-conformance repro`. */
export interface ReproFlags extends CandidateFlags {
  readonly format?: "json" | "protobuf";
  readonly seed?: string;
  readonly cases?: string;
  readonly challenges?: string;
  readonly timeScale: number;
}

/** `stdfn-conformance repro`: perform one case and show all of it. */
export function reproCommand(): Command {
  const command = new Command("repro")
    .description(
      "Perform one case with a process of its own, and show all that went over the wire.",
    )
    .argument("<CASE>", "the id of the case, or of a vector for a codec");
  return addChallenges(addOwnCases(addCandidate(command)))
    .addOption(new Option("--format <format>", "only this format").choices(["json", "protobuf"]))
    .option("--seed <hex>", "the seed of the run in which it failed", seed)
    .option("--time-scale <factor>", "factor on every time limit", factor, 1)
    .addHelpText("after", help)
    .action(async (id: string, words: string[], flags: ReproFlags) => {
      const { isVectorId, reproduceVector } = await import("./reproduce-vector.ts");
      if (isVectorId(id)) return reproduceVector(id, words, flags);
      const { reproduce } = await import("./reproduce.ts");
      return reproduce(id, words, flags);
    });
}

const help = `
A case or a format that does not apply to the candidate is not performed, as in a run, and the reason is told.
A case that is challenged is said to be; it is performed and judged as every other.

Examples:
  $ stdfn-conformance repro FN-SES-0048 --format json --seed 6db84c -- ./my-function
  $ stdfn-conformance repro RT-RLY-0001 -- ./my-runtime relay
  $ stdfn-conformance repro json/valid/pipe-call -- ./my-codec

Exit status: 0 it passes, 1 it does not, 2 usage, 3 the kit itself is broken,
5 inconclusive or not applicable, 130 interrupted.`;
