import {
  codecFor,
  jsonCodec,
  type StreamMode,
  StreamReader,
  transcode,
} from "@stdfn/schemas/codec";
import { UsageError } from "../usage-error.ts";
import type { BlockClass } from "./block-class.ts";
import { lineOf } from "./read-stream.ts";

type Transcript = Extract<BlockClass, { class: "transcript" }>;

const prefaceLine = '{"stdfn":"1"}';

/** Translates between the lines of a transcript, which are JSON, and the bytes of the format it runs in. */
export interface TranscriptWire {
  /** The bytes of a host line. */
  encode(text: string): Uint8Array;
  /**
   * Everything the function has written, as lines.
   *
   * @param ended whether nothing more will come, so that a last line without line feed counts
   */
  lines(written: Buffer, ended: boolean): string[];
}

/** The wire of a transcript: filter and describe are plain text, JSON is its own lines, protobuf is transcoded. */
export function wireOf({ mode, format }: Transcript): TranscriptWire {
  if (mode === "filter" || mode === "describe") return plainWire;
  return format === "json" ? jsonWire : new ProtobufWire(mode);
}

const plainWire: TranscriptWire = {
  encode: (text) => Buffer.from(`${text}\n`),
  lines: (written, ended) => {
    const lines = written.toString("utf8").split("\n");
    return ended && lines.at(-1) !== "" ? lines : lines.slice(0, -1);
  },
};

const jsonWire: TranscriptWire = {
  encode: plainWire.encode,
  lines: (written, ended) => {
    const lines = plainWire.lines(written, ended);
    // A function may open with a line feed, which ends any banner line and is no line of its own.
    return lines[0] === "" ? lines.slice(1) : lines;
  },
};

class ProtobufWire implements TranscriptWire {
  readonly #mode: StreamMode;

  constructor(mode: StreamMode) {
    this.#mode = mode;
  }

  encode(text: string): Uint8Array {
    const protobuf = codecFor("protobuf");
    if (text === prefaceLine) return protobuf.preface;
    const reader = new StreamReader({ mode: this.#mode });
    reader.push(Buffer.from(`${prefaceLine}\n${text}\n`));
    reader.end();
    reader.next();
    const item = reader.next();
    if (item?.type === "record") {
      return protobuf.record(
        item.record.kind,
        transcode(item.record.kind, item.record.body, jsonCodec, protobuf),
      );
    }
    if (item?.type !== "frame") throw new UsageError(`"${text}" is no record and no frame`);
    if (item.control !== undefined) {
      const { kind, body } = item.control;
      return protobuf.controlFrame(
        item.id,
        kind,
        protobuf.encodeControl(kind, jsonCodec.decodeControl(kind, body)),
      );
    }
    const records = item.records.map(({ kind, body }) => ({
      kind,
      body: transcode(kind, body, jsonCodec, protobuf),
    }));
    return protobuf.frame(item.id, records);
  }

  lines(written: Buffer): string[] {
    const reader = new StreamReader({ mode: this.#mode });
    reader.push(written);
    const lines: string[] = [];
    for (let item = reader.next(); item !== undefined; item = reader.next()) {
      lines.push(
        item.type === "preface" ? prefaceLine : JSON.stringify(lineOf(item, codecFor("protobuf"))),
      );
    }
    return lines;
  }
}
