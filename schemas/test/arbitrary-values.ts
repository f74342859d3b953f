import { Buffer } from "node:buffer";
import fc from "fast-check";
import {
  type CloudEvent,
  type ControlValues,
  type ErrorCode,
  errorCodes,
  type JsonValue,
  type RecordValues,
} from "../src/index.ts";

/** Values of every record and control kind, legal ones only, with members left out at random. */
export type Arbitraries = {
  readonly [Kind in keyof (RecordValues & ControlValues)]: fc.Arbitrary<
    (RecordValues & ControlValues)[Kind]
  >;
};

const uint32 = fc.oneof(fc.nat(300), fc.integer({ min: 0, max: 0xffff_ffff }));
const text = fc.string({ unit: "binary", maxLength: 12 }).filter(isWellFormed);
const filled = text.filter((value) => value !== "");
const factName = fc.stringMatching(/^[a-z0-9_]{1,64}$/);
const attributeName = fc
  .stringMatching(/^[a-z0-9]{1,20}$/)
  .filter(
    (name) =>
      !/^(id|source|specversion|type|data|datacontenttype|dataschema|subject|time)$/.test(name),
  );
const attributeText = fc
  .string({ unit: "grapheme", maxLength: 10 })
  .filter((value) => isWellFormed(value) && !/[\p{Cc}\p{Noncharacter_Code_Point}]/u.test(value));
const filledAttribute = attributeText.filter((value) => value !== "");

/** A map with own properties of any name, as both codecs give it. */
const facts = fc
  .dictionary(factName, text, { minKeys: 1, maxKeys: 4, noNullPrototype: true })
  .map((map) => ({ ...map }));

const optional = <Shape extends object>(
  members: { [Name in keyof Shape]-?: fc.Arbitrary<NonNullable<Shape[Name]>> },
  requiredKeys: (keyof Shape)[],
): fc.Arbitrary<Shape> =>
  fc.record(members as never, { requiredKeys, noNullPrototype: true } as never) as never;

const error: Arbitraries["error"] = optional<RecordValues["error"]>(
  {
    code: fc.constantFrom(...(Object.keys(errorCodes) as ErrorCode[])),
    message: filled,
    disposition: fc.constantFrom("retry", "drop", "dead_letter"),
    retryDelayMs: uint32,
    effect: fc.constantFrom("none", "unknown", "complete"),
    attribution: fc.constantFrom("function", "runtime", "protocol"),
    details: facts,
  },
  ["code"],
).map(({ retryDelayMs, ...rest }) =>
  rest.disposition === "retry" && retryDelayMs !== undefined ? { ...rest, retryDelayMs } : rest,
);

// Numbers are integers that every reader holds, or fractions; null alone is no data.
const json: fc.Arbitrary<JsonValue> = fc
  .jsonValue({ maxDepth: 3, stringUnit: "binary" })
  .map((value) => JSON.parse(JSON.stringify(value).replaceAll(/-0(?![.\d])/g, "0")) as JsonValue)
  .filter((value) => value !== null && isWellFormed(JSON.stringify(value)) && isExact(value));

const head: fc.Arbitrary<Omit<CloudEvent, "data" | "datacontenttype">> = optional<
  Omit<CloudEvent, "data" | "datacontenttype">
>(
  {
    id: filledAttribute,
    source: filledAttribute,
    specversion: fc.constant("1.0"),
    type: filledAttribute,
    dataschema: filledAttribute,
    subject: filledAttribute,
    time: fc
      .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
      .map((date) => date.toISOString()),
    extensions: fc
      .dictionary(
        attributeName,
        fc.oneof(attributeText, fc.boolean(), fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff })),
        { minKeys: 1, maxKeys: 4, noNullPrototype: true },
      )
      .map((map) => ({ ...map })),
  },
  ["id", "source", "specversion", "type"],
);

const jsonType = fc.constantFrom(
  "application/json",
  "text/json; charset=utf-8",
  "application/x+JSON",
);
const otherType = fc.constantFrom("text/plain", "image/png", "application/jsonlines");

const payload: fc.Arbitrary<Pick<CloudEvent, "data" | "datacontenttype">> = fc.oneof(
  fc.record({ data: fc.constant({ kind: "none" as const }) }),
  fc.record({
    data: fc
      .uint8Array({ maxLength: 40 })
      .map((bytes) => ({ kind: "bytes" as const, bytes: Buffer.from(bytes) })),
    datacontenttype: otherType,
  }),
  fc.record({
    data: text.map((value) => ({ kind: "text" as const, text: value })),
    datacontenttype: otherType,
  }),
  fc.record({
    data: json.map((value) => ({ kind: "json" as const, value })),
    datacontenttype: jsonType,
  }),
  fc.record({ data: json.map((value) => ({ kind: "json" as const, value })) }),
);

const features = fc.array(filled, { minLength: 1, maxLength: 3 });
const limits = fc.record({ maxRecord: fc.integer({ min: 1_048_576, max: 0xffff_ffff }) });
const window = fc.integer({ min: 65_536, max: 0xffff_ffff });

export const arbitraries: Arbitraries = {
  context: optional<RecordValues["context"]>(
    {
      invocationId: filled,
      functionName: filled,
      functionVersion: filled,
      remainingMs: uint32,
      deadlineMs: fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }),
      attempt: uint32.map((attempt) => attempt || 1),
      idempotencyKey: filled,
      tenant: filled,
      principal: filled,
      trigger: filled,
      traceparent: filled,
      tracestate: filled,
      extensions: facts,
    },
    ["invocationId"],
  ),
  event: fc.tuple(head, payload).map(([attributes, data]) => ({ ...attributes, ...data })),
  stream: head.map((attributes) => ({ ...attributes, data: { kind: "none" } })),
  chunk: fc.record({
    data: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
    last: fc.boolean(),
  }),
  error,
  end: fc
    .array(fc.tuple(fc.integer({ min: 1, max: 1_000_000 }), error), { maxLength: 4 })
    .map((failures) => {
      const rising = failures.map(([, failure], position) => ({
        index: failures.slice(0, position + 1).reduce((sum, [step]) => sum + step, -1),
        error: failure,
      }));
      return rising.length === 0 ? {} : { failures: rising };
    }),
  hello: optional<ControlValues["hello"]>(
    {
      minors: fc.array(uint32, { minLength: 1, maxLength: 4 }),
      runtime: filled,
      limits,
      credit: window,
      features,
      orphanBudgetMs: uint32,
    },
    ["minors", "credit"],
  ),
  ready: optional<ControlValues["ready"]>(
    {
      minor: uint32,
      name: filled,
      version: filled,
      maxConcurrency: uint32.map((count) => count || 1),
      limits,
      credit: window,
      features,
    },
    ["minor", "maxConcurrency", "credit"],
  ),
  cancel: optional<ControlValues["cancel"]>(
    { reason: fc.constantFrom("deadline", "client_gone", "host_drain", "superseded") },
    [],
  ),
  credit: fc.record({ bytes: uint32.map((bytes) => bytes || 1) }),
  drain: optional<ControlValues["drain"]>({ budgetMs: uint32 }, []),
  log: optional<ControlValues["log"]>(
    {
      level: fc.constantFrom("trace", "debug", "info", "warn", "error", "fatal"),
      message: text,
      attributes: facts,
    },
    ["message"],
  ),
  unsupported: fc.record({ kind: filled }),
};

/** Whether every number is one that a conversion keeps. */
function isExact(value: JsonValue): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.values(value).every((inner) => isExact(inner as JsonValue));
}

function isWellFormed(value: string): boolean {
  return !/\p{Surrogate}/u.test(value);
}
