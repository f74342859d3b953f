import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type CloudEvent,
  type Context,
  FunctionError,
  type Handler,
  invoke,
  serve,
} from "@stdfn/sdk";
import { currentContext } from "@stdfn/sdk/current-context";
import t from "tap";

interface Returned {
  readonly title: string;
  readonly value: unknown;
  /** Each event's data as it came, and its media type. */
  readonly events: readonly (readonly [unknown, string | undefined])[];
}

const json = "application/json";
const octets = "application/octet-stream";
const text = "text/plain; charset=utf-8";

async function* twice(...values: unknown[]): AsyncGenerator<unknown> {
  yield* values;
}

function* few(...values: unknown[]): Generator<unknown> {
  yield* values;
}

const returned: readonly Returned[] = [
  { title: "undefined", value: undefined, events: [] },
  { title: "null", value: null, events: [] },
  { title: "a string", value: "s", events: [["s", text]] },
  { title: "an empty string", value: "", events: [["", text]] },
  { title: "octets", value: Uint8Array.of(1, 2), events: [[Uint8Array.of(1, 2), octets]] },
  { title: "an ArrayBuffer", value: Uint8Array.of(1).buffer, events: [[Uint8Array.of(1), octets]] },
  {
    title: "a view of 16-bit numbers",
    value: Uint16Array.of(258),
    events: [[Uint8Array.of(2, 1), octets]],
  },
  { title: "a number", value: 1.5, events: [[1.5, json]] },
  { title: "false", value: false, events: [[false, json]] },
  { title: "an object", value: { a: [1] }, events: [[{ a: [1] }, json]] },
  { title: "an array is one JSON value", value: [1, 2], events: [[[1, 2], json]] },
  {
    title: "an object that looks like an event is a JSON value",
    value: { type: "circle", data: 1 },
    events: [[{ type: "circle", data: 1 }, json]],
  },
  {
    title: "an event without data",
    value: { specversion: "1.0", type: "t" },
    events: [[undefined, undefined]],
  },
  {
    title: "an event with text",
    value: { specversion: "1.0", datacontenttype: "text/html", data: "<p>" },
    events: [["<p>", "text/html"]],
  },
  {
    title: "JSON text under a JSON media type is a JSON value",
    value: { specversion: "1.0", datacontenttype: "application/problem+json", data: '"x"' },
    events: [["x", "application/problem+json"]],
  },
  {
    title: "JSON text that would be rounded stays text",
    value: { specversion: "1.0", datacontenttype: json, data: "12345678901234567890" },
    events: [["12345678901234567890", json]],
  },
  {
    title: "a Readable is one streamed payload",
    value: Readable.from([Buffer.from("a"), Buffer.from("b")]),
    events: [[Uint8Array.from(Buffer.from("ab")), octets]],
  },
  {
    title: "a ReadableStream is one streamed payload",
    value: new Blob(["ab"]).stream(),
    events: [[Uint8Array.from(Buffer.from("ab")), octets]],
  },
  {
    title: "an async generator is several results",
    value: twice("a", null, { b: 1 }),
    events: [
      ["a", text],
      [{ b: 1 }, json],
    ],
  },
  {
    title: "a generator is several results",
    value: few("a", "b"),
    events: [
      ["a", text],
      ["b", text],
    ],
  },
];

t.test("what a handler returns becomes events", async (t) => {
  for (const { title, value, events } of returned) {
    const outcome = await invoke(async () => value as object);
    t.equal(outcome.error, undefined, `${title}: no error`);
    const found = outcome.events.map(({ data, datacontenttype }) => [
      data instanceof Uint8Array ? Uint8Array.from(data) : data,
      datacontenttype,
    ]);
    t.strictSame(found, events, title);
  }
});

t.test("what a handler may not return is an error that says so", async (t) => {
  const values: readonly [unknown, RegExp][] = [
    [10n, /returned a bigint; allowed are/],
    [Symbol("s"), /returned a symbol/],
    [() => 1, /returned a function/],
    [{ specversion: "1.0", data: twice(1) }, /a streamed payload gave a value of type number/],
    [{ specversion: "1.0", datacontenttype: json, data: "{" }, /is not JSON/],
  ];
  for (const [value, message] of values) {
    const { error } = await invoke(() => value as object);
    t.match(error, { code: "internal", message });
  }
});

