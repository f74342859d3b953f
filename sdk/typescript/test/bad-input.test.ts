import type { FormatName } from "@stdfn/schemas";
import t from "tap";
import { input, pipeStream, readPipe } from "./support/envelope.ts";
import { Host } from "./support/host.ts";
import { everything, type RunOptions, run } from "./support/run.ts";

const preface = '{"stdfn":"1"}\n';
const event =
  '{"event":{"specversion":"1.0","id":"1","source":"/t","type":"dev.stdfn.everything.swallow"}}\n';
const end = '{"end":{}}\n';
const bare = '{"specversion":"1.0","id":"1","source":"/t","type":"t"}\n';
const binaryPreface = "\n\bSTDFN/1\n";

function eventWith(members: string): string {
  return `{"event":{"specversion":"1.0","id":"1","source":"/t","type":"dev.stdfn.everything.swallow",${members}}}\n`;
}

interface Bad extends RunOptions {
  readonly title: string;
  readonly status: number;
  readonly stderr: RegExp;
  /** The error record that is the answer; absent: nothing stands on standard output. */
  readonly error?: Readonly<Record<string, unknown>>;
}

const pipe = { STDFN_MODE: "pipe" };
const session = { STDFN_MODE: "session" };
const protocol = (code: string): Record<string, unknown> => ({ code, attribution: "protocol" });

