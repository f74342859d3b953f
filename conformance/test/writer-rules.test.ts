import { Buffer } from "node:buffer";
import t from "tap";
import { WriterRules } from "../src/run/writer-rules.ts";
import { prefaces } from "../src/wire/preface.ts";
import type { Format, Unit } from "../src/wire/unit.ts";
import { WireReader } from "../src/wire/wire-reader.ts";

const ready = '"ready":{"max_concurrency":1,"credit":65536,"features":["batch","log"]}';
const event = '"specversion":"1.0","id":"1","source":"/s","type":"t"';

/** What a function writes after its preface, and the requirement that it breaks; undefined if none. */
const lines: readonly [line: string, broken: string | undefined][] = [
  [`{"frame":{"id":0,${ready}}}`, undefined],
  [`{"frame":{"id":0,${ready}}} `, "JSN-002"],
  [`\t{"frame":{"id":0,${ready}}}`, "JSN-002"],
  ['{"frame":{"id":1,"end":{},"event":null}}', "JSN-026"],
  [`{"frame":{"id":1,"event":{${event},"subject":null}}}`, "JSN-026"],
  [`{"frame":{"id":1,"event":{${event},"data":{"subject":null}}}}`, undefined],
  ['{"frame":{"id":1,"error":{"code":"aborted","message":null}}}', "JSN-026"],
  [
    '{"frame":{"id":1,"end":{"failures":[{"error":{"code":"aborted","message":null}}]}}}',
    "JSN-026",
  ],
  ['{"frame":{"id":1,"error":{"code":"teapot"}}}', "ERR-001"],
  ['{"frame":{"id":1,"end":{"failures":[{"error":{"code":"teapot"}}]}}}', "ERR-001"],
  ['{"frame":{"id":1,"error":{"code":"aborted","effect":"some"}}}', "VER-001"],
  ['{"frame":{"id":1,"error":{"code":"aborted","since":"1.7"}}}', "VER-001"],
  ['{"frame":{"id":1,"error":{"code":"aborted","grease-a":null,"message":"m"}}}', "JSN-026"],
  ['{"frame":{"id":1,"error":{"code":"aborted","grease-a":{"b":null}}}}', undefined],
  ['{"frame":{"id":1,"error":{"code":"aborted","retry_delay_ms":5}}}', "MOD-053"],
  [
    '{"frame":{"id":1,"error":{"code":"aborted","disposition":"retry","retry_delay_ms":5}}}',
    undefined,
  ],
  ['{"frame":{"id":1,"error":{"code":"aborted","details":{"signal":"client_gone"}}}}', "ERR-018"],
  ['{"frame":{"id":1,"error":{"code":"aborted","details":{"reason":"mine"}}}}', undefined],
  ['{"frame":{"id":1,"error":{"code":"aborted","details":{"exit_status":"70"}}}}', undefined],
  ['{"frame":{"id":1,"error":{"code":"aborted","details":{"stdfn_x":"70"}}}}', "VER-010"],
  ['{"frame":{"id":1,"end":{},"grease-a":{}}}', undefined],
  ['{"frame":{"id":1,"com.example-turbo":{}}}', undefined],
  ['{"frame":{"id":1,"turbo":{}}}', "VER-009"],
  ['{"frame":{"id":1,"end":{},"freeze":{}}}', "VER-010"],
  [`{"frame":{"id":1,"event":{${event},"stdfncause":0}}}`, "MOD-049"],
  [`{"frame":{"id":1,"event":{${event},"stdfnother":0}}}`, "VER-010"],
  [`{"frame":{"id":0,${ready.replace("log", "turbo")}}}`, "VER-006"],
  [`{"frame":{"id":0,${ready.replace("log", "com.example.turbo")}}}`, undefined],
  [`{"frame":{"id":0,${ready.replace("log", "dev.stdfn.grease.7")}}}`, undefined],
  [`{"frame":{"id":0,${ready.replace("log", "stdfn.turbo")}}}`, "VER-010"],
];

const messages: readonly [message: string, broken: string | undefined][] = [
  ["at /images/a.png: no such file (or it was moved)", undefined],
  ["line 1: a\nat least 3:4:5 (or more) were expected", undefined],
  ["no File here, line 3", undefined],
  ["Error: gone\n    at serve (/app/main.js:3:7)", "ERR-005"],
  ["Error: gone\n    at /app/main.js:3:7", "ERR-005"],
  ["gone\n\tat com.example.Main.serve(Main.java:17)", "ERR-005"],
  ["gone\n   at Main.Serve() in /app/Main.cs:line 17", "ERR-005"],
  ['Traceback (most recent call last):\n  File "main.py", line 3', "ERR-005"],
  ["panic: gone\n\ngoroutine 1 [running]:", "ERR-005"],
  ["gone\n\tfrom main.rb:3:in `serve'", "ERR-005"],
];

