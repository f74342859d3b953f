import { Buffer } from "node:buffer";
import t from "tap";
import type { Plain } from "../src/case/case.ts";
import type { Conversation, Observed } from "../src/run/conversation.ts";
import { CaseFailed, type Failure } from "../src/run/judgement.ts";
import { StreamedResult } from "../src/run/streamed-result.ts";

type Spelt = readonly [kind: string, meaning: Plain];

/** A conversation in which somebody else says what comes, and what is granted is noted. */
function fake() {
  const queue: Observed[] = [];
  const granted: unknown[] = [];
  const monitor = { balance: 1, isLive: () => true, outputBalance: () => monitor.balance };
  const process: { ending?: object } = {};
  const conversation = {
    process,
    outputEnded: false,
    monitor,
    queue: () => queue,
    wireId: (id: number) => id,
    sendFrame: (frame: unknown) => granted.push(frame),
  };
  const come = (...all: readonly Spelt[]): void => {
    for (const [kind, meaning] of all)
      queue.push({ kind, meaning, body: Buffer.alloc(0), sequence: queue.length });
  };
  return { conversation, queue, granted, monitor, process, come };
}

const stream = (datacontenttype?: string): Spelt => [
  "stream",
  { id: "1", ...(datacontenttype !== undefined && { datacontenttype }) },
];
const chunk = (octets: Buffer | string, last?: boolean): Spelt => [
  "chunk",
  { data: Buffer.from(octets).toString("base64"), ...(last !== undefined && { last }) },
];
const awaited = (event: Plain) => ({ event, id: 1, wanted: "the event" });
const taker = (event: Plain, conversation: object): StreamedResult =>
  new StreamedResult(awaited(event), conversation as unknown as Conversation);

/** What is expected, what streams are read as, and which failure they come to instead. */
const read: readonly (readonly [what: string, expected: Plain, came: readonly Spelt[], Plain])[] = [
  [
    "text",
    { data: { $any: true } },
    [stream("text/plain"), chunk("hé"), chunk("llo"), chunk("", true)],
    { datacontenttype: "text/plain", data: "héllo" },
  ],
  [
    "text whose characters are cut in two",
    { data: "é" },
    [stream("text/csv"), chunk(Buffer.from([0xc3])), chunk(Buffer.from([0xa9]), true)],
    { datacontenttype: "text/csv", data: "é" },
  ],
  [
    "JSON",
    { data: { a: 1 } },
    [stream("application/problem+json; a=b"), chunk('{"a":'), chunk("1}", true)],
    { datacontenttype: "application/problem+json; a=b", data: { a: 1 } },
  ],
  ["no type", { data: "hi" }, [stream(), chunk("hi", true)], { data_base64: "aGk=" }],
  [
    "octets of a type that is text",
    { data: { $absent: true }, data_base64: "aGk=" },
    [stream("text/plain"), chunk("hi", true)],
    { datacontenttype: "text/plain", data_base64: "aGk=" },
  ],
  [
    "text where octets must not be",
    { data: "hi", data_base64: { $absent: true } },
    [stream("text/plain"), chunk("hi", true)],
    { datacontenttype: "text/plain", data: "hi" },
  ],
  [
    "what is not looked at",
    { datacontenttype: "application/json" },
    [stream("application/json"), chunk("{", true)],
    { datacontenttype: "application/json" },
  ],
  ["nothing", { data_base64: "" }, [stream(), ["chunk", { last: true }]], { data_base64: "" }],
];

t.test("a stream is taken for the event that has its payload for data", async (t) => {
  for (const [what, expected, came, meaning] of read) {
    const { conversation, queue, come } = fake();
    const result = taker(expected, conversation);
    const total = came.length;
    for (const [index, one] of came.entries()) {
      come(["log", {}], one);
      t.equal(result.take(), index === total - 1, `${what}, ${index}`);
    }
    come(["end", {}]);
    t.match(queue, [{ kind: "event", sequence: 1 }, { kind: "end" }], what);
    t.strictSame(queue[0]?.meaning, { id: "1", ...meaning }, what);
  }
});

