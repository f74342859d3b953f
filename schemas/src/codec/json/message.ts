import { Body } from "./body.ts";
import type { Field, FieldType } from "./field.ts";
import type { Member } from "./scanner.ts";

interface LabelledField extends Field {
  readonly label: string;
}

/** The JSON form of one kind of body: its members and the rules on its values. */
export class JsonMessage<Value extends object> implements FieldType {
  readonly #what: string;
  readonly #fields: readonly LabelledField[];
  readonly #byName: ReadonlyMap<string, LabelledField>;
  readonly #check: (value: Value) => void;
  readonly #defaults: Partial<Value>;
  readonly #adjust: (value: Value) => Value;

  /**
   * @param check Rules on the value as a whole, in both directions.
   * @param defaults Properties of the model that are never absent.
   * @param adjust Applied to what was read, before the check.
   */
  constructor(
    what: string,
    fields: readonly Field[],
    options: {
      readonly check?: (value: Value) => void;
      readonly defaults?: Partial<Value>;
      readonly adjust?: (value: Value) => Value;
    } = {},
  ) {
    this.#what = what;
    this.#fields = fields.map((field) => ({ ...field, label: `${what}.${field.name}` }));
    this.#byName = new Map(this.#fields.map((field) => [field.name, field]));
    this.#check = options.check ?? (() => undefined);
    this.#defaults = options.defaults ?? {};
    this.#adjust = options.adjust ?? ((value) => value);
  }

  /** Decodes one body. @throws CodecError */
  decode(bytes: Uint8Array): Value {
    const body = new Body(bytes, this.#what);
    return this.#read(body, body.members);
  }

  read(body: Body, span: { readonly start: number; readonly end: number }, label: string): Value {
    return this.#read(body, body.object(span, label));
  }

  /** One body as JSON text. @throws CodecError if the value breaks a rule. */
  write(value: unknown): string {
    this.#check(value as Value);
    const properties = value as Readonly<Record<string, unknown>>;
    let text = "{";
    for (const field of this.#fields) {
      const property = properties[field.key];
      if (property === undefined) continue;
      const written = field.type.write(property, field.label);
      if (written !== undefined) text += `${text === "{" ? "" : ","}"${field.name}":${written}`;
    }
    return `${text}}`;
  }

  #read(body: Body, members: readonly Member[]): Value {
    const value: Record<string, unknown> = { ...this.#defaults };
    for (const member of members) {
      const field = this.#byName.get(member.name);
      if (field === undefined) continue;
      const read = field.type.read(body, member, field.label);
      if (read !== undefined) value[field.key] = read;
    }
    const adjusted = this.#adjust(value as Value);
    this.#check(adjusted);
    return adjusted;
  }
}
