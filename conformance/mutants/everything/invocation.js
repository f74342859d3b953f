// One Envelope and its answer, whatever carries them.
import { Buffer } from "node:buffer";
import { behave } from "./behaviours.js";
import { Failure } from "./fault.js";
import { is, lacks } from "./mutant.js";
import { Queue } from "./queue.js";
import { Order } from "./rules.js";

const source = "urn:stdfn:function:everything";
const chunkSize = 65536;

let lastContext = {};

/** Thrown into a handler whose input ends with an error record. */
export class InputFailed extends Error {
  constructor(raw, record) {
    super("the input failed");
    this.raw = raw;
    this.record = record;
  }
}

/** Takes records of the input and writes those of the answer through `port.write(kind, body, raw)`. */
export class Invocation {
  inputOver = false;
  cancelled = false;
  #events = new Queue();
  #payload;
  #results = 0;
  #index = -1;
  #failures = [];
  #cancel;
  #stopped = false;
  #event = {};
  #complete = false;

  constructor(port, needsContext) {
    this.port = port;
    this.order = new Order(needsContext);
    this.untilCancelled = new Promise((resolve) => {
      this.#cancel = resolve;
    });
  }

  /** Takes a record; a fault of order is thrown. */
  take({ kind, body, raw }) {
    this.order.take(kind, body.last === true);
    if (kind === "context") {
      if (this.context === undefined)
        Object.assign(this, { context: body, contextRaw: raw, began: Date.now() });
      else Object.assign(this.context, body);
      if (is("context-carried-over")) {
        this.context = { ...lastContext, ...body };
        lastContext = this.context;
      }
    } else if (kind === "event") {
      this.#event = is("events-merge") ? { ...this.#event, ...body } : body;
      this.#events.push({ event: this.#event });
    } else if (kind === "stream") {
      if (is("streams-refused")) return this.fail(new Failure("unimplemented", "no streams"));
      this.#payload = new Queue();
      this.#events.push({ event: body, chunks: this.#payload });
    } else if (kind === "chunk") {
      const octets = Buffer.from(body.data ?? "", "base64");
      if (this.#stopped) return;
      this.#payload?.push(octets);
      const over = octets.length === 0 && is("empty-chunks-end-payloads");
      if (body.last || over) this.#payload?.end();
    } else {
      this.inputOver = true;
      this.#complete = true;
      if (kind === "error") this.fail(new InputFailed(raw, body));
      else {
        this.#payload?.end();
        this.#events.end();
      }
    }
  }

  /** Ends the input with an error. */
  fail(error) {
    this.inputOver = true;
    this.#payload?.end(error);
    this.#events.end(error);
  }

  cancel(reason) {
    if (this.cancelled && !is("last-cancel-reason-counts")) return;
    this.cancelled = true;
    this.inputOver = true;
    this.reason = reason ?? null;
    this.#cancel();
    this.#payload?.end();
    this.#events.end();
  }

  /** The failure of a behaviour that was cancelled. */
  get cancelFailure() {
    const code = this.reason === "deadline" ? "deadline_exceeded" : "cancelled";
    return new Failure(
      is("cancelled-code-aborted") ? "aborted" : code,
      `cancelled: ${this.reason}`,
      is("details-of-its-own") ? { details: { signal: String(this.reason) } } : {},
    );
  }

  stopInput() {
    this.#stopped = true;
    this.#events.end();
  }

  failItem(code, message) {
    this.#needs("failures", is("failures-unstated"));
    const index = is("failures-count-from-1") ? this.#index + 1 : this.#index;
    this.#failures.push({ index, error: { code, message } });
  }

  /** Treats every event of the input and answers. */
  async run() {
    const { port } = this;
    try {
      await this.#treat();
      if (this.#index < 0) {
        this.#needs("batch", is("batches-unstated"));
        if (is("empty-envelope-refused"))
          throw new Failure("unimplemented", "an Envelope without events");
      }
      const failures = this.#failures.length > 0 ? { failures: this.#failures } : {};
      if (!is("end-left-out")) await port.write("end", failures);
      return undefined;
    } catch (error) {
      return error;
    }
  }

  /** Throws where a feature is needed that this function does not state. */
  #needs(feature, isOfferedUnstated) {
    if (lacks(feature) && !isOfferedUnstated)
      throw new Failure("unimplemented", `this function is without ${feature}`);
  }

