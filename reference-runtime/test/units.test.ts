import process from "node:process";
import { Writable } from "node:stream";
import { codecFor } from "@stdfn/schemas/codec";
import type { Manifest, SelfDescription } from "@stdfn/schemas/validate";
import fc from "fast-check";
import t from "tap";
import type { Clock } from "../src/clock.ts";
import { duration } from "../src/commands/option-values.ts";
import { DeadlineWheel, WheelEntry } from "../src/deadline-wheel.ts";
import { StderrTail } from "../src/launch/stderr-tail.ts";
import { WriteQueue } from "../src/launch/write-queue.ts";
import { settingsOf } from "../src/manifest/function-target.ts";
import { RuntimeError } from "../src/runtime-error.ts";
import { frameCost, ReceiveWindow, SendBalance } from "../src/session/credit.ts";

/** A clock whose time passes when the test says so. */
class ManualClock implements Clock {
  #now = 0;
  #timers = new Map<object, { readonly at: number; readonly action: () => void }>();

  now(): number {
    return this.#now;
  }

  epoch(): number {
    return this.#now;
  }

  after(milliseconds: number, action: () => void): () => void {
    const key = {};
    this.#timers.set(key, { at: this.#now + milliseconds, action });
    return () => this.#timers.delete(key);
  }

  get armed(): number {
    return this.#timers.size;
  }

  pass(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const [next] = [...this.#timers].sort(([, a], [, b]) => a.at - b.at);
      if (next === undefined || next[1].at > end) break;
      this.#timers.delete(next[0]);
      this.#now = Math.max(this.#now, next[1].at);
      next[1].action();
    }
    this.#now = end;
  }
}

class Alarm extends WheelEntry {
  readonly #clock: Clock;
  rang: number | undefined;

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  override expired(): void {
    this.rang = this.#clock.now();
  }
}

t.test("DeadlineWheel expires each entry once, never early and at most a slot late", async (t) => {
  const step = fc.record({
    action: fc.constantFrom("schedule", "unschedule", "pass"),
    which: fc.nat(7),
    time: fc.oneof(fc.nat(30), fc.nat(20_000)),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const clock = new ManualClock();
      const wheel = new DeadlineWheel(clock);
      const alarms = Array.from({ length: 8 }, () => new Alarm(clock));
      const due = new Map<Alarm, number>();
      const check = (): void => {
        for (const [alarm, at] of due) {
          const slack = 17;
          if (alarm.rang === undefined) {
            if (clock.now() > at + slack) throw new Error(`due ${at}, silent at ${clock.now()}`);
          } else {
            if (alarm.rang < at || alarm.rang > at + slack)
              throw new Error(`due ${at}, rang ${alarm.rang}`);
            due.delete(alarm);
          }
        }
      };
      for (const { action, which, time } of steps) {
        const alarm = alarms[which] as Alarm;
        if (action === "pass") clock.pass(time);
        else if (action === "schedule") {
          alarm.rang = undefined;
          due.set(alarm, clock.now() + time);
          wheel.schedule(alarm, time);
        } else {
          due.delete(alarm);
          wheel.unschedule(alarm);
        }
        check();
      }
      clock.pass(60_000);
      check();
      if (due.size > 0) throw new Error("an entry never expired");
      if (clock.armed > 0) throw new Error("a timer is armed for nobody");
    }),
  );
  t.pass("held for every input tried");
});

t.test(
  "credit never stalls a sender whose receiver consumes, and never lets it overspend",
  async (t) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 65_536, max: 300_000 }),
        fc.array(fc.integer({ min: 1, max: 200_000 }), { minLength: 1, maxLength: 60 }),
        fc.infiniteStream(fc.boolean()),
        (window, costs, consumes) => {
          const sender = new SendBalance(window);
          const receiver = new ReceiveWindow(window);
          const waiting: number[] = [];
          for (const cost of costs) {
            while (!sender.isOpen) {
              if (waiting.length === 0)
                throw new Error("everything is consumed and nothing may be sent");
              const grant = receiver.release(waiting.shift() as number);
              if (grant > 0) sender.grant(grant);
            }
            sender.spend(cost);
            const taken = receiver.take(cost);
            if (taken === undefined) throw new Error("a correct sender has overspent");
            waiting.push(taken);
            while (waiting.length > 0 && consumes.next().value) {
              const grant = receiver.release(waiting.shift() as number);
              if (grant > 0) sender.grant(grant);
            }
          }
        },
      ),
    );
    t.pass("held for every input tried");
  },
);

t.test("frameCost() is the length of the body in both formats", async (t) => {
  for (const format of ["json", "protobuf"] as const) {
    const codec = codecFor(format);
    for (const size of [0, 1, 100, 120, 127, 128, 16_370, 16_384, 65_536]) {
      const body = codec.encode("chunk", { data: Buffer.alloc(size), last: false });
      const records = [{ kind: "chunk" as const, body }];
      for (const id of [1, 300, 4_294_967_295])
        t.equal(
          frameCost(format, codec.frame(id, records)),
          codec.frameCost(id, records),
          `${format} ${id} ${size}`,
        );
    }
  }
});

