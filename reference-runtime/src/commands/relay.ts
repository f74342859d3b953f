import process from "node:process";
import { Command, Option } from "commander";
import type { InvocationMode } from "../instance.ts";
import type { ConnectOptions, FunctionTarget } from "../manifest/function-target.ts";
import { relay } from "../relay/relay.ts";
import { RelayTarget } from "../relay/relay-target.ts";
import { Runtime } from "../runtime.ts";
import { RuntimeError } from "../runtime-error.ts";
import { type IsolationFlag, isolationOption } from "./isolation-option.ts";
import type { CommandFactory } from "./main.ts";
import { type SecretFlag, secretOption } from "./secret-option.ts";
import { whenInterrupted } from "./signals.ts";
import { statStandardInput } from "./standard-input.ts";
import { targetOf, targetUsage } from "./target.ts";

interface Flags extends IsolationFlag, SecretFlag {
  readonly mode?: InvocationMode;
  readonly format?: "json" | "protobuf";
}

/** `stdfn relay`: presents the function it hosts as a function on its own standard input and output. */
export const relayCommand: CommandFactory = (tail) =>
  new Command("relay")
    .summary("be a function by hosting one")
    .description(
      "Host a function and be that function on standard input and output: in any mode and format, whatever it speaks itself.",
    )
    .usage(`[options] ${targetUsage}`)
    .argument("[FOLDER]", "folder of a manifest (stdfn.json)")
    .addOption(
      new Option(
        "--mode <mode>",
        "how to speak to the function (default: the first mode it offers; a command: as the relay is spoken to)",
      ).choices(["filter", "pipe", "session"]),
    )
    .addOption(
      new Option(
        "--format <format>",
        "format to speak (default: that of standard input if the function offers it)",
      ).choices(["json", "protobuf"]),
    )
    .addOption(secretOption())
    .addOption(isolationOption())
    .addHelpText("after", help)
    .action(async (folder: string | undefined, flags: Flags) => {
      const target = new RelayTarget(new Runtime(), load(folder, tail), optionsOf(flags));
      statStandardInput("relay");
      const status = await relay(target, (server) => {
        whenInterrupted(() => server.interrupt());
      });
      // Standard input may still be open, and what is left of a function that does not end is killed with this process.
      process.exit(status);
    });

/** A manifest that is wrong is upstream's to hear of, in its own format; a wrong command line is not. */
function load(
  folder: string | undefined,
  tail: readonly string[] | undefined,
): () => FunctionTarget {
  try {
    const target = targetOf("relay", folder, tail);
    return () => target;
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    return () => {
      throw error;
    };
  }
}

function optionsOf({ mode, format, isolation, secret }: Flags): ConnectOptions {
  return {
    ...(mode === undefined ? {} : { mode }),
    ...(format === undefined ? {} : { format }),
    ...(isolation === undefined ? {} : { isolation }),
    secrets: secret,
  };
}

const help = `
Standard output carries the protocol and nothing else. Standard error is that of
the function, and what the relay itself has to say, marked "stdfn relay:".

Examples:
  $ stdfn run --mode session -- stdfn relay thumbnail/       a runtime around a runtime
  $ first < in.jsonl | stdfn relay second/ | third           a session function in a plain pipe
  $ gunzip < events.gz | stdfn relay --mode filter -- jq .id a filter that speaks Stdfn
  $ STDFN_MODE=describe stdfn relay thumbnail/

Exit status: 0 served in order; 64 usage, or a terminal on standard input; 65 wrong or no input;
69 the function cannot be started, or has died; 74 the other side is gone, or cannot be written to; 76 the input breaks the protocol;
78 manifest, permission or isolation. In pipe and filter mode a failure has the status of its error code.`;
