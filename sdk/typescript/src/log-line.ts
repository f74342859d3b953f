import type { Level } from "@stdfn/schemas";
import type { LogAttributes } from "./context.ts";
import { FunctionError } from "./function-error.ts";

const maxText = 16_384;
// Line feeds and tabs make stack traces readable; the rest could move a terminal's cursor.
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Writes a log line to standard error, control characters escaped. */
export function logToStderr(
  level: Level,
  message: string,
  attributes: LogAttributes | undefined,
): void {
  const facts = attributes === undefined ? "" : ` ${JSON.stringify(attributes)}`;
  process.stderr.write(`${level}: ${escapeControls(message)}${facts}\n`);
}

/** A line of the SDK itself on standard error, opened by the function's name. */
export function complain(name: string, message: string): void {
  process.stderr.write(`${name}: ${escapeControls(message)}\n`);
}

/**
 * Shows whoever runs the function where a handler broke (ERR-006); the sender of the event is told the message alone.
 * @param thrown what left the handler; errors that it has made on purpose need no explanation
 */
export function explainUnexpected(name: string, thrown: unknown): void {
  const isMeant =
    thrown instanceof FunctionError || (thrown as Error | null)?.name === "AbortError";
  if (thrown instanceof Error && !isMeant) complain(name, thrown.stack ?? thrown.message);
}

/** Text that cannot move a terminal's cursor. */
function escapeControls(text: string): string {
  return text.replaceAll(
    control,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

/** Attributes in the form of a log frame: names of `a-z`, `0-9` and `_`, values as text. */
export function wireAttributes(attributes: LogAttributes): Record<string, string> {
  const wire: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes)) {
    wire[wireName(name)] = wellFormed(String(value));
  }
  return wire;
}

function wireName(name: string): string {
  const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return snake.replaceAll(/[^a-z0-9_]/g, "_").slice(0, 64) || "_";
}

/** Text that can be written in both formats, cut so that a log frame stays within its limit. */
export function wellFormed(text: string): string {
  const cut = text.length > maxText ? `${text.slice(0, maxText)} [cut]` : text;
  return cut.replaceAll(/\p{Surrogate}/gu, "\ufffd");
}
