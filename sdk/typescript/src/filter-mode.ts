import type { Context as ModelContext, CloudEvent as ModelEvent } from "@stdfn/schemas";
import { protobufCodec } from "@stdfn/schemas/codec";
import { encodeEvent } from "./encode-event.ts";
import { EnvelopeInput } from "./envelope-input.ts";
import { exitStatusOf, FunctionError } from "./function-error.ts";
import { explainUnexpected } from "./log-line.ts";
import { octetsOf } from "./received-event.ts";
import type { Outgoing } from "./result.ts";
import { SingleInvocation } from "./single-invocation.ts";
import type { InputListener } from "./stdio/input.ts";
import type { Surroundings } from "./stream-server.ts";

const highWaterMark = 262_144;
const lowWaterMark = 131_072;
const maxPiece = 65_536;

/**
 * Serves the one event of filter mode (chapter on filter mode). Standard input up to `maxRecord` bytes is the data of a
 * whole event; more than that is a streamed payload.
 */
export class FilterServer implements InputListener {
  readonly #surroundings: Surroundings;
  readonly #event: ModelEvent;
  readonly #invocation: FilterInvocation;
  readonly #input = new EnvelopeInput((cost) => this.#consumed(cost));
  #gathered: Uint8Array[] | undefined = [];
  #length = 0;
  #waiting = 0;
  #over = false;

  constructor(surroundings: Surroundings, event: ModelEvent, facts: ModelContext) {
    this.#surroundings = surroundings;
    this.#event = event;
    this.#invocation = new FilterInvocation(surroundings, facts);
    surroundings.whenInitialised(() => this.#invocation.run(this.#input));
  }

  data(bytes: Uint8Array): void {
    if (this.#gathered === undefined) {
      this.#push(bytes);
      return;
    }
    this.#gathered.push(bytes);
    this.#length += bytes.length;
    if (this.#length <= this.#surroundings.settings.maxRecord) return;
    this.#input.stream(this.#event, 0);
    const gathered = this.#gathered;
    this.#gathered = undefined;
    for (const piece of gathered) this.#push(piece);
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#gathered === undefined) this.#input.chunk(new Uint8Array(0), true, 0);
    else {
      const bytes = Buffer.concat(this.#gathered, this.#length);
      this.#input.event({ ...this.#event, data: { kind: "bytes", bytes } }, undefined, 0);
    }
    this.#input.end();
  }

  failed(error: Error): void {
    this.#over = true;
    const message = `reading standard input: ${error.message}`;
    this.#input.fail(new FunctionError("data_loss", message, { cause: error }));
  }

  crashed(error: FunctionError): void {
    this.#invocation.failWith(error);
  }

  initFailed(error: FunctionError): void {
    this.#invocation.failWith(error);
  }

  #push(bytes: Uint8Array): void {
    this.#waiting += bytes.length;
    for (let at = 0; at < bytes.length; at += maxPiece) {
      const piece = bytes.subarray(at, at + maxPiece);
      this.#input.chunk(piece, false, piece.length);
    }
    if (this.#waiting > highWaterMark) this.#surroundings.hold();
  }

  #consumed(cost: number): void {
    const before = this.#waiting;
    this.#waiting -= cost;
    if (before >= lowWaterMark && this.#waiting < lowWaterMark) this.#surroundings.resume();
  }
}

/** The invocation of filter mode: its result's octets are standard output, its outcome the exit status. */
class FilterInvocation extends SingleInvocation {
  readonly #surroundings: Surroundings;
  #hasResult = false;

  constructor(surroundings: Surroundings, facts: ModelContext) {
    super(surroundings.settings, facts);
    this.#surroundings = surroundings;
  }

  run(input: EnvelopeInput): void {
    this.serve(input).then(
      (end) => {
        const [failure] = end.failures ?? [];
        if (failure === undefined) return this.#leave(0);
        const { code, message = "" } = failure.error;
        this.failWith(new FunctionError(code, message));
      },
      (error: unknown) => this.failWith(error),
    );
  }

  override failWith(thrown: unknown): void {
    explainUnexpected(this.settings.name, thrown);
    const error = FunctionError.from(thrown);
    this.#leave(exitStatusOf(error), `${error.code}: ${error.message}`);
  }

  protected override send(result: Outgoing): void | Promise<void> {
    if (this.#hasResult) {
      throw new FunctionError(
        "internal",
        "a second result in filter mode, which has room for one: serve this function in pipe or session mode",
      );
    }
    this.#hasResult = true;
    // Attributes have no place here, but a result that would be refused in the other modes is refused in this one too.
    encodeEvent(protobufCodec, "stream", { ...result.event, data: { kind: "none" } });
    if (result.payload !== undefined) return this.#sendAll(result.payload);
    const { output } = this.#surroundings;
    output.write(octetsOf(result.event.data));
    return output.room();
  }

  async #sendAll(payload: AsyncIterable<unknown>): Promise<void> {
    const { output } = this.#surroundings;
    for await (const piece of payload) {
      if (this.answered) return;
      // A copy: a generator may use its buffer again once it is asked for more.
      output.write(Buffer.from(piece as Uint8Array));
      await output.room();
    }
  }

  #leave(status: number, message?: string): void {
    if (this.answered) return;
    this.answered = true;
    this.#surroundings.leave(status, message);
  }
}
