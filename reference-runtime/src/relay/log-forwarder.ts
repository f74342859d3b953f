import type { Log } from "@stdfn/schemas";
import type { Codec } from "@stdfn/schemas/codec";
import type { LogBytes } from "../invocation/call.ts";
import { logText } from "../log-text.ts";
import type { ErrorOutput } from "../stdio/error-output.ts";
import type { ProtocolOutput } from "./protocol-output.ts";

/** Bytes that may wait to be written before log frames are dropped: nothing else bounds them (SES-097, SES-098). */
const roomBytes = 1_048_576;

/** Passes log lines of the function on: upstream if the host keeps them, otherwise to standard error. */
export class LogForwarder {
  readonly #codec: Codec;
  readonly #output: ProtocolOutput;
  readonly #errors: ErrorOutput;
  readonly #isWanted: boolean;
  #dropped = 0;

  /** @param isWanted true if the host has stated the feature `log` */
  constructor(codec: Codec, output: ProtocolOutput, errors: ErrorOutput, isWanted: boolean) {
    this.#codec = codec;
    this.#output = output;
    this.#errors = errors;
    this.#isWanted = isWanted;
  }

  /** @param id the invocation's upstream, 0 for the function as a whole */
  forward(id: number, log: Log, { format, body }: LogBytes): void {
    const isSame = format === this.#codec.format;
    if (!this.#isWanted) this.#errors.tell(logText(log));
    else if (!this.#output.hasRoom(roomBytes)) this.#dropped++;
    else this.#write(id, isSame ? body : this.#codec.encodeControl("log", log));
  }

  /** Says how many log lines were dropped (SES-099). To be called when there is room again, and at the end. */
  report(): void {
    if (this.#dropped === 0) return;
    const message = `${this.#dropped} log lines were dropped, because they were not read fast enough`;
    this.#dropped = 0;
    this.#write(0, this.#codec.encodeControl("log", { level: "warn", message }));
  }

  #write(id: number, body: Uint8Array): void {
    this.#output.write(this.#codec.controlFrame(id, "log", body));
  }
}
