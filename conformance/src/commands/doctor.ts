import { Command } from "commander";
import { addCandidate, type CandidateFlags, factor } from "./candidate-options.ts";

/** Options of `stdfn-conformance doctor`. */
export interface DoctorFlags extends CandidateFlags {
  readonly runtime?: true;
  readonly timeScale: number;
}

/** `stdfn-conformance doctor`: find out why a candidate cannot be judged. */
export function doctorCommand(): Command {
  return addCandidate(
    new Command("doctor").description(
      "Go through the first steps with a candidate, one by one, and show what each has seen.",
    ),
  )
    .option("--runtime", "the candidate is a runtime, which relays a function of the kit")
    .option("--time-scale <factor>", "factor on every time limit", factor, 1)
    .addHelpText("after", help)
    .action(async (words: string[], flags: DoctorFlags) => {
      const { examine } = await import("./examine.ts");
      return examine(words, flags);
    });
}

const help = `
Examples:
  $ stdfn-conformance doctor -- ./my-function
  $ stdfn-conformance doctor --runtime -- ./my-runtime relay

Exit status: 0 every step works, 1 one does not, 2 usage, 130 interrupted.`;
