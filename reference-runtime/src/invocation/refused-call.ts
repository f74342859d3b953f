import type { RuntimeError } from "../runtime-error.ts";
import type { Call, CallSink } from "./call.ts";
import { EnvelopeRecord } from "./envelope-record.ts";

/** A call that was never begun: its outcome is given at once. */
export class RefusedCall implements Call {
  readonly ready = false;

  constructor(failure: RuntimeError, sink: CallSink) {
    sink.settled({ record: EnvelopeRecord.of("error", failure.record), failure });
  }

  send(): void {}
  cancel(): void {}
  drop(): void {}
  release(): void {}
  fault(): void {}
}
