import { createHash } from "node:crypto";
import { type Instance, InvocationError } from "@stdfn/runtime";
import type { FormatName } from "@stdfn/schemas";
import t from "tap";
import {
  ask,
  connectEverything,
  event,
  everything,
  isAlive,
  runtime,
  textOf,
} from "./support/fixture.ts";

const formats: readonly FormatName[] = ["json", "protobuf"];

function streamed(behaviour: string, count: number, size = 65_536) {
  const piece = Buffer.alloc(size, "stdfn session ");
  const body = Array.from({ length: count }, () => piece);
  const hash = createHash("sha256");
  for (const part of body) hash.update(part);
  return {
    input: { event: event(`dev.stdfn.everything.${behaviour}`), body },
    bytes: count * size,
    sha256: hash.digest("hex"),
  };
}

const json = async (
  instance: Instance,
  ...args: Parameters<Instance["invoke"]>
): Promise<unknown> => {
  const answer = await instance.invoke(...args).collect();
  if (!answer.ok) throw new Error(`${answer.error.code}: ${answer.error.message}`);
  return JSON.parse(answer.events.map(textOf).join());
};

for (const format of formats)
  t.test(`a session with the everything function in ${format}`, async (t) => {
    const instance = await connectEverything({ mode: "session", format });
    const [pid = 0] = instance.pids;
    t.equal(instance.capacity, 64);

    const reverse = event("dev.stdfn.everything.reverse", { kind: "text", text: "abc" });
    const answer = await instance.invoke(reverse, { context: { invocationId: "i-1" } }).collect();
    t.match(answer, {
      ok: true,
      events: [{ id: "i-1/0", source: "urn:stdfn:function:everything" }],
    });
    t.equal(answer.ok && answer.events.map(textOf).join(), "cba");

    t.match(
      await json(instance, ask("context"), {
        context: { invocationId: "i-2", attempt: 2, traceparent: "tp" },
        timeoutMs: 60_000,
      }),
      {
        invocation_id: "i-2",
        attempt: 2,
        traceparent: "tp",
        function_name: "node",
        remaining_ms: Number,
      },
    );

    const several = await instance.invoke([ask("emit", { count: 2 }), ask("emit")]).collect();
    t.equal(several.ok && several.events.length, 3, "an Envelope of several events");
    t.match(await instance.invoke([]).collect(), { ok: true, events: [] });

    t.match(
      await instance.invoke(
        ask("fail", { code: "aborted", disposition: "drop", details: { a: "b" } }),
      ).outcome,
      {
        ok: false,
        error: {
          code: "aborted",
          disposition: "drop",
          attribution: "function",
          details: { a: "b" },
        },
      },
    );
    t.match(await instance.invoke(ask("partial", { count: 2 })).collect(), {
      ok: false,
      partial: [{}, {}],
      error: { code: "aborted" },
    });

    const met = Array.from({ length: 64 }, () =>
      json(instance, ask("meet", { name: "m", count: 64 })),
    );
    t.equal(instance.live, 64);
    t.match(await instance.invoke(ask("emit")).outcome, {
      error: { code: "resource_exhausted", effect: "none", details: { reason: "at_capacity" } },
    });
    t.match(
      await Promise.all(met),
      Array.from({ length: 64 }, () => ({ met: 64 })),
      "64 at once",
    );

    const logs: string[] = [];
    await json(instance, ask("log", { count: 3, message: "line" }), {
      onLog: ({ message }) => logs.push(message),
    });
    t.same(logs, ["line", "line", "line"]);
    t.match(await json(instance, ask("print", { text: "noise", count: 5 })), { printed: 5 });

    t.match(await instance.invoke(ask("sleep", { ms: 60_000 }), { timeoutMs: 20 }).outcome, {
      error: { code: "deadline_exceeded", attribution: "function" },
    });
    const sleeper = instance.invoke(ask("sleep", { ms: 60_000 }));
    sleeper.cancel();
    t.match(await sleeper.outcome, { ok: false, error: { code: "cancelled" } });
    const aware = instance.invoke(ask("await-cancel"));
    setImmediate(() => aware.cancel("superseded"));
    const told = await aware.collect();
    t.match(told.ok ? JSON.parse(told.events.map(textOf).join()) : told, { reason: "superseded" });

    await instance.drain();
    t.equal(instance.state, "closed");
    t.same(await instance.closed, { status: 0, signal: null });
    t.notOk(isAlive(pid));
  });

for (const format of formats)
  t.test(`payloads stream both ways within small windows in ${format}`, async (t) => {
    const instance = await connectEverything(
      { mode: "session", format, credit: 65_536 },
      "--credit",
      "65536",
    );
    const { input, bytes, sha256 } = streamed("digest", 100, 50_000);
    t.match(await json(instance, input), { bytes, sha256 });

    const echo = streamed("echo", 100, 50_000);
    const hash = createHash("sha256");
    for await (const { body } of instance.invoke(echo.input))
      for await (const chunk of body ?? []) hash.update(chunk);
    t.equal(hash.digest("hex"), echo.sha256);

    const many = await Promise.all(
      Array.from({ length: 8 }, (_, i) => json(instance, streamed("digest", 10 + i).input)),
    );
    t.match(
      many,
      Array.from({ length: 8 }, (_, i) => ({ bytes: (10 + i) * 65_536 })),
      "eight at once",
    );

    const large = event("dev.stdfn.everything.digest", {
      kind: "bytes",
      bytes: Buffer.alloc(3_000_000),
    });
    t.match(
      await json(instance, large),
      { bytes: 3_000_000 },
      "an event over max_record goes as a stream",
    );
    t.match(
      await instance.invoke(
        event("dev.stdfn.everything.digest", { kind: "text", text: "x".repeat(7_000_000) }),
      ).outcome,
      {
        error: { code: "resource_exhausted", disposition: "dead_letter", effect: "none" },
      },
    );
    await instance.drain();
  });

