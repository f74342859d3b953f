import type { Log, RawRecord } from "@stdfn/schemas";
import type { Codec } from "@stdfn/schemas/codec";
import type { LogBytes } from "../invocation/call.ts";

/** Upstream, as one relayed call sees it. */
export interface Caller {
  /** The format spoken upstream. */
  readonly codec: Codec;
  /** Largest body of an event or chunk that upstream takes. */
  readonly maxBody: number;
  /** True while the credit of this call allows another payload. */
  readonly hasCredit: boolean;
  /** True while standard output has room; after a no, `RelayedCall.flush` is called once it has. */
  hasRoom(): boolean;
  /** Writes records that may stand in one frame. */
  write(records: readonly RawRecord[]): void;
  /** Input of this cost has left for the function. */
  consumed(cost: number): void;
  /** The function takes more input than there is. */
  hungry(): void;
  log(log: Log, bytes: LogBytes): void;
  /** The relay itself has made up the answer that is being written. */
  madeUp(message: string): void;
  /** `end` or `error` is written. */
  answered(terminal: RawRecord<"end"> | RawRecord<"error">): void;
}