/** Frames in Protobuf, in hexadecimal without tag and length of the frame. */
const frames: readonly [body: string, broken: string | undefined][] = [
  ["08013a00", undefined],
  ["08013a00a2010131", "VER-010"],
  ["08013a00c23f0131", "VER-010"],
  ["08013a0082400131", undefined],
  ["08013a00fa7f0131", undefined],
  ["08013a008280010131", "VER-009"],
  ["08013202080a", undefined],
  ["080132020863", "ERR-001"],
  ["08013204080a2863", "VER-001"],
  ["08013204080a2005", "MOD-053"],
  ["08013206080a18012005", undefined],
  ["08013205080a420131", "VER-010"],
  ["08013206080a82400131", undefined],
];

function unitsOf(format: Format, bytes: Buffer): readonly Unit[] {
  const reader = new WireReader({ side: "host", format, mode: "session", framesOnly: true });
  return [...reader.push(Buffer.concat([prefaces[format], bytes])), ...reader.end()];
}

function broken(format: Format, bytes: Buffer, rules = new WriterRules(format)) {
  const [unit] = unitsOf(format, bytes).filter(({ type }) => type !== "preface");
  if (unit?.type !== "frame") return unit;
  return rules.violation(unit)?.requirement;
}

t.test("lines that a lenient reader takes", async (t) => {
  for (const [line, requirement] of lines)
    t.equal(broken("json", Buffer.from(`${line}\n`)), requirement, line);
});

t.test("messages that tell how a function is built", async (t) => {
  for (const [message, requirement] of messages) {
    const frame = { id: 1, error: { code: "internal", message } };
    const line = Buffer.from(`${JSON.stringify({ frame })}\n`);
    t.equal(broken("json", line), requirement, JSON.stringify(message));
  }
});

t.test("frames in Protobuf that a lenient reader takes", async (t) => {
  for (const [body, requirement] of frames) {
    const bytes = Buffer.from(body, "hex");
    const frame = Buffer.concat([Buffer.from([0x7a, bytes.length]), bytes]);
    t.equal(broken("protobuf", frame), requirement, body);
  }
});

t.test("an error that was sent comes back as it was", async (t) => {
  const line = Buffer.from('{"frame":{"id":1,"error":{"code":"aborted","since":"1.7"}}}\n');
  const rules = new WriterRules("json");
  t.equal(broken("json", line, rules), "VER-001");
  for (const unit of unitsOf("json", line)) rules.sent(unit);
  t.equal(broken("json", line, rules), undefined);
});

t.test("a result names the event that has caused it", async (t) => {
  const rules = new WriterRules("json");
  const sent = `{"frame":{"id":1,"event":{${event}}}}\n{"frame":{"id":1,"stream":{${event}}}}\n`;
  const echoed = `{"frame":{"id":2,"event":{${event},"stdfncause":7}}}\n`;
  for (const unit of unitsOf("json", Buffer.from(sent + echoed))) rules.sent(unit);
  const caused = (id: number, cause: unknown) => {
    const line = `{"frame":{"id":${id},"event":{${event},"stdfncause":${JSON.stringify(cause)}}}}\n`;
    return broken("json", Buffer.from(line), rules);
  };
  t.strictSame(
    [0, 1, 2, -1, "0", true].map((cause) => caused(1, cause)),
    [undefined, undefined, "MOD-049", "MOD-049", "MOD-049", "MOD-049"],
  );
  t.equal(caused(2, 7), undefined, "an attribute of the input comes back");
  t.equal(caused(3, 0), "MOD-049", "nothing was sent");
});

t.test("features that ready has not stated", async (t) => {
  const rules = new WriterRules("json");
  const stream = Buffer.from(`{"frame":{"id":1,"stream":{${event}}}}\n`);
  const failures = '{"frame":{"id":1,"end":{"failures":[{"error":{"code":"aborted"}}]}}}\n';
  t.equal(broken("json", stream, rules), undefined, "nothing is known before ready");
  t.equal(broken("json", Buffer.from(`{"frame":{"id":0,${ready}}}\n`), rules), undefined);
  t.equal(broken("json", stream, rules), "SES-037");
  t.equal(broken("json", Buffer.from(failures), rules), "SES-038");
});

t.test("what stands between the records of a pipe, and at its end", async (t) => {
  const rules = new WriterRules("protobuf");
  t.equal(rules.skipped(Buffer.from("a2010131", "hex"))?.requirement, "VER-008");
  t.equal(rules.skipped(Buffer.from("82400131", "hex")), undefined);
  const [, unit] = unitsOf("json", Buffer.from('{"frame":{"id":1,"end":{}}}'));
  if (unit === undefined) throw new Error("a frame was read");
  t.equal(new WriterRules("json").atEnd(unit, 0x7d)?.requirement, "JSN-001");
  t.equal(new WriterRules("json").atEnd(unit, 0x0a), undefined);
});