const cases: readonly Bad[] = [
  { title: "empty input", input: "", status: 65, stderr: /empty input/ },
  { title: "empty input, pipe", input: "", env: pipe, status: 65, stderr: /empty input/ },
  { title: "empty input, session", input: "", env: session, status: 65, stderr: /empty input/ },
  {
    title: "a preface and nothing after it",
    input: preface,
    status: 65,
    stderr: /a preface and nothing after it/,
  },
  {
    title: "a preface and nothing after it, pipe",
    input: preface,
    env: pipe,
    status: 65,
    stderr: /without end or error/,
    error: protocol("data_loss"),
  },
  {
    title: "a preface and nothing after it, session",
    input: preface,
    env: session,
    status: 65,
    stderr: /before hello/,
  },
  {
    title: "truncated record",
    input: preface + event.slice(0, 40),
    status: 65,
    stderr: /everything: /,
    error: protocol("data_loss"),
  },
  {
    title: "truncation at a record boundary",
    input: preface + event,
    status: 65,
    stderr: /without end or error/,
    error: protocol("data_loss"),
  },
  {
    title: "truncation inside a streamed payload",
    input: `${preface}${event.replace("event", "stream")}{"chunk":{"data":"YQ=="}}\n`,
    status: 65,
    stderr: /inside a streamed payload/,
    error: protocol("data_loss"),
  },
  {
    title: "a length over the limit",
    input: Buffer.concat([
      Buffer.from(binaryPreface),
      Buffer.from([0x1a, 0xff, 0xff, 0xff, 0xff, 0x07]),
    ]),
    status: 76,
    stderr: /allowed|limit/,
    error: { ...protocol("resource_exhausted"), disposition: "dead_letter" },
  },
  {
    title: "invalid UTF-8",
    input: Buffer.from(preface + eventWith(`"subject":"${"x".repeat(2000)}\u00e9"`), "latin1"),
    status: 76,
    stderr:
      /byte 2\d\d\d of the input: the line is not valid UTF-8: found "\\xe9\\"\}\}" behind "x{48}"; is this text in Latin-1\?/,
    error: protocol("invalid_argument"),
  },
  {
    title: "duplicate JSON members",
    input: preface + eventWith('"type":"other"') + end,
    status: 76,
    stderr: /type/,
    error: protocol("invalid_argument"),
  },
  {
    title: "duplicate singular protobuf fields",
    input: Buffer.concat([
      Buffer.from(binaryPreface),
      Buffer.from("1a0a0a01610a0162120174", "hex"),
      Buffer.from("3a00", "hex"),
    ]),
    status: 76,
    stderr: /everything: /,
    error: protocol("invalid_argument"),
  },
  {
    title: "a byte order mark before protobuf",
    input: `\ufeff${binaryPreface}:\0`,
    env: pipe,
    status: 76,
    stderr: /byte 0 of the input: a byte order mark, ".*", before the preface of a protobuf stream/,
  },
  {
    title: "text-mode translation of the preface",
    input: "\r\n\bSTDFN/1\r\n:\0",
    status: 76,
    stderr: /text-mode/,
  },
  {
    title: "a blank first line",
    input: `\n${preface}${event}${end}`,
    status: 65,
    stderr: /the first line is blank, "\\n": nothing may stand before the preface/,
  },
  {
    title: "a print before the preface",
    input: `loading\n${preface}${event}${end}`,
    status: 65,
    stderr: /loading/,
  },
  {
    title: "a bare CloudEvent",
    input: bare,
    args: ["--modes", "session,pipe"],
    status: 65,
    stderr: /bare CloudEvent, wrap it: printf '\{"stdfn":"1"\}.* \| everything$/m,
  },
  {
    title: "a bare CloudEvent, pipe",
    input: bare,
    env: pipe,
    status: 76,
    stderr: /bare CloudEvent, wrap it: printf.* \| everything$/m,
  },
  {
    title: "pretty-printed JSON",
    input: '{\n  "specversion": "1.0"\n}\n',
    env: pipe,
    status: 76,
    stderr: /bare CloudEvent, wrap it: printf.*jq -c/,
  },
  {
    title: "a pretty-printed stream",
    input: '{\n  "stdfn": "1"\n}\n{\n  "end": {}\n}\n',
    env: pipe,
    status: 76,
    stderr: /pretty-printed JSON, a record is one line: jq -c \. FILE \| everything$/m,
  },
  {
    title: "a preface that somebody got wrong",
    input: '{"stdfn":1}\n',
    status: 65,
    stderr: /the first line is no preface/,
  },
  {
    title: "both data and data_base64",
    input: preface + eventWith('"data":1,"data_base64":"YQ=="') + end,
    status: 76,
    stderr: /data_base64/,
    error: protocol("invalid_argument"),
  },
  {
    title: "a second context",
    input: `${preface}{"context":{"invocation_id":"a"}}\n{"context":{"invocation_id":"b","tenant":"mallory"}}\n${end}`,
    status: 76,
    stderr: /context/,
    error: protocol("invalid_argument"),
  },
  {
    title: "missing required attributes",
    input: `${preface}{"event":{"specversion":"1.0","id":"1"}}\n${end}`,
    status: 76,
    stderr: /source|type/,
    error: protocol("invalid_argument"),
  },
  { title: "unknown framing major", input: '{"stdfn":"2"}\n', status: 76, stderr: /major "2"/ },
  {
    title: "no common minor",
    input: `${preface}{"frame":{"id":0,"hello":{"minors":[7],"credit":65536}}}\n`,
    status: 76,
    stderr: /no common minor version: the host speaks 7/,
  },
  {
    title: "unknown mode",
    input: event,
    env: { STDFN_MODE: "streaming" },
    status: 64,
    stderr: /STDFN_MODE is "streaming"; allowed are filter, pipe, session and describe/,
  },
  {
    title: "a mode that is not offered",
    input: event,
    env: pipe,
    args: ["--modes", "session"],
    status: 76,
    stderr: /offers session/,
  },
  {
    title: "a format that is not offered",
    input: preface + event + end,
    args: ["--formats", "protobuf"],
    status: 76,
    stderr: /reads protobuf/,
  },
  {
    title: "mode and bytes disagree",
    input: preface + event + end,
    env: session,
    status: 76,
    stderr: /session/,
  },
  {
    title: "an event over the payload limit",
    input: preface + eventWith(`"data_base64":"${"A".repeat(8_000_000)}"`) + end,
    status: 76,
    stderr:
      /a line of more than 6750592 bytes, .*: send a large payload as a stream record and chunks/,
    error: { ...protocol("resource_exhausted"), disposition: "dead_letter" },
  },
  {
    title: "a control character in an attribute",
    input: preface + eventWith('"subject":"a\\nb"') + end,
    status: 76,
    stderr: /U\+000A/,
    error: protocol("invalid_argument"),
  },
  {
    title: "an unknown argument",
    input: "",
    args: ["--colour"],
    status: 64,
    stderr: /--colour/,
  },
];

