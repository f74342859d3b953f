import type { SelfDescription } from "@stdfn/schemas/validate";
import type { Clock } from "./clock.ts";
import { DeadlineWheel } from "./deadline-wheel.ts";
import { describeFunction } from "./describe.ts";
import { FilterCall } from "./filter/filter-call.ts";
import type { Instance } from "./instance.ts";
import type { LaunchTools } from "./launch/function-process.ts";
import { launchTools } from "./launch/launch-tools.ts";
import type { Launcher } from "./launch/launcher.ts";
import {
  type ConnectOptions,
  type FunctionTarget,
  programOf,
  settingsOf,
} from "./manifest/function-target.ts";
import { PipeCall } from "./pipe/pipe-call.ts";
import { ProcessHost } from "./process-call/process-host.ts";
import { SessionHost } from "./session/session-host.ts";

/** What a runtime stands on. */
export interface RuntimeOptions {
  /** Default: `directLauncher`, no isolation. */
  readonly launcher?: Launcher;
  /** Default: the machine's. */
  readonly clock?: Clock;
}

/** Starts functions. One runtime has one watchdog, one timer and one folder of named pipes for all its processes. */
export class Runtime {
  readonly #tools: LaunchTools;
  readonly #wheel: DeadlineWheel;

  constructor(options: RuntimeOptions = {}) {
    this.#tools = launchTools(options.launcher, options.clock);
    this.#wheel = new DeadlineWheel(this.#tools.clock);
  }

  /**
   * Makes a function ready to be invoked. In session mode its process is started and has answered `hello`; in filter
   * and pipe mode every invocation starts its own. What the manifest does not say about modes and formats the program
   * is asked first.
   *
   * @throws RuntimeError naming what is wrong; no process is left then
   */
  async connect(target: FunctionTarget, options: ConnectOptions = {}): Promise<Instance> {
    const settings = settingsOf(target, options, await this.#ask(target, options));
    if (settings.mode === "session") return SessionHost.start(settings, this.#tools, this.#wheel);
    return new ProcessHost(settings, this.#tools, this.#wheel, (link, sink) =>
      settings.mode === "filter" ? new FilterCall(link, sink) : new PipeCall(link, sink),
    );
  }

  /**
   * Asks a program what it offers.
   *
   * @throws RuntimeError `describe_failed` if it answers no self-description, and as `connect` does before a start
   */
  describe(target: FunctionTarget, options: ConnectOptions = {}): Promise<SelfDescription> {
    return describeFunction(programOf(target, options, "describe"), this.#tools);
  }

  async #ask(
    target: FunctionTarget,
    options: ConnectOptions,
  ): Promise<SelfDescription | undefined> {
    const manifest = "manifest" in target ? target.manifest : undefined;
    // A command without a manifest may be any program, and is not run a second time just to be asked.
    const mode = options.mode ?? manifest?.modes?.[0] ?? (manifest ? undefined : "filter");
    const format = options.format ?? manifest?.formats?.[0];
    const isKnown = mode === "filter" || (mode !== undefined && format !== undefined);
    return isKnown ? undefined : this.describe(target, options);
  }
}
