import type { CodecError, StreamItem } from "@stdfn/schemas/codec";
import type { FunctionError } from "./function-error.ts";
import type { Settings } from "./settings.ts";
import type { Output } from "./stdio/output.ts";

/** Serves what a stream holds, in one mode. */
export interface StreamServer {
  item(item: StreamItem): void;
  /** @param error A fault of the stream, or, if `error.id` is set, of one invocation. */
  fault(error: CodecError): void;
  /**
   * The stream is over.
   * @param cutOff What was cut off at its end; absent if it stopped between two units.
   */
  end(cutOff: CodecError | undefined, offset: number): void;
  /** The program breaks outside every invocation; writes what there is to say. The process exits after it. */
  crashed(error: FunctionError): void;
  initFailed(error: FunctionError): void;
}

/** What a server finds around it. */
export interface Surroundings {
  readonly settings: Settings;
  readonly output: Output;
  /** Stops and resumes the reading of standard input. */
  hold(): void;
  resume(): void;
  /** Calls back once `init` has succeeded; nothing further is read until then. */
  whenInitialised(proceed: () => void): void;
  /**
   * Exits once everything is written.
   * @param message Goes to standard error.
   */
  leave(status: number, message?: string): void;
}