t.test("a result gets the attributes that are not said", async (t) => {
  const handler: Handler = (event) => ({
    specversion: "1.0",
    subject: "s",
    extensions: { n: 1 },
    time: new Date(0),
    data: event,
  });
  const { events } = await invoke(
    handler,
    { datacontenttype: "text/x", data: "payload" },
    { name: "f", produces: [{ type: "com.example.made" }], context: { invocationId: "i" } },
  );
  const [event] = events as [CloudEvent];
  t.match(event, {
    specversion: "1.0",
    id: "i/0",
    source: "urn:stdfn:function:f",
    type: "com.example.made",
    datacontenttype: "text/x",
    subject: "s",
    extensions: { n: 1 },
    time: "1970-01-01T00:00:00.000Z",
    data: "payload",
  });
  const [plain] = (await invoke(() => "x", {}, { name: "f" })).events;
  t.match(plain, { type: "dev.stdfn.function.result", source: "urn:stdfn:function:f" }, "PIP-037");
  const [same] = (await invoke((received) => received, { id: "mine", type: "x", data: 1 })).events;
  t.match(same, { id: "mine", type: "x", data: 1 }, "a received event is sent on as it is");
});

const decoder = new TextDecoder();

t.test("the payload of an event reads as octets, text and JSON", async (t) => {
  const payloads: readonly [unknown, string, unknown][] = [
    ['{"a":1}', '{"a":1}', { a: 1 }],
    [Buffer.from('{"b":2, "a":1}'), '{"b":2, "a":1}', { a: 1, b: 2 }],
    [{ b: 2, a: "é" }, '{"a":"é","b":2}', { a: "é", b: 2 }],
    [Readable.from([Buffer.from("[1"), Buffer.from(",2]")]), "[1,2]", [1, 2]],
  ];
  for (const [data, asText, asJson] of payloads) {
    const { error } = await invoke(
      async (event) => {
        const bytes = event.streamed ? Buffer.from(asText) : await event.bytes();
        t.equal(decoder.decode(bytes), asText, "bytes()");
        if (event.streamed) t.strictSame(await event.json(), asJson, "json() of a stream");
        else {
          t.equal(await event.text(), asText, "text()");
          t.strictSame(await event.json(), asJson, "json()");
          let streamed = "";
          for await (const piece of event.stream()) streamed += decoder.decode(piece);
          t.equal(streamed, asText, "stream()");
        }
      },
      { data },
    );
    t.equal(error, undefined);
  }
  const failures: readonly [unknown, (event: CloudEvent) => unknown, string, RegExp][] = [
    [undefined, (event) => event.json(), "invalid_argument", /has no data/],
    ["{", (event) => event.json(), "invalid_argument", /is not JSON/],
    [
      Uint8Array.of(0xff),
      (event) => event.text(),
      "invalid_argument",
      /not UTF-8; use event.bytes/,
    ],
    [Readable.from([Buffer.alloc(9)]), (event) => event.data, "failed_precondition", /is streamed/],
    [
      Readable.from([Buffer.alloc(9)]),
      (event) => event.bytes({ maxBytes: 8 }),
      "resource_exhausted",
      /larger than 8 bytes; iterate over event.stream\(\)/,
    ],
  ];
  for (const [data, read, code, message] of failures) {
    const { error } = await invoke((event) => read(event) as object, { data });
    t.match(error, { code, message });
  }
});

t.test("FunctionError says what it was told, and refuses what it cannot say", async (t) => {
  const cause = new Error("cause");
  const error = new FunctionError("unavailable", "closed", {
    retryDelayMs: 5,
    effect: "none",
    details: { shard: 7, open: false },
    cause,
  });
  t.match(error, {
    name: "FunctionError",
    code: "unavailable",
    message: "closed",
    disposition: "retry",
    retryDelayMs: 5,
    effect: "none",
    details: { shard: "7", open: "false" },
    cause,
  });
  t.equal(FunctionError.from(error), error);
  t.match(FunctionError.from(cause), { code: "internal", message: "cause", cause });
  t.match(FunctionError.from("text"), { code: "internal", message: "thrown: text" });
  t.match(FunctionError.from(new DOMException("stopped", "AbortError")), { code: "cancelled" });
  const reason = new FunctionError("deadline_exceeded", "too late");
  const waiting = sleep(60_000, undefined, { signal: AbortSignal.abort(reason) });
  t.equal(FunctionError.from(await waiting.catch((error) => error)), reason);
  t.throws(
    () => new FunctionError("nope" as "internal", "m"),
    /no such code; allowed are cancelled/,
  );
  t.throws(
    () => new FunctionError("aborted", "m", { details: { "Not this": 1 } }),
    /detail "Not this"; allowed are/,
  );
  t.throws(
    () => new FunctionError("aborted", "m", { retryDelayMs: -1 }),
    /retryDelayMs -1; allowed are whole milliseconds/,
  );
  t.throws(
    () => new FunctionError("aborted", "m", { retryDelayMs: 1, disposition: "drop" }),
    /only "retry" waits/,
  );
});

