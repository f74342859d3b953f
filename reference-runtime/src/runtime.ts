import { limits } from "@stdfn/schemas";
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
  chooseMode,
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
    if ("manifest" in target) chooseMode(target.manifest.modes, options.mode);
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
    return describeFunction(programOf(target, options, "describe"), this.#tools, {
      timeoutMs: Math.min(
        limits.describe_timeout_ms.value,
        options.startTimeoutMs ?? Number.POSITIVE_INFINITY,
      ),
      advice: adviceFor(target),
    });
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

/** What to do about a program that does not describe itself. */
function adviceFor(target: FunctionTarget): string {
  if (!("manifest" in target))
    return "if it is no Stdfn program, run it as a filter: without --mode";
  const { modes } = target.manifest;
  if (modes === undefined)
    return 'if it is no Stdfn program, say so in its manifest: "modes": ["filter"]';
  return modes.every((mode) => mode === "filter")
    ? "its manifest offers filter alone, which any program can be without describing itself"
    : `its manifest offers ${modes.join(", ")}, and a program that does has to describe itself`;
}
