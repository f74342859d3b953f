import process from "node:process";
import { exitStatuses } from "@stdfn/schemas";
import { describeCommand } from "./commands/describe.ts";
import { inspectCommand } from "./commands/inspect.ts";
import { main } from "./commands/main.ts";
import { recordCommand } from "./commands/record.ts";
import { relayCommand } from "./commands/relay.ts";
import { runCommand } from "./commands/run.ts";
import { validateCommand } from "./commands/validate.ts";

/** Every command of `stdfn`, in the order of the help. */
const commands = [
  runCommand,
  relayCommand,
  recordCommand,
  inspectCommand,
  describeCommand,
  validateCommand,
];

// What ends without an answer has not done what it was asked.
process.exitCode = exitStatuses.internal.status;
void main(commands, process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
