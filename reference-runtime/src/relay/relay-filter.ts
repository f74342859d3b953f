import type { Readable } from "node:stream";
import { type Context, type EventData, errorCodes, limits } from "@stdfn/schemas";
import { canonicalJson } from "@stdfn/schemas/codec";
import { Deferred } from "../deferred.ts";
import type { Instance } from "../instance.ts";
import { newInvocationId } from "../invocation/invocation-id.ts";
import type { InvocationInput } from "../invocation/invocation-input.ts";
import { InvocationError } from "../invocation/outcome.ts";
import type { Result } from "../invocation/result.ts";
import { RuntimeError } from "../runtime-error.ts";
import { contextOf, eventOf } from "./filter-variables.ts";
import type { RelayServer, RelaySurroundings } from "./relay-server.ts";

/** Input up to this size is one event; more is streamed. */
const wholeBytes = limits.max_record.value - limits.max_attributes.value;

/** One event upstream, served as a function in filter mode does. */
export class RelayFilter implements RelayServer {
  readonly #surroundings: RelaySurroundings;
  readonly #input: Readable;
  readonly #head: Uint8Array;
  readonly #env: NodeJS.ProcessEnv;
  readonly #done = new Deferred<number>();
  readonly #abort = new AbortController();

  /** @param head what was read of `input` already */
  constructor(
    surroundings: RelaySurroundings,
    input: Readable,
    head: Uint8Array,
    env: NodeJS.ProcessEnv,
  ) {
    this.#surroundings = surroundings;
    this.#input = input;
    this.#head = head;
    this.#env = env;
  }

  async serve(): Promise<number> {
    const { output, errors } = this.#surroundings;
    output.onGone = ({ message, isReaderGone }) => {
      if (!isReaderGone) errors.tell(message);
      this.#done.resolve(74);
    };
    this.#relay().then(
      (status) => this.#done.resolve(status),
      (error: unknown) => this.#done.reject(error),
    );
    return this.#done.promise;
  }

  interrupt(): void {
    this.#abort.abort();
  }

  async #relay(): Promise<number> {
    const { target, errors, output } = this.#surroundings;
    let instance: Instance;
    try {
      instance = await target.connect("filter", "protobuf", {
        onStderr: (chunk) => errors.pass(chunk),
      });
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      errors.tell(error.summary);
      return error.exitStatus;
    }
    instance.on("notice", (message) => errors.tell(message));
    const status = await this.#invoke(instance);
    await output.finish();
    await (instance.live > 0 ? instance.kill() : instance.drain());
    return status;
  }

  async #invoke(instance: Instance): Promise<number> {
    const { errors } = this.#surroundings;
    const context: Partial<Context> = contextOf(this.#env);
    const invocation = instance.invoke(await this.#event(), {
      context: { invocationId: newInvocationId(), ...context },
      signal: this.#abort.signal,
      onLog: ({ level, message }) => errors.tell(`${level ?? "info"}: ${message}`),
    });
    let results = 0;
    try {
      for await (const result of invocation) {
        results++;
        if (results > 1) {
          errors.tell("the function gave a second result; in filter mode there is room for one");
          return 70;
        }
        await this.#write(result);
      }
      return 0;
    } catch (error) {
      if (!(error instanceof InvocationError)) throw error;
      const { code, message } = error.record;
      errors.tell(`${code}: ${message ?? "no message"}`);
      return errorCodes[code].exitStatus;
    }
  }

  async #event(): Promise<InvocationInput> {
    const iterator: AsyncIterator<Uint8Array> = this.#input[Symbol.asyncIterator]();
    const head = [this.#head];
    let size = this.#head.length;
    let ended = false;
    while (!ended && size <= wholeBytes) {
      const next = await iterator.next();
      ended = next.done === true;
      if (next.done !== true) {
        head.push(next.value);
        size += next.value.length;
      }
    }
    if (ended) return eventOf(this.#env, { kind: "bytes", bytes: Buffer.concat(head) });
    async function* body(): AsyncGenerator<Uint8Array, void, void> {
      yield* head;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
        yield next.value;
    }
    return { event: eventOf(this.#env, { kind: "none" }), body: body() };
  }

  async #write({ event, body }: Result): Promise<void> {
    const { output } = this.#surroundings;
    if (body === undefined) output.write(bytesOf(event.data));
    else
      for await (const chunk of body) {
        output.write(chunk);
        await output.room();
      }
  }
}

function bytesOf(data: EventData): Uint8Array {
  if (data.kind === "bytes") return data.bytes;
  if (data.kind === "text") return Buffer.from(data.text);
  return data.kind === "json" ? Buffer.from(canonicalJson(data.value)) : new Uint8Array(0);
}
