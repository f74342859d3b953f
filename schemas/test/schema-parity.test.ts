import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type protobuf from "protobufjs";
import t from "tap";
import { controlNumbers, errorCodes, limits, recordNumbers } from "../src/index.ts";
import { memberTables } from "./member-table.ts";
import { stockSchema } from "./stock-protobuf.ts";

/** A JSON Schema, as far as this test looks into it. */
interface Schema {
  readonly [keyword: string]: unknown;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly $ref?: string;
}

const folder = fileURLToPath(new URL("../../json/", import.meta.url));
const schemas = new Map<string, Schema>(
  readdirSync(folder).map((file) => [
    file.replace(".schema.json", ""),
    JSON.parse(readFileSync(folder + file, "utf8")) as Schema,
  ]),
);

const messages = {
  context: "Context",
  chunk: "Chunk",
  error: "Error",
  failure: "Failure",
  end: "End",
  limits: "Limits",
  hello: "Hello",
  ready: "Ready",
  cancel: "Cancel",
  credit: "Credit",
  drain: "Drain",
  log: "Log",
  unsupported: "Unsupported",
} as const;

/**
 * Members that the decoder always gives although the wire may leave them out, because their default is their value.
 * Every entry must be such a member.
 */
const filledInByDefault = new Set([
  "chunk.data",
  "chunk.last",
  "failure.index",
  "ready.minor",
  "log.message",
]);

/** How CloudEvents 1.0.2 itself spells an event in its protobuf and in its JSON format, and why they differ. */
const eventDifferences: Readonly<
  Record<string, { readonly json: readonly string[]; readonly why: string }>
> = {
  id: { json: ["id"], why: "the same" },
  source: { json: ["source"], why: "the same" },
  spec_version: { json: ["specversion"], why: "the official message spells it with an underscore" },
  type: { json: ["type"], why: "the same" },
  attributes: {
    json: ["datacontenttype", "dataschema", "subject", "time"],
    why: "every other attribute is an entry of a map there and a member here",
  },
  binary_data: { json: ["data_base64"], why: "octets are base64 in JSON" },
  text_data: { json: ["data"], why: "text and JSON values share one member in JSON" },
  proto_data: { json: [], why: "a protobuf message becomes octets" },
};

const lookup = (name: string): protobuf.Type => stockSchema.lookupType(`stdfn.v1.${name}`);
const fieldsOf = (name: string): readonly protobuf.Field[] =>
  lookup(name).fieldsArray.map((field) => field.resolve());
const snake = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

t.test("every message has the same members in protobuf, JSON Schema and TypeScript", async (t) => {
  for (const [kind, message] of Object.entries(messages) as [keyof typeof messages, string][]) {
    const fields = fieldsOf(message)
      .map(({ name }) => name)
      .sort();
    const properties = Object.keys(schemas.get(kind)?.properties ?? {}).sort();
    const members = Object.keys(memberTables[kind]).map(snake).sort();
    t.strictSame(properties, fields, `${kind}: JSON Schema and protobuf`);
    t.strictSame(members, fields, `${kind}: TypeScript and protobuf`);
  }
});

t.test("every member has the same type in protobuf and JSON Schema", async (t) => {
  for (const [kind, message] of Object.entries(messages)) {
    for (const field of fieldsOf(message)) {
      const property = schemas.get(kind)?.properties?.[field.name] ?? {};
      t.equal(jsonType(property), protoType(field), `${kind}.${field.name}`);
    }
  }
});

t.test("what the model requires, the JSON Schema requires too", async (t) => {
  const differing = new Set<string>();
  for (const kind of Object.keys(messages) as (keyof typeof messages)[]) {
    const required = new Set(schemas.get(kind)?.required ?? []);
    for (const [member, presence] of Object.entries(memberTables[kind])) {
      const name = `${kind}.${snake(member)}`;
      if ((presence === "required") !== required.has(snake(member))) differing.add(name);
    }
  }
  t.strictSame([...differing].sort(), [...filledInByDefault].sort());
});

