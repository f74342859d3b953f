import { type CodecError, showBytes } from "@stdfn/schemas/codec";
import type { ExitReport } from "./launch/launcher.ts";
import type { StderrTail } from "./launch/stderr-tail.ts";

/** How a process ended, in words: `exit status 3` or `signal SIGKILL`. */
export function describeExit(exit: ExitReport): string {
  return exit.signal === null ? `exit status ${exit.status}` : `signal ${exit.signal}`;
}

/** How a process ended, as details of an error record. */
export function exitDetails(exit: ExitReport | undefined): Record<string, string> {
  if (exit === undefined) return {};
  return exit.signal === null ? { exit_status: String(exit.status) } : { signal: exit.signal };
}

/** Details that this runtime alone defines, under a prefix of its own (VER-007): `{ fault }` as `reference_runtime_fault`. */
export function ownDetails(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`reference_runtime_${name}`, value]),
  );
}

/** What a reader has found wrong, and where, as details of an error record. */
export function faultDetails({ fault, offset }: CodecError): Record<string, string> {
  return ownDetails({ fault, offset: String(offset) });
}

/** The end of standard error as part of a message, control characters escaped; says so if there was none. */
export function quoteStderr(stderr: StderrTail): string {
  const text = stderr.text();
  if (text === "") return "nothing was written to standard error";
  return `standard error ended with: ${escapeControls(text)}`;
}

/** Text from a stranger, fit for a terminal: line feeds and tabs stay, other control characters are escaped. */
export function escapeControls(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

/** The report on bytes that stood before a function's preface and were skipped. */
export function foreignNotice(foreign: Uint8Array): string {
  const bytes = foreign.length === 1 ? "byte" : "bytes";
  return `skipped ${foreign.length} foreign ${bytes} before the preface: ${showBytes(foreign)}; the function printed them to standard output, it has to print to standard error`;
}
