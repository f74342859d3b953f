import type { MessageRules } from "../record-rules.ts";
import { Body } from "./body.ts";
import type { Field, FieldType } from "./field.ts";
import type { Member } from "./scanner.ts";

interface LabelledField extends Field {
  readonly label: string;
}

/** The JSON form of one kind of body: its members and the rules on its values. */
export class JsonMessage<Value extends object> implements FieldType {
  readonly #name: string;
  readonly #fields: readonly LabelledField[];
  readonly #byName: ReadonlyMap<string, LabelledField>;
  readonly #rules: MessageRules<Value>;

  constructor(name: string, fields: readonly Field[], rules: MessageRules<Value> = {}) {
    this.#name = name;
    this.#rules = rules;
    this.#fields = fields.map((field) => ({ ...field, label: `${name}.${field.name}` }));
    this.#byName = new Map(this.#fields.map((field) => [field.name, field]));
  }

  /** Decodes one body. @throws CodecError */
  decode(bytes: Uint8Array): Value {
    const body = new Body(bytes, this.#name);
    return this.#read(body, body.members);
  }

  read(body: Body, span: { readonly start: number; readonly end: number }, label: string): Value {
    return this.#read(body, body.object(span, label));
  }

  /** One body as JSON text. @throws CodecError if the value breaks a rule. */
  write(value: unknown): string {
    this.#rules.check?.(value as Value);
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
    const value: Record<string, unknown> = { ...this.#rules.defaults };
    for (const member of members) {
      const field = this.#byName.get(member.name);
      if (field === undefined) continue;
      const read = field.type.read(body, member, field.label);
      if (read !== undefined) value[field.key] = read;
    }
    const { adjust, check } = this.#rules;
    const adjusted = adjust === undefined ? (value as Value) : adjust(value as Value);
    check?.(adjusted);
    return adjusted;
  }
}
