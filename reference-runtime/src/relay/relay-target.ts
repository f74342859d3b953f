import { type FormatName, limits } from "@stdfn/schemas";
import type { SelfDescription } from "@stdfn/schemas/validate";
import type { Instance, InvocationMode } from "../instance.ts";
import type { ConnectOptions, FunctionTarget } from "../manifest/function-target.ts";
import type { Runtime } from "../runtime.ts";
import { RuntimeError } from "../runtime-error.ts";
import { featuresOf, maxConcurrency } from "./ready.ts";

/** The function behind a relay, and how its operator wants it run. */
export class RelayTarget {
  readonly #runtime: Runtime;
  readonly #load: () => FunctionTarget;
  readonly #options: ConnectOptions;

  /** @param load may throw a RuntimeError, which becomes the answer to upstream */
  constructor(runtime: Runtime, load: () => FunctionTarget, options: ConnectOptions) {
    this.#runtime = runtime;
    this.#load = load;
    this.#options = options;
  }

  /** Largest body of an event or chunk that the relay takes; the function's own limit can be lower. */
  get maxRecord(): number {
    try {
      const target = this.#load();
      const stated = "manifest" in target ? target.manifest.limits?.max_record : undefined;
      return stated ?? limits.max_record.value;
    } catch (error) {
      // Connecting fails for the same reason, and then there is somebody to tell.
      if (error instanceof RuntimeError) return limits.max_record.value;
      throw error;
    }
  }

  /**
   * Makes the function ready: in the first mode it offers, and in the format of upstream if it offers that, so that
   * bodies pass unchanged. A command without a manifest is spoken to as upstream speaks to the relay.
   *
   * @throws RuntimeError if it cannot be started
   */
  async connect(
    mode: InvocationMode,
    format: FormatName,
    wishes: ConnectOptions = {},
  ): Promise<Instance> {
    const target = this.#load();
    const spoken = "manifest" in target ? { preferFormat: format } : { mode, format };
    return this.#runtime.connect(target, { ...spoken, ...this.#options, ...wishes });
  }

  /**
   * What the relay says of itself (RLY-038): name and version of the function, and what both of them offer.
   *
   * @throws RuntimeError as `Runtime.describe` does
   */
  async describe(): Promise<SelfDescription> {
    const target = this.#load();
    const manifest = "manifest" in target ? target.manifest : undefined;
    const mode = this.#options.mode ?? manifest?.modes?.[0];
    const child = await this.#ask(target, mode);
    const spoken = mode ?? child?.modes[0] ?? "session";
    const { accepts = child?.accepts, produces = child?.produces } = manifest ?? {};
    const offered = Math.min(child?.concurrency ?? 1, manifest?.concurrency ?? 1);
    const maxRecord = Math.min(child?.limits.max_record ?? this.maxRecord, this.maxRecord);
    return {
      stdfn: "1",
      minors: [0],
      name: child?.name ?? manifest?.name ?? "relay",
      version: child?.version ?? manifest?.version ?? "0",
      modes: ["session", "pipe", "filter"],
      formats: ["protobuf", "json"],
      concurrency: maxConcurrency(
        spoken,
        manifest === undefined ? (child?.concurrency ?? 1) : offered,
      ),
      features: [...featuresOf(spoken, spoken === "filter" ? undefined : child?.features)],
      limits: { max_record: maxRecord },
      ...(accepts === undefined ? {} : { accepts }),
      ...(produces === undefined ? {} : { produces }),
    };
  }

  /** Asks the function, unless its manifest says enough and it is none that could answer. */
  async #ask(
    target: FunctionTarget,
    mode: InvocationMode | undefined,
  ): Promise<SelfDescription | undefined> {
    const isNamed = "manifest" in target && mode !== undefined;
    if (isNamed && mode === "filter") return undefined;
    try {
      return await this.#runtime.describe(target, this.#options);
    } catch (error) {
      if (isNamed && error instanceof RuntimeError && error.reason === "describe_failed")
        return undefined;
      throw error;
    }
  }
}
