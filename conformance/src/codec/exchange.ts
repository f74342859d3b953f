import type { Format } from "../wire/unit.ts";

/** The body of an event record, in base64. */
export interface AskedEvent {
  readonly format: Format;
  readonly bytes: string;
}

/** What a codec is asked; the schema `codec-question` says what each means. */
export type Question =
  | {
      readonly ask: "stream";
      readonly format: Format;
      readonly reader: "function" | "host";
      readonly mode?: "pipe" | "session";
      readonly piece?: number;
      readonly bytes: string;
    }
  | { readonly ask: "frame"; readonly format: Format; readonly bytes: string }
  | {
      readonly ask: "record";
      readonly format: Format;
      readonly kind: string;
      readonly bytes: string;
    }
  | {
      readonly ask: "write";
      readonly format: Format;
      readonly kind: string;
      readonly meaning: unknown;
    }
  | {
      readonly ask: "write_stream";
      readonly format: Format;
      readonly mode: "pipe" | "session";
      readonly meaning: unknown;
    }
  | {
      readonly ask: "convert";
      readonly from: Format;
      readonly format: Format;
      readonly bytes: string;
    }
  | { readonly ask: "compare"; readonly left: AskedEvent; readonly right: AskedEvent };

/** What a codec answers; the schema `codec-answer` says what each member means. */
export interface Answer {
  readonly meaning?: unknown;
  readonly foreign?: string;
  readonly bytes?: string;
  readonly equal?: boolean;
  readonly fault?: string;
  readonly code?: string;
  readonly offset?: number;
  readonly confined?: number;
  readonly requirement?: string;
  readonly message?: string;
}

/** What a codec says of itself. */
export interface CodecDescription {
  readonly name: string;
  readonly version: string;
  readonly formats: readonly Format[];
  readonly features: readonly string[];
}