t.test("enumerations have the same names in protobuf, JSON Schema and the registry", async (t) => {
  const pairs: readonly [name: string, prefix: string, kind: string, member: string][] = [
    ["Code", "CODE_", "error", "code"],
    ["Disposition", "DISPOSITION_", "error", "disposition"],
    ["Effect", "EFFECT_", "error", "effect"],
    ["Attribution", "ATTRIBUTION_", "error", "attribution"],
    ["CancelReason", "CANCEL_REASON_", "cancel", "reason"],
    ["Level", "LEVEL_", "log", "level"],
  ];
  for (const [name, prefix, kind, member] of pairs) {
    const values = stockSchema.lookupEnum(`stdfn.v1.${name}`).values;
    t.equal(values[`${prefix}UNSPECIFIED`], 0, `${name} begins with UNSPECIFIED`);
    const names = Object.keys(values).filter((value) => values[value] !== 0);
    t.ok(
      names.every((value) => value.startsWith(prefix)),
      `${name}: every value begins with ${prefix}`,
    );
    t.strictSame(
      schemas.get(kind)?.properties?.[member]?.anyOf?.[0]?.enum,
      names.map((value) => value.slice(prefix.length).toLowerCase()),
      `${kind}.${member}`,
    );
  }
  const codes = stockSchema.lookupEnum("stdfn.v1.Code").values;
  t.strictSame(
    Object.fromEntries(
      Object.entries(errorCodes).map(([code, { number }]) => [
        `CODE_${code.toUpperCase()}`,
        number,
      ]),
    ),
    Object.fromEntries(Object.entries(codes).filter(([, number]) => number !== 0)),
    "the registry of error codes",
  );
});

t.test("frames and streams hold the same kinds under the same numbers everywhere", async (t) => {
  const kinds = { ...recordNumbers, ...controlNumbers };
  const frame = Object.fromEntries(fieldsOf("Frame").map(({ name, id }) => [name, id]));
  t.strictSame(frame, { id: 1, ...kinds }, "Frame and the registries");
  t.strictSame(
    Object.keys(schemas.get("frame")?.properties ?? {}).sort(),
    Object.keys(frame).sort(),
    "Frame and its JSON Schema",
  );
  const stream = Object.fromEntries(fieldsOf("Stream").map(({ name, id }) => [name, id]));
  t.strictSame(stream, { preface: 1, ...recordNumbers, frame: 15 }, "Stream and the registry");
  t.strictSame(
    Object.keys(schemas.get("record-line")?.properties ?? {}).sort(),
    [...Object.keys(recordNumbers), "ext"].sort(),
    "a record line has one more kind, ext, which unknown field numbers are in protobuf",
  );
  for (const kind of Object.keys(kinds)) {
    const [inStream, inFrame] = ["Stream", "Frame"].map((name) => lookup(name).fields[kind]);
    t.equal(inStream?.repeated ?? true, true, `${kind} is repeated in Stream`);
    t.equal(inFrame?.repeated, false, `${kind} is singular in Frame`);
    if (inStream !== undefined) t.equal(inStream.type, inFrame?.type, `${kind} has one type`);
  }
});

t.test("an event differs between the formats exactly as listed", async (t) => {
  const type = stockSchema.lookupType("io.cloudevents.v1.CloudEvent");
  const listed = Object.values(eventDifferences).flatMap(({ json }) => json);
  t.strictSame(
    type.fieldsArray.map(({ name }) => name).sort(),
    Object.keys(eventDifferences).sort(),
  );
  t.strictSame(Object.keys(schemas.get("event")?.properties ?? {}).sort(), [...listed].sort());
  t.strictSame(
    Object.keys(memberTables.event).sort(),
    [...listed.filter((name) => name !== "data_base64"), "extensions"].sort(),
    "the model holds data of every kind in one member, and extensions in another",
  );
  t.strictSame(
    type.fieldsArray.map(({ name, id }) => `${id} ${name}`),
    [
      "1 id",
      "2 source",
      "3 spec_version",
      "4 type",
      "5 attributes",
      "6 binary_data",
      "7 text_data",
      "8 proto_data",
    ],
    "the numbers of the official message",
  );
  t.strictSame(
    type
      .lookupType("CloudEventAttributeValue")
      .fieldsArray.map(({ name, id, type: of }) => `${id} ${of} ${name}`),
    [
      "1 bool ce_boolean",
      "2 int32 ce_integer",
      "3 string ce_string",
      "4 bytes ce_bytes",
      "5 string ce_uri",
      "6 string ce_uri_ref",
      "7 google.protobuf.Timestamp ce_timestamp",
    ],
  );
});

