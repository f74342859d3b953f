import type { ErrorCode } from "../generated/registry.ts";
import type { ControlKind, FormatName, RecordKind } from "../model/record.ts";

/** One part of a byte string: hexadecimal, a text in UTF-8, or hexadecimal several times over. */
export type BytesPart =
  | { readonly hex: string }
  | { readonly text: string }
  | { readonly repeat: string; readonly times: number };

/** The body of an event record in one format. */
export interface EventBytes {
  readonly format: FormatName;
  readonly bytes: readonly BytesPart[];
}

/** Why bytes are refused. */
export interface VectorFault {
  readonly fault: string;
  readonly code: ErrorCode;
  readonly exit: number;
  /** Absent: the position is not decided. */
  readonly offset?: number;
  /** The invocation the fault is confined to; absent: the whole stream is lost. */
  readonly confined?: number;
}

/** A requirement at the revision a vector or a case was reviewed against. */
export interface CitedRequirement {
  readonly id: string;
  /** From 1. */
  readonly revision: number;
}

/** What every vector has. */
interface VectorHead {
  readonly id: string;
  readonly title: string;
  /** Those that decide the result; the first is the one whose breach or keeping is reported. */
  readonly requirements: readonly [CitedRequirement, ...CitedRequirement[]];
  readonly twin: string;
}

/** What bytes mean, or why they mean nothing. */
type VectorResult =
  | { readonly meaning: object; readonly fault?: never }
  | ({ readonly meaning?: never } & VectorFault);

/** A golden vector, as its file spells it. */
export type Vector = VectorHead &
  (
    | ({
        readonly level: "stream";
        readonly format: FormatName;
        readonly mode?: "pipe" | "session";
        readonly reader?: "function" | "host";
        readonly bytes: readonly BytesPart[];
        readonly foreign?: readonly BytesPart[];
      } & VectorResult)
    | ({
        readonly level: "record";
        readonly format: FormatName;
        readonly kind: RecordKind | ControlKind;
        readonly bytes: readonly BytesPart[];
      } & VectorResult)
    | ({
        readonly level: "frame";
        readonly format: FormatName;
        readonly bytes: readonly BytesPart[];
      } & VectorResult)
    | ({
        readonly level: "conversion";
        readonly from: EventBytes;
      } & (
        | { readonly to: EventBytes; readonly fault?: never }
        | ({ readonly to?: never } & VectorFault)
      ))
    | {
        readonly level: "equality";
        readonly left: EventBytes;
        readonly right: EventBytes;
        readonly equal: boolean;
      }
  );