t.test("what comes instead of a stream is left to be judged", async (t) => {
  for (const kind of ["event", "error", "end"]) {
    const { conversation, queue, granted, come } = fake();
    come([kind, { id: "1" }]);
    t.equal(taker({ data: 1 }, conversation).take(), true);
    t.strictSame(queue, [{ kind, meaning: { id: "1" }, body: Buffer.alloc(0), sequence: 0 }]);
    t.strictSame(granted, []);
  }
  const { conversation, process } = fake();
  const result = taker({ data: 1 }, conversation);
  conversation.outputEnded = true;
  t.equal(result.take(), false, "how it has ended is waited for");
  process.ending = { status: 0, signal: null };
  t.equal(result.take(), true);
});

t.test("credit is granted once there is none, and nothing is unseen", async (t) => {
  const { conversation, granted, monitor, come } = fake();
  const result = taker({ data_base64: "YWI=" }, conversation);
  come(stream(), chunk("a"));
  result.take();
  t.strictSame(granted, []);
  monitor.balance = -7;
  result.take();
  t.strictSame(granted, [{ id: 1, credit: { bytes: 262_151 } }]);
  t.equal(result.wanted, "the event: the rest of 1 octets of a stream without its last chunk");
  come(chunk("b", true));
  t.equal(result.take(), true);
  t.equal(granted.length, 1, "nothing is granted for what has come");
});

/** Streams that stand for no event, and what is said of them. */
const refused: readonly (readonly [string, came: readonly Spelt[], message: RegExp])[] = [
  [
    "an error in it",
    [stream(), chunk("abc"), ["error", { code: "aborted" }]],
    /^\{"error":\{"code":"aborted"\}\}, behind 3 octets of a stream without its last chunk$/,
  ],
  [
    "the end of the process in it",
    [stream(), chunk("abc"), chunk("d", false)],
    /^the end of the process, exit status 0, behind 4 octets of a stream without its last chunk$/,
  ],
  [
    "no JSON",
    [stream("application/json"), chunk("{", true)],
    /^a stream of application\/json whose 1 octets are no JSON: .*: "\{"$/,
  ],
  [
    "JSON that nests too deep",
    [stream("text/json"), chunk("[".repeat(100) + "]".repeat(100), true)],
    /^a stream of text\/json whose 200 octets are JSON that nests more than 99 levels$/,
  ],
  [
    "JSON that nests deeper than a program can go",
    [stream("text/json"), chunk("[".repeat(1_000_000) + "]".repeat(1_000_000), true)],
    /whose 2000000 octets are JSON that nests more than 99 levels$/,
  ],
  [
    "no UTF-8",
    [stream("text/plain"), chunk(Buffer.from([0xff]), true)],
    /^a stream of text\/plain whose 1 octets are no UTF-8$/,
  ],
  [
    "more than is looked at",
    [stream(), ...Array.from({ length: 257 }, () => chunk(Buffer.alloc(65_536)))],
    /^16842752 octets of a stream .*; a result of your own cases may have 16777216 octets at most$/,
  ],
];

t.test("a stream that stands for no event fails, and why is said", async (t) => {
  for (const [what, came, message] of refused) {
    const { conversation, process, come } = fake();
    come(...came);
    conversation.outputEnded = true;
    process.ending = { status: 0, signal: null };
    let failure: Omit<Failure, "step"> | undefined;
    try {
      taker({ data: { $any: true } }, conversation).take();
    } catch (error) {
      if (!(error instanceof CaseFailed)) throw error;
      ({ failure } = error);
    }
    t.match(failure, { signature: "different:payload", wanted: ["the event"] }, what);
    t.match(failure?.came[0], message, what);
  }
  const { conversation, queue, come } = fake();
  come(stream("text/json"), chunk("[".repeat(99) + "]".repeat(99), true));
  t.equal(taker({ data: { $any: true } }, conversation).take(), true);
  const whole = fake();
  const pieces = Array.from({ length: 256 }, (_, index) =>
    chunk(Buffer.alloc(65_536), index === 255),
  );
  whole.come(stream(), ...pieces);
  t.equal(taker({ data_base64: "" }, whole.conversation).take(), true, "as large as may be");
  t.equal(queue.length, 1);
});
