import type { FormatName } from "@stdfn/schemas";
import type { BatchHandler, Handler } from "./handler.ts";
import type { ResultDefaults } from "./result.ts";

/** How a program can serve. */
export type ModeName = "filter" | "pipe" | "session";

/** A type of event the function gives, for the self-description and as the default of its results. */
export interface Produced {
  /** Event type, for instance `com.example.thumbnail.made`. */
  readonly type: string;
  /** Media type of its data. */
  readonly contentType?: string;
}

/** What `serve` can be told. Everything has a default. */
export interface ServeOptions {
  /** Name of the function: 1 to 63 of the characters `a-z`, `0-9` and `-`. Default: made from the script's name. */
  readonly name?: string;
  /** Version of the function. Default: `0.0.0`. */
  readonly version?: string;
  /** Invocations one process serves at the same time in a session, at least 1. Default: 64. */
  readonly concurrency?: number;
  /** Modes offered, by preference. Default: session, pipe, filter. */
  readonly modes?: readonly ModeName[];
  /** Formats offered, by preference. Default: protobuf, json. */
  readonly formats?: readonly FormatName[];
  /** Types of event the function takes, for its self-description. */
  readonly accepts?: readonly string[];
  /** Types of event the function gives. The first one is the default of its results. */
  readonly produces?: readonly Produced[];
  /** Octets the host may send ahead of each invocation's handler, at least 65536. Default: 1048576. */
  readonly credit?: number;
  /** Largest whole event in bytes that is taken, at least 1048576. Default: 1048576. Larger ones are streamed. */
  readonly maxRecord?: number;
  /**
   * Runs once, before the first event is served. If it throws, the function answers that it cannot serve and exits
   * with the status of the error's code.
   */
  readonly init?: () => void | Promise<void>;
}

/** `ServeOptions` for a handler that takes all events of an invocation in one call. */
export interface BatchServeOptions extends ServeOptions {
  readonly batch: true;
}

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
