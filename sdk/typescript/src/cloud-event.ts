import type { JsonValue } from "@stdfn/schemas";

/** How much `bytes()`, `text()` and `json()` gather of a streamed payload. */
export interface PayloadLimit {
  /** Largest payload in bytes. Default 67108864 (64 MiB). */
  readonly maxBytes?: number;
}

/**
 * A CloudEvents 1.0 event as a handler receives it: its attributes, and its payload.
 *
 * A payload of up to 1 MiB usually arrives whole; a larger one is streamed. `bytes()`, `text()`, `json()` and
 * `stream()` work for both; `data` only for a whole one.
 */
export interface CloudEvent {
  readonly specversion: "1.0";
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly datacontenttype?: string;
  readonly dataschema?: string;
  readonly subject?: string;
  /** RFC 3339, as it was written. */
  readonly time?: string;
  /** Extension attributes by name. */
  readonly extensions?: Readonly<Record<string, string | number | boolean>>;

  /** True if the payload follows in pieces and is not here yet. */
  readonly streamed: boolean;
  /**
   * The payload as it came: octets, text, a JSON value, or `undefined` if there is none.
   * @throws FunctionError `failed_precondition` if the payload is streamed.
   */
  readonly data: Uint8Array | string | JsonValue | undefined;
  /** The payload as octets: text as UTF-8, a JSON value as its RFC 8785 text. */
  bytes(limit?: PayloadLimit): Promise<Uint8Array>;
  /**
   * The payload as text: octets read as UTF-8, a JSON value as its RFC 8785 text.
   * @throws FunctionError `invalid_argument` if the octets are not UTF-8.
   */
  text(limit?: PayloadLimit): Promise<string>;
  /**
   * The payload as a JSON value; octets and text are parsed.
   * @throws FunctionError `invalid_argument` if there is none or it is not JSON.
   */
  json<Value = JsonValue>(limit?: PayloadLimit): Promise<Value>;
  /**
   * The payload piece by piece, in bounded memory; whoever sends it waits while nobody reads. Can be read once.
   * @throws FunctionError, from the iteration, if the payload is cut short.
   */
  stream(): AsyncIterable<Uint8Array>;
}
