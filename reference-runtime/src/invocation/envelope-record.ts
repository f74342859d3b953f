import type { RawRecord, RecordKind, RecordValues } from "@stdfn/schemas";
import { type Codec, decodeRaw, transcode } from "@stdfn/schemas/codec";

/**
 * One record, as bytes of a format or as a value, turned into the other only where somebody asks. What arrives and
 * leaves in one format is therefore never decoded and stays the same octet for octet.
 */
export class EnvelopeRecord<Kind extends RecordKind = RecordKind> {
  readonly kind: Kind;
  readonly #codec: Codec | undefined;
  readonly #raw: RawRecord<Kind> | undefined;
  #value: RecordValues[Kind] | undefined;

  private constructor(
    kind: Kind,
    codec: Codec | undefined,
    raw: RawRecord<Kind> | undefined,
    value: RecordValues[Kind] | undefined,
  ) {
    this.kind = kind;
    this.#codec = codec;
    this.#raw = raw;
    this.#value = value;
  }

  /** A record from its value. */
  static of<Kind extends RecordKind>(kind: Kind, value: RecordValues[Kind]): EnvelopeRecord<Kind> {
    return new EnvelopeRecord(kind, undefined, undefined, value);
  }

  /** A record from its body in a format. The bytes are kept, not copied. */
  static read<Kind extends RecordKind>(raw: RawRecord<Kind>, codec: Codec): EnvelopeRecord<Kind> {
    return new EnvelopeRecord(raw.kind, codec, raw, undefined);
  }

  /** The value. @throws CodecError if the body breaks a rule, with the position in the stream */
  get value(): RecordValues[Kind] {
    this.#value ??= decodeRaw(this.#codec as Codec, this.kind, this.#raw as RawRecord);
    return this.#value;
  }

  /** True if the record has a value and no body of its own. */
  get isValue(): boolean {
    return this.#raw === undefined;
  }

  /** The body in a format. @throws CodecError if the value cannot be written in it */
  body(codec: Codec): Uint8Array {
    if (this.#raw === undefined || this.#codec === undefined)
      return codec.encode(this.kind, this.#value as RecordValues[Kind]);
    const { body } = this.#raw;
    return this.#codec === codec ? body : transcode(this.kind, body, this.#codec, codec);
  }

  /** Kind and body in a format. @throws CodecError as `body` does */
  raw(codec: Codec): RawRecord<Kind> {
    if (this.#raw !== undefined && this.#codec === codec) return this.#raw;
    return { kind: this.kind, body: this.body(codec) };
  }

  /** True if this is a record of that kind. */
  is<Wanted extends RecordKind>(kind: Wanted): this is EnvelopeRecord<Wanted> {
    return (this.kind as RecordKind) === kind;
  }
}
