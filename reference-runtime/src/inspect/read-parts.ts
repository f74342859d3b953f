import type { ControlKind, FormatName, RawRecord, RecordKind } from "@stdfn/schemas";
import { CodecError, codecFor, jsonCodec } from "@stdfn/schemas/codec";
import type { Part } from "./finding.ts";

type Raw = RawRecord<RecordKind | ControlKind>;

/** The records of a unit, decoded, and what is wrong with the first that is broken. */
export interface PartsRead {
  readonly parts: readonly Part[];
  readonly fault: CodecError | undefined;
}

/**
 * Decodes the records of a unit.
 *
 * @param unit the bytes of the unit, in which the bodies are found again
 * @param offset position of the unit in the stream
 */
export function readParts(
  raw: readonly Raw[],
  format: FormatName,
  unit: Uint8Array,
  offset: number,
): PartsRead {
  const bytes = Buffer.from(unit.buffer, unit.byteOffset, unit.length);
  const parts: Part[] = [];
  let fault: CodecError | undefined;
  let from = 0;
  for (const { kind, body } of raw) {
    const at = format === "json" ? findMember(bytes, kind, body) : bytes.indexOf(body, from);
    if (format === "protobuf") from = at + body.length;
    const read = readBody(kind, body, format, offset + at);
    parts.push(read.part);
    fault ??= read.fault;
  }
  return { parts, fault };
}

/** Decodes one body. @param offset its position in the stream */
export function readBody(
  kind: Raw["kind"],
  body: Uint8Array,
  format: FormatName,
  offset: number,
): { readonly part: Part; readonly fault: CodecError | undefined } {
  try {
    const json = format === "json" ? checked(kind, body) : converted(kind, body);
    return { part: { kind, body, offset, json }, fault: undefined };
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    const at = { offset: offset + error.offset, cause: error };
    const { requirement } = error;
    const fault = new CodecError(
      error.fault,
      error.message,
      requirement === undefined ? at : { ...at, requirement },
    );
    return { part: { kind, body, offset, json: undefined }, fault };
  }
}

function checked(kind: Raw["kind"], body: Uint8Array): string {
  if (isControl(kind)) jsonCodec.decodeControl(kind, body);
  else jsonCodec.decode(kind, body);
  return Buffer.from(body).toString("utf8");
}

function converted(kind: Raw["kind"], body: Uint8Array): string | undefined {
  const codec = codecFor("protobuf");
  const value = isControl(kind) ? codec.decodeControl(kind, body) : codec.decode(kind, body);
  try {
    // The value is of this kind, which two calls in a row cannot tell the compiler.
    const json = isControl(kind)
      ? jsonCodec.encodeControl(kind, value as never)
      : jsonCodec.encode(kind, value as never);
    return Buffer.from(json).toString("utf8");
  } catch (error) {
    // What JSON cannot say is no fault of the Protobuf format.
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}

const controls: ReadonlySet<string> = new Set<ControlKind>([
  "hello",
  "ready",
  "cancel",
  "credit",
  "drain",
  "log",
  "unsupported",
]);

function isControl(kind: Raw["kind"]): kind is ControlKind {
  return controls.has(kind);
}

/** Where the value of a member stands in a line: behind the member's name. */
function findMember(line: Buffer, kind: string, body: Uint8Array): number {
  const name = line.indexOf(`"${kind}"`);
  return line.indexOf(body, Math.max(0, name));
}
