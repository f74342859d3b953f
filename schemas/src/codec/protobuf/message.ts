import { CodecError } from "../codec-error.ts";
import type { MessageRules } from "../record-rules.ts";
import { type Field, spanEnd } from "./field.ts";
import { asCodecError, lengthDelimited, type Reader, readerOf, skipUnknown } from "./wire.ts";
import { Writer } from "./writer.ts";

/** How members are read from a value and written to it, by field number. */
export interface MemberAccess<Value> {
  get(value: Value, number: number): unknown;
  set(value: Value, number: number, member: unknown): void;
}

/**
 * One protobuf message by its table of fields. Decoding is strict: a singular field twice, a known field with
 * another wire type, invalid UTF-8 and a cut body are refused; unknown fields are passed over.
 */
export class ProtobufMessage<Value extends object> {
  readonly name: string;
  readonly #fields: readonly Field[];
  readonly #byNumber: (Field | undefined)[];
  /** `message.field` for errors, by field number: built once, not once a field read. */
  readonly #labels: string[] = [];
  readonly #rules: MessageRules<Value>;
  readonly #access: MemberAccess<Value>;

  constructor(
    name: string,
    fields: readonly Field[],
    rules: MessageRules<Value> = {},
    access: MemberAccess<Value> = accessByName(fields),
  ) {
    this.name = name;
    this.#rules = rules;
    this.#access = access;
    this.#fields = fields;
    this.#byNumber = [];
    for (const field of fields) {
      this.#byNumber[field.number] = field;
      this.#labels[field.number] = `${name}.${field.name}`;
    }
  }

  /** Decodes one body. @throws CodecError */
  decode(body: Uint8Array): Value {
    const reader = readerOf(body);
    try {
      return this.read(reader, reader.len);
    } catch (error) {
      throw asCodecError(this.name, reader, error);
    }
  }

  /** Reads fields up to `end`. */
  read(reader: Reader, end: number): Value {
    const { defaults } = this.#rules;
    const value = (defaults === undefined ? {} : { ...defaults }) as Value;
    const access = this.#access;
    let seen = 0;
    while (reader.pos < end) {
      const tag = reader.tag();
      const field = this.#byNumber[tag >>> 3];
      if (field === undefined) {
        skipUnknown(reader, tag, this.name);
        continue;
      }
      const what = this.#labels[field.number] as string;
      const wireType = tag & 7;
      if (wireType !== field.wire && wireType !== field.alsoWire) {
        throw new CodecError(
          "malformed",
          `${what} has wire type ${wireType}; expected ${field.wire}`,
          { offset: reader.pos, requirement: "PBF-019" },
        );
      }
      if (!field.repeated) {
        const bit = 1 << field.number;
        if ((seen & bit) !== 0)
          throw new CodecError("duplicate", `${what} stands twice`, {
            offset: reader.pos,
            requirement: "PBF-016",
          });
        seen |= bit;
      }
      const previous = field.repeated ? access.get(value, field.number) : undefined;
      const read = field.read(reader, what, previous, wireType);
      if (read !== undefined && !field.isDefault(read)) access.set(value, field.number, read);
    }
    if (reader.pos !== end)
      throw new CodecError("malformed", `a field of ${this.name} is longer than what holds it`, {
        offset: reader.pos,
        requirement: "PBF-020",
      });
    const { adjust, check } = this.#rules;
    const adjusted = adjust === undefined ? value : adjust(value);
    check?.(adjusted);
    return adjusted;
  }

  /** Encodes one body. @throws CodecError if the value breaks a rule. */
  encode(value: Value): Uint8Array {
    const writer = new Writer();
    this.write(writer, value);
    return writer.finish();
  }

  /** Writes the fields, without tag and length. */
  write(writer: Writer, value: Value): void {
    this.#rules.check?.(value);
    const access = this.#access;
    for (const field of this.#fields) {
      const member = access.get(value, field.number);
      if (member !== undefined && !field.isDefault(member))
        field.write(writer, member, this.#labels[field.number] as string);
    }
  }
}

function accessByName<Value>(fields: readonly Field[]): MemberAccess<Value> {
  const names: string[] = [];
  for (const { number, name } of fields) names[number] = name;
  return {
    get: (value, number) => (value as Record<string, unknown>)[names[number] as string],
    set: (value, number, member) => {
      (value as Record<string, unknown>)[names[number] as string] = member;
    },
  };
}

/** A field that holds another message. */
export function messageField<Value extends object>(
  number: number,
  name: string,
  message: ProtobufMessage<Value>,
  options: { readonly repeated?: boolean } = {},
): Field {
  const tag = (number << 3) | lengthDelimited;
  const writeOne = (writer: Writer, value: unknown): void => {
    writer.uint32(tag).fork();
    message.write(writer, value as Value);
    writer.ldelim();
  };
  const readOne = (reader: Reader, what: string): unknown => {
    return message.read(reader, spanEnd(reader, what));
  };
  return {
    number,
    name,
    wire: lengthDelimited,
    repeated: options.repeated === true,
    isDefault: () => false,
    read:
      options.repeated === true
        ? (reader, what, previous) => [
            ...((previous as unknown[] | undefined) ?? []),
            readOne(reader, what),
          ]
        : readOne,
    write: (writer, value) => {
      if (options.repeated !== true) writeOne(writer, value);
      else for (const item of value as unknown[]) writeOne(writer, item);
    },
  };
}
