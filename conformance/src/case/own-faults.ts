import { errorCodes } from "@stdfn/schemas";
import { nearestName } from "@stdfn/schemas/validate";
import { didYouMean } from "../did-you-mean.ts";
import { requirement } from "../requirements.ts";
import { WireFault } from "../wire/fault.ts";
import { readJsonBody } from "../wire/json-body.ts";
import { parseJson } from "../wire/json-text.ts";
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
 * Checks that what an author gives is an event, whose attributes no reader refuses, and that the error that is expected
 * is one that a function may write (ERR-001).
 * @throws what `fault` makes of it
 */
export function checkOwnCase(
  {
    event,
    events = [],
    error,
  }: { readonly event?: Plain; readonly events?: readonly Plain[]; readonly error?: Plain },
  fault: (text: string) => Error,
): void {
  if (event !== undefined) checkEvent(event, "event", fault);
  for (const [index, one] of events.entries()) checkEvent(one, `events/${index}`, fault);
  const { code } = error ?? {};
  if (code === undefined || isMade(code) || codes.includes(String(code))) return;
  const near = nearestName(String(code), codes);
  const hint = didYouMean(near);
  throw fault(
    `/error/code: ${JSON.stringify(code)} is no error code${hint}; there are ${codes.join(", ")} (ERR-001)`,
  );
}

function checkEvent(event: Plain, place: string, fault: (text: string) => Error): void {
  const attributes = Object.entries({ id: "1", ...madeUp, ...event })
    .filter(([name]) => !ofData.includes(name))
    // What is made is a text, and this one may stand anywhere.
    .map(([name, value]) => [name, isMade(value) ? "2026-01-01T00:00:00Z" : value]);
  const text = JSON.stringify(Object.fromEntries(attributes));
  try {
    readJsonBody("event", parseJson(text).root, text);
  } catch (error) {
    if (!(error instanceof WireFault)) throw error;
    const { message, requirement: id } = error;
    throw fault(`/${place} is no event: ${message}; ${id}: ${requirement(id)?.text}`);
  }
}

function isMade(value: unknown): boolean {
  return typeof value === "object" && Object.keys(value ?? {})[0]?.startsWith("$") === true;
}
