import type { Command } from "commander";
import { judgeCommand } from "./judge-options.ts";

/** `stdfn-conformance function`: judge a function. */
export function functionCommand(): Command {
  return judgeCommand({
    suite: "function",
    description:
      "Start a function many times over, talk to it, and say which requirements it keeps.",
    selectors: ["FN-SES-0001", "SES-025", "PIP"],
    examples: `  $ stdfn-conformance function -- ./my-function
  $ stdfn-conformance function --only area:SES 'FN-PIP-*' -- node main.js --verbose
  $ stdfn-conformance function --candidate candidate.json --out - | jq -r 'select(.verdict == "fail").id'`,
  });
}
