import { type Hello, limits, type Ready } from "@stdfn/schemas";
import type { FunctionFacts } from "../instance.ts";
import type { InstanceSettings } from "../settings.ts";
import { runtimeVersion } from "../version.ts";

/** This runtime's half of the handshake. */
export function helloOf({ credit, orphanBudgetMs, maxRecord }: InstanceSettings): Hello {
  return {
    minors: [0],
    runtime: `stdfn/${runtimeVersion}`,
    credit,
    features: ["log"],
    orphanBudgetMs,
    ...(maxRecord === limits.max_record.value ? {} : { limits: { maxRecord } }),
  };
}

/** What is known of a function by its half of the handshake. */
export function factsOf(
  { name, version, maxRecord }: InstanceSettings,
  ready: Ready | undefined,
): FunctionFacts {
  return {
    name: ready?.name ?? name,
    version: ready?.version ?? version,
    features: ready?.features ?? [],
    maxRecord: Math.min(ready?.limits?.maxRecord ?? limits.max_record.value, maxRecord),
  };
}
