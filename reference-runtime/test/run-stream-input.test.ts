import process from "node:process";
import t from "tap";
import { EnvelopeSource } from "../src/commands/envelope-source.ts";
import { InputFailure } from "../src/commands/input-failure.ts";
import { recogniseInput } from "../src/commands/input-recognition.ts";
import { InvocationError } from "../src/invocation/outcome.ts";
import { everything } from "./support/fixture.ts";
import { shell, stdfn } from "./support/stdfn.ts";

t.jobs = 4;
// Every case starts two programs or more; on a busy machine that takes its time.
t.setTimeout(180_000);

const preface = '{"stdfn":"1"}\n';
const binaryPreface = "\n\bSTDFN/1\n";
const bare = '{"specversion":"1.0","id":"1","source":"/t","type":"t"}';
const reverse =
  '{"event":{"specversion":"1.0","id":"1","source":"/t","type":"dev.stdfn.everything.reverse","data":"ab"}}\n';
const end = '{"end":{}}\n';
const every = ["--", process.execPath, everything];
const bytes = "application/octet-stream";

interface Doubtful {
  readonly title: string;
  readonly input: string | Uint8Array;
  readonly status: number;
  readonly says: RegExp;
}

const doubtful: readonly Doubtful[] = [
  {
    title: "another framing major",
    input: '{"stdfn":"2"}\n',
    status: 76,
    says: /byte 0 of the input: preface of framing major "2"/,
  },
  {
    title: "another framing major in protobuf",
    input: "\n\bSTDFN/2\n:\0",
    status: 76,
    says: /preface of framing major "2\\n"/,
  },
  {
    title: "translated line feeds",
    input: "\r\n\bSTDFN/1\r\n:\0",
    status: 76,
    says: /text-mode translation/,
  },
  {
    title: "a preface that somebody got wrong",
    input: `{"stdfn":1}\n${end}`,
    status: 65,
    says: /the first line of the input is no preface: "\{\\"stdfn\\":1\}\\n/,
  },
  {
    title: "a blank first line",
    input: `\n${preface}${end}`,
    status: 65,
    says: /the first line is blank/,
  },
  {
    title: "a byte order mark before protobuf",
    input: Buffer.concat([Buffer.from("\ufeff"), Buffer.from(`${binaryPreface}:\0`)]),
    status: 65,
    says: /a byte order mark/,
  },
  {
    title: "a print",
    input: `loading\n${preface}${end}`,
    status: 65,
    says: /8 foreign bytes before the preface: "loading\\n"/,
  },
];

const piped = { isSaidToBeData: false, isFile: false };
const data = { isSaidToBeData: true, isFile: false };
const inFile = { isSaidToBeData: false, isFile: true };

