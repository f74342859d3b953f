import type { FormatName } from "@stdfn/schemas";
import t from "tap";
import { bytes, input, json, worth } from "./support/envelope.ts";
import { Host } from "./support/host.ts";
import { everything, fixture } from "./support/run.ts";

const formats: readonly FormatName[] = ["json", "protobuf"];
const forever = 2_000_000_000;
const context = { invocationId: "i" };

t.test("the handshake says who the function is", async (t) => {
  for (const format of formats) {
    const host = new Host(everything, {
      format,
      args: ["--concurrency", "3", "--max-record", "2000000"],
    });
    t.strictSame(await host.controlOf("ready"), {
      minor: 0,
      name: "everything",
      version: "1.0.0",
      maxConcurrency: 3,
      limits: { maxRecord: 2_000_000 },
      credit: 1_048_576,
      features: ["batch", "stream_out", "failures", "log"],
    });
    t.equal((await host.drain()).status, 0, format);
  }
});

t.test("nothing is written before hello is read", async (t) => {
  const host = new Host(everything, { hello: false, env: { STDFN_MODE: "session" } });
  host.closeInput();
  const { stdout, status, stderr } = await host.ended();
  t.strictSame([stdout.length, status], [0, 65]);
  t.match(stderr, /before hello/);
});

t.test("a function that cannot initialise says so", async (t) => {
  const host = new Host(everything, { args: ["--init-fail", "failed_precondition"] });
  t.match(await host.answer(0), { error: { code: "failed_precondition" } });
  t.equal((await host.ended()).status, 78);
});

t.test("what comes before ready is served after it", async (t) => {
  const host = new Host(everything, { args: ["--init-delay", "20", "--init-print", "starting"] });
  host.call(1, input("emit"));
  t.strictSame((await host.answer(1)).events.map(worth), [{ index: 0 }]);
  const { status, stderr } = await host.drain();
  t.equal(status, 0);
  t.match(stderr, "starting");
});

t.test("invocations beyond the concurrency are refused, the others run together", async (t) => {
  const host = new Host(everything, { args: ["--concurrency", "3"] });
  for (const id of [1, 2]) host.call(id, input("meet", json({ name: "m", count: 3 })));
  host.call(7, input("hold"));
  host.call(8, input("emit"));
  t.match(await host.answer(8), { error: { code: "resource_exhausted", effect: "none" } });
  host.control(7, "cancel", { reason: "client_gone" });
  t.match(await host.answer(7), { error: { code: "cancelled" } });
  host.call(9, input("meet", json({ name: "m", count: 3 })));
  for (const id of [1, 2, 9]) t.strictSame((await host.answer(id)).events.map(worth), [{ met: 3 }]);
  t.equal((await host.drain()).status, 0);
});

t.test(
  "cancel ends the input and aborts the signal; the handler decides what it answers",
  async (t) => {
    const host = new Host(everything);
    const behaviours = [
      { name: "sleep", data: json({ ms: forever }) },
      { name: "hold" },
      { name: "meet", data: json({ name: "alone", count: 2 }) },
    ];
    for (const [index, { name, data }] of behaviours.entries()) {
      for (const [id, reason, code] of [
        [index * 3 + 1, "deadline", "deadline_exceeded"],
        [index * 3 + 2, "client_gone", "cancelled"],
        [index * 3 + 3, undefined, "cancelled"],
      ] as const) {
        host.call(id, input(name, data));
        host.control(id, "cancel", reason === undefined ? {} : { reason });
        host.control(id, "cancel", { reason: "host_drain" });
        t.match(await host.answer(id), { error: { code } }, `${name}, ${reason}`);
      }
    }
    host.frame(20, { context, event: input("await-cancel") });
    host.control(20, "cancel", { reason: "superseded" });
    host.frame(20, { event: input("emit") });
    const unended = await host.answer(20);
    t.strictSame(unended.events.map(worth), [{ reason: "superseded" }]);
    t.match(unended, { error: { code: "cancelled" } }, "an input without end is no success");
    host.frame(22, { context, event: input("await-cancel") });
    host.frame(22, { event: input("emit"), end: {} });
    host.control(22, "cancel", { reason: "superseded" });
    const queued = await host.answer(22);
    t.strictSame(queued.events.map(worth), [{ reason: "superseded" }], "what waits is left");
    t.match(queued, { error: { code: "cancelled" } });
    host.frame(23, { context, stream: input("swallow") });
    host.control(23, "cancel", {});
    t.match(await host.answer(23), { error: { code: "cancelled" } }, "reading a payload fails");
    t.equal((await host.drain()).status, 0);
  },
);

