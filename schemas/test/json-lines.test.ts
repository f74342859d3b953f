import { Buffer } from "node:buffer";
import fc from "fast-check";
import t from "tap";
import { CodecError } from "../src/codec/codec-error.ts";
import { jsonCodec } from "../src/codec/json/json-codec.ts";
import { type JsonUnit, readJsonUnit } from "../src/codec/json/line.ts";
import { StreamReader } from "../src/codec/stream-reader.ts";
import type { StreamItem, StreamMode } from "../src/codec/stream-unit.ts";

const offset = 1000;

function read(line: string, mode?: StreamMode, terminated?: boolean): JsonUnit {
  return readJsonUnit(Buffer.from(line), offset, mode, terminated);
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

/** A unit with its bodies as text. */
function shown(unit: JsonUnit): unknown {
  const text = ({ kind, body }: { readonly kind: string; readonly body: Uint8Array }): string =>
    `${kind} ${Buffer.from(body).toString()}`;
  if (unit.type === "ext") return "ext";
  if (unit.type === "record") return text(unit.record);
  return {
    id: unit.id,
    records: unit.records.map(text),
    control: unit.control === undefined ? undefined : text(unit.control),
    unknown: unit.unknown,
  };
}

t.test("lines that hold a record, a frame or something to pass over", async (t) => {
  const frame = (id: number, records: string[], rest: object = {}): unknown => ({
    id,
    records,
    control: undefined,
    unknown: [],
    ...rest,
  });
  const cases: readonly [string, unknown, StreamMode?][] = [
    ['{"event":{"id":"a"}}', 'event {"id":"a"}'],
    ['{"end":{}}', "end {}", "pipe"],
    [' \t\r{ "end" : { "x" : [ 1 ] } } \r', 'end { "x" : [ 1 ] }'],
    ['{"\\u0065nd":{}}', "end {}"],
    ['{"error":{"code":"aborted"}}', 'error {"code":"aborted"}'],
    ['{"context":{}}', "context {}"],
    ['{"stream":{}}', "stream {}"],
    ['{"chunk":{}}', "chunk {}"],
    ['{"ext":null}', "ext"],
    ['{"ext":{"a":[1,"x"]}}', "ext", "pipe"],
    ['{"frame":{"id":1,"end":{}}}', frame(1, ["end {}"]), "session"],
    ['{"frame":{"id":0,"error":{}}}', frame(0, ["error {}"])],
    ['{"frame":{"id":4294967295}}', frame(4294967295, [])],
    [
      '{"frame":{"end":{"z":1},"chunk":{},"stream":{},"id":7,"context":{ }}}',
      frame(7, ["context { }", "stream {}", "chunk {}", 'end {"z":1}']),
    ],
    ['{"frame":{"id":7,"event":{},"error":{}}}', frame(7, ["event {}", "error {}"])],
    ['{"frame":{"id":7,"event":null,"end":{}}}', frame(7, ["end {}"])],
    [
      '{"frame":{"id":7,"cancel":{"reason":"deadline"}}}',
      frame(7, [], { control: 'cancel {"reason":"deadline"}' }),
    ],
    ['{"frame":{"hello":{},"id":0}}', frame(0, [], { control: "hello {}" })],
    ['{"frame":{"id":7,"grease":5,"\\u00e9":[]}}', frame(7, [], { unknown: ["grease", "\u00e9"] })],
    ['{"frame":{"id":7,"grease":null}}', frame(7, [])],
    ['{"frame":{"id":7,"grease":5,"end":{}}}', frame(7, ["end {}"])],
    ['{"frame":{"id":7,"grease":5,"cancel":{}}}', frame(7, [], { control: "cancel {}" })],
  ];
  for (const [line, expected, mode] of cases) t.strictSame(shown(read(line, mode)), expected, line);
});

t.test("bodies are views of the line", async (t) => {
  const line = Buffer.from('{"event":{"id":"a"}}');
  const unit = readJsonUnit(line, 0, undefined);
  if (unit.type !== "record") throw new Error("no record");
  line[16] = 0x62;
  t.equal(Buffer.from(unit.record.body).toString(), '{"id":"b"}');
});

interface Refusal {
  readonly line: string;
  readonly fault: string;
  /** Position in the line. */
  readonly at?: number;
  readonly message?: RegExp;
  readonly mode?: StreamMode;
  readonly id?: number;
}

t.test("lines that are refused", async (t) => {
  const deep = (levels: number): string => `${"[".repeat(levels)}${"]".repeat(levels)}`;
  const cases: readonly Refusal[] = [
    // Lines that are no unit.
    { line: "", fault: "foreign", message: /a blank line: ""/ },
    { line: " \t\r", fault: "foreign", message: /a blank line: " \\t\\r"/ },
    {
      line: "listening on 80",
      fault: "foreign",
      message: /"listening on 80".*print to standard error/,
    },
    { line: '"hello"', fault: "foreign" },
    { line: "[1]", fault: "foreign" },
    { line: "null", fault: "foreign" },
    { line: "\ufeff{}", fault: "foreign", message: /\\xef\\xbb\\xbf\{\}/ },
    { line: "{}", fault: "foreign", message: /0 members/ },
    { line: '{"level":30,"msg":"up"}', fault: "foreign", message: /no record and no frame/ },
    { line: '{"level":30,"level":31}', fault: "foreign" },
    { line: '{"hello":{}}', fault: "foreign" },
    { line: '{"event":{},"end":{}}', fault: "foreign", message: /2 members/ },
    { line: '{"event":{},"x":1}', fault: "foreign" },
    { line: '{"constructor":{}}', fault: "foreign" },
    { line: '{"stdfn":"1"}', fault: "foreign", message: /second preface.*joined/ },
    {
      line: '{"specversion":"1.0","id":"a"}',
      fault: "foreign",
      message: /bare CloudEvent.*jq -c '\{event: \.\}'/,
    },
    {
      line: '{"id":"a","specversion":"1.0"}',
      fault: "foreign",
      message: /\{"event":…\}/,
      mode: "session",
    },
    { line: "{", fault: "foreign", message: /one line.*pretty-printed.*jq -c/ },
    { line: '{"event":', fault: "foreign", message: /pretty-printed/ },
    { line: '{ "event": { "id": "a",', fault: "foreign", message: /pretty-printed/ },
    { line: '{"event":{}', fault: "foreign", message: /pretty-printed/ },
    // Mode.
    {
      line: '{"event":{}}',
      fault: "foreign",
      mode: "session",
      message: /"event" in a session.*\{"frame":\{"id":…,"event":…\}\}/,
    },
    { line: '{"ext":1}', fault: "foreign", mode: "session" },
    { line: '{"frame":{"id":1}}', fault: "mode", mode: "pipe", message: /frame in a pipe/ },
    { line: '{"frame":{"id":1,"end":{"a":1,"a":1}}}', fault: "mode", mode: "pipe" },
    // Text.
    { line: '{"event":{]}', fault: "malformed", at: 10 },
    { line: '{"event":{}}}', fault: "malformed", at: 12 },
    { line: '{"event":{}} x', fault: "malformed", at: 13 },
    { line: '{"event":{"id":"a}}', fault: "foreign", message: /pretty-printed/ },
    { line: '{"event":{"id":"a\\', fault: "foreign", message: /pretty-printed/ },
    { line: '{"event":{"id":"\\u00e', fault: "foreign", message: /pretty-printed/ },
    { line: '{"event":{"id":nul', fault: "foreign", message: /pretty-printed/ },
    { line: '{"event":{"id":nuL', fault: "malformed", at: 15 },
    { line: "{event:{}}", fault: "malformed", at: 1 },
    { line: '{"level":30,}', fault: "malformed", at: 12 },
    { line: '{"event":{"id":"\\ud83d"}}', fault: "malformed", at: 16 },
    { line: `{"event":{"data":${deep(100)}}}`, fault: "malformed", at: 116, message: /100 levels/ },
    { line: '{"event":{"a":1,"\\u0061":2}}', fault: "duplicate", at: 16 },
    { line: '{"event":{"data":[{"a":1,"a":2}]}}', fault: "duplicate", at: 25 },
    { line: '{"event":{},"event":{}}', fault: "duplicate", at: 12 },
    { line: '{"ext":{"a":1,"a":2}}', fault: "duplicate", at: 14 },
    {
      line: '{"event":[]}',
      fault: "malformed",
      at: 9,
      message: /event is "\[\]"; expected an object/,
    },
    { line: '{"event":null}', fault: "malformed", at: 9 },
    { line: '{"end":"x"}', fault: "malformed", at: 7 },
    { line: '{"frame":[]}', fault: "malformed", at: 9, message: /frame is/ },
    // The id of a frame.
    { line: '{"frame":{"end":{}}}', fault: "malformed", at: 9, message: /frame without id/ },
    { line: '{"frame":{"id":null}}', fault: "malformed", at: 15 },
    {
      line: '{"frame":{"id":"1"}}',
      fault: "malformed",
      at: 15,
      message: /"\\"1\\""; expected an integer from 0 to 4294967295/,
    },
    { line: '{"frame":{"id":1.0}}', fault: "malformed", at: 15 },
    { line: '{"frame":{"id":1e0}}', fault: "malformed", at: 15 },
    { line: '{"frame":{"id":-0}}', fault: "malformed", at: 15 },
    { line: '{"frame":{"id":4294967296}}', fault: "malformed", at: 15 },
    { line: '{"frame":{"id":1,"end":{},"id":2}}', fault: "duplicate", at: 26 },
    {
      line: '{"frame":{"id":1,"end":{"a":1,"a":1},"\\u0069d":2}}',
      fault: "duplicate",
      at: 37,
      message: /two ids/,
    },
    { line: '{"frame":{"end":{"a":1,"a":1}}}', fault: "malformed", at: 9 },
    // Confined to the id of a frame.
    { line: '{"frame":{"id":3,"end":{"a":1,"a":1}}}', fault: "duplicate", at: 30, id: 3 },
    { line: '{"frame":{"end":{"a":1,"a":1},"id":3}}', fault: "duplicate", at: 23, id: 3 },
    { line: '{"frame":{"id":3,"end":{},"end":{}}}', fault: "duplicate", at: 26, id: 3 },
    { line: '{"frame":{"id":3,"event":{"id":"\\udc00"}}}', fault: "malformed", at: 32, id: 3 },
    {
      line: `{"frame":{"id":3,"event":{"data":${deep(100)}}}}`,
      fault: "malformed",
      at: 132,
      id: 3,
    },
    {
      line: '{"frame":{"id":3,"end":true}}',
      fault: "malformed",
      at: 23,
      id: 3,
      message: /frame\.end is "true"/,
    },
    { line: '{"frame":{"id":3,"event":{},"stream":{}}}', fault: "order", id: 3 },
    { line: '{"frame":{"id":3,"chunk":{},"event":{}}}', fault: "order", id: 3 },
    { line: '{"frame":{"id":3,"end":{},"error":{}}}', fault: "order", id: 3 },
    { line: '{"frame":{"id":3,"end":{},"cancel":{}}}', fault: "order", id: 3 },
    {
      line: '{"frame":{"id":3,"credit":{},"cancel":{}}}',
      fault: "order",
      id: 3,
      message: /cancel/,
    },
    { line: '{"frame":{"id":3,"hello":{}}}', fault: "order" },
    { line: '{"frame":{"id":0,"end":{}}}', fault: "order" },
    { line: '{"frame":{"id":0,"cancel":{}}}', fault: "order" },
    { line: '{"frame":{"id":0,"error":{"a":1,"a":1}}}', fault: "duplicate", at: 32 },
    // A line that breaks the grammar is lost as a whole.
    { line: '{"frame":{"id":3,"end":{]}}', fault: "malformed", at: 24 },
  ];
  for (const { line, fault, at, message, mode, id } of cases) {
    const error = refusal(() => read(line, mode));
    t.strictSame([error.fault, error.id], [fault, id], encodeURI(line.slice(0, 60)));
    if (at !== undefined) t.equal(error.offset, offset + at, "position");
    else if (fault === "foreign" || fault === "mode") t.equal(error.offset, offset, "position");
    if (message !== undefined) t.match(error.message, message);
  }
  t.equal(read(`{"event":{"data":${deep(99)}}}`).type, "record", "99 levels in a body");
  t.equal(
    read(`{"frame":{"id":3,"event":{"data":${deep(99)}}}}`).type,
    "frame",
    "the frame does not count",
  );
});

t.test(
  "JSN-006, JSN-008: a line cut anywhere is a beginning, whichever token it cuts",
  async (t) => {
    const whole =
      '{"event":{"id":"a\\n\\u00e9\\ud83d\\ude00","data":[true,false,null,-1.5e+3,{"b":"\\\\"}]}}';
    t.equal(read(whole).type, "record");
    for (let length = 1; length < whole.length; length += 1) {
      const line = whole.slice(0, length);
      const terminated = refusal(() => read(line));
      t.same(
        [terminated.fault, terminated.requirement, terminated.offset],
        ["foreign", "JSN-008", offset],
        encodeURI(line),
      );
      t.same(refusal(() => read(line, undefined, false)).requirement, "JSN-006");
    }
  },
);

t.test("a last line without a line feed is whole or cut short", async (t) => {
  for (const line of ['{"end":{}}', '{"end":{}} '])
    t.equal(read(line, "pipe", false).type, "record");
  for (const line of ["{", '{"event":{"id":"a', '{"end":{}', '{"end":{}]', "hel", ""]) {
    const error = refusal(() => read(line, "pipe", false));
    t.strictSame([error.fault, error.offset, error.code], ["truncated", offset, "data_loss"], line);
  }
  t.equal(
    refusal(() => read('{"level":30}', "pipe", false)).fault,
    "foreign",
    "whole, and foreign",
  );
  t.equal(refusal(() => read('{"end":{"a":1,"a":1}}', "pipe", false)).fault, "duplicate");
});

function items(bytes: Uint8Array, split: number): StreamItem[] {
  const reader = new StreamReader();
  const found: StreamItem[] = [];
  for (let at = 0; at <= bytes.length; at += split) {
    if (at < bytes.length) reader.push(bytes.subarray(at, at + split));
    for (let item = reader.next(); item !== undefined; item = reader.next()) found.push(item);
  }
  reader.end();
  for (let item = reader.next(); item !== undefined; item = reader.next()) found.push(item);
  return found;
}

t.test("a stream of lines comes out the same, whatever the split", async (t) => {
  const pipe = Buffer.from(
    '\ufeff{"stdfn":"1"} \r\n{"context":{"invocation_id":"i"}}\r\n{"ext":[1]}\n{"event":{"id":"\u00e9\u2028\u{10ffff}"}}\n{"end":{}}',
  );
  const session = Buffer.from(
    '{"stdfn":"1"}\n{"frame":{"id":0,"hello":{}}}\n{"frame":{"end":{},"id":1,"context":{}}}\n',
  );
  for (const bytes of [pipe, session]) {
    const whole = items(bytes, bytes.length);
    t.equal(whole.length, bytes === pipe ? 4 : 3);
    for (let split = 1; split < bytes.length; split += 1) t.strictSame(items(bytes, split), whole);
  }
  const frame = items(session, 1000)[2];
  t.match(frame, { type: "frame", offset: 44, size: session.length - 45, id: 1 });
});

t.test("a cut inside a character at the end of the stream is a truncation", async (t) => {
  const line = Buffer.from('{"stdfn":"1"}\n{"event":{"id":"\u00e9"}}');
  const cut = line.subarray(0, line.indexOf(0xc3) + 1);
  t.equal(refusal(() => items(cut, 100)).fault, "truncated");
  const inside = Buffer.concat([cut, Buffer.from('"}}\n')]);
  t.equal(refusal(() => items(inside, 100)).fault, "malformed");
});

t.test("any bytes are read or refused with a CodecError", async (t) => {
  const lines = fc.oneof(
    fc.json(),
    fc.constantFrom(
      '{"frame":{"id":1,"context":{"invocation_id":"x"},"event":{"id":"a","data":{"a":[1]}},"end":{}}}',
      '{"event":{"specversion":"1.0","id":"A1","source":"/o","type":"t","data":"x"}}',
      '{"frame":{"id":0,"hello":{"minors":[0],"credit":65536}}}',
    ),
  );
  const edit = fc.tuple(fc.nat(), fc.nat({ max: 255 }), fc.nat({ max: 2 }));
  fc.assert(
    fc.property(
      lines,
      fc.array(edit, { maxLength: 4 }),
      fc.constantFrom(undefined, "pipe" as const, "session" as const),
      (text, edits, mode) => {
        let bytes = Buffer.from(text);
        for (const [position, byte, kind] of edits) {
          const at = position % (bytes.length + 1);
          bytes = Buffer.concat([
            bytes.subarray(0, at),
            Buffer.from(kind === 0 ? [] : [byte]),
            bytes.subarray(kind === 2 ? at : at + 1),
          ]);
        }
        const reader = new StreamReader(mode === undefined ? {} : { mode });
        reader.push(Buffer.concat([jsonCodec.preface, bytes, Buffer.from("\n")]));
        reader.end();
        try {
          for (let item = reader.next(); item !== undefined; item = reader.next()) {
            const records =
              item.type === "record" ? [item.record] : item.type === "frame" ? item.records : [];
            for (const { kind, body } of records) jsonCodec.decode(kind, body);
            if (item.type === "frame" && item.control !== undefined)
              jsonCodec.decodeControl(item.control.kind, item.control.body);
          }
        } catch (error) {
          return (
            error instanceof CodecError &&
            error.requirement !== undefined &&
            error.message.length < 2000
          );
        }
        return true;
      },
    ),
    { numRuns: 2000 },
  );
  t.pass("the property held");
});
