import { limits } from "@stdfn/schemas";
import {
  type Codec,
  CodecError,
  codecFor,
  EnvelopeGrammar,
  StreamReader,
} from "@stdfn/schemas/codec";
import { foreignNotice } from "../evidence.ts";
import type { CallOutcome, CallSink } from "../invocation/call.ts";
import { EnvelopeRecord } from "../invocation/envelope-record.ts";
import { unsendable } from "../invocation/unsendable.ts";
import type { ExitReport } from "../launch/launcher.ts";
import { failed, ProcessCall, type ProcessLink } from "../process-call/process-call.ts";
import { pipeVerdict } from "./pipe-verdict.ts";

/** One invocation in pipe mode: one Envelope in, one out. */
export class PipeCall extends ProcessCall {
  readonly #codec: Codec;
  readonly #reader: StreamReader;
  readonly #grammar = new EnvelopeGrammar({ context: "optional" });
  #begun = false;
  #prefaced = false;
  #terminal: EnvelopeRecord<"end"> | EnvelopeRecord<"error"> | undefined;
  #fault: CodecError | undefined;

  constructor(link: ProcessLink, sink: CallSink) {
    super(link, sink);
    const { format, maxRecord } = link.settings;
    this.#codec = codecFor(format);
    this.#reader = new StreamReader({
      maxForeign: limits.max_foreign.value,
      formats: [format],
      mode: "pipe",
      maxRecord,
    });
  }

  override send(records: readonly EnvelopeRecord[]): void {
    if (this.isSettled) return;
    try {
      for (const record of records) this.#write(record);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.kill(unsendable(error, this.process === undefined ? "none" : "unknown"));
      return;
    }
    if (this.#begun) return;
    this.#begun = true;
    void this.start({ STDFN_MODE: "pipe" });
  }

  protected override read(chunk: Buffer): void {
    if (this.#fault !== undefined) return;
    this.#reader.push(chunk);
    this.#readItems();
  }

  protected override decide(exit: ExitReport): CallOutcome {
    this.#reader.end();
    this.#readItems();
    const process = this.process;
    if (process === undefined) throw new TypeError("a verdict needs a process");
    const verdict = pipeVerdict({
      terminal: this.#terminal,
      fault: this.#fault,
      exit,
      stderr: process.stderr,
    });
    if (this.cancelled === undefined || verdict.record.kind === "end") return verdict;
    return failed(this.overdue("unknown", "and its process was ended"));
  }

  #write(record: EnvelopeRecord): void {
    if (!this.#prefaced) this.write(this.#codec.preface);
    this.#prefaced = true;
    if (record.is("chunk") && record.isValue)
      this.write(this.#codec.chunkPieces(undefined, record.value.data, record.value.last));
    else this.write(this.#codec.pieces(undefined, [record.raw(this.#codec)]));
    if (record.kind === "end" || record.kind === "error") this.endInput();
  }

  #readItems(): void {
    try {
      for (let item = this.#reader.next(); item !== undefined; item = this.#reader.next()) {
        if (item.type === "preface") this.#greeted(item.foreign);
        else if (item.type === "record")
          this.#take(EnvelopeRecord.read(item.record, this.#codec), item.offset);
      }
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.#fault ??= error;
      // Nothing that follows can be trusted, so there is nothing to wait for.
      if (error.fault !== "truncated" && error.fault !== "empty") this.process?.kill();
    }
  }

  #greeted(foreign: Uint8Array): void {
    if (foreign.length > 0) this.link.notice(foreignNotice(foreign));
  }

  #take(record: EnvelopeRecord, offset: number): void {
    this.#grammar.accept(record.kind, record.is("chunk") && record.value.last, offset);
    if (record.is("end") || record.is("error")) {
      this.#terminal = record;
      // A reader of what is left of the input waits for it no longer.
      this.endInput();
    } else if (record.kind !== "context") this.deliver(record, record.body(this.#codec).length);
  }
}
