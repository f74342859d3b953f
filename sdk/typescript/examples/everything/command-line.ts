import { parseArgs } from "node:util";
import { type ErrorCode, FunctionError, type ServeOptions } from "@stdfn/sdk";

/** What the command line asks for. */
export interface Options {
  readonly serve: Pick<ServeOptions, "modes" | "formats" | "concurrency" | "credit" | "maxRecord">;
  readonly initDelay: number | undefined;
  readonly initFail: ErrorCode | undefined;
  readonly initPrint: string | undefined;
}

const maxUint32 = 0xffff_ffff;
const longestDelay = 2_147_483_647;

/** Reads the options; exits with status 64 and names the argument if one is unknown or out of range (EVF-053). */
export function commandLine(args: readonly string[]): Options {
  try {
    return optionsOf(args);
  } catch (error) {
    console.error(`everything: ${(error as Error).message}`);
    process.exit(64);
  }
}

function optionsOf(args: readonly string[]): Options {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      modes: text,
      formats: text,
      concurrency: text,
      credit: text,
      "max-record": text,
      "init-delay": text,
      "init-fail": text,
      "init-print": text,
    },
  });
  const concurrency = number("concurrency", values.concurrency, 1, maxUint32);
  const credit = number("credit", values.credit, 65_536, maxUint32);
  const maxRecord = number("max-record", values["max-record"], 1_048_576, maxUint32);
  return {
    serve: {
      ...(values.modes !== undefined && {
        modes: list("modes", values.modes, ["session", "pipe", "filter"] as const),
      }),
      ...(values.formats !== undefined && {
        formats: list("formats", values.formats, ["protobuf", "json"] as const),
      }),
      ...(concurrency !== undefined && { concurrency }),
      ...(credit !== undefined && { credit }),
      ...(maxRecord !== undefined && { maxRecord }),
    },
    initDelay: number("init-delay", values["init-delay"], 0, longestDelay),
    initFail: errorCode(values["init-fail"]),
    initPrint: values["init-print"],
  };
}

function number(
  option: string,
  text: string | undefined,
  least: number,
  most: number,
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new RangeError(`--${option} ${text}: expected a whole number from ${least} to ${most}`);
}

function list<Name extends string>(option: string, text: string, allowed: readonly Name[]): Name[] {
  const names = text.split(",");
  const unknown = names.find((name) => !allowed.some((one) => one === name));
  if (unknown === undefined) return names as Name[];
  throw new RangeError(
    `--${option} ${text}: no ${JSON.stringify(unknown)}; allowed are ${allowed.join(", ")}`,
  );
}

function errorCode(text: string | undefined): ErrorCode | undefined {
  if (text === undefined) return undefined;
  try {
    return new FunctionError(text as ErrorCode, "").code;
  } catch {
    throw new RangeError(`--init-fail ${text}: no error code`);
  }
}
