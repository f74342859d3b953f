import type { Hello, Ready } from "@stdfn/schemas";
import { limits } from "@stdfn/schemas";
import type { Settings } from "../settings.ts";

/** Minor versions of framing major 1 that this SDK speaks. */
export const minors: readonly number[] = [0];
/** What this SDK can do beyond what every function can, by the registry of features. */
export const features: readonly string[] = ["batch", "stream_out", "failures", "log"];

/** The answer to `hello`, or undefined if no minor version is common (SES-006). */
export function readyTo(hello: Hello, settings: Settings): Ready | undefined {
  const common = minors.filter((minor) => hello.minors.includes(minor));
  if (common.length === 0) return undefined;
  const isDefault = settings.maxRecord === limits.max_record.value;
  return {
    minor: Math.max(...common),
    name: settings.name,
    version: settings.version,
    maxConcurrency: settings.concurrency,
    ...(isDefault ? {} : { limits: { maxRecord: settings.maxRecord } }),
    credit: settings.credit,
    features,
  };
}
