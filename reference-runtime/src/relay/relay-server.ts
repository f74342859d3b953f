import type { Clock } from "../clock.ts";
import type { ErrorOutput } from "../stdio/error-output.ts";
import type { ProtocolOutput } from "./protocol-output.ts";
import type { RelayTarget } from "./relay-target.ts";

/** What a relay stands between. */
export interface RelaySurroundings {
  readonly target: RelayTarget;
  readonly output: ProtocolOutput;
  readonly errors: ErrorOutput;
  readonly clock: Clock;
}

/** A relay at work, in whatever mode. */
export interface RelayServer {
  /** Resolves with the exit status, once nothing of the function is left (RLY-034). */
  serve(): Promise<number>;
  /** Somebody wants the relay to end: in order, if that can be. */
  interrupt(): void;
}
