import { Command } from "commander";
import { positive, seed } from "./candidate-options.ts";

/** Options of `stdfn-conformance self-test`. */
export interface SelfTestFlags {
  readonly sample: number;
  readonly seed?: string;
}

/** `stdfn-conformance self-test`: whether the kit judges right on this machine. */
export function selfTestCommand(): Command {
  return new Command("self-test")
    .description(
      "Judge the kit's own function by a sample of cases, which it has to pass, and mutants of it, which those cases have to refuse; judge small runtimes that do one thing wrong, each of which has to come to a verdict of its own; and put broken codecs to all vectors.",
    )
    .option("--sample <number>", "how many cases of functions", positive, 24)
    .option("--seed <hex>", "takes the same sample as another run", seed)
    .addHelpText("after", help)
    .action(async (flags: SelfTestFlags) => {
      const { selfTest } = await import("./prove-kit.ts");
      return selfTest(flags);
    });
}

const help = `
It takes some seconds and needs nothing but this package.

Exit status: 0 the kit judges right, 3 it does not: please report it; 130 interrupted.`;
