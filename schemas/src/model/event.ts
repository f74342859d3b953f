/**
 * The payload of an event: nothing, octets, text or a JSON value. The kind is part of the data: `bytes`
 * survive every hop octet for octet, `text` code point for code point, `json` only as an I-JSON value.
 */
export type EventData =
  | { readonly kind: "none" }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "json"; readonly value: JsonValue };

/** A JSON value as `JSON.parse` gives it. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** A CloudEvents 1.0.2 event. Every attribute is held as its canonical string, whatever its type on the wire. */
export interface CloudEvent {
  readonly id: string;
  readonly source: string;
  readonly specversion: "1.0";
  readonly type: string;
  readonly datacontenttype?: string;
  readonly dataschema?: string;
  readonly subject?: string;
  readonly time?: string;
  /** Extension attributes by name (`[a-z0-9]+`), as canonical strings; boolean and integer ones keep their JSON type. */
  readonly extensions?: { readonly [name: string]: string | number | boolean };
  readonly data: EventData;
}