t.test("limits that schemas state are those of the registry", async (t) => {
  const floor = (kind: string, member: string): unknown =>
    schemas.get(kind)?.properties?.[member]?.["minimum"];
  t.equal(floor("limits", "max_record"), limits.max_record.floor);
  t.equal(floor("hello", "credit"), limits.credit.floor);
  t.equal(floor("ready", "credit"), limits.credit.floor);
  t.equal(schemas.get("frame")?.properties?.["id"]?.["maximum"], limits.max_id.value);
  const base64 = Math.ceil(limits.max_chunk_data.value / 3) * 4;
  t.equal(schemas.get("chunk")?.properties?.["data"]?.["maxLength"], base64);
  const manifest = schemas.get("manifest")?.properties?.["limits"]?.properties ?? {};
  for (const name of ["init_timeout_ms", "grace_ms", "drain_budget_ms", "max_record"] as const)
    t.equal(manifest[name]?.["default"], limits[name].value, `manifest limits.${name}`);
});

t.test("everything is documented", async (t) => {
  for (const [name, schema] of schemas) {
    for (const [path, property] of propertiesOf(name, schema)) {
      t.ok(property.title && property.description, `${path} has a title and a description`);
    }
  }
  for (const type of [...Object.values(messages), "Stream", "Frame"].map(lookup)) {
    t.ok(type.comment, type.fullName);
    for (const field of type.fieldsArray) t.ok(field.comment, `${type.fullName}.${field.name}`);
  }
});

function protoType(field: protobuf.Field): string {
  if (field.map) return "map of string";
  const { resolvedType } = field;
  const single =
    resolvedType === null
      ? field.type
      : "values" in resolvedType
        ? "enumeration"
        : `message ${resolvedType.name.toLowerCase()}`;
  return field.repeated ? `list of ${single}` : single;
}

/** The protobuf type that a property of a JSON Schema stands for; a type it could not stand for names itself. */
function jsonType(schema: Schema): string {
  const reference = schema.$ref ?? schema.anyOf?.[0]?.$ref;
  if (reference !== undefined) return `message ${reference.replace(/^.*\/(.*)\.json$/, "$1")}`;
  if (schema.anyOf?.[0]?.enum !== undefined) return "enumeration";
  const type = [schema.type].flat().find((name) => name !== "null");
  if (type === "array") return `list of ${jsonType(schema.items ?? {})}`;
  if (type === "integer") return schema["maximum"] === 4_294_967_295 ? "uint32" : "integer";
  if (type === "boolean") return "bool";
  if (type === "object") {
    const values = schema.additionalProperties;
    return `map of ${typeof values === "object" ? jsonType(values) : "anything"}`;
  }
  const pattern = String(schema["pattern"] ?? "");
  if (pattern.includes("A-Za-z0-9+/")) return "bytes";
  return pattern.includes("[1-9][0-9]{0,19}") ? "uint64" : String(type);
}

/** Every property that is declared at a property position, however deep. */
function* propertiesOf(path: string, schema: Schema): Generator<[string, Schema]> {
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    yield [`${path}.${name}`, property];
    yield* propertiesOf(`${path}.${name}`, property);
  }
  if (schema.items !== undefined) yield* propertiesOf(`${path}[]`, schema.items);
  for (const branch of schema.anyOf ?? []) yield* propertiesOf(path, branch);
}
