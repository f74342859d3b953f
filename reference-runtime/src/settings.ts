import type { FormatName } from "@stdfn/schemas";
import type { Manifest } from "@stdfn/schemas/validate";
import type { InvocationMode } from "./instance.ts";

/** Everything an instance has to know about its function: the manifest with each default filled in. */
export interface InstanceSettings {
  readonly name: string;
  /** Absent for a command without a manifest. */
  readonly version: string | undefined;
  readonly mode: InvocationMode;
  readonly format: FormatName;
  /** The executable file, absolute. */
  readonly file: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  /** The environment without `STDFN_*`. */
  readonly env: Readonly<Record<string, string>>;
  /** Values of the manifest's secrets, which no message may show. */
  readonly secrets: readonly string[];
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  /** Most invocations at once on one process; Infinity: whatever the function offers. */
  readonly concurrency: number;
  /** True if one process may serve several tenants. */
  readonly sharedByTenants: boolean;
  /** Facts beyond the usual ones that filter mode exports. */
  readonly contextFacts: readonly ("tenant" | "principal")[];
  readonly produces: Manifest["produces"];
  /** Features by the program's self-description; undefined if it was not asked. */
  readonly features: readonly string[] | undefined;
  readonly exit: Manifest["exit"];
  /** Milliseconds an invocation may take unless it says otherwise; undefined: no bound. */
  readonly timeoutMs: number | undefined;
  /** Most bytes of data of one input event. */
  readonly payloadBytes: number;
  /** Most bytes of data of all results of one invocation. */
  readonly outputBytes: number;
  readonly initTimeoutMs: number;
  readonly graceMs: number;
  readonly drainBudgetMs: number;
  readonly orphanBudgetMs: number;
  /** Largest body of an event or chunk that the host accepts. */
  readonly maxRecord: number;
  /** Credit in bytes that the host gives each invocation. */
  readonly credit: number;
  /** True if the function's own attributions are believed: it is a relay of the same trust. */
  readonly trustedRelay: boolean;
  /** What the runtime does not enforce, in words for the operator. */
  readonly warnings: readonly string[];
  /** Hears every byte of standard error; a promise it gives holds back what follows. */
  readonly onStderr: ((chunk: Buffer) => unknown) | undefined;
}
