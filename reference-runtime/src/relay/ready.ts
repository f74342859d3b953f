import { limits, type Ready } from "@stdfn/schemas";
import type { Instance, InvocationMode } from "../instance.ts";

/** Invocations a relay serves at once if each has a process to itself. */
const processConcurrency = 16;
const passedOn: Readonly<Record<InvocationMode, readonly string[]>> = {
  session: ["batch", "stream_out", "failures", "log"],
  pipe: ["batch", "stream_out", "failures"],
  filter: ["stream_out"],
};

/**
 * Features of a relay (RLY-017): those of the function which the relay passes on.
 *
 * @param features what the function has; undefined: nobody has asked it
 */
export function featuresOf(
  mode: InvocationMode,
  features: readonly string[] | undefined,
): readonly string[] {
  const offered = passedOn[mode];
  if (features === undefined) return mode === "session" ? [] : offered;
  return offered.filter((name) => features.includes(name));
}

/** Invocations a relay serves at once (RLY-015). @param offered by the function; counts in session mode */
export function maxConcurrency(mode: InvocationMode, offered: number): number {
  return mode === "session" ? offered : processConcurrency;
}

/** The relay's half of the handshake, once its function is ready. @param maxRecord what the relay itself takes */
export function readyOf({ mode, capacity, facts }: Instance, maxRecord: number): Ready {
  const least = Math.min(maxRecord, facts.maxRecord);
  return {
    minor: 0,
    name: facts.name,
    ...(facts.version === undefined ? {} : { version: facts.version }),
    maxConcurrency: maxConcurrency(mode, capacity),
    credit: limits.credit.value,
    features: featuresOf(mode, facts.features),
    ...(least === limits.max_record.value ? {} : { limits: { maxRecord: least } }),
  };
}