t.test("results nobody reads hold the function back, not the host", async (t) => {
  const instance = await connectEverything({ mode: "session", credit: 65_536 });
  const unread = instance.invoke(ask("stream", { size: 50_000_000 }));
  const results = unread[Symbol.asyncIterator]();
  const first = await results.next();
  t.match(await json(instance, ask("emit")), { index: 0 }, "another invocation is not held up");
  let size = 0;
  for await (const chunk of first.value?.body ?? []) size += chunk.length;
  t.equal(size, 50_000_000);
  t.match(await results.next(), { done: true });
  await instance.drain();
});

t.test("leaving the loop over results cancels the invocation", async (t) => {
  const instance = await connectEverything({ mode: "session", credit: 65_536 });
  const invocation = instance.invoke(ask("stream", { size: 50_000_000 }));
  for await (const _ of invocation) break;
  t.match(await invocation.outcome, { ok: false, error: { code: "cancelled" } });
  await instance.drain();
});

t.test("a payload that is not completed throws where it is read", async (t) => {
  const instance = await connectEverything({ mode: "session" });
  const invocation = instance.invoke(ask("partial-stream", { size: 10, code: "data_loss" }));
  await t.rejects(async () => {
    for await (const { body } of invocation)
      for await (const chunk of body ?? []) t.equal(chunk.length, 10);
  }, InvocationError);
  t.match(await invocation.collect(), { ok: false, error: { code: "data_loss" } });
  await instance.drain();
});

t.test("a failed input reaches the function as what it was", async (t) => {
  const instance = await connectEverything({ mode: "session" });
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("half");
    throw new Error("disk gone");
  }
  const outcome = await instance.invoke({
    event: event("dev.stdfn.everything.digest"),
    body: broken(),
  }).outcome;
  t.match(outcome, { ok: false, error: { code: "aborted", message: /disk gone/ } });
  await instance.drain();
});

t.test("a process serves one tenant", async (t) => {
  const instance = await connectEverything({ mode: "session" });
  t.match(await json(instance, ask("context"), { context: { tenant: "acme" } }), {
    tenant: "acme",
  });
  for (const context of [{ tenant: "other" }, {}])
    t.match(await instance.invoke(ask("emit"), { context }).outcome, {
      ok: false,
      error: { code: "failed_precondition", effect: "none", details: { reason: "other_tenant" } },
    });
  t.match(await json(instance, ask("emit"), { context: { tenant: "acme" } }), { index: 0 });
  await instance.drain();
});

t.test("a process is shared by tenants only if the manifest says so", async (t) => {
  const command = [process.execPath, everything] as const;
  const manifest = { stdfn: "1", name: "shared", version: "1", sharing: "tenants" } as const;
  const instance = await runtime.connect(
    { folder: "/", manifest: { ...manifest, command: [...command] } },
    { mode: "session", isolation: "trusted" },
  );
  t.equal(instance.capacity, 1, "the manifest's concurrency is 1 unless it says more");
  for (const tenant of ["a", "b"])
    t.match(await json(instance, ask("context"), { context: { tenant } }), {
      tenant,
      function_name: "shared",
      function_version: "1",
    });
  await instance.drain();
});

t.test("a manifest bounds time and payloads", async (t) => {
  const command = [process.execPath, everything] as const;
  const limits = { timeout_ms: 50, payload_bytes: 100_000, output_bytes: 100_000 };
  const manifest = { stdfn: "1", name: "bounded", version: "1", concurrency: 4, limits } as const;
  const instance = await runtime.connect(
    { folder: "/", manifest: { ...manifest, command: [...command] } },
    { mode: "session", isolation: "trusted" },
  );
  t.match(await instance.invoke(ask("sleep", { ms: 60_000 })).outcome, {
    error: { code: "deadline_exceeded" },
  });
  const whole = event("dev.stdfn.everything.digest", {
    kind: "bytes",
    bytes: Buffer.alloc(100_001),
  });
  t.match(await instance.invoke(whole).outcome, {
    error: { code: "resource_exhausted", disposition: "dead_letter", effect: "none" },
  });
  t.match(await instance.invoke(streamed("digest", 2).input).outcome, {
    error: { code: "resource_exhausted", disposition: "dead_letter" },
  });
  t.match(await instance.invoke(ask("stream", { size: 100_001 })).collect(), {
    ok: false,
    error: { code: "resource_exhausted", message: /100000/ },
  });
  await instance.drain();
});

t.test(
  "the process is asked for its modes and formats if the manifest does not say them",
  async (t) => {
    const command = [
      process.execPath,
      everything,
      "--modes",
      "session",
      "--formats",
      "json",
    ] as const;
    const manifest = { stdfn: "1", name: "asked", version: "1" } as const;
    const instance = await runtime.connect(
      { folder: "/", manifest: { ...manifest, command: [...command] } },
      { isolation: "trusted" },
    );
    t.match(instance, { mode: "session", format: "json" });
    await instance.drain();
    const gzip = { folder: "/", manifest: { ...manifest, command: ["gzip"] as [string] } };
    t.match(
      await runtime.connect(gzip, { isolation: "trusted" }).catch((error: unknown) => error),
      {
        reason: "describe_failed",
        message: /"modes": \["filter"\]/,
      },
    );
  },
);
