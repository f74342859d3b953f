import { Buffer } from "node:buffer";
import fc from "fast-check";
import t from "tap";
import { CodecError } from "../src/codec/codec-error.ts";
import { isTimestamp } from "../src/codec/event-rules.ts";
import { jsonCodec } from "../src/codec/json/json-codec.ts";
import { type JsonUnit, readJsonUnit } from "../src/codec/json/line.ts";
import { protobufCodec } from "../src/codec/protobuf/protobuf-codec.ts";
import { transcode } from "../src/codec/transcode.ts";
import { eventsEqual } from "../src/model/equality.ts";
import type { CloudEvent, EventData, JsonValue } from "../src/model/event.ts";
import type { ControlKind, RawRecord, RecordKind } from "../src/model/record.ts";

type Kind = RecordKind | ControlKind;

const controlKinds: readonly Kind[] = [
  "hello",
  "ready",
  "cancel",
  "credit",
  "drain",
  "log",
  "unsupported",
];

function decode(kind: Kind, body: string | Uint8Array): unknown {
  const bytes = Buffer.from(body as string);
  return controlKinds.includes(kind)
    ? jsonCodec.decodeControl(kind as ControlKind, bytes)
    : jsonCodec.decode(kind as RecordKind, bytes);
}

function encode(kind: Kind, value: unknown): string {
  const bytes = controlKinds.includes(kind)
    ? jsonCodec.encodeControl(kind as ControlKind, value as never)
    : jsonCodec.encode(kind as RecordKind, value as never);
  return Buffer.from(bytes).toString();
}