t.test("the deadline aborts the signal without the host's help", async (t) => {
  const host = new Host(everything);
  host.call(1, input("sleep", json({ ms: forever })), { remainingMs: 0 });
  t.match(await host.answer(1), { error: { code: "deadline_exceeded", effect: "none" } });
  host.call(2, input("sleep", json({ ms: forever })), { remainingMs: 30 });
  host.call(3, input("await-cancel"), { remainingMs: 10 });
  t.strictSame((await host.answer(3)).events.map(worth), [{ reason: "deadline" }]);
  t.match(await host.answer(2), { error: { code: "deadline_exceeded" } });
  t.equal((await host.drain()).status, 0);
});

t.test("credit is granted as the handler reads, and not before", async (t) => {
  for (const format of formats) {
    const host = new Host(everything, { format, args: ["--credit", "65536"] });
    const data = Buffer.alloc(40_000);
    host.frame(1, { context, stream: input("hold") });
    host.frame(2, { context, stream: input("digest") });
    for (const id of [1, 2]) host.frame(id, { chunk: { data, last: false } });
    const { bytes } = await host.controlOf("credit", 2);
    t.ok(bytes >= 40_000 && bytes <= 60_000, `${format}: what was read is granted`);
    host.frame(1, { chunk: { data, last: false } });
    host.frame(1, { chunk: { data, last: false } });
    t.match(
      await host.answer(1),
      { error: { code: "resource_exhausted", attribution: "protocol" } },
      `${format}: overspent`,
    );
    t.notOk(
      host.controls.some(({ kind, id }) => kind === "credit" && id === 1),
      "hold grants none",
    );
    host.frame(2, { chunk: { data: Buffer.alloc(0), last: true }, end: {} });
    t.match((await host.answer(2)).events.map(worth), [{ bytes: 40_000 }]);
    t.equal((await host.drain()).status, 0);
  }
});

t.test("results wait for credit; the first frame is free, errors overtake", async (t) => {
  for (const format of formats) {
    const host = new Host(everything, { format, hello: { credit: 65_536 } });
    host.call(1, input("emit", json({ count: 4, size: 100_000 })));
    await host.until(() => host.soFar(1).events.length === 2);
    host.call(2, input("emit"));
    await host.answer(2);
    t.equal(host.soFar(1).events.length, 2, `${format}: one free, one below zero, then none`);
    host.control(1, "credit", { bytes: 400_000 });
    t.ok((await host.answer(1)).end, "goes on with credit");
    host.call(3, input("emit", json({ count: 4, size: 100_000 })));
    await host.until(() => host.soFar(3).events.length === 2);
    host.control(3, "cancel", { reason: "client_gone" });
    t.match(await host.answer(3), { error: { code: "cancelled" } }, "the error does not wait");
    t.equal((await host.drain()).status, 0);
  }
});

t.test("an answer may come before the input is complete", async (t) => {
  const host = new Host(everything);
  host.frame(1, { context, stream: input("early") });
  t.strictSame((await host.answer(1)).events.map(worth), [{ early: true }]);
  host.frame(1, { chunk: { data: Buffer.from("late"), last: true }, end: {} });
  host.call(2, input("emit"));
  t.ok((await host.answer(2)).end, "what was on its way is ignored");
  host.frame(3, { context, event: input("early") });
  host.frame(3, { event: input("emit"), end: {} });
  t.strictSame(
    (await host.answer(3)).events.map(worth),
    [{ early: true }],
    "an event that follows",
  );
  t.equal((await host.drain()).status, 0);
});

t.test("a large stream is answered while it comes in", async (t) => {
  const host = new Host(everything);
  host.frame(1, { context, stream: input("echo") });
  host.frame(1, { chunk: { data: Buffer.alloc(60_000, 1), last: false } });
  await host.until(() => (host.soFar(1).streams[0]?.bytes.length ?? 0) === 60_000);
  t.equal(host.soFar(1).streams[0]?.complete, false);
  host.frame(1, { chunk: { data: Buffer.alloc(1, 2), last: true }, end: {} });
  t.equal((await host.answer(1)).streams[0]?.bytes.length, 60_001);
  t.equal((await host.drain()).status, 0);
});