t.test("StderrTail keeps the end, whatever the pieces", async (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 90_000 }), { maxLength: 12 }), (sizes) => {
      const tail = new StderrTail();
      const all = Buffer.alloc(sizes.reduce((sum, size) => sum + size, 0)).map((_, i) => i % 251);
      let at = 0;
      for (const size of sizes) {
        tail.add(Buffer.from(all.subarray(at, at + size)));
        at += size;
      }
      const kept = tail.bytes();
      return (
        tail.total === all.length &&
        kept.length >= Math.min(65_536, all.length) &&
        kept.equals(all.subarray(all.length - kept.length))
      );
    }),
  );
  t.pass("held for every input tried");
});

t.test("StderrTail quotes whole lines", async (t) => {
  const tail = new StderrTail();
  tail.add(Buffer.from("first line\nsecond line\nthird\n"));
  t.equal(tail.text(), "first line\nsecond line\nthird");
  t.equal(tail.text(12), "third");
  tail.add(Buffer.from(`${"x".repeat(5000)}Error: full\n`));
  t.equal(tail.text(16), "xxxxError: full", "the end of a line that is longer than what is shown");
});

/** A stream that takes what it is given only when the test lets it. */
class SlowReader extends Writable {
  received = "";
  #waiting: (() => void) | undefined;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#waiting = () => {
      this.received += chunk;
      done();
    };
  }

  take(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.();
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

t.test("WriteQueue writes one turn's units together, and urgent ones first", async (t) => {
  const reader = new SlowReader();
  let idle = 0;
  const queue = new WriteQueue(reader, () => idle++);
  const bytes = (text: string): Buffer => Buffer.from(text);
  queue.push(bytes("a"));
  queue.push([bytes("b"), bytes("c")]);
  await nextTurn();
  t.equal(reader.writableLength, 3, "one write for the turn");
  const d = queue.push(bytes("d"));
  const e = queue.push(bytes("e"));
  queue.pushUrgent(bytes("!"));
  await nextTurn();
  t.equal(reader.writableLength, 3, "what comes while the reader is slow waits here");
  t.ok(queue.isQueued(d));
  queue.revoke(d);
  t.notOk(queue.hasRoom(1));
  reader.take();
  await nextTurn();
  t.notOk(queue.isQueued(e));
  reader.take();
  await nextTurn();
  t.equal(reader.received, "abc!e");
  t.equal(idle, 1, "whoever was refused is told once");
  queue.end();
  await nextTurn();
  t.ok(queue.isFinished && reader.destroyed);
  t.notOk(queue.hasRoom(1), "there is no room for good");
});

t.test("RuntimeError keeps its message inside an error record", async (t) => {
  const error = new RuntimeError("init_failed", "x".repeat(100_000), { evidence: "the end" });
  t.ok(Buffer.byteLength(error.record.message ?? "") < 65_536);
  t.match(error.record, {
    code: "unavailable",
    message: /the end$/,
    details: { reason: "init_failed" },
  });
  t.notMatch(error.summary, /the end/);
});

t.test("duration() reads units", async (t) => {
  const cases: [string, number | undefined][] = [
    ["250", 250],
    ["250ms", 250],
    ["1.5s", 1500],
    ["2m", 120_000],
    ["1h", 3_600_000],
    ["0", 0],
    ["-1", undefined],
    ["1d", undefined],
    ["", undefined],
    ["600h", undefined],
  ];
  for (const [text, expected] of cases)
    if (expected === undefined) t.throws(() => duration(text), text);
    else t.equal(duration(text), expected, text);
});

t.test("what the manifest states and the program does not offer is reported", async (t) => {
  const description: SelfDescription = {
    ...{ stdfn: "1", minors: [0], name: "works", version: "1", features: [], limits: {} },
    ...{ modes: ["session"], formats: ["json"], concurrency: 4 },
  };
  const stated = { stdfn: "1", name: "works", version: "1", isolation: "trusted" } as const;
  const warnings = (manifest: Partial<Manifest>): readonly string[] =>
    settingsOf(
      { folder: ".", manifest: { ...stated, command: [process.execPath], ...manifest } },
      {},
      description,
    ).warnings;
  t.strictSame(
    warnings({ modes: ["session", "pipe"], formats: ["protobuf", "json"], concurrency: 5 }),
    [
      "the manifest lists pipe in modes; the program offers session",
      "the manifest lists protobuf in formats; the program offers json",
      "the manifest states a concurrency of 5; the program offers 4",
    ],
  );
  t.strictSame(warnings({ modes: ["session"], formats: ["json"], concurrency: 4 }), []);
  t.strictSame(warnings({}), [], "what is left open is what the program offers");
});

t.test(
  "the largest record a caller takes bounds what a session is told, not what a pipe may write",
  (t) => {
    const stated = { stdfn: "1", name: "works", version: "1", isolation: "trusted" } as const;
    const most = (mode: "session" | "pipe", max_record?: number): number =>
      settingsOf(
        {
          folder: ".",
          manifest: {
            ...{ ...stated, command: [process.execPath], modes: [mode], formats: ["json"] },
            ...(max_record === undefined ? {} : { limits: { max_record } }),
          },
        },
        { maxRecord: 2 ** 20 },
      ).maxRecord;
    t.equal(most("session", 2 ** 22), 2 ** 20);
    t.equal(most("pipe", 2 ** 22), 2 ** 22);
    t.equal(most("pipe"), 2 ** 20);
    t.end();
  },
);
