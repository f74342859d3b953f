import type { ControlKind, FormatName, RecordKind } from "@stdfn/schemas";
import type { CodecError, StreamMode } from "@stdfn/schemas/codec";

/** A record or control member of a unit. */
export interface Part {
  readonly kind: RecordKind | ControlKind;
  readonly body: Uint8Array;
  /** Position of the body in the stream. */
  readonly offset: number;
  /** The value in the JSON format; undefined if the body is broken. */
  readonly json: string | undefined;
}

/** Who wrote a session: known from its first frame. */
export type Direction = "host → function" | "function → host";

/** What `inspect` finds, in the order of the bytes. */
export type Finding =
  | {
      /** What the input is taken for, besides a stream: a fragment without preface, or what a vector says of itself. */
      readonly type: "note";
      readonly text: string;
    }
  | {
      /** Bytes before the preface, or fields that a pipe lets pass. */
      readonly type: "foreign" | "skipped";
      readonly offset: number;
      readonly bytes: Uint8Array;
    }
  | {
      readonly type: "preface";
      readonly offset: number;
      readonly bytes: Uint8Array;
      readonly format: FormatName;
    }
  | {
      /** `body`: one body without anything around it, as vectors have it. */
      readonly type: "frame" | "record" | "body";
      /** Counted from 1; in JSON also the number of the line behind the preface. */
      readonly number: number;
      readonly format: FormatName;
      readonly offset: number;
      readonly bytes: Uint8Array;
      /** Of a frame. */
      readonly id: number | undefined;
      readonly parts: readonly Part[];
      /** Members of a frame that this version does not know, where nothing known stands beside them. */
      readonly unknown: readonly string[];
    }
  | {
      readonly type: "fault";
      readonly error: CodecError;
      /** Where it is. */
      readonly offset: number;
      /** Where the unit begins in which it is, and its number. */
      readonly unitOffset: number;
      readonly number: number;
      /** Bytes of that unit, as far as they are there. */
      readonly bytes: Uint8Array;
      readonly format: FormatName | undefined;
      /** The invocation whose loss is enough; undefined: nothing behind it was read. */
      readonly id: number | undefined;
    }
  | {
      readonly type: "end";
      readonly format: FormatName | undefined;
      readonly mode: StreamMode | undefined;
      readonly direction: Direction | undefined;
      readonly units: number;
      readonly bytes: number;
      readonly faults: number;
    };

/** A frame, a record or a body. */
export type UnitFinding = Extract<Finding, { readonly type: "frame" | "record" | "body" }>;
/** A fault. */
export type FaultFinding = Extract<Finding, { readonly type: "fault" }>;