t.test("a failed input is answered with the same bytes", async (t) => {
  const host = new Host(everything, { format: "json" });
  host.raw(
    '{"frame":{"id":1,"context":{"invocation_id":"i"},"error":{ "code":"aborted", "later":1 }}}\n',
  );
  t.match(await host.answer(1), { error: { code: "aborted" } });
  host.frame(2, { context, stream: input("digest") });
  host.frame(2, { error: { code: "data_loss", message: "half" } });
  t.match(await host.answer(2), { error: { code: "data_loss", message: "half" } });
  const { stdout } = await host.drain();
  t.match(stdout.toString(), '"error":{ "code":"aborted", "later":1 }');
});

t.test("faults of one invocation leave the others alone", async (t) => {
  const host = new Host(everything, { format: "json" });
  host.call(1, input("sleep", json({ ms: 1 })));
  const faults: readonly [string, string][] = [
    ['{"event":{"specversion":"1.0","id":"1","source":"/t","type":"t"},"end":{}}', "no context"],
    ['{"context":{},"end":{}}', "a context without an id"],
    [
      '{"context":{"invocation_id":"i"},"event":{"specversion":"1.0"},"end":{}}',
      "an invalid event",
    ],
    ['{"context":{"invocation_id":"i"},"chunk":{"data":""}}', "a chunk without a stream"],
    ['{"cancel":{"reason":7}}', "a broken cancel"],
    ['{"credit":{}}', "a credit of nothing"],
    ['{"unsupported":{"kind":7}}', "a broken unsupported"],
  ];
  for (const [index, [members, title]] of faults.entries()) {
    const id = index + 10;
    host.raw(`{"frame":{"id":${id},${members.slice(1)}}\n`);
    t.match(await host.answer(id), { error: { attribution: "protocol" } }, title);
  }
  host.frame(20, { context, event: input("hold"), end: {} });
  host.frame(20, { event: input("emit") });
  t.match(await host.answer(20), { error: { code: "invalid_argument" } }, "a record after the end");
  t.ok((await host.answer(1)).end);
  t.equal((await host.drain()).status, 0);
});

t.test("faults of the stream end it", async (t) => {
  const broken: readonly [string, string][] = [
    ["oops\n", "foreign bytes"],
    ['{"frame":{"id":0,"hello":{"minors":[0],"credit":65536}}}\n', "a second hello"],
    ['{"frame":{"id":0,"ready":{"minor":0,"max_concurrency":1,"credit":65536}}}\n', "ready"],
    ['{"frame":{"id":1,"log":{"message":"x"}}}\n', "log"],
    ['{"frame":{"id":1,"drain":{}}}\n', "drain with an id"],
    ['{"frame":{"id":0,"cancel":{}}}\n', "cancel without an id"],
    [
      '{"frame":{"id":0,"event":{"specversion":"1.0","id":"1","source":"/t","type":"t"}}}\n',
      "a record with id 0",
    ],
    ['{"stdfn":"1"}\n', "a second preface"],
  ];
  for (const [line, title] of broken) {
    const host = new Host(everything, { format: "json" });
    await host.controlOf("ready");
    host.raw(line);
    t.match(await host.answer(0), { error: { attribution: "protocol" } }, title);
    t.equal((await host.ended()).status, 76, title);
  }
});

t.test("members that are not known are answered and open nothing", async (t) => {
  const host = new Host(everything, { format: "json" });
  host.raw('{"frame":{"id":5,"teleport":{},"beam":1}}\n{"frame":{"id":0,"x":1}}\n');
  await host.until(() => host.controls.filter(({ kind }) => kind === "unsupported").length === 3);
  t.strictSame(
    host.controls.slice(1).map(({ id, value }) => [id, value]),
    [
      [5, { kind: "teleport" }],
      [5, { kind: "beam" }],
      [0, { kind: "x" }],
    ],
  );
  host.control(9, "unsupported", { kind: "y" });
  host.control(9, "cancel", {});
  host.call(4, input("emit"));
  t.ok((await host.answer(4)).end, "5 was not opened");
  t.equal((await host.drain()).status, 0);
});

