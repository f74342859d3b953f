import { limits, type Ready } from "@stdfn/schemas";
import type { Instance, InvocationMode } from "../instance.ts";

/** Invocations a relay serves at once if each has a process to itself. */
const processConcurrency = 16;
const sessionFeatures = ["batch", "stream_out", "failures", "log"];
const pipeFeatures = ["batch", "stream_out", "failures"];
const filterFeatures = ["stream_out"];

/** Features of a relay (RLY-017): those of the function which the relay passes on. */
export function featuresOf(mode: InvocationMode, features: readonly string[]): readonly string[] {
  if (mode === "session") return sessionFeatures.filter((name) => features.includes(name));
  return mode === "pipe" ? pipeFeatures : filterFeatures;
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
