import {
  type Codec,
  CodecError,
  codecFor,
  EnvelopeGrammar,
  jsonCodec,
  type StreamItem,
  type StreamMode,
  StreamReader,
  transcode,
} from "@stdfn/schemas/codec";

/** How much of a stream there has to be: all of it, or one record or frame after the preface. */
export type StreamExtent = "whole" | "unit";

type Unit = Exclude<StreamItem, { type: "preface" }>;

/**
 * Reads one direction of a pipe or session with every check there is: framing, bodies, and the order of records.
 *
 * @param mode the mode that was announced; undefined: the stream says it
 * @returns each record or frame as the line of the JSON format that means the same, parsed
 * @throws CodecError at the first rule that is broken
 */
export function readStream(
  bytes: Uint8Array,
  mode: StreamMode | undefined,
  extent: StreamExtent,
): unknown[] {
  const reader = new StreamReader(mode === undefined ? {} : { mode });
  reader.push(bytes);
  reader.end();
  const lines: unknown[] = [];
  let order: RecordOrder | undefined;
  for (let item = reader.next(); item !== undefined; item = reader.next()) {
    const codec = codecFor(reader.format ?? "json");
    if (item.type === "preface") {
      if (extent === "whole") order = new RecordOrder(codec);
      continue;
    }
    order?.accept(item);
    lines.push(lineOf(item, codec));
    if (extent === "unit" && lines.length > 1) {
      throw new CodecError("foreign", "more than one record or frame", { offset: item.offset });
    }
  }
  if (reader.mode !== "session") order?.finish();
  return lines;
}

/** A record or frame as the line of the JSON format that means the same, parsed; every body is decoded and so checked. */
export function lineOf(item: Unit, codec: Codec): unknown {
  const json = (text: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(text));
  if (item.type === "record") {
    codec.decode(item.record.kind, item.record.body);
    return {
      [item.record.kind]: json(transcode(item.record.kind, item.record.body, codec, jsonCodec)),
    };
  }
  const members: [string, unknown][] = [["id", item.id]];
  for (const { kind, body } of item.records) {
    codec.decode(kind, body);
    members.push([kind, json(transcode(kind, body, codec, jsonCodec))]);
  }
  if (item.control !== undefined) {
    const { kind, body } = item.control;
    members.push([kind, json(jsonCodec.encodeControl(kind, codec.decodeControl(kind, body)))]);
  }
  for (const name of item.unknown) members.push([name, "{{any}}"]);
  return { frame: Object.fromEntries(members) };
}

/** Applies the grammar to a pipe, or to each invocation of a session; which side speaks is told by its handshake. */
class RecordOrder {
  readonly #codec: Codec;
  readonly #grammars = new Map<number, EnvelopeGrammar>();
  #context: "required" | "forbidden" | "optional" = "optional";

  constructor(codec: Codec) {
    this.#codec = codec;
  }

  accept(item: Unit): void {
    if (item.type === "record") {
      this.#take(0, [item.record]);
      return;
    }
    if (item.control?.kind === "hello") this.#context = "required";
    if (item.control?.kind === "ready") this.#context = "forbidden";
    if (item.id !== 0) this.#take(item.id, item.records);
  }

  finish(): void {
    (this.#grammars.get(0) ?? new EnvelopeGrammar({ context: "optional" })).finish();
  }

  #take(id: number, records: Extract<Unit, { type: "frame" }>["records"]): void {
    if (records.length === 0) return;
    const grammar = this.#grammars.get(id) ?? new EnvelopeGrammar({ context: this.#context });
    this.#grammars.set(id, grammar);
    for (const { kind, body } of records) {
      grammar.accept(kind, kind === "chunk" && this.#codec.decode("chunk", body).last);
    }
  }
}