t.test("the outcome keeps what came before the error, and every log line", async (t) => {
  const { events, error, logs } = await invoke(async (_event, context) => {
    context.log.warn("careful", { left: 1 });
    await context.emit("partial");
    context.log.trace("then");
    throw new FunctionError("aborted", "enough");
  });
  t.strictSame(
    events.map(({ data }) => data),
    ["partial"],
  );
  t.match(error, { code: "aborted", message: "enough" });
  t.strictSame(logs, [
    { level: "warn", message: "careful", attributes: { left: 1 } },
    { level: "trace", message: "then", attributes: {} },
  ]);
});

t.test("results keep their order though nobody awaits emit", async (t) => {
  const { events, error } = await invoke((_event, context) => {
    void context.emit({ specversion: "1.0", data: twice("streamed ", "payload") });
    void context.emit("second");
    return "third";
  });
  t.equal(error, undefined);
  t.strictSame(await Promise.all(events.map((event) => event.text())), [
    "streamed payload",
    "second",
    "third",
  ]);
  const failed = await invoke((_event, context) => {
    context.emit(Symbol("no") as never).catch(() => {});
    return "after";
  });
  t.equal(
    failed.error?.code,
    undefined,
    "what is refused before it is sent is the caller's matter",
  );
  const broken = await invoke(async (_event, context) => {
    await context
      .emit({ specversion: "1.0", data: twice(1) })
      .catch((error: Error) => context.log.error(error.message));
    return "after";
  });
  t.match(broken.error, { code: "internal" }, "a broken payload cannot be mended by going on");
});

t.test("the context says what the test says", async (t) => {
  const seen: unknown[] = [];
  await invoke(
    async (_event, context) => {
      await Promise.resolve();
      seen.push(currentContext() === context, context.tenant, context.attempt, context.toJSON());
      seen.push(context.deadline instanceof Date, context.remaining() <= 60_000);
    },
    {},
    { context: { invocationId: "i", tenant: "acme", remainingMs: 60_000 } },
  );
  t.strictSame(seen, [
    true,
    "acme",
    1,
    { invocation_id: "i", remaining_ms: 60_000, tenant: "acme" },
    true,
    true,
  ]);
  t.equal(currentContext(), undefined, "outside every invocation there is none");
  const without = await invoke((_event, context) => [
    String(context.deadline),
    context.remaining() === Infinity,
  ]);
  t.strictSame(without.events[0]?.data, ["undefined", true]);
});

t.test("deadline and signal abort the handler's signal", async (t) => {
  const wait = (_event: CloudEvent, { signal }: Context): Promise<never> =>
    new Promise((_resolve, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  t.match(await invoke(wait, {}, { context: { remainingMs: 5 } }), {
    error: { code: "deadline_exceeded" },
  });
  const controller = new AbortController();
  const cancelled = invoke(wait, {}, { signal: controller.signal });
  controller.abort();
  t.match(await cancelled, { error: { code: "cancelled" } });
  t.match(await invoke(wait, {}, { signal: AbortSignal.abort() }), {
    error: { code: "cancelled" },
  });
});

t.test("several events make one invocation", async (t) => {
  const upper: Handler = async (event, context) => {
    const value = await event.text();
    if (value === "b") context.fail(event, new FunctionError("not_found", "no b"));
    else return value.toUpperCase();
    return undefined;
  };
  const { events, failures } = await invoke(upper, [{ data: "a" }, { data: "b" }, { data: "c" }]);
  t.strictSame(
    events.map(({ data }) => data),
    ["A", "C"],
  );
  t.match(failures, [{ index: 1, error: { code: "not_found", message: "no b" } }]);
  const batch = await invoke(
    async (all) => {
      let count = 0;
      for await (const _ of all) count += 1;
      return { count };
    },
    [{ data: "a" }, { data: "b" }],
    { batch: true },
  );
  t.strictSame(batch.events[0]?.data, { count: 2 });
});

t.test("serve() refuses options it cannot honour", async (t) => {
  const refused: readonly [object, RegExp][] = [
    [{ name: "Not A Name" }, /name "Not A Name"; allowed: 1 to 63 of the characters/],
    [{ concurrency: 0 }, /concurrency 0; allowed: whole numbers from 1/],
    [{ credit: 1 }, /credit 1; allowed: whole numbers from 65536/],
    [{ maxRecord: 1.5 }, /maxRecord 1.5; allowed/],
    [{ modes: [] }, /modes \[\]; allowed: one or more of session, pipe, filter/],
    [{ modes: ["http"] }, /modes \["http"\]/],
    [{ formats: ["xml"] }, /formats \["xml"\]; allowed: one or more of protobuf, json/],
  ];
  for (const [options, message] of refused) t.throws(() => serve(() => 1, options), message);
  t.throws(() => serve(undefined as never), /expected a handler/);
});
