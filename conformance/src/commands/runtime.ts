import type { Command } from "commander";
import { judgeCommand } from "./judge-options.ts";

/** `stdfn-conformance runtime`: judge a runtime. */
export function runtimeCommand(): Command {
  return judgeCommand({
    suite: "runtime",
    description:
      "Start a runtime many times over as a relay, with a folder that holds a stdfn.json as its last argument, talk to it as its host and as the function it hosts, and say which requirements it keeps.",
    selectors: ["RT-RLY-0001", "RLY-006", "SES"],
    examples: `  $ stdfn-conformance runtime -- ./my-runtime relay
  $ stdfn-conformance runtime --only area:RLY -- stdfn relay`,
  });
}
