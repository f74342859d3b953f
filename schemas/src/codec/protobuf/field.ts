import { CodecError } from "../codec-error.ts";
import { showText } from "../show-bytes.ts";
import {
  lengthDelimited,
  type Reader,
  readInt32,
  readString,
  readUint32,
  readUint64,
  skipUnknown,
  unexpectedField,
  varint,
  writeUint64,
} from "./wire.ts";
import type { Writer } from "./writer.ts";

/** One field of a message: how its value is read, written and told from its absence. */
export interface Field {
  readonly number: number;
  readonly name: string;
  readonly wire: 0 | 2;
  /** A second wire type that is read too: packed fields may come unpacked. */
  readonly alsoWire?: 0;
  readonly repeated: boolean;
  /** Whether the implicit default on the wire reads as absence. */
  isDefault(value: unknown): boolean;
  /** Reads one value; for a repeated field, adds to `previous`. */
  read(reader: Reader, what: string, previous: unknown, wireType: number): unknown;
  /** Writes tag and value; for a repeated field, all values. */
  write(writer: Writer, value: unknown, what: string): void;
}

type Presence = "implicit" | "explicit";

function scalar(
  number: number,
  name: string,
  wire: 0 | 2,
  codec: Pick<Field, "read" | "write" | "isDefault">,
): Field {
  return { number, name, wire, repeated: false, ...codec };
}

const never = (): boolean => false;

export function stringField(number: number, name: string): Field {
  const tag = (number << 3) | lengthDelimited;
  return scalar(number, name, lengthDelimited, {
    isDefault: (value) => value === "",
    read: readString,
    write: (writer, value) => writer.uint32(tag).string(value as string),
  });
}

export function bytesField(number: number, name: string): Field {
  const tag = (number << 3) | lengthDelimited;
  return scalar(number, name, lengthDelimited, {
    isDefault: (value) => (value as Uint8Array).length === 0,
    read: (reader) => reader.bytes(),
    write: (writer, value) => writer.uint32(tag).bytes(value as Uint8Array),
  });
}

export function uint32Field(number: number, name: string, presence: Presence = "implicit"): Field {
  const tag = number << 3;
  return scalar(number, name, varint, {
    isDefault: presence === "explicit" ? never : (value) => value === 0,
    read: readUint32,
    write: (writer, value, what) => {
      writer.uint32(tag).uint32(checkUint32(value, what));
    },
  });
}

export function uint64Field(number: number, name: string): Field {
  const tag = number << 3;
  return scalar(number, name, varint, {
    isDefault: never,
    read: (reader) => readUint64(reader),
    write: (writer, value, what) => writeUint64(writer.uint32(tag), value as bigint, what),
  });
}

export function boolField(number: number, name: string): Field {
  const tag = number << 3;
  return scalar(number, name, varint, {
    isDefault: (value) => value === false,
    read: (reader) => reader.bool(),
    write: (writer, value) => writer.uint32(tag).bool(value as boolean),
  });
}

/**
 * An open enum; number 0 is the unspecified value, which reads as absence.
 * @param names From number 1.
 * @param unknown What a number this version does not know reads as; absent: as absence.
 */
export function enumField(
  number: number,
  name: string,
  names: readonly string[],
  unknown?: string,
): Field {
  const tag = number << 3;
  return scalar(number, name, varint, {
    isDefault: (value) => value === undefined,
    read: (reader, what) => {
      const value = readInt32(reader, what);
      return value === 0 ? undefined : (names[value - 1] ?? unknown);
    },
    write: (writer, value, what) => {
      const index = names.indexOf(value as string);
      if (index < 0)
        throw new CodecError(
          "invalid",
          `${what} is ${JSON.stringify(value)}; allowed are ${names.join(", ")}`,
        );
      writer.uint32(tag).int32(index + 1);
    },
  });
}

/** `map<string, string>`; a key that stands twice is refused. */
export function stringMapField(number: number, name: string): Field {
  const tag = (number << 3) | lengthDelimited;
  return {
    number,
    name,
    wire: lengthDelimited,
    repeated: true,
    isDefault: (value) => Object.keys(value as object).length === 0,
    read: (reader, what, previous) => {
      const map = (previous ?? {}) as Record<string, string>;
      const [key, value] = readEntry(reader, what);
      if (Object.hasOwn(map, key))
        throw new CodecError("duplicate", `${what} holds the key ${showText(key)} twice`, {
          offset: reader.pos,
          requirement: "PBF-018",
        });
      // Defined, not assigned: "__proto__" is a key like any other.
      Object.defineProperty(map, key, {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      });
      return map;
    },
    write: (writer, value) => {
      for (const [key, text] of Object.entries(value as Record<string, string>)) {
        writer.uint32(tag).fork().uint32(10).string(key).uint32(18).string(text).ldelim();
      }
    },
  };
}

function readEntry(reader: Reader, what: string): [string, string] {
  const end = spanEnd(reader, what);
  let key: string | undefined;
  let value: string | undefined;
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === 10 && key === undefined) key = readString(reader, `a key of ${what}`);
    else if (tag === 18 && value === undefined) value = readString(reader, `a value of ${what}`);
    else if (tag >>> 3 === 1 || tag >>> 3 === 2)
      throw unexpectedField(reader, tag, lengthDelimited, `an entry of ${what}`);
    else skipUnknown(reader, tag, what);
  }
  return [key ?? "", value ?? ""];
}

/** Reads a length and gives the position where the span ends. @throws CodecError if it leaves the body. */
export function spanEnd(reader: Reader, what: string): number {
  const end = reader.size() + reader.pos;
  if (end > reader.len)
    throw new CodecError("malformed", `${what} is longer than what holds it`, {
      offset: reader.pos,
      requirement: "PBF-020",
    });
  return end;
}

export function repeatedStringField(number: number, name: string): Field {
  const tag = (number << 3) | lengthDelimited;
  return {
    number,
    name,
    wire: lengthDelimited,
    repeated: true,
    isDefault: (value) => (value as string[]).length === 0,
    read: (reader, what, previous) => [
      ...((previous as string[] | undefined) ?? []),
      readString(reader, what),
    ],
    write: (writer, value) => {
      for (const text of value as string[]) writer.uint32(tag).string(text);
    },
  };
}

/** Packed `repeated uint32`. */
export function repeatedUint32Field(number: number, name: string): Field {
  const tag = (number << 3) | lengthDelimited;
  return {
    number,
    name,
    wire: lengthDelimited,
    alsoWire: varint,
    repeated: true,
    isDefault: (value) => (value as number[]).length === 0,
    read: (reader, what, previous, wireType) => {
      const values = [...((previous as number[] | undefined) ?? [])];
      if (wireType === varint) return [...values, readUint32(reader, what)];
      const end = spanEnd(reader, what);
      while (reader.pos < end) values.push(readUint32(reader, what));
      return values;
    },
    write: (writer, value, what) => {
      writer.uint32(tag).fork();
      for (const item of value as number[]) writer.uint32(checkUint32(item, what));
      writer.ldelim();
    },
  };
}

function checkUint32(value: unknown, what: string): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff)
    return value;
  throw new CodecError(
    "invalid",
    `${what} is ${String(value)}; allowed are integers 0 to 4294967295`,
  );
}