t.test("bad input is answered and explained", async (t) => {
  for (const { title, status, stderr, error, ...options } of cases) {
    const outcome = await run(everything, options);
    t.equal(outcome.status, status, `${title}: status`);
    t.match(outcome.stderr, stderr, `${title}: message`);
    if (error?.["attribution"] === "protocol")
      t.match(outcome.stderr, /everything: byte \d+ of the input: /, `${title}: position`);
    if (title === "no common minor") {
      t.match(outcome.stdout.toString(), /"error":\{"code":"failed_precondition"/, title);
    } else if (error === undefined) t.equal(outcome.stdout.length, 0, `${title}: no answer`);
    else t.match(readPipe(outcome.stdout).error, error, `${title}: answer`);
  }
});

const good: readonly (RunOptions & { readonly title: string; readonly stdout: RegExp })[] = [
  { title: "CRLF", input: `{"stdfn":"1"}\r\n${event.trim()}\r\n{"end":{}}\r\n`, stdout: /"end"/ },
  { title: "a byte order mark before JSON", input: `\ufeff${preface}${end}`, stdout: /"end"/ },
  { title: "a last line without line feed", input: preface + end.trim(), stdout: /"end"/ },
  {
    title: "bytes after end",
    input: `${preface}${end}rubbish`,
    stdout: /^\{"stdfn":"1"\}\n\{"end":\{\}\}\n$/,
  },
  { title: "raw bytes", input: "raw", stdout: /^raw$/ },
  {
    title: "a bare CloudEvent where filter is announced",
    input: bare,
    env: { STDFN_MODE: "filter" },
    stdout: /^\{"specversion"/,
  },
  { title: "JSON over several lines", input: '{\n  "id": 1\n}\n', stdout: /^\{\n/ },
  {
    title: "a preface inside raw bytes, filter announced",
    input: `x\n${preface}`,
    env: { STDFN_MODE: "filter" },
    stdout: /^x\n\{"stdfn":"1"\}\n$/,
  },
];

t.test("input that is merely unusual is served", async (t) => {
  for (const { title, stdout, ...options } of good) {
    const outcome = await run(everything, options);
    t.strictSame([outcome.status, outcome.stderr], [0, ""], `${title}: status`);
    t.match(outcome.stdout.toString(), stdout, `${title}: answer`);
  }
});

t.test("raw data that looks like more is served, and said so", async (t) => {
  const pretty = '{\n  "stdfn": "1"\n}\n{\n  "end": {}\n}\n';
  const inputs: readonly [input: string, says: RegExp][] = [
    [
      bare,
      /; the input is a bare CloudEvent, wrap it: printf .*"\$\(jq -c \. event\.json\)" \| everything\n$/,
    ],
    [
      JSON.stringify(JSON.parse(bare), null, 2),
      /; the input is a bare CloudEvent, wrap it: printf /,
    ],
    [
      pretty,
      /; the input is a Stdfn stream in pretty-printed JSON, .*: jq -c \. FILE \| everything\n$/,
    ],
  ];
  for (const [input, says] of inputs) {
    const outcome = await run(everything, { input });
    t.strictSame([outcome.status, outcome.stdout.toString()], [0, input], input);
    t.match(outcome.stderr, /^everything: served as raw data, because .*STDFN_MODE=filter/, input);
    t.match(outcome.stderr, says, input);
    t.equal(outcome.stderr.split("\n").length, 2, "one line");
  }
});

t.test("a failed input is passed on byte for byte", async (t) => {
  const error = {
    code: "not_found",
    message: "gone",
    disposition: "drop",
    attribution: "function",
    details: { a: "b" },
  } as const;
  for (const format of ["json", "protobuf"] as const satisfies readonly FormatName[]) {
    const { stdout, status, stderr } = await run(everything, {
      input: pipeStream(format, [{ event: input("swallow") }, { error }]),
    });
    t.strictSame(readPipe(stdout).error, error, format);
    t.strictSame([status, stderr], [69, ""], `${format}: status, and nobody else's message`);
  }
  const line = '{"error":{ "code" : "aborted", "from_tomorrow": 1 }}\n';
  const { stdout } = await run(everything, { input: preface + line });
  t.match(stdout.toString(), '{ "code" : "aborted", "from_tomorrow": 1 }', "with its spaces");
});

t.test("input in single bytes is the same input", async (t) => {
  for (const format of ["json", "protobuf"] as const) {
    const host = new Host(everything, { format });
    const frame = host.codec.encodeFrame(1, {
      context: { invocationId: "i" },
      event: input("swallow"),
      end: {},
    });
    for (const byte of frame) host.raw(Buffer.from([byte]));
    t.ok((await host.answer(1)).end, format);
    t.equal((await host.drain()).status, 0);
  }
});
