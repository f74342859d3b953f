import { Command } from "commander";
import { addJudgeOptions, type JudgeFlags, judgeHelp } from "./judge-options.ts";

/** `stdfn-conformance function`: judge a function. */
export function functionCommand(): Command {
  return addJudgeOptions(
    new Command("function")
      .summary("judge a function")
      .description(
        "Start a function many times over, talk to it, and say which requirements it keeps.",
      ),
  )
    .addHelpText("after", help)
    .action(async (command: string[], flags: JudgeFlags) => {
      const { judge } = await import("./judge.ts");
      return judge("function", command, flags);
    });
}

const help = `
A selector is a case such as FN-SES-0001, a pattern with *, or one of rule, area, mode, format, feature, level, mutant
with a colon and a name: rule:SES-025, area:PIP.

Examples:
  $ stdfn-conformance function -- ./my-function
  $ stdfn-conformance function --only area:SES 'FN-PIP-*' -- node main.js --verbose
  $ stdfn-conformance function --candidate candidate.json --out - | jq -r 'select(.verdict == "fail").id'
${judgeHelp}`;
