import { type CloudEvent, type Context, type EventData, limits } from "@stdfn/schemas";
import { CodecError, canonicalJson, protobufCodec } from "@stdfn/schemas/codec";
import type { CallOutcome } from "../invocation/call.ts";
import { EnvelopeRecord } from "../invocation/envelope-record.ts";
import { unsendable } from "../invocation/unsendable.ts";
import type { ExitReport } from "../launch/launcher.ts";
import { failed, ProcessCall } from "../process-call/process-call.ts";
import { RuntimeError } from "../runtime-error.ts";
import { filterEnvironment } from "./filter-environment.ts";
import { filterVerdict } from "./filter-verdict.ts";

/** Output up to this size is one event; more goes out as a stream while it comes. */
const wholeBytes = limits.max_record.value - limits.max_attributes.value;

/** One invocation in filter mode: the event's data through a program's standard input and output. */
export class FilterCall extends ProcessCall {
  #context: Context = { invocationId: "" };
  #received = 0;
  #event: EnvelopeRecord<"event"> | EnvelopeRecord<"stream"> | undefined;
  #started = false;
  #output: Buffer[] = [];
  #outputBytes = 0;
  #streaming = false;

  override send(records: readonly EnvelopeRecord[]): void {
    if (this.isSettled) return;
    try {
      for (const record of records) this.#take(record);
    } catch (error) {
      if (error instanceof RuntimeError) this.kill(error);
      else if (error instanceof CodecError) this.kill(unsendable(error));
      else throw error;
    }
  }

  protected override read(chunk: Buffer): void {
    const { outputBytes } = this.link.settings;
    this.#outputBytes += chunk.length;
    if (this.#outputBytes > outputBytes) {
      const message = `standard output has more than ${outputBytes} bytes; the manifest's limits.output_bytes allows no more`;
      this.kill(new RuntimeError("output_too_large", message));
      return;
    }
    this.#output.push(chunk);
    if (this.#outputBytes > wholeBytes) this.#stream();
  }

  protected override decide(exit: ExitReport): CallOutcome {
    const process = this.process;
    if (process === undefined) throw new TypeError("a verdict needs a process");
    const { settings } = this.link;
    const failure = filterVerdict(
      exit,
      settings.exit,
      process.stderr,
      this.cancelled !== undefined,
    );
    // A program that was asked to stop may end well on an input cut short, which is no success.
    if (this.cancelled !== undefined && (failure !== undefined || !this.isInputDone))
      return failed(this.overdue("unknown", "and its process was ended"));
    if (failure !== undefined) return failed(failure);
    this.#deliverRest();
    return { record: EnvelopeRecord.of("end", {}) };
  }

  #take(record: EnvelopeRecord): void {
    if (record.is("context")) this.#context = record.value;
    else if (record.is("chunk")) this.write(record.value.data);
    else if (record.is("event") || record.is("stream")) this.#takeEvent(record);
    else if (record.is("end")) {
      if (this.#received === 0) throw notOne("no event", "none");
      this.#launch();
      this.endInput();
    } else if (record.is("error")) {
      this.settle({ record });
      this.process?.kill();
    }
  }

  #takeEvent(record: EnvelopeRecord<"event"> | EnvelopeRecord<"stream">): void {
    this.#received++;
    if (this.#received > 1) throw notOne("more than one event", this.#started ? "unknown" : "none");
    this.#event = record;
    this.write(dataOf(record.value.data));
    // A whole event waits for the end of the input: until then a second one can be refused without effect.
    if (record.kind === "stream") this.#launch();
  }

  #launch(): void {
    const event = this.#event;
    if (this.#started || event === undefined) return;
    const { settings, tools } = this.link;
    const remaining = this.slot < 0 ? undefined : this.due - tools.clock.now();
    const env = filterEnvironment(event.value, this.#context, remaining, settings.contextFacts);
    checkEvent(event);
    this.#started = true;
    void this.start(env);
  }

  #stream(): void {
    if (!this.#streaming) {
      this.#streaming = true;
      this.deliver(EnvelopeRecord.of("stream", this.#result({ kind: "none" })), 0);
    }
    for (const data of this.#output)
      for (let at = 0; at < data.length; at += limits.max_chunk_data.value) {
        const piece = data.subarray(at, at + limits.max_chunk_data.value);
        this.deliver(EnvelopeRecord.of("chunk", { data: piece, last: false }), piece.length);
      }
    this.#output = [];
  }

  #deliverRest(): void {
    const bytes = Buffer.concat(this.#output);
    if (this.#streaming)
      this.deliver(EnvelopeRecord.of("chunk", { data: bytes, last: true }), bytes.length);
    else if (bytes.length > 0 || this.link.settings.produces?.length !== 0)
      this.deliver(
        EnvelopeRecord.of("event", this.#result({ kind: "bytes", bytes })),
        bytes.length,
      );
  }

  #result(data: EventData): CloudEvent {
    const { settings, tools } = this.link;
    const produced = settings.produces?.[0];
    return {
      id: `${this.#context.invocationId}/0`,
      source: `urn:stdfn:function:${settings.name}`,
      specversion: "1.0",
      type: produced?.type ?? "dev.stdfn.filter.result",
      datacontenttype: produced?.content_type ?? "application/octet-stream",
      time: new Date(tools.clock.epoch()).toISOString(),
      data,
    };
  }
}

/** @throws CodecError for an event that breaks a rule, a json number that is none of I-JSON among them */
function checkEvent(record: EnvelopeRecord<"event"> | EnvelopeRecord<"stream">): void {
  const event = record.value;
  if (event.data.kind === "json") record.body(protobufCodec);
  else protobufCodec.encode("event", { ...event, data: { kind: "none" } });
}

function dataOf(data: EventData): Uint8Array {
  if (data.kind === "bytes") return data.bytes;
  if (data.kind === "text") return Buffer.from(data.text);
  return data.kind === "json" ? Buffer.from(canonicalJson(data.value)) : new Uint8Array(0);
}

function notOne(what: string, effect: "none" | "unknown"): RuntimeError {
  return new RuntimeError(
    "not_offered",
    `an Envelope with ${what} was sent to a function in filter mode, which takes exactly one; send each event in an invocation of its own, or use pipe or session mode`,
    { effect },
  );
}
