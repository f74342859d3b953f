import { quoted } from "../wire/fault.ts";
import type { Member } from "../wire/unit.ts";
import type { Violation } from "./monitor.ts";

/** Features that the specification defines. */
const features: ReadonlySet<string> = new Set(["batch", "stream_out", "failures", "log"]);

/** Whether the name of a feature is grease (VER-011). */
export function isGreaseFeature(name: unknown): boolean {
  return typeof name === "string" && name.startsWith("dev.stdfn.grease.");
}

/** How languages print a frame of a stack below the message: JavaScript, Java and C#, Python, Go, Rust, Ruby. */
const stackTrace =
  /\n[ \t]+at .+(?::\d+:\d+|\(.*\)|:line \d+)|Traceback \(most recent call last\):|\n\s*File ".+", line \d+|\ngoroutine \d+ \[|\n\s*\d+: 0x[0-9a-f]+ - |\n\s*from .+:\d+:in [`']/;

/** What these names of details mean to programs; elsewhere they mislead them. */
const details: Readonly<Record<string, RegExp>> = {
  exit_status: /^\d{1,3}$/,
  signal: /^SIG[A-Z0-9+]+$/,
};

/** What is wrong with what a function says, however it writes it; undefined if nothing is. */
export function violationOfMeaning({ kind, meaning }: Member): Violation | undefined {
  if (kind === "error") return ofError(meaning);
  if (kind === "ready") return ofFeatures((meaning["features"] ?? []) as readonly string[]);
  if (kind === "event" || kind === "stream") return ofNames("the attribute", meaning, "stdfncause");
  if (kind === "log") return ofNames("the attribute of a log line", meaning["attributes"]);
  return undefined;
}

function ofError(error: Member["meaning"]): Violation | undefined {
  const message = String(error["message"] ?? "");
  const trace = stackTrace.exec(message)?.[0];
  if (trace !== undefined)
    return { requirement: "ERR-005", message: `a message with a stack trace: ${quoted(trace)}` };
  for (const [name, value] of Object.entries((error["details"] ?? {}) as object)) {
    if (details[name]?.test(String(value)) === false)
      return {
        requirement: "ERR-018",
        message: `the detail ${name} is ${quoted(String(value))}, which is not what it means`,
      };
  }
  return ofNames("the detail", error["details"]);
}

function ofFeatures(stated: readonly string[]): Violation | undefined {
  for (const name of stated) {
    if (features.has(name) || isGreaseFeature(name)) continue;
    if (name.startsWith("stdfn"))
      return { requirement: "VER-010", message: `the feature ${quoted(name)} is reserved` };
    if (!/^[a-z0-9-]+(\.[A-Za-z0-9_-]+)+$/i.test(name))
      return {
        requirement: "VER-006",
        message: `the feature ${quoted(name)} is not defined and does not begin with a domain name in reverse`,
      };
  }
  return undefined;
}

function ofNames(what: string, map: unknown, allowed?: string): Violation | undefined {
  for (const name of Object.keys((map ?? {}) as object)) {
    if (!name.startsWith("stdfn") || name === allowed) continue;
    return { requirement: "VER-010", message: `${what} ${quoted(name)} is reserved` };
  }
  return undefined;
}
