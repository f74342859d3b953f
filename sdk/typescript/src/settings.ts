import type { FormatName } from "@stdfn/schemas";
import type { BatchHandler, Handler } from "./handler.ts";
import type { ResultDefaults } from "./result.ts";
import type { BatchServeOptions, ModeName, Produced, ServeOptions } from "./serve-options.ts";

/** The options of `serve`, checked and completed. */
export interface Settings {
  readonly handler: Handler;
  readonly batchHandler: BatchHandler | undefined;
  readonly name: string;
  readonly version: string;
  readonly concurrency: number;
  readonly modes: readonly ModeName[];
  readonly formats: readonly FormatName[];
  readonly accepts: readonly string[] | undefined;
  readonly produces: readonly Produced[] | undefined;
  readonly credit: number;
  readonly maxRecord: number;
  readonly init: (() => void | Promise<void>) | undefined;
  readonly defaults: ResultDefaults;
}

const allModes: readonly ModeName[] = ["session", "pipe", "filter"];
const allFormats: readonly FormatName[] = ["protobuf", "json"];
const functionName = /^[a-z0-9-]{1,63}$/;
const maxUint32 = 0xffff_ffff;
const leastRecord = 1_048_576;
const leastCredit = 65_536;
const defaultConcurrency = 64;
const defaultType = "dev.stdfn.function.result";

/**
 * Checks what `serve` was given.
 * @throws TypeError that names the option, its value and what is allowed.
 */
export function settingsFrom(
  handler: Handler | BatchHandler,
  options: ServeOptions | BatchServeOptions,
): Settings {
  if (typeof handler !== "function") {
    throw new TypeError(
      `serve(${String(handler)}): expected a handler, (event, context) => result`,
    );
  }
  const name = options.name ?? scriptName();
  if (!functionName.test(name)) {
    throw refused("name", name, "1 to 63 of the characters a-z, 0-9 and -");
  }
  const batch = "batch" in options && options.batch === true;
  const first = options.produces?.[0];
  return {
    handler: handler as Handler,
    batchHandler: batch ? (handler as BatchHandler) : undefined,
    name,
    version: options.version ?? "0.0.0",
    concurrency: within("concurrency", options.concurrency ?? defaultConcurrency, 1),
    modes: subset("modes", options.modes ?? allModes, allModes),
    formats: subset("formats", options.formats ?? allFormats, allFormats),
    accepts: options.accepts,
    produces: options.produces,
    credit: within("credit", options.credit ?? leastRecord, leastCredit),
    maxRecord: within("maxRecord", options.maxRecord ?? leastRecord, leastRecord),
    init: options.init,
    defaults: {
      source: `urn:stdfn:function:${name}`,
      type: first?.type ?? defaultType,
      contentType: first?.contentType,
    },
  };
}

function within(option: string, value: number, least: number): number {
  if (Number.isInteger(value) && value >= least && value <= maxUint32) return value;
  throw refused(option, value, `whole numbers from ${least} to ${maxUint32}`);
}

function subset<Name extends string>(
  option: string,
  names: readonly Name[],
  all: readonly Name[],
): readonly Name[] {
  if (names.length > 0 && names.every((name) => all.includes(name))) return [...new Set(names)];
  throw refused(option, names, `one or more of ${all.join(", ")}`);
}

function refused(option: string, value: unknown, allowed: string): TypeError {
  return new TypeError(`serve: ${option} ${JSON.stringify(value)}; allowed: ${allowed}`);
}

/** The script's file name without ending, or its folder's name if that says more. */
function scriptName(): string {
  const parts = (process.argv[1] ?? "").split(/[\\/]/).filter((part) => part !== "");
  const file = (parts.at(-1) ?? "").replace(/\.[^.]*$/, "");
  const said = ["index", "main", "src", "dist", ""].includes(file) ? (parts.at(-2) ?? file) : file;
  const name = said
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return name.slice(0, 63) || "function";
}