function refusal(input: string | Uint8Array): InputFailure {
  try {
    recogniseInput(Buffer.from(input), true, piped);
  } catch (error) {
    if (error instanceof InputFailure) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

t.test("what was to be a stream is not taken for data", async (t) => {
  for (const { title, input, status, says } of doubtful) {
    const { exitStatus, message } = refusal(input);
    t.equal(exitStatus, status, `${title}: status`);
    t.match(message, says, `${title}: message`);
    t.match(
      message,
      /; if these bytes are data, say so: --content-type /,
      `${title}: the way round`,
    );
    t.same(recogniseInput(Buffer.from(input), true, data), { kind: "data" }, `${title}: as data`);
  }
  const head = Buffer.from(`${"x".repeat(70_000)}\n${preface}`);
  t.same(recogniseInput(head, true, piped), { kind: "data" }, "a preface far behind");
  const text = Buffer.from(`A stream:\n${preface}`);
  t.match(recogniseInput(text, true, inFile), {
    kind: "data",
    hint: /^has a preface at byte 10: if it was to be a stream, remove what stands before$/,
  });
  for (const input of [preface, `\ufeff{"stdfn":"1"}\r\n`, binaryPreface])
    t.same(recogniseInput(Buffer.from(input), true, data), { kind: "stream" }, "a preface");
});

t.test("stdfn run refuses it from standard input and from a file", async (t) => {
  const input = '{"stdfn":"2"}\n';
  const report = await stdfn(["run", "--json", "--", "cat"], input);
  t.equal(report.status, 76);
  t.match(report.stdout.toString(), /^\{"stdfn":"1"\}\n\{"error":\{.*major.*\}\}\n$/);
  const line = `printf '\\n${preface.trim()}\\n' > stream; stdfn run --file stream -- cat`;
  const file = await shell(line, { cwd: t.testdir() });
  t.strictSame([file.status, file.stdout.length], [65, 0]);
  t.match(file.stderr, /^stdfn: byte 0 of the input: the first line is blank/);
  for (const option of [
    ["--content-type", bytes],
    ["--attribute", `datacontenttype=${bytes}`],
  ]) {
    const taken = await stdfn(["run", ...option, "--", "cat"], input);
    t.strictSame([taken.status, taken.stdout.toString(), taken.stderr], [0, input, ""], "as data");
  }
});

t.test("stdfn run says what was most likely meant by an event as data", async (t) => {
  const hint =
    /^stdfn: notice: sent as the data of one event; the input is a bare CloudEvent, wrap/;
  const sent = await stdfn(["run", "--mode", "session", ...every], bare);
  t.match(sent.stderr, hint);
  const pretty = await stdfn(["run", "--mode", "pipe", ...every], '{\n "stdfn": "1"\n}\n');
  t.match(pretty.stderr, /pretty-printed JSON, a record is one line: jq -c \. FILE \| stdfn run/);
  const meant: readonly (readonly string[])[] = [
    ["--", "cat"],
    ["--mode", "session", "--type", "dev.stdfn.everything.echo", ...every],
    ["--mode", "session", "--attribute", "type=dev.stdfn.everything.echo", ...every],
  ];
  for (const args of meant) {
    const outcome = await stdfn(["run", ...args], bare);
    t.strictSame(
      [outcome.status, outcome.stdout.toString(), outcome.stderr],
      [0, bare, ""],
      args.join(" "),
    );
  }
  const relayed = await stdfn(["relay", "--", "cat"], bare);
  t.strictSame([relayed.status, relayed.stdout.toString()], [0, bare]);
  t.match(relayed.stderr, /^stdfn relay: served as raw data, .* \| stdfn relay FOLDER\n$/);
});

/** Reads a stream as the input of an invocation; gives where it is broken, or where bytes follow its Envelope. */
async function readAll(
  input: string | Uint8Array,
  split: number,
): Promise<{ readonly failure?: InputFailure; readonly rest?: number }> {
  const all = Buffer.from(input);
  async function* pieces(): AsyncGenerator<Uint8Array, void, void> {
    for (let at = 0; at < all.length; at += split) yield all.subarray(at, at + split);
  }
  let rest: number | undefined;
  const source = new EnvelopeSource(pieces(), {
    broken: InputFailure.broken,
    rest: (offset) => {
      rest = offset;
    },
  });
  try {
    await source.context();
    for await (const item of source.events())
      if ("body" in item) for await (const _ of item.body) void _;
  } catch (error) {
    if (error instanceof InputFailure) return { failure: error };
    if (!(error instanceof InvocationError)) throw error;
  }
  // What follows is looked for while the invocation goes on.
  for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
  return rest === undefined ? {} : { rest };
}

t.test("bytes behind the end of an Envelope are noticed, however they come", async (t) => {
  const whole = preface + reverse + end;
  const failed = `${preface}{"error":{"code":"aborted"}}\n`;
  for (const one of [whole, failed])
    for (const more of ["", "x", whole, reverse + end])
      for (const split of [one.length, 7, 65_536]) {
        const { rest } = await readAll(one + more, split);
        t.equal(rest, more === "" ? undefined : one.length, `${more} in pieces of ${split}`);
      }
  for (const [input, says] of [
    [whole, /^$/],
    [
      whole + whole,
      /^stdfn: notice: bytes follow the end of the Envelope at byte 130 of the input/,
    ],
  ] as const) {
    const outcome = await stdfn(["run", "--mode", "session", ...every], input);
    t.strictSame([outcome.status, outcome.stdout.toString()], [0, '"ba"'], outcome.stderr);
    t.match(outcome.stderr, says);
  }
});

t.test("a broken stream gives status 65, and the place where it is broken", async (t) => {
  const tooLong = Buffer.concat([Buffer.from(binaryPreface), Buffer.from("1affffffff07", "hex")]);
  const behind = `${preface}${reverse}{"chunk":{}}\n`;
  const cases: readonly [title: string, input: string | Uint8Array, says: RegExp][] = [
    ["a length", tooLong, /byte 10 of the input: event of 2147483647 bytes; .* as a stream record/],
    ["a line", preface + "x".repeat(7_000_000), /byte 14 of the input: a line of more than/],
    ["an order", behind, /byte 119 of the input: chunk record/],
    ["no end", preface + reverse, /byte 119 of the input: .*without end/],
    ["twice", `${preface}{"end":{"a":1,"a":1}}\n`, /byte 28 of the input: member "a" stands/],
  ];
  for (const [title, input, says] of cases) {
    const { failure } = await readAll(input, 65_536);
    t.equal(failure?.exitStatus, 65, title);
    t.match(failure?.message, says, title);
    t.match(failure?.message, /; stdfn inspect shows the place$/, title);
  }
  for (const input of [tooLong, behind]) {
    const outcome = await stdfn(["run", "--mode", "session", ...every], input);
    t.equal(outcome.status, 65, outcome.stderr);
    t.match(outcome.stderr, /of the input: .*; stdfn inspect shows the place\n$/);
  }
});
