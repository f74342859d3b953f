import process from "node:process";
import { Command } from "commander";
import { programOf } from "../manifest/function-target.ts";
import { record } from "../record/record.ts";
import { RecordingError } from "../record/recording.ts";
import { ErrorOutput } from "../stdio/error-output.ts";
import { openStandardError, openStandardOutput } from "../stdio/standard-stream.ts";
import { type IsolationFlag, isolationOption } from "./isolation-option.ts";
import type { CommandFactory } from "./main.ts";
import { type SecretFlag, secretOption } from "./secret-option.ts";
import { statStandardInput } from "./standard-input.ts";
import { targetOf, targetUsage } from "./target.ts";
import { UsageError } from "./usage-error.ts";

interface Flags extends IsolationFlag, SecretFlag {
  readonly dir: string;
}

/** `stdfn record`: stands between a host and a function and keeps a copy of what passes. */
export const recordCommand: CommandFactory = (tail) =>
  new Command("record")
    .summary("keep a copy of what passes between a host and a function")
    .description(
      "Run a function in the place of itself and keep a copy of what passes: unchanged, undecoded and at once.",
    )
    .usage(`--dir DIR [options] ${targetUsage}`)
    .argument("[FOLDER]", "folder of a manifest (stdfn.json)")
    .requiredOption(
      "--dir <path>",
      "folder for the recording; .2, .3 … is added to its name if it holds one already",
    )
    .addOption(secretOption())
    .addOption(isolationOption())
    .addHelpText("after", help)
    .action(async (folder: string | undefined, { dir, secret, isolation }: Flags) => {
      const program = programOf(targetOf("record", folder, tail), {
        secrets: secret,
        ...(isolation === undefined ? {} : { isolation }),
      });
      statStandardInput("record");
      const errors = new ErrorOutput(openStandardError(), "stdfn record");
      const output = openStandardOutput();
      try {
        const status = await record(program, dir, { input: process.stdin, output, errors });
        await errors.finish();
        // Standard input may still be open.
        process.exit(status);
      } catch (error) {
        if (error instanceof RecordingError) throw new UsageError(`record: ${error.message}`);
        throw error;
      }
    });

const help = `
The folder gets
  host.pb, host.jsonl          what the host wrote, from the preface on
  function.pb, function.jsonl  what the function wrote, from the preface on
  host.bin, function.bin       the same of a filter, which has no preface
  function.foreign             what the function printed before its preface
  stderr.txt                   standard error
  meta.json                    command, mode, format, times, sizes, exit status

Examples:
  $ stdfn run --mode session -- stdfn record --dir tape thumbnail/
  $ stdfn inspect tape/host.pb
  $ protoc --decode=stdfn.v1.Stream -I schemas/proto stdfn/v1/stdfn.proto < tape/function.pb

Exit status: that of the function, 128 and the signal's number if a signal ended it; 64 usage;
69 not found; 74 the output cannot be written; 78 manifest, permission or isolation.`;
