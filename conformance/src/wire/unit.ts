import type { Buffer } from "node:buffer";
import type { WireFault } from "./fault.ts";
import type { Meaning } from "./message-rules.ts";

export type Format = "json" | "protobuf";

/** Where bytes stand in a stream, and the bytes. */
export interface Span {
  readonly offset: number;
  readonly bytes: Buffer;
}

/** One body: what it means and the bytes it was read from. */
export interface Member {
  readonly kind: string;
  readonly meaning: Meaning;
  readonly body: Buffer;
}

/** What a stream consists of, in the order in which it stands there. */
export type Unit = Span &
  (
    | { readonly type: "preface"; readonly format: Format; readonly foreign: Buffer }
    | { readonly type: "record"; readonly member: Member }
    | {
        readonly type: "frame";
        readonly id: number;
        /** Records in the order of their numbers, or one control member, or none. */
        readonly members: readonly Member[];
        /** Members that this kit does not know; reported only where they stand alone. */
        readonly unknown: readonly string[];
        /** What the frame costs if it is not free: bytes of its body or line. */
        readonly cost: number;
      }
    | {
        readonly type: "fault";
        readonly fault: WireFault;
        /** The invocation that it is confined to; absent: the whole stream is lost. */
        readonly id?: number;
      }
  );