function refusal(act: () => unknown): CodecError {
  try {
    act();
  } catch (error) {
    if (error instanceof CodecError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

const core = '"specversion":"1.0","id":"A1","source":"/o","type":"t"';
/** Position of the first member after the core ones. */
const after = `{${core},`.length;
const plain = {
  specversion: "1.0",
  id: "A1",
  source: "/o",
  type: "t",
  data: { kind: "none" },
} as const satisfies CloudEvent;

/** Kind, body as a writer writes it, meaning. */
const canonical: readonly [Kind, string, unknown][] = [
  ["context", '{"invocation_id":"i"}', { invocationId: "i" }],
  [
    "context",
    '{"invocation_id":"i","function_name":"f","function_version":"1","remaining_ms":0,"deadline_ms":"18446744073709551615","attempt":4294967295,"idempotency_key":"k","tenant":"acme","principal":"p","trigger":"http","traceparent":"00-1","tracestate":"a=b","extensions":{"region":"eu_1","__proto__":""}}',
    {
      invocationId: "i",
      functionName: "f",
      functionVersion: "1",
      remainingMs: 0,
      deadlineMs: 18446744073709551615n,
      attempt: 4294967295,
      idempotencyKey: "k",
      tenant: "acme",
      principal: "p",
      trigger: "http",
      traceparent: "00-1",
      tracestate: "a=b",
      extensions: JSON.parse('{"region":"eu_1","__proto__":""}') as unknown,
    },
  ],
  [
    "context",
    '{"invocation_id":"\\"\\\\\\n\u00e9\u{1f600}\\u0000","deadline_ms":"0"}',
    { invocationId: '"\\\n\u00e9\u{1f600}\0', deadlineMs: 0n },
  ],
  ["chunk", "{}", { data: new Uint8Array(0), last: false }],
  ["chunk", '{"data":"aGVsbG8=","last":true}', { data: Buffer.from("hello"), last: true }],
  ["chunk", '{"last":true}', { data: new Uint8Array(0), last: true }],
  ["end", "{}", {}],
  [
    "end",
    '{"failures":[{"error":{"code":"not_found"}},{"index":2,"error":{"code":"aborted","disposition":"retry","retry_delay_ms":0}}]}',
    {
      failures: [
        { index: 0, error: { code: "not_found" } },
        { index: 2, error: { code: "aborted", disposition: "retry", retryDelayMs: 0 } },
      ],
    },
  ],
  [
    "error",
    '{"code":"unknown","message":"m","disposition":"dead_letter","effect":"complete","attribution":"protocol","details":{"a":"b"}}',
    {
      code: "unknown",
      message: "m",
      disposition: "dead_letter",
      effect: "complete",
      attribution: "protocol",
      details: { a: "b" },
    },
  ],
  ["hello", '{"minors":[0],"credit":65536}', { minors: [0], credit: 65536 }],
  [
    "hello",
    '{"minors":[0,3],"runtime":"r","limits":{"max_record":1048576},"credit":65536,"features":["log","x"],"orphan_budget_ms":0}',
    {
      minors: [0, 3],
      runtime: "r",
      limits: { maxRecord: 1048576 },
      credit: 65536,
      features: ["log", "x"],
      orphanBudgetMs: 0,
    },
  ],
  [
    "ready",
    '{"minor":1,"name":"f","version":"2","max_concurrency":64,"limits":{"max_record":2097152},"credit":1048576,"features":["batch"]}',
    {
      minor: 1,
      name: "f",
      version: "2",
      maxConcurrency: 64,
      limits: { maxRecord: 2097152 },
      credit: 1048576,
      features: ["batch"],
    },
  ],
  ["ready", '{"max_concurrency":1,"credit":65536}', { minor: 0, maxConcurrency: 1, credit: 65536 }],
  ["cancel", "{}", {}],
  ["cancel", '{"reason":"client_gone"}', { reason: "client_gone" }],
  ["credit", '{"bytes":1}', { bytes: 1 }],
  ["drain", "{}", {}],
  ["drain", '{"budget_ms":0}', { budgetMs: 0 }],
  ["log", "{}", { message: "" }],
  [
    "log",
    '{"level":"warn","message":"m","attributes":{"k":"v"}}',
    { level: "warn", message: "m", attributes: { k: "v" } },
  ],
  ["unsupported", '{"kind":"17"}', { kind: "17" }],
  ["event", `{${core}}`, plain],
  [
    "event",
    `{${core},"datacontenttype":"text/plain","dataschema":"s:1","subject":"\u00fc","time":"2026-11-20T09:30:00.5+01:00","priority":-2147483648,"most":2147483647,"express":false,"n":"","data":"two\\nlines"}`,
    {
      ...plain,
      datacontenttype: "text/plain",
      dataschema: "s:1",
      subject: "\u00fc",
      time: "2026-11-20T09:30:00.5+01:00",
      extensions: { priority: -2147483648, most: 2147483647, express: false, n: "" },
      data: { kind: "text", text: "two\nlines" },
    },
  ],
  [
    "event",
    `{${core},"data":{"b":[1.5,null,"\u00e9"],"a":1e+21}}`,
    { ...plain, data: { kind: "json", value: { b: [1.5, null, "\u00e9"], a: 1e21 } } },
  ],
  [
    "event",
    `{${core},"datacontenttype":"application/x+json;v=1","data":"s"}`,
    { ...plain, datacontenttype: "application/x+json;v=1", data: { kind: "json", value: "s" } },
  ],
  ["event", `{${core},"data":false}`, { ...plain, data: { kind: "json", value: false } }],
  [
    "event",
    `{${core},"data_base64":""}`,
    { ...plain, data: { kind: "bytes", bytes: Buffer.alloc(0) } },
  ],
  [
    "event",
    `{${core},"datacontenttype":"application/json","data_base64":"e30="}`,
    {
      ...plain,
      datacontenttype: "application/json",
      data: { kind: "bytes", bytes: Buffer.from("{}") },
    },
  ],
  ["stream", `{${core},"datacontenttype":"image/png"}`, { ...plain, datacontenttype: "image/png" }],
];

t.test("bodies mean what they say and are written the same", async (t) => {
  for (const [kind, body, meaning] of canonical) {
    t.strictSame(decode(kind, body), meaning, `${kind} read`);
    t.equal(encode(kind, meaning), body, `${kind} written`);
  }
});

t.test("other ways to write the same", async (t) => {
  const cases: readonly [Kind, string, unknown][] = [
    [
      "context",
      ' { "tenant" : null , "x" : [ { } ] , "attempt":0,"trigger":"","invocation_id" : "i" }\n',
      { invocationId: "i" },
    ],
    ["context", '{"\\u0069nvocation_id":"\\u0069","extensions":{}}', { invocationId: "i" }],
    [
      "chunk",
      '{"data":"\\/\\u002B8=","last":false}',
      { data: Buffer.from("ffef", "hex"), last: false },
    ],
    ["chunk", '{"data":"","last":null}', { data: Buffer.alloc(0), last: false }],
    ["end", '{"failures":[]}', {}],
    ["end", '{"failures":null,"later":1e999}', {}],
    [
      "error",
      '{"code":"one_of_later","disposition":"later","effect":"later","attribution":"later","message":"","details":{}}',
      { code: "unknown" },
    ],
    ["error", '{"code":"aborted","disposition":"later","retry_delay_ms":5}', { code: "aborted" }],
    ["error", '{"code":"aborted","retry_delay_ms":5}', { code: "aborted" }],
    ["cancel", '{"reason":"later"}', {}],
    ["log", '{"level":"later","message":"m"}', { message: "m" }],
    [
      "hello",
      '{"minors":[0],"credit":65536,"features":[],"limits":{}}',
      { minors: [0], credit: 65536, limits: {} },
    ],
    ["event", `{"data_base64":null,"data":null,"subject":null,"x":null,${core}}`, plain],
    [
      "event",
      `{${core},"data":null,"data_base64":"AA=="}`,
      { ...plain, data: { kind: "bytes", bytes: Buffer.from([0]) } },
    ],
    [
      "event",
      `{${core},"data": 100000000000000000000 }`,
      { ...plain, data: { kind: "json", value: 1e20 } },
    ],
    ["event", `{${core},"data":"\\uffff"}`, { ...plain, data: { kind: "json", value: "\uffff" } }],
  ];
  for (const [kind, body, meaning] of cases)
    t.strictSame(decode(kind, body), meaning, `${kind} ${body.slice(0, 50)}`);
});

t.test("bodies that are refused, each a twin of one that is read", async (t) => {
  const base = '{"invocation_id":"i"';
  const cases: readonly [
    kind: Kind,
    body: string | Uint8Array,
    fault: string,
    at: number,
    message: RegExp,
  ][] = [
    // The text.
    ["context", "[]", "malformed", 0, /context is "\[\]"; expected an object/],
    ["context", "", "malformed", 0, /context is ""/],
    ["context", `${base}`, "malformed", 20, /the text ends/],
    ["context", `${base}}x`, "malformed", 21, /nothing after the value/],
    [
      "context",
      Buffer.from(`${base},"tenant":"\xff"}`, "latin1"),
      "malformed",
      31,
      /not valid UTF-8/,
    ],
    [
      "context",
      `${base},"tenant":"a","tenant":"a"}`,
      "duplicate",
      34,
      /member "tenant" stands twice/,
    ],
    ["context", `${base},"x":{"a":1,"a":1}}`, "duplicate", 32, /twice/],
    ["context", `${base},"tenant":"\\ud800"}`, "malformed", 31, /surrogate/],
    // Types.
    [
      "context",
      '{"invocation_id":5}',
      "malformed",
      17,
      /context\.invocation_id is "5"; expected a string/,
    ],
    [
      "context",
      `${base},"remaining_ms":"5"}`,
      "malformed",
      36,
      /context\.remaining_ms is "\\"5\\""; expected an integer from 0 to 4294967295/,
    ],
    ["context", `${base},"remaining_ms":5.0}`, "malformed", 36, /5\.0/],
    ["context", `${base},"remaining_ms":5e0}`, "malformed", 36, /5e0/],
    ["context", `${base},"remaining_ms":-1}`, "malformed", 36, /-1/],
    ["context", `${base},"remaining_ms":4294967296}`, "malformed", 36, /4294967296/],
    ["context", `${base},"deadline_ms":5}`, "malformed", 35, /written as a string/],
    ["context", `${base},"deadline_ms":"05"}`, "malformed", 35, /"\\"05\\""/],
    ["context", `${base},"deadline_ms":""}`, "malformed", 35, /string of digits/],
    [
      "context",
      `${base},"deadline_ms":"18446744073709551616"}`,
      "malformed",
      35,
      /to 18446744073709551615/,
    ],
    [
      "context",
      `${base},"extensions":[]}`,
      "malformed",
      34,
      /context\.extensions is "\[\]"; expected an object/,
    ],
    [
      "context",
      `${base},"extensions":{"a":1}}`,
      "malformed",
      39,
      /context\.extensions\.a is "1"; expected a string/,
    ],
    ["context", `${base},"extensions":{"a":null}}`, "malformed", 39, /no null/],
    ["chunk", '{"last":"true"}', "malformed", 8, /chunk\.last.*true or false/],
    ["chunk", '{"data":5}', "malformed", 8, /chunk\.data is "5"; expected a string of base64/],
    ["chunk", '{"data":"aGVsbG8"}', "malformed", 8, /base64.*padding/],
    ["chunk", '{"data":"aGVsbG9="}', "malformed", 8, /base64/],
    ["chunk", '{"data":"aGVs bG8="}', "malformed", 8, /base64/],
    ["chunk", '{"data":"-_-_"}', "malformed", 8, /standard alphabet/],
    ["error", '{"code":5}', "malformed", 8, /error\.code/],
    ["end", '{"failures":{}}', "malformed", 12, /end\.failures is "\{\}"; expected an array/],
    ["end", '{"failures":[null]}', "malformed", 13, /null/],
    ["end", '{"failures":[5]}', "malformed", 13, /end\.failures\[0\] is "5"; expected an object/],
    ["hello", '{"minors":[0,"1"],"credit":65536}', "malformed", 13, /hello\.minors\[1\]/],
    ["hello", '{"minors":[0],"credit":65536,"features":[null]}', "malformed", 41, /null/],
    ["hello", '{"minors":[0],"credit":65536,"limits":5}', "malformed", 38, /limits/],
    // Rules.
    ["context", "{}", "invalid", 0, /invocation_id/],
    ["context", '{"invocation_id":""}', "invalid", 0, /invocation_id/],
    ["context", `${base},"extensions":{"Region":"x"}}`, "invalid", 0, /"Region"/],
    ["chunk", `{"data":"${Buffer.alloc(65537).toString("base64")}"}`, "too-long", 0, /65537 bytes/],
    ["error", '{"message":"m"}', "invalid", 0, /code/],
    ["end", '{"failures":[{"index":1}]}', "invalid", 0, /no error/],
    [
      "end",
      '{"failures":[{"index":1,"error":{"code":"aborted"}},{"error":{"code":"aborted"}}]}',
      "invalid",
      0,
      /index 0 after 1/,
    ],
    ["hello", '{"minors":[],"credit":65536}', "invalid", 0, /minors/],
    ["hello", '{"minors":[0],"credit":65535}', "invalid", 0, /65536/],
    ["ready", '{"credit":65536}', "invalid", 0, /max_concurrency/],
    [
      "ready",
      '{"max_concurrency":1,"credit":65536,"limits":{"max_record":1048575}}',
      "invalid",
      0,
      /1048576/,
    ],
    ["credit", "{}", "invalid", 0, /1 or more/],
    ["log", '{"attributes":{"":"v"}}', "invalid", 0, /log\.attributes/],
    ["unsupported", "{}", "invalid", 0, /kind/],
    // Events.
    ["event", '{"specversion":"1.0","id":"A1","source":"/o"}', "invalid", 0, /event without type/],
    ["event", '{"specversion":"1.0","id":"","source":"/o","type":"t"}', "invalid", 21, /empty id/],
    [
      "event",
      '{"id":"A1","source":"/o","type":"t"}',
      "invalid",
      0,
      /without specversion; expected "1\.0"/,
    ],
    [
      "event",
      '{"specversion":"1.0.2","id":"A1","source":"/o","type":"t"}',
      "invalid",
      1,
      /specversion "1\.0\.2"/,
    ],
    [
      "event",
      '{"specversion":1.0,"id":"A1","source":"/o","type":"t"}',
      "malformed",
      15,
      /event\.specversion is "1\.0"; expected a string/,
    ],
    ["event", `{${core},"subject":42}`, "malformed", after + 10, /event\.subject/],
    ["event", `{${core},"subject":""}`, "invalid", after, /empty subject/],
    ["event", `{${core},"subject":"a\\u007f"}`, "invalid", after, /U\+007F; control characters/],
    ["event", `{${core},"subject":"\u009b"}`, "invalid", after, /"\\xc2\\x9b" holds U\+009B/],
    ["event", `{${core},"subject":"\ufdd0"}`, "invalid", after, /U\+FDD0/],
    ["event", `{${core},"subject":"\u{1fffe}"}`, "invalid", after, /U\+1FFFE/],
    [
      "event",
      `{${core},"time":"20 November 2026"}`,
      "invalid",
      after,
      /time "20 November 2026"; expected an RFC 3339/,
    ],
    [
      "event",
      `{${core},"trace_id":"7"}`,
      "invalid",
      after,
      /"trace_id"; names consist of a-z and 0-9/,
    ],
    ["event", `{${core},"__proto__":"7"}`, "invalid", after, /"__proto__"/],
    ["event", `{${core},"":"7"}`, "invalid", after, /names consist/],
    [
      "event",
      `{${core},"a":2.5}`,
      "malformed",
      after + 4,
      /event\.a is "2\.5"; expected a string, a boolean or an integer/,
    ],
    ["event", `{${core},"a":2147483648}`, "malformed", after + 4, /2147483647/],
    ["event", `{${core},"a":1e2}`, "malformed", after + 4, /1e2/],
    ["event", `{${core},"a":{}}`, "malformed", after + 4, /event\.a/],
    [
      "event",
      `{${core},"data":"x","data_base64":"AA=="}`,
      "invalid",
      after + 25,
      /both data and data_base64/,
    ],
    ["event", `{${core},"data_base64":"AA=A"}`, "malformed", after + 14, /data_base64/],
    ["event", `{${core},"data_base64":{}}`, "malformed", after + 14, /base64/],
    [
      "event",
      `{${core},"datacontenttype":"text/plain","data":{}}`,
      "invalid",
      after + 38,
      /no string under datacontenttype/,
    ],
    [
      "event",
      `{${core},"data":[1,12345678901234567890]}`,
      "invalid",
      after + 10,
      /the number 12345678901234567890, .*never rounded/,
    ],
    ["event", `{${core},"data":1e400}`, "invalid", after + 7, /1e400/],
    ["event", `{${core},"subject":"${"x".repeat(6 * 65536)}"}`, "too-long", 0, /393216/],
    ["stream", `{${core},"data":"x"}`, "invalid", after, /stream with data/],
    ["stream", `{${core},"data_base64":""}`, "invalid", after, /stream with data/],
  ];
  for (const [kind, body, fault, at, message] of cases) {
    const error = refusal(() => decode(kind, body));
    t.strictSame(
      [error.fault, error.offset],
      [fault, at],
      `${kind} ${encodeURI(text(Buffer.from(body as string)).slice(0, 90))}`,
    );
    t.match(error.message, message);
  }
  const attributes = 6 * 65536 - `{${core},"subject":""}`.length;
  t.equal(
    (decode("event", `{${core},"subject":"${"x".repeat(attributes)}"}`) as CloudEvent).subject
      ?.length,
    attributes,
    "just within",
  );
  t.ok(decode("event", `{${core},"data":"${"x".repeat(7 * 65536)}"}`), "data does not count");
});

t.test("values that cannot be written are refused", async (t) => {
  const cases: readonly [Kind, unknown, RegExp][] = [
    ["context", { invocationId: "" }, /invocation_id/],
    ["context", { invocationId: "i", tenant: "\ud800" }, /context\.tenant.*valid Unicode/],
    ["context", { invocationId: "i", remainingMs: 1.5 }, /context\.remaining_ms is 1\.5/],
    ["context", { invocationId: "i", remainingMs: -1 }, /-1/],
    ["context", { invocationId: "i", attempt: 2 ** 32 }, /4294967296/],
    ["context", { invocationId: "i", deadlineMs: -1n }, /context\.deadline_ms is -1/],
    ["context", { invocationId: "i", deadlineMs: 2n ** 64n }, /18446744073709551616/],
    ["context", { invocationId: "i", deadlineMs: 5 }, /bigint/],
    ["context", { invocationId: "i", extensions: { a: 5 } }, /context\.extensions\.a is 5/],
    ["chunk", { data: "x", last: true }, /Uint8Array/],
    ["chunk", { data: new Uint8Array(65537), last: true }, /65537/],
    ["chunk", { data: new Uint8Array(1), last: 1 }, /chunk\.last is 1/],
    ["error", { code: "nope" }, /nope/],
    [
      "error",
      { code: "aborted", disposition: "never" },
      /error\.disposition is "never"; expected one of retry, drop, dead_letter/,
    ],
    ["cancel", { reason: "bored" }, /cancel\.reason/],
    ["hello", { minors: [0.5], credit: 65536 }, /hello\.minors\[0\]/],
    ["hello", { minors: [0], credit: 65536, features: "log" }, /array/],
    ["event", { ...plain, id: "" }, /empty id/],
    ["event", { ...plain, id: 5 }, /event id is 5 \(number\); expected a string/],
    ["event", { ...plain, specversion: "0.3" }, /"0\.3"/],
    ["event", { ...plain, subject: "\ud800" }, /U\+D800/],
    ["event", { ...plain, extensions: { id: "x" } }, /extension attribute named id/],
    ["event", { ...plain, extensions: { data: "x" } }, /named data/],
    ["event", { ...plain, extensions: { Big: "x" } }, /"Big"/],
    ["event", { ...plain, extensions: { a: 1.5 } }, /1\.5/],
    ["event", { ...plain, extensions: { a: null } }, /event a is null \(null\)/],
    ["event", { ...plain, data: { kind: "json", value: null } }, /null/],
    ["event", { ...plain, data: { kind: "json", value: Number.NaN } }, /NaN/],
    [
      "event",
      { ...plain, datacontenttype: "text/plain", data: { kind: "json", value: 1 } },
      /under datacontenttype "text\/plain"/,
    ],
    ["event", { ...plain, data: { kind: "text", text: "\ud800" } }, /surrogate/],
    ["stream", { ...plain, data: { kind: "bytes", bytes: Buffer.alloc(0) } }, /stream with data/],
  ];
  for (const [kind, value, message] of cases) {
    if (kind === "event" || kind === "stream") {
      const refused = refusal(() => protobufCodec.encode(kind, value as CloudEvent));
      t.match(refused, { fault: "invalid", message }, "the other format refuses it too");
    }
    const error = refusal(() => encode(kind, value));
    t.match(error, {
      fault: kind === "chunk" && /65537/.test(error.message) ? "too-long" : "invalid",
      message,
    });
  }
});

t.test("timestamps by RFC 3339", async (t) => {
  const yes = [
    "2026-11-20T09:30:00Z",
    "2026-11-20t09:30:00z",
    "0000-02-29T00:00:00Z",
    "2024-02-29T23:59:59.123456789012+23:59",
    "2000-02-29T00:00:00-00:00",
    "2016-12-31T23:59:60Z",
    "2017-01-01T00:59:60+01:00",
    "2016-12-31T16:29:60.5-07:30",
  ];
  const no = [
    "",
    "2026-11-20",
    "2026-11-20 09:30:00Z",
    "2026-11-20T09:30:00",
    "2026-11-20T09:30Z",
    "2026-13-01T00:00:00Z",
    "2026-00-01T00:00:00Z",
    "2026-11-31T00:00:00Z",
    "2026-11-00T00:00:00Z",
    "2023-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "2026-11-20T24:00:00Z",
    "2026-11-20T09:60:00Z",
    "2026-11-20T09:30:61Z",
    "2016-12-31T23:58:60Z",
    "2016-12-31T22:59:60Z",
    "2026-11-20T09:30:00+24:00",
    "2026-11-20T09:30:00+01:60",
    "2026-11-20T09:30:00.Z",
    "2026-11-20T09:30:00+0100",
    "02026-11-20T09:30:00Z",
    "2026-11-20T09:30:00Z\n",
  ];
  for (const time of yes) t.equal(isTimestamp(time), true, time);
  for (const time of no) t.equal(isTimestamp(time), false, JSON.stringify(time));
});

t.test("records and frames are put into lines as they stand", async (t) => {
  const body = Buffer.from('{ "x" : 1.0 }');
  const long = Buffer.from(JSON.stringify({ data: "A".repeat(8192) }));
  const records: readonly RawRecord[] = [
    { kind: "stream", body },
    { kind: "chunk", body: long },
    { kind: "end", body: Buffer.from("{}") },
  ];
  t.equal(text(jsonCodec.preface), '{"stdfn":"1"}\n');
  t.equal(text(jsonCodec.record("event", body)), '{"event":{ "x" : 1.0 }}\n');
  t.equal(
    text(jsonCodec.controlFrame(0, "drain", Buffer.from("{}"))),
    '{"frame":{"id":0,"drain":{}}}\n',
  );
  const frame = `{"frame":{"id":4294967295,"stream":{ "x" : 1.0 },"chunk":${text(long)},"end":{}}}\n`;
  t.equal(text(jsonCodec.frame(4294967295, records)), frame);
  t.equal(jsonCodec.frameCost(4294967295, records), frame.length - 1);
  t.equal(jsonCodec.frameCost(1, []), '{"frame":{"id":1}}'.length);
  const pieces = jsonCodec.pieces(4294967295, records);
  t.equal(text(Buffer.concat(pieces)), frame);
  t.equal(pieces[1], long, "a long body is not copied");
  t.equal(pieces.length, 3);
  t.equal(
    text(Buffer.concat(jsonCodec.pieces(undefined, records.slice(1, 2)))),
    `{"chunk":${text(long)}}\n`,
  );
  t.equal(
    text(Buffer.concat(jsonCodec.chunkPieces(7, Buffer.from("hello"), true))),
    '{"frame":{"id":7,"chunk":{"data":"aGVsbG8=","last":true}}}\n',
  );
  t.equal(
    text(Buffer.concat(jsonCodec.chunkPieces(undefined, Buffer.from("hello"), false))),
    '{"chunk":{"data":"aGVsbG8="}}\n',
  );
  t.equal(
    text(Buffer.concat(jsonCodec.chunkPieces(undefined, Buffer.alloc(0), true))),
    '{"chunk":{"last":true}}\n',
  );
  t.equal(refusal(() => jsonCodec.chunkPieces(1, Buffer.alloc(65537), true)).fault, "too-long");
  t.equal(
    text(jsonCodec.encodeFrame(1, { end: {}, event: plain, context: { invocationId: "\u00e9" } })),
    `{"frame":{"id":1,"context":{"invocation_id":"\u00e9"},"event":{${core}},"end":{}}}\n`,
    "members in field order, whatever the order of the properties",
  );
  for (const chunk of [Buffer.alloc(65536, 1), Buffer.from("\0")]) {
    const line = Buffer.concat(jsonCodec.chunkPieces(5, chunk, false));
    const unit = readJsonUnit(line.subarray(0, -1), 0, "session") as JsonUnit & { type: "frame" };
    const raw = unit.records[0] as RawRecord;
    t.equal(Buffer.compare(jsonCodec.decode("chunk", raw.body).data, chunk), 0);
  }
});

t.test("remaining_ms is edited and every other byte kept", async (t) => {
  const cases: readonly [string, number | undefined, string][] = [
    [
      '{"invocation_id":"i","remaining_ms":5000,"x": 1.0}',
      42,
      '{"invocation_id":"i","remaining_ms":42,"x": 1.0}',
    ],
    [
      '{"invocation_id":"i","remaining_ms":5000,"x": 1.0}',
      undefined,
      '{"invocation_id":"i","x": 1.0}',
    ],
    ['{ "remaining_ms" : 1 , "x":1 }', 2, '{ "remaining_ms" : 2 , "x":1 }'],
    ['{ "remaining_ms" : 1 , "x":1 }', undefined, '{ "x":1 }'],
    ['{"x":1, "remaining_ms" : 1 }', undefined, '{"x":1 }'],
    ['{ "remaining_ms":1 }', undefined, "{  }"],
    ['{"remaining_ms":null,"x":1}', 0, '{"remaining_ms":0,"x":1}'],
    ['{"\\u0072emaining_ms":7}', 8, '{"\\u0072emaining_ms":8}'],
    ['{"x":{"remaining_ms":7} }', 8, '{"x":{"remaining_ms":7},"remaining_ms":8 }'],
    ["{ }", 8, '{"remaining_ms":8 }'],
    ['{"x":"\u00e9"}', 4294967295, '{"x":"\u00e9","remaining_ms":4294967295}'],
    ['{"x":1}', undefined, '{"x":1}'],
  ];
  for (const [before, remaining, after] of cases) {
    const edited = text(jsonCodec.withRemaining(Buffer.from(before), remaining));
    t.equal(edited, after);
    t.equal(
      (JSON.parse(edited) as { remaining_ms?: number }).remaining_ms,
      remaining,
      "still JSON",
    );
  }
  t.equal(refusal(() => jsonCodec.withRemaining(Buffer.from("[]"), 1)).fault, "malformed");
  t.equal(
    refusal(() => jsonCodec.withRemaining(Buffer.from('{"a":1,"a":2}'), 1)).fault,
    "duplicate",
  );
});

const bytesOf = (hex: string): EventData => ({ kind: "bytes", bytes: Buffer.from(hex, "hex") });
const json = (value: JsonValue): EventData => ({ kind: "json", value });
const textOf = (content: string): EventData => ({ kind: "text", text: content });

t.test("events are equal by attributes and kind of data", async (t) => {
  const with_ = (data: EventData, datacontenttype?: string): CloudEvent =>
    datacontenttype === undefined ? { ...plain, data } : { ...plain, data, datacontenttype };
  const equal: readonly [CloudEvent, CloudEvent][] = [
    [plain, { ...plain }],
    [with_(json({ a: 1, b: [0] })), with_(json({ b: [-0], a: 1 }))],
    [with_(json(1)), with_(json(1), "application/json")],
    [with_(textOf("x")), with_(textOf("x"), "text/plain; charset=utf-8")],
    [with_(textOf("{"), "application/json"), with_(bytesOf("7b"), "application/json")],
    [
      { ...plain, extensions: { a: true, b: 7, c: "x" } },
      { ...plain, extensions: { c: "x", b: "7", a: "true" } },
    ],
    [{ ...plain, extensions: {} }, plain],
  ];
  const different: readonly [CloudEvent, CloudEvent][] = [
    [plain, { ...plain, id: "A2" }],
    [plain, { ...plain, subject: "s" }],
    [plain, { ...plain, extensions: { a: "" } }],
    [
      { ...plain, extensions: { a: "" } },
      { ...plain, extensions: { b: "" } },
    ],
    [plain, with_(bytesOf(""))],
    [with_(bytesOf("")), with_(textOf(""), "text/plain")],
    [with_(bytesOf("00")), with_(bytesOf("01"))],
    [with_(textOf("x"), "text/plain"), with_(textOf("y"), "text/plain")],
    [with_(json("x")), with_(textOf("x"))],
    [with_(json(1)), with_(json(2))],
    [with_(json(1)), with_(json("1"))],
    [with_(json([1, 2])), with_(json([2, 1]))],
    [with_(json({})), with_(json([]))],
    [with_(json(1)), with_(json(1), "text/json")],
    [with_(textOf("x")), with_(textOf("x"), "text/plain")],
  ];
  for (const [a, b] of equal) t.ok(eventsEqual(a, b) && eventsEqual(b, a));
  for (const [a, b] of different) t.notOk(eventsEqual(a, b) || eventsEqual(b, a));
});

t.test("data keeps its kind through the other format", async (t) => {
  /** An event in protobuf, and the body that comes out in JSON. */
  const cases: readonly [CloudEvent, string][] = [
    [
      { ...plain, data: textOf("hi") },
      `{${core},"datacontenttype":"text/plain; charset=utf-8","data":"hi"}`,
    ],
    [
      { ...plain, datacontenttype: "text/html", data: textOf("hi") },
      `{${core},"datacontenttype":"text/html","data":"hi"}`,
    ],
    [
      { ...plain, datacontenttype: "text/json", data: textOf('{"a":1,"a":2}') },
      `{${core},"datacontenttype":"text/json","data_base64":"eyJhIjoxLCJhIjoyfQ=="}`,
    ],
    [
      { ...plain, datacontenttype: "text/json", data: textOf("12345678901234567890") },
      `{${core},"datacontenttype":"text/json","data_base64":"MTIzNDU2Nzg5MDEyMzQ1Njc4OTA="}`,
    ],
    [
      { ...plain, datacontenttype: "text/json", data: textOf(' {"b":1.0,"a":2} ') },
      `{${core},"datacontenttype":"text/json","data":{"b":1,"a":2}}`,
    ],
    [{ ...plain, data: bytesOf("ff") }, `{${core},"data_base64":"/w=="}`],
  ];
  for (const [event, body] of cases) {
    const there = transcode(
      "event",
      protobufCodec.encode("event", event),
      protobufCodec,
      jsonCodec,
    );
    t.equal(text(there), body);
  }
  const source = Buffer.from(`{${core},"data":{"b":1.50,"a":1E3}}`);
  const there = transcode("event", source, jsonCodec, protobufCodec);
  t.match(text(there), /\{"a":1000,"b":1\.5\}/, "canonical JSON in protobuf");
  t.match(text(there), /application\/json/, "with its type made explicit");
  const rounded = Buffer.from(`{${core},"data":9007199254740993}`);
  t.match(
    refusal(() => transcode("event", rounded, jsonCodec, protobufCodec)),
    { code: "invalid_argument", message: /9007199254740993/ },
  );
  t.equal(
    transcode("event", rounded, jsonCodec, jsonCodec),
    rounded,
    "within one format nothing is read",
  );
});

const attribute = fc.string({
  unit: fc.constantFrom(...'abcXYZ019 /:.-"\\\u00e9\u{1f600}'),
  minLength: 1,
  maxLength: 12,
});
const extensions = fc.dictionary(
  fc.string({ unit: fc.constantFrom(..."abz09"), minLength: 1, maxLength: 8 }),
  fc.oneof(attribute, fc.boolean(), fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff })),
  { maxKeys: 4, noNullPrototype: true },
);
const value = fc
  .jsonValue({ maxDepth: 3 })
  .filter((item) => item !== null) as fc.Arbitrary<JsonValue>;
const data: fc.Arbitrary<{ readonly data: EventData; readonly datacontenttype?: string }> =
  fc.oneof(
    fc.constant({ data: { kind: "none" } as const }),
    fc
      .tuple(fc.uint8Array(), fc.constantFrom(undefined, "image/png", "application/json"))
      .map(([bytes, type]) => typed({ kind: "bytes", bytes }, type)),
    fc
      .tuple(fc.string({ unit: "binary" }), fc.constantFrom(undefined, "text/plain"))
      .map(([content, type]) => typed({ kind: "text", text: content }, type)),
    fc
      .tuple(value, fc.constantFrom(undefined, "text/json", "application/x+json; v=1"))
      .map(([item, type]) => typed({ kind: "json", value: item }, type)),
  );

function typed(
  content: EventData,
  datacontenttype: string | undefined,
): { readonly data: EventData; readonly datacontenttype?: string } {
  return datacontenttype === undefined ? { data: content } : { data: content, datacontenttype };
}

const events: fc.Arbitrary<CloudEvent> = fc
  .tuple(
    attribute,
    attribute,
    attribute,
    fc.record(
      {
        subject: attribute,
        extensions,
        time: fc.constantFrom("2026-11-20T09:30:00Z", "2026-11-20t09:30:00.120+01:00"),
      },
      { requiredKeys: [] },
    ),
    data,
  )
  .map(([id, source, type, rest, payload]) => ({
    specversion: "1.0",
    id,
    source,
    type,
    ...rest,
    ...payload,
  }));

t.test("an event comes back from JSON, and equal from any number of conversions", async (t) => {
  fc.assert(
    fc.property(events, (event) => {
      const body = jsonCodec.encode("event", event);
      const back = jsonCodec.decode("event", body);
      const viaProtobuf = transcode("event", body, jsonCodec, protobufCodec);
      const there = protobufCodec.decode("event", viaProtobuf);
      const again = jsonCodec.decode(
        "event",
        transcode("event", viaProtobuf, protobufCodec, jsonCodec),
      );
      const unit = readJsonUnit(
        Buffer.from(text(jsonCodec.record("event", body)).trimEnd()),
        0,
        "pipe",
      );
      return (
        eventsEqual(event, back) &&
        eventsEqual(event, there) &&
        eventsEqual(event, again) &&
        back.data.kind === event.data.kind &&
        unit.type === "record"
      );
    }),
    { numRuns: 500 },
  );
  t.pass("the property held");
});

t.test("every other record means the same in both formats", async (t) => {
  for (const [kind, body, meaning] of canonical) {
    if (kind === "event" || controlKinds.includes(kind)) continue;
    const there = transcode(kind as RecordKind, Buffer.from(body), jsonCodec, protobufCodec);
    t.strictSame(protobufCodec.decode(kind as RecordKind, there), meaning, kind);
    t.equal(text(transcode(kind as RecordKind, there, protobufCodec, jsonCodec)), body);
  }
});
