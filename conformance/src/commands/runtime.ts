import { Command } from "commander";
import { addJudgeOptions, type JudgeFlags, judgeHelp } from "./judge-options.ts";

/** `stdfn-conformance runtime`: judge a runtime. */
export function runtimeCommand(): Command {
  return addJudgeOptions(
    new Command("runtime")
      .summary("judge a runtime")
      .description(
        "Start a runtime many times over as a relay, with a folder that holds a stdfn.json as its last argument, talk to it as its host and as the function it hosts, and say which requirements it keeps.",
      ),
  )
    .addHelpText("after", help)
    .action(async (command: string[], flags: JudgeFlags) => {
      const { judge } = await import("./judge.ts");
      return judge("runtime", command, flags);
    });
}

const help = `
A selector is a case such as RT-RLY-0001, a pattern with *, or one of rule, area, mode, format, feature, level, mutant
with a colon and a name: rule:RLY-006, area:SES.

Examples:
  $ stdfn-conformance runtime -- ./my-runtime relay
  $ stdfn-conformance runtime --only area:RLY -- stdfn relay
${judgeHelp}`;
