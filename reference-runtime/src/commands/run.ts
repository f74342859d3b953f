import process from "node:process";
import { Command, Option } from "commander";
import type { InvocationMode } from "../instance.ts";
import { type IsolationFlag, isolationOption } from "./isolation-option.ts";
import type { CommandFactory } from "./main.ts";
import { attribute, duration } from "./option-values.ts";
import type { InputFlags } from "./run-input.ts";
import { runOnce } from "./run-once.ts";
import { runWatching } from "./run-watching.ts";
import { type SecretFlag, secretOption } from "./secret-option.ts";
import { namedTarget, targetUsage } from "./target.ts";
import { UsageError } from "./usage-error.ts";

/** The options of `stdfn run`. */
export interface RunFlags extends InputFlags, IsolationFlag, SecretFlag {
  readonly mode?: InvocationMode;
  readonly format?: "json" | "protobuf";
  readonly timeout?: number;
  readonly tenant?: string;
  readonly output?: string;
  readonly json?: boolean;
  readonly watch?: boolean;
  readonly verbose?: boolean;
}

/** `stdfn run`: invokes a function once. */
export const runCommand: CommandFactory = (tail, finish) =>
  new Command("run")
    .summary("invoke a function once")
    .description(
      "Invoke a function once: its input from a file, standard input or --data, its results to standard output.",
    )
    .usage(`[options] ${targetUsage}`)
    .argument("[FOLDER]", "folder of a manifest (stdfn.json)")
    .optionsGroup("Input:")
    .option("--data <text>", "data of the event")
    .option(
      "--file <path>",
      "file with the data of the event, or with a Stdfn stream; - is standard input",
    )
    .option("--type <type>", "type of the event (default: dev.stdfn.run.input)")
    .option("--source <uri>", "source of the event (default: urn:stdfn:run)")
    .option("--content-type <type>", "datacontenttype of the event")
    .option(
      "--attribute <name=value>",
      "another attribute of the event; may be repeated",
      attribute,
    )
    .optionsGroup("Invocation:")
    .addOption(
      new Option(
        "--mode <mode>",
        "how to speak to the function (default: the first it offers; a command: filter)",
      ).choices(["filter", "pipe", "session"]),
    )
    .addOption(
      new Option(
        "--format <format>",
        "format to speak (default: the first the function offers)",
      ).choices(["json", "protobuf"]),
    )
    .option(
      "--timeout <duration>",
      "deadline, as in 500ms or 10s; a function that is started first has to be ready as soon",
      duration,
    )
    .option("--tenant <name>", "tenant in the context")
    .addOption(secretOption())
    .addOption(isolationOption())
    .option("--watch", "run again whenever a file of the function changes, until interrupted")
    .optionsGroup("Output:")
    .option(
      "--output <path>",
      "write the results to a file, which appears only on success (with --json also with the error), or to a pipe or device",
    )
    .option("--json", "write the results as a Stdfn stream in JSON lines instead of their data")
    .option("--verbose", "print the summary even if standard error is no terminal")
    .optionsGroup("Options:")
    .addHelpText("after", help)
    .action(async (folder: string | undefined, flags: RunFlags) => {
      const target = namedTarget("run", folder, tail);
      if (flags.watch !== true) finish(await runOnce(target.load, flags));
      else if (flags.data === undefined && flags.file === undefined && !process.stdin.isTTY)
        throw new UsageError(
          "run: --watch reads its input again each time; name it with --file or --data",
        );
      else finish(await runWatching(target, flags));
    });

const help = `
A COMMAND is run as it is, with all rights of this user and an environment that
holds PATH and the STDFN_ variables only. It is taken for a filter unless --mode
says otherwise.

Standard input that ends before its first byte is wrong input: the program before
this one may have failed. To invoke without data, redirect it from /dev/null; to
invoke with empty data, write --data ''.

Examples:
  $ echo hello | stdfn run -- gzip -9 | gunzip
  $ stdfn run --file photo.jpg --content-type image/jpeg --output small.jpg thumbnail/
  $ stdfn run --type com.example.order --attribute subject=42 --data '{"total":12.5}' orders/
  $ stdfn run --json first/ < input.jsonl | stdfn run second/
  $ stdfn run --watch --file event.json --mode session -- node function.js

Exit status: 0 the function answered; 64 usage; 65 wrong input; 69 not found or not available;
70 the function failed; 74 input or output failed; 75 failed for now, deadline or cancelled;
76 protocol; 78 manifest, permission or isolation; 130 and 143 interrupted.`;
