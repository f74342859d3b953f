import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import process from "node:process";
import { exitStatuses, limits } from "@stdfn/schemas";
import { Command, InvalidArgumentError } from "commander";
import pc from "picocolors";
import { inspect } from "../inspect/inspect.ts";
import { JsonReport } from "../inspect/json-report.ts";
import { TextReport } from "../inspect/text-report.ts";
import { print } from "../stdio/print.ts";
import { InputFailure } from "./input-failure.ts";
import type { CommandFactory } from "./main.ts";
import { statStandardInput } from "./standard-input.ts";
import { UsageError } from "./usage-error.ts";

interface Flags {
  readonly json?: boolean;
  readonly raw?: boolean;
  readonly limit?: number;
  readonly maxRecord: number;
}

/** `stdfn inspect`: shows what is in a captured stream, and what is wrong with it. */
export const inspectCommand: CommandFactory = (_tail, finish) =>
  new Command("inspect")
    .summary("show what is in a captured stream, and what is wrong with it")
    .description(
      "Show every byte of a captured stream and what it means, and where and why it breaks. Format, mode and direction are recognised.",
    )
    .usage("[options] [FILE|-]")
    .argument(
      "[FILE]",
      "a stream, a piece of one (a frame, some records), or the file of a vector; - is standard input",
      "-",
    )
    .option("--raw", "every byte in hexadecimal, also of long payloads and of JSON")
    .option(
      "--limit <count>",
      "show the first so many records or frames; the others are still checked",
      whole(0),
    )
    .option(
      "--max-record <bytes>",
      "largest body of a record, if the two sides have agreed on more",
      whole(limits.max_record.floor),
      limits.max_record.value,
    )
    .option("--json", "one line of JSON for everything that is found")
    .addHelpText("after", help)
    .action(async (file: string, { json, raw = false, limit = Infinity, maxRecord }: Flags) => {
      const source = await open(file);
      const palette = pc.createColors(process.stdout.isTTY === true && pc.isColorSupported);
      const report =
        json === true
          ? new JsonReport(print, { raw, limit })
          : new TextReport(print, palette, { raw, limit });
      let faults = 0;
      for await (const finding of inspect(source, { maxRecord })) {
        if (finding.type === "fault") faults++;
        report.take(finding);
      }
      finish(faults === 0 ? exitStatuses.ok.status : exitStatuses.data.status);
    });

async function open(file: string): Promise<AsyncIterable<Uint8Array>> {
  if (file === "-") {
    if (process.stdin.isTTY)
      throw new UsageError("inspect: name a file, or give a stream on standard input");
    statStandardInput("inspect");
    return readable(process.stdin, "standard input");
  }
  try {
    if ((await stat(file)).isDirectory())
      throw new UsageError(
        `inspect: ${file} is a folder; of a recording, name host.* or function.* in it`,
      );
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`inspect: ${file} cannot be read: ${(cause as Error).message}`);
  }
  return readable(createReadStream(file), file);
}

async function* readable(
  source: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* source;
  } catch (cause) {
    throw InputFailure.unreadable(name, cause);
  }
}

function whole(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && Number.isSafeInteger(value)) return value;
    throw new InvalidArgumentError(`Allowed are whole numbers from ${least}.`);
  };
}

const help = `
Examples:
  $ stdfn inspect tape/function.pb                what a recorder has kept
  $ thumbnail < in.pb | stdfn inspect             what a function really writes
  $ stdfn inspect --limit 3 --raw session.jsonl
  $ stdfn inspect --json host.pb | jq -c 'select(.type == "fault")'

Exit status: 0 everything is sound; 65 there is a fault, which is shown; 64 usage;
74 the stream cannot be read, or the report not be written.`;
