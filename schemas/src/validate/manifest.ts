import type { ErrorCode } from "../generated/registry.ts";
import type { Disposition } from "../model/envelope.ts";
import type { FormatName } from "../model/record.ts";

/** A mode a function may offer. */
export type ModeName = "session" | "pipe" | "filter";

/** What a process is guaranteed not to reach. */
export type Isolation = "sealed" | "sealed+kernel" | "outbound" | "outbound+kernel" | "trusted";

/** The content of `stdfn.json`, spelt as it stands there. Absent members have the schema's defaults. */
export interface Manifest {
  readonly $schema?: string;
  readonly stdfn: "1";
  readonly name: string;
  readonly version: string;
  /** Program and arguments, at least the program. */
  readonly command: readonly [string, ...string[]];
  /** Preferred one first. */
  readonly modes?: readonly ModeName[];
  /** Preferred one first. */
  readonly formats?: readonly FormatName[];
  /** Invocations that one process may be given at once, from 1. */
  readonly concurrency?: number;
  readonly sharing?: "tenant" | "tenants";
  readonly limits?: ManifestLimits;
  readonly env?: {
    readonly pass?: readonly string[];
    readonly set?: Readonly<Record<string, string>>;
  };
  readonly secrets?: readonly string[];
  readonly context?: readonly ("tenant" | "principal")[];
  readonly isolation?: Isolation;
  readonly network?: { readonly allow?: readonly string[] };
  readonly triggers?: readonly Trigger[];
  readonly accepts?: readonly string[];
  readonly produces?: readonly Produced[];
  readonly exit?: "stdfn" | Readonly<Record<string, "ok" | Disposition | ErrorCode>>;
}

/** Bounds that the runtime keeps; bytes and milliseconds. */
export interface ManifestLimits {
  readonly memory_bytes?: number;
  readonly timeout_ms?: number;
  readonly payload_bytes?: number;
  readonly output_bytes?: number;
  readonly init_timeout_ms?: number;
  readonly grace_ms?: number;
  readonly drain_budget_ms?: number;
  readonly max_record?: number;
}

/** What invokes a function; further members belong to the type of trigger. */
export interface Trigger {
  readonly name: string;
  readonly type: string;
  readonly [member: string]: unknown;
}

/** Events a function answers with. */
export interface Produced {
  readonly type: string;
  readonly content_type?: string;
}