t.test("drain: what is live is finished, what comes is refused", async (t) => {
  const host = new Host(everything);
  host.call(1, input("meet", json({ name: "d", count: 2 })));
  host.control(0, "drain", { budgetMs: 1000 });
  host.call(2, input("meet", json({ name: "d", count: 2 })));
  t.match(await host.answer(2), { error: { code: "unavailable", effect: "none" } });
  host.control(1, "cancel", { reason: "host_drain" });
  t.match(await host.answer(1), { error: { code: "cancelled" } });
  t.equal((await host.ended()).status, 0, "without waiting for the end of its input");
});

t.test(
  "recycle: the function asks for no more and serves what comes until the host agrees",
  async (t) => {
    const host = new Host(everything);
    host.call(1, input("recycle"));
    await host.controlOf("drain");
    host.call(2, input("emit"));
    t.ok((await host.answer(2)).end);
    host.control(0, "drain", {});
    t.equal((await host.ended()).status, 0);
  },
);

t.test("the host is gone: what is complete is finished, what is not is cancelled", async (t) => {
  const complete = new Host(everything, { hello: { credit: 65_536 } });
  complete.call(1, input("emit", json({ count: 5, size: 100_000 })));
  complete.closeInput();
  t.ok((await complete.answer(1)).end, "without waiting for credit");
  t.equal((await complete.ended()).status, 0);

  const incomplete = new Host(everything);
  incomplete.frame(1, { context, stream: input("digest") });
  incomplete.frame(2, { context, event: input("ignore-cancel", json({ ms: 5 })) });
  incomplete.closeInput();
  t.match(await incomplete.answer(1), { error: { code: "cancelled" } });
  t.ok((await incomplete.answer(2)).end ?? incomplete.soFar(2).error, "it still has its outcome");
  t.equal((await incomplete.ended()).status, 74);

  const slow = new Host(everything, { hello: { orphanBudgetMs: 20 } });
  slow.call(1, input("ignore-cancel", json({ ms: forever })));
  slow.closeInput();
  const { status, stderr } = await slow.ended();
  t.equal(status, 74);
  t.match(stderr, /1 invocations were not done after 20 ms/);

  const cut = new Host(everything);
  cut.call(1, input("emit"));
  cut.raw(cut.codec.encodeFrame(2, { context, event: input("emit"), end: {} }).subarray(0, 9));
  cut.closeInput();
  t.ok((await cut.answer(1)).end, "a frame that is cut off was never sent");
  t.equal((await cut.ended()).status, 0);

  const deaf = new Host(everything);
  await deaf.controlOf("ready");
  deaf.closeOutput();
  deaf.call(1, input("emit"));
  t.equal((await deaf.ended()).status, 74, "nobody reads the answers");
});

t.test("log lines go to a host that keeps them, else to standard error", async (t) => {
  const call = input(
    "log",
    json({ level: "warn", message: "careful", attributes: { a: "1" }, count: 2 }),
  );
  const keeps = new Host(everything, { hello: { features: ["log"] } });
  keeps.call(1, call);
  await keeps.answer(1);
  const frames = keeps.controls.filter(({ kind }) => kind === "log");
  const line = { level: "warn", message: "careful", attributes: { a: "1" } };
  t.strictSame(
    frames.map(({ id, value }) => [id, value]),
    [
      [1, line],
      [1, line],
    ],
  );
  await keeps.drain();
  const drops = new Host(everything);
  drops.call(1, call);
  await drops.answer(1);
  const { stderr } = await drops.drain();
  t.match(stderr, 'warn: careful {"a":"1"}\nwarn: careful');
  t.notOk(drops.controls.some(({ kind }) => kind === "log"));
});

t.test("a batch handler takes all events of an invocation", async (t) => {
  const host = new Host(fixture("batch"));
  host.frame(1, { context, event: input("x", bytes("a")) });
  host.frame(1, { event: input("x", bytes("b")) });
  host.frame(1, { event: input("x", bytes("c")), end: {} });
  const answer = await host.answer(1);
  t.strictSame(answer.events.map(worth), ["a,c"]);
  t.match(answer.end?.failures, [{ index: 1, error: { code: "invalid_argument" } }]);
  t.equal((await host.drain()).status, 0);
});
