import { errorCodes } from "@stdfn/schemas";
import { nearestName } from "@stdfn/schemas/validate";
import { didYouMean } from "../did-you-mean.ts";
import { requirement } from "../requirements.ts";
import { WireFault } from "../wire/fault.ts";
import { readJsonBody } from "../wire/json-body.ts";
import { parseJson } from "../wire/json-text.ts";
import { messages } from "../wire/message-table.ts";
import type { Plain } from "./case.ts";
import { ofData } from "./own-files.ts";

/** Attributes that an event of a case has where its author leaves them out. */
export const madeUp: Plain = {
  specversion: "1.0",
  source: "/conformance",
  type: "dev.stdfn.conformance.own",
};

const codes = Object.keys(errorCodes);

/**
 * Checks that what an author gives are events and a context that no reader refuses, and that the error that is expected
 * is one that a function may write (ERR-001).
 * @throws what `fault` makes of it
 */
export function checkOwnCase(
  {
    event,
    events = [],
    context,
    error,
  }: {
    readonly event?: Plain;
    readonly events?: readonly Plain[];
    readonly context?: Plain;
    readonly error?: Plain;
  },
  fault: (text: string) => Error,
): void {
  if (event !== undefined) checkEvent(event, "event", fault);
  for (const [index, one] of events.entries()) checkEvent(one, `events/${index}`, fault);
  if (context !== undefined) checkContext(context, fault);
  const { code } = error ?? {};
  if (code === undefined || isMade(code) || codes.includes(String(code))) return;
  const hint = didYouMean(nearestName(String(code), codes));
  throw fault(
    `/error/code: ${JSON.stringify(code)} is no error code${hint}; there are ${codes.join(", ")} (ERR-001)`,
  );
}

function checkEvent(event: Plain, place: string, fault: (text: string) => Error): void {
  const attributes = Object.entries({ id: "1", ...madeUp, ...event })
    .filter(([name]) => !ofData.includes(name))
    // What is made is a text, and this one may stand anywhere.
    .map(([name, value]) => [name, isMade(value) ? "2026-01-01T00:00:00Z" : value]);
  checkBody("event", Object.fromEntries(attributes), place, fault);
}

/** Readers ignore members that they do not know (MOD-062), so that one that is misspelt would change nothing. */
function checkContext(context: Plain, fault: (text: string) => Error): void {
  const known = messages.context.map(({ name }) => name);
  const unknown = Object.keys(context).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw fault(
      `/context/${unknown} is no member of a context${didYouMean(nearestName(unknown, known))}; there are ${known.join(", ")}`,
    );
  checkBody("context", { invocation_id: "1", ...context }, "context", fault);
}

function checkBody(
  kind: "event" | "context",
  body: Plain,
  place: string,
  fault: (text: string) => Error,
): void {
  const text = JSON.stringify(body);
  try {
    readJsonBody(kind, parseJson(text).root, text);
  } catch (error) {
    if (!(error instanceof WireFault)) throw error;
    const { message, requirement: id } = error;
    throw fault(`/${place} is no ${kind}: ${message}; ${id}: ${requirement(id)?.text}`);
  }
}

function isMade(value: unknown): boolean {
  return typeof value === "object" && Object.keys(value ?? {})[0]?.startsWith("$") === true;
}