  async #treat() {
    let treated = 0;
    const batch = is("batch-backwards") ? [] : undefined;
    let left = false;
    for await (const input of this.#events) {
      this.#index++;
      left = this.cancelled && this.#index > 0 && !is("treats-after-cancel");
      if (left) break;
      if (this.#index > 0) this.#needs("batch", is("batches-unstated"));
      if (batch !== undefined) {
        batch.unshift(input);
        continue;
      }
      await this.#one(input, treated++);
      if (this.#stopped) break;
    }
    for (const input of batch ?? []) await this.#one(input, treated++);
    // Work on an input that was never completed is no success.
    const undone = this.cancelled && (left || !this.#complete) && !this.#stopped;
    const later = this.#index > 0 && !left && is("cancelled-later-is-success");
    if (undone && !later && !is("cancelled-is-success")) throw this.cancelFailure;
  }

  async #one(input, treated) {
    if (this.context === undefined && is("result-ids-restart")) this.#results = 0;
    try {
      await behave(input, this);
      if (input.chunks !== undefined && !this.cancelled && !this.#stopped)
        for await (const _ of input.chunks) this.port.consumed?.(_.length);
      if (input.chunks === undefined && !is("events-earn-no-credit"))
        this.port.consumed?.(JSON.stringify(input.event).length);
    } catch (error) {
      if (error instanceof Failure && is("goes-on-after-error")) return;
      // What an earlier event of the Envelope has done stands.
      if (error instanceof Failure && treated > 0 && !is("effect-kept")) delete error.record.effect;
      throw error;
    }
  }

  /** Writes a result: attributes and data of its event. */
  async emit(more) {
    const id = `${this.context?.invocation_id ?? "none"}/${is("result-ids-repeat") ? 0 : this.#results}`;
    this.#results++;
    const type = `dev.stdfn.everything.${is("result-type-wrong") ? "answer" : "result"}`;
    const event = { specversion: "1.0", id, source, type, ...more };
    const time = is("time-invalid") ? "today" : new Date().toISOString();
    try {
      await this.port.write("event", { ...event, time });
    } catch (error) {
      if (!is("long-text-untyped") || !more.isText) throw error;
      const { data, isText, ...untyped } = more;
      await this.stream(untyped);
      await this.chunk(Buffer.from(data), true);
    }
  }

  json(value) {
    const type = is("json-result-untyped") ? {} : { datacontenttype: "application/json" };
    return this.emit({ ...type, data: value });
  }

  octets(bytes) {
    const type = is("octets-typed-text") ? "text/plain" : "application/octet-stream";
    return this.emit({ datacontenttype: type, data_base64: Buffer.from(bytes).toString("base64") });
  }

  /** Writes a stream record; its octets follow through `chunk`. */
  async stream(more) {
    this.#needs("stream_out", is("streams-unstated"));
    const id = `${this.context?.invocation_id ?? "none"}/${this.#results}`;
    if (!is("stream-ids-repeat")) this.#results++;
    const event = { specversion: "1.0", id, source, type: "dev.stdfn.everything.result", ...more };
    await this.port.write("stream", event);
  }

  async chunk(octets, last = false) {
    const size = is("chunks-too-long") ? 2 * chunkSize : chunkSize;
    let at = 0;
    do {
      const piece = octets.subarray(at, at + size);
      at += size;
      const isLast = last && at >= octets.length && !is("last-chunk-left-out");
      const data = piece.length > 0 ? { data: Buffer.from(piece).toString("base64") } : {};
      await this.port.write("chunk", { ...data, ...(isLast ? { last: true } : {}) });
    } while (at < octets.length);
  }
}
