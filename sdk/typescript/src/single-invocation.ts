import type { Level, Context as ModelContext } from "@stdfn/schemas";
import { limits } from "@stdfn/schemas";
import type { LogAttributes } from "./context.ts";
import { FunctionError } from "./function-error.ts";
import { Invocation } from "./invocation.ts";
import { logToStderr } from "./log-line.ts";
import { DeadlineTimer } from "./session/deadline-timer.ts";
import type { Settings } from "./settings.ts";

const graceMs = limits.grace_ms.value;

/** The one invocation of a process in pipe or filter mode. */
export abstract class SingleInvocation extends Invocation {
  constructor(settings: Settings, facts: ModelContext | undefined) {
    super(settings, facts);
    const timer = new DeadlineTimer((now) => this.#expire(now), true);
    timer.watch(this.context.expiresAt);
  }

  /** Answers with an error and exits. */
  protected abstract failWith(thrown: unknown): void;

  override log(level: Level, message: string, attributes: LogAttributes | undefined): void {
    logToStderr(level, message, attributes);
  }

  /** At the deadline the signal aborts; a handler that does not heed it within the grace is answered for. */
  #expire(now: number): number {
    const { expiresAt } = this.context;
    if (now < expiresAt) return expiresAt;
    if (now < expiresAt + graceMs) {
      this.context.cancel("deadline");
      return expiresAt + graceMs;
    }
    this.failWith(
      new FunctionError(
        "deadline_exceeded",
        `the handler was not done ${graceMs} ms after the deadline`,
      ),
    );
    return Number.POSITIVE_INFINITY;
  }
}
