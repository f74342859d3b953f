import { Command } from "commander";
import { addCandidate, factor, seed } from "./candidate-options.ts";
import type { JudgeFlags } from "./judge-options.ts";

/** `stdfn-conformance codec`: judge a reader and writer of the formats by the golden vectors. */
export function codecCommand(): Command {
  const command = new Command("codec").description(
    "Start a program that answers for a codec, put every golden vector to it, to be read and to be written, and say which requirements it keeps.",
  );
  return addCandidate(command)
    .option("--only <selector...>", "only these vectors")
    .option("--not <selector...>", "not these vectors")
    .option("--profile <name>", "only the vectors that count for this profile")
    .option("--seed <hex>", "makes the order the same as in another run", seed)
    .option(
      "--time-scale <factor>",
      "factor on every time limit, besides the measured one",
      factor,
      1,
    )
    .option("--trace", "keep in the report what was asked and answered for passes too")
    .option("--baseline <file>", "known failures: only what is not in there makes the run fail")
    .option("--out <file>", "where the report goes; - is standard output", "results.ndjson")
    .addHelpText("after", help)
    .action(async (words: string[], flags: JudgeFlags) => {
      const { judge } = await import("./judge.ts");
      return judge("codec", words, flags);
    });
}

const help = `
The program reads questions from standard input, one JSON object a line, and answers each with a line on standard output:
  > {"id":0,"ask":"describe"}
  < {"id":0,"name":"my-codec","version":"1","formats":["json"],"features":["record"]}
  > {"id":1,"ask":"record","format":"json","kind":"end","bytes":"e30="}
  < {"id":1,"meaning":{}}
  > {"id":2,"ask":"record","format":"json","kind":"end","bytes":"W10="}
  < {"id":2,"fault":"malformed","code":"invalid_argument"}
It is asked nothing that it does not declare. \`schema codec-question\` and \`schema codec-answer\` say what each member means.

A selector is a vector such as json/valid/pipe-end, a pattern with * (anything within a segment) and ** (anything),
or one of rule, area, format, feature, level with a colon and a name: rule:PBF-016, level:record.

Examples:
  $ stdfn-conformance codec -- ./my-codec
  $ stdfn-conformance codec --only rule:PBF-016 --trace -- python3 codec.py

Exit status: 0 conforms, 1 does not, 2 usage, 3 the kit itself is broken,
4 a failure of the baseline was not met, 5 nothing shown, 130 interrupted.`;
