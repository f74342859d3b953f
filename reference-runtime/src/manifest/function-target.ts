import process from "node:process";
import type { FormatName } from "@stdfn/schemas";
import { limits } from "@stdfn/schemas";
import type { Isolation, Manifest, SelfDescription } from "@stdfn/schemas/validate";
import { ownDetails } from "../evidence.ts";
import type { InvocationMode } from "../instance.ts";
import { resolveExecutable } from "../launch/resolve-executable.ts";
import { RuntimeError } from "../runtime-error.ts";
import type { InstanceSettings } from "../settings.ts";
import type { FunctionFolder } from "./load-manifest.ts";

/** A program that is run without a manifest: by hand, and therefore trusted. */
export interface CommandTarget {
  /** Program and arguments. */
  readonly command: readonly [string, ...string[]];
  /** Working directory; default: that of this process. */
  readonly cwd?: string;
  /** Variables besides `PATH`, which is that of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What can be connected to. */
export type FunctionTarget = FunctionFolder | CommandTarget;

/** What a caller decides about an instance. */
export interface ConnectOptions {
  /** Default: the first mode the function offers. */
  readonly mode?: InvocationMode;
  /** Default: the first format the function offers. */
  readonly format?: FormatName;
  /** Format to use if the function offers it, whatever it prefers. */
  readonly preferFormat?: FormatName;
  /** Default: the manifest's, and `sealed` if it says nothing. */
  readonly isolation?: Isolation;
  /** User and group to run as; both or none. */
  readonly uid?: number;
  readonly gid?: number;
  /** Values of the manifest's `secrets`, by name. */
  readonly secrets?: Readonly<Record<string, string>>;
  /**
   * Milliseconds in which a process has to describe itself, and again in which it has to become ready, where that is less
   * than the limits give it.
   */
  readonly startTimeoutMs?: number;
  /** Milliseconds a process may go on after this runtime was killed; default 5000. */
  readonly orphanBudgetMs?: number;
  /** Credit in bytes for each invocation's results; default 1048576. */
  readonly credit?: number;
  /** True if the function is a relay whose attributions are to be believed. */
  readonly trustedRelay?: boolean;
  /** Hears every byte of standard error; a promise it gives holds back what follows. */
  readonly onStderr?: (chunk: Buffer) => unknown;
  /**
   * Largest body of an event or chunk that the caller can take, if less than the manifest allows. A function in session
   * mode is told; one in pipe mode may write what the manifest allows.
   */
  readonly maxRecord?: number;
}

const searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The program of a target: file, arguments, folder and environment. */
export type Program = Pick<
  InstanceSettings,
  "file" | "argv" | "cwd" | "env" | "secrets" | "uid" | "gid" | "orphanBudgetMs" | "onStderr"
>;

/**
 * Finds the program of a target.
 *
 * @throws RuntimeError `isolation_unavailable`, `command_not_found`, `not_executable`, `manifest_invalid` (a secret is
 * missing); no process was started
 */
export function programOf(
  target: FunctionTarget,
  options: ConnectOptions,
  purpose: "serve" | "describe" = "serve",
): Program {
  const folder = "manifest" in target ? target.folder : (target.cwd ?? process.cwd());
  const command = "manifest" in target ? target.manifest.command : target.command;
  const env = "manifest" in target ? manifestEnv(target.manifest) : commandEnv(target);
  checkIsolation(target, options.isolation);
  // A program that only describes itself gets no secret (DSC-009).
  const secrets =
    purpose === "serve" && "manifest" in target ? secretsOf(target.manifest, options) : {};
  return {
    file: resolveExecutable(command[0], folder, env["PATH"] ?? searchPath),
    argv: command,
    cwd: folder,
    env: { ...env, ...secrets },
    secrets: Object.values(secrets),
    uid: options.uid,
    gid: options.gid,
    orphanBudgetMs: options.orphanBudgetMs ?? limits.orphan_budget_ms.value,
    onStderr: options.onStderr,
  };
}

/**
 * Everything an instance has to know.
 *
 * @param description what the program said of itself, if it was asked
 * @throws RuntimeError as `programOf` does, and `not_offered`
 */
export function settingsOf(
  target: FunctionTarget,
  options: ConnectOptions,
  description?: SelfDescription,
): InstanceSettings {
  const program = programOf(target, options);
  const manifest = "manifest" in target ? target.manifest : undefined;
  const bounds = manifest?.limits;
  const mode = chooseMode(manifest?.modes ?? description?.modes, options.mode);
  return {
    ...program,
    name: manifest?.name ?? description?.name ?? commandName(program.argv[0] ?? ""),
    version: manifest?.version ?? description?.version,
    mode,
    format: chooseFormat(manifest?.formats ?? description?.formats, options),
    concurrency: manifest === undefined ? Number.POSITIVE_INFINITY : (manifest.concurrency ?? 1),
    sharedByTenants: manifest?.sharing === "tenants",
    contextFacts: manifest?.context ?? [],
    produces: manifest?.produces ?? description?.produces,
    features: description?.features,
    exit: manifest?.exit,
    timeoutMs: bounds?.timeout_ms,
    payloadBytes: bounds?.payload_bytes ?? Number.POSITIVE_INFINITY,
    outputBytes: bounds?.output_bytes ?? Number.POSITIVE_INFINITY,
    initTimeoutMs: Math.min(
      bounds?.init_timeout_ms ?? limits.init_timeout_ms.value,
      options.startTimeoutMs ?? Number.POSITIVE_INFINITY,
    ),
    graceMs: bounds?.grace_ms ?? limits.grace_ms.value,
    drainBudgetMs: bounds?.drain_budget_ms ?? limits.drain_budget_ms.value,
    maxRecord: Math.min(
      bounds?.max_record ?? limits.max_record.value,
      (mode === "pipe" ? undefined : options.maxRecord) ?? Number.POSITIVE_INFINITY,
    ),
    credit: options.credit ?? limits.credit.value,
    trustedRelay: options.trustedRelay ?? false,
    warnings: [...unenforced(manifest), ...disagreements(manifest, description)],
  };
}

/** MAN-016: `trusted` is the one profile under which a limit may go unenforced, and then it is said. */
function unenforced(manifest: Manifest | undefined): string[] {
  return manifest?.limits?.memory_bytes === undefined
    ? []
    : [`limits.memory_bytes (${manifest.limits.memory_bytes}) is not enforced by this runtime`];
}

/** DSC-015: the manifest wins, and the operator hears of it. */
function disagreements(
  manifest: Manifest | undefined,
  description: SelfDescription | undefined,
): string[] {
  if (manifest === undefined || description === undefined) return [];
  const missing = (what: "modes" | "formats"): string[] => {
    const offered: readonly string[] = description[what];
    return (manifest[what] ?? [])
      .filter((name) => !offered.includes(name))
      .map(
        (name) => `the manifest lists ${name} in ${what}; the program offers ${offered.join(", ")}`,
      );
  };
  const { concurrency = 1 } = manifest;
  const many =
    concurrency > description.concurrency
      ? [
          `the manifest states a concurrency of ${concurrency}; the program offers ${description.concurrency}`,
        ]
      : [];
  return [...missing("modes"), ...missing("formats"), ...many];
}

/**
 * The mode to speak in: the first that is offered, unless another one is wanted.
 *
 * @param offered undefined: nobody has said
 * @throws RuntimeError `not_offered`
 */
export function chooseMode(
  offered: readonly InvocationMode[] | undefined,
  wanted: InvocationMode | undefined,
): InvocationMode {
  return choose("mode", offered, wanted, "filter");
}

function chooseFormat(
  offered: readonly FormatName[] | undefined,
  { format, preferFormat }: ConnectOptions,
): FormatName {
  const preferred = offered?.find((name) => name === preferFormat);
  return choose("format", offered, format ?? preferred, "protobuf");
}

function choose<Name extends string>(
  what: "mode" | "format",
  offered: readonly Name[] | undefined,
  wanted: Name | undefined,
  byDefault: Name,
): Name {
  if (wanted === undefined) return offered?.[0] ?? byDefault;
  if (offered !== undefined && !offered.includes(wanted))
    throw new RuntimeError(
      "not_offered",
      `the function offers ${offered.join(", ")}; ${what} ${JSON.stringify(wanted)} is not offered: ask for another with --${what}, or leave that out`,
    );
  return wanted;
}

function checkIsolation(target: FunctionTarget, wanted: Isolation | undefined): void {
  const byDefault = "manifest" in target ? (target.manifest.isolation ?? "sealed") : "trusted";
  const isolation = wanted ?? byDefault;
  if (isolation === "trusted") return;
  throw new RuntimeError(
    "isolation_unavailable",
    `isolation ${JSON.stringify(isolation)} cannot be given: this runtime enforces "trusted" only; to run the program with all rights of this user, ask for it by name: --isolation trusted`,
    { details: ownDetails({ isolation }) },
  );
}

function manifestEnv(manifest: Manifest): Record<string, string> {
  const env: Record<string, string> = { PATH: process.env["PATH"] ?? searchPath };
  for (const name of manifest.env?.pass ?? []) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return { ...env, ...manifest.env?.set };
}

function secretsOf(manifest: Manifest, options: ConnectOptions): Record<string, string> {
  const secrets: Record<string, string> = {};
  for (const name of manifest.secrets ?? []) {
    const value = options.secrets?.[name];
    if (value === undefined)
      throw new RuntimeError(
        "manifest_invalid",
        `secret ${JSON.stringify(name)}, which the manifest names, was not given; give it with --secret ${name}=VALUE`,
      );
    secrets[name] = value;
  }
  return secrets;
}

function commandEnv(target: CommandTarget): Record<string, string> {
  return { PATH: process.env["PATH"] ?? searchPath, ...target.env };
}

function commandName(command: string): string {
  const name = command
    .slice(command.lastIndexOf("/") + 1)
    .toLowerCase()
    .replace(/\.[a-z0-9]+$/, "")
    .replace(/[^a-z0-9-]+/g, "-")
    .slice(0, 63);
  return name === "" ? "function" : name;
}
