import { machines } from "@stdfn/schemas";
import { type CodecError, jsonCodec } from "@stdfn/schemas/codec";
import t from "tap";
import type { CallOutcome } from "../src/invocation/call.ts";
import { EnvelopeRecord } from "../src/invocation/envelope-record.ts";
import { StderrTail } from "../src/launch/stderr-tail.ts";
import { RuntimeError } from "../src/runtime-error.ts";
import { FrameRouter } from "../src/session/frame-router.ts";
import { SessionCall } from "../src/session/session-call.ts";
import { broken } from "../src/session/session-failure.ts";
import { frame } from "./support/fixture.ts";

const machine = machines["host-invocation"];
type State = (typeof machine.states)[number];
type Input = (typeof machine.inputs)[number];
interface Decision {
  readonly to?: string;
  readonly error?: string;
  readonly ignore?: string;
}

const event = { specversion: "1.0", id: "e", source: "/f", type: "t" };
const big = { ...event, data_base64: "A".repeat(80_000) };
const context = EnvelopeRecord.of("context", { invocationId: "i" });
const input = EnvelopeRecord.of("event", { ...event, specversion: "1.0", data: { kind: "none" } });
const end = EnvelopeRecord.of("end", {});

/** One invocation with nothing around it: what it is told comes from the test, what it does is written down. */
class Bench {
  outcome: CallOutcome | undefined;
  outcomes = 0;
  fault: CodecError | undefined;
  late = 0;
  unknown = 0;
  logs = 0;
  written: string[] = [];
  quarantined = false;
  abandonedIds = new Set<number>();
  held = true;
  readonly calls = new Map<number, SessionCall>();
  readonly call: SessionCall;
  readonly #router: FrameRouter;

  constructor() {
    this.call = new SessionCall(
      1,
      {
        codec: jsonCodec,
        sendCredit: 65_536,
        receiveCredit: 65_536,
        maxRecord: 1_048_576,
        graceMs: 10,
        write: (unit) =>
          this.written.push(String(Buffer.concat(unit instanceof Uint8Array ? [unit] : unit))),
        writeUrgent: (unit) => this.written.push(String(unit)),
        hasRoom: () => true,
        isQueued: () => this.held,
        isIncomplete: () => this.held,
        revoke: (number) => this.written.splice(number - 1, 1, ""),
        schedule: () => {},
        unschedule: () => {},
        shared: () => undefined,
        sent: () => {},
        finished: (call, abandoned) => {
          this.calls.delete(call.id);
          if (abandoned) this.abandonedIds.add(call.id);
        },
        quarantine: () => {
          this.quarantined = true;
        },
      },
      {
        record: () => {},
        settled: (outcome) => {
          this.outcomes++;
          this.outcome = outcome;
        },
        writable: () => {},
        log: () => this.logs++,
      },
    );
    this.calls.set(1, this.call);
    this.#router = new FrameRouter(jsonCodec, 1_048_576, {
      isOver: false,
      isStarting: false,
      highestId: 1,
      calls: this.calls,
      abandoned: this.abandonedIds,
      greeted: () => {},
      ready: () => {},
      draining: () => {},
      failed: () => {},
      logged: () => {},
      late: () => this.late++,
      unknown: () => this.unknown++,
      faulted: (fault) => {
        this.fault = fault;
        for (const call of this.calls.values()) call.processGone(broken(fault, new StderrTail()));
      },
    });
    this.#router.push(jsonCodec.preface);
  }

  says(...members: object[]): void {
    for (const member of members) this.#router.push(Buffer.from(frame(1, member)));
  }
}

const reach: Record<State, (bench: Bench) => void> = {
  queued: ({ call }) => call.send([context]),
  sending(bench) {
    bench.call.send([context]);
    bench.held = false;
  },
  "sending-payload"(bench) {
    reach.sending(bench);
    bench.says({ stream: event });
  },
  sent(bench) {
    bench.call.send([context, input, end]);
    bench.held = false;
  },
  "sent-payload"(bench) {
    reach.sent(bench);
    bench.says({ stream: event });
  },
  cancelling(bench) {
    reach.sending(bench);
    bench.call.expired();
  },
  "cancelling-payload"(bench) {
    reach["sending-payload"](bench);
    bench.call.expired();
  },
  answered(bench) {
    reach.sending(bench);
    bench.says({ end: {} });
  },
  abandoned(bench) {
    reach.cancelling(bench);
    bench.call.expired();
  },
};

const give: Record<Input, (bench: Bench, inPayload: boolean) => void> = {
  written(bench) {
    bench.held = false;
    bench.call.send([input]);
  },
  "input-ended"(bench) {
    bench.held = false;
    bench.call.send([end]);
  },
  event: (bench) => bench.says({ event }),
  stream: (bench) => bench.says({ stream: event }),
  chunk: (bench) => bench.says({ chunk: { data: "" } }),
  "last-chunk": (bench) => bench.says({ chunk: { last: true } }),
  end: (bench) => bench.says({ end: {} }),
  error: (bench) => bench.says({ error: { code: "aborted" } }),
  context: (bench) => bench.says({ context: { invocation_id: "i" } }),
  fault: (bench) => bench.says({ chunk: { data: 7 } }),
  overspent(bench, inPayload) {
    const member = inPayload ? { chunk: { data: "A".repeat(80_000) } } : { event: big };
    bench.says(member, member, member);
  },
  credit: (bench) => bench.says({ credit: { bytes: 1 } }),
  log: (bench) => bench.says({ log: { message: "m" } }),
  unsupported: (bench) => bench.says({ unsupported: { kind: "x" } }),
  unknown: (bench) => bench.says({ teleport: {} }),
  deadline: ({ call }) => call.expired(),
  cancel: ({ call }) => call.cancel("superseded"),
  "grace-over": ({ call }) => call.expired(),
  "process-gone": ({ call }) => call.processGone(new RuntimeError("process_died", "gone")),
};

for (const state of machine.states)
  for (const name of machine.inputs) {
    const decision: Decision = machine.transitions[state][name];
    if (decision.ignore?.startsWith("cannot happen")) continue;
    // Both are the invocation's timer: it has meant the deadline, and means the grace once cancel is written.
    if (name === "deadline" && state.startsWith("cancelling")) continue;
    t.test(`${state}, ${name}: ${JSON.stringify(decision)}`, async (t) => {
      const bench = new Bench();
      reach[state](bench);
      const before = {
        outcomes: bench.outcomes,
        written: bench.written.length,
        fault: bench.fault,
      };
      const isFinal = state === "answered" || state === "abandoned";
      t.equal(before.outcomes, isFinal ? 1 : 0, "the state was reached");
      give[name](bench, state.endsWith("payload"));

      if (decision.ignore !== undefined || isFinal) {
        t.equal(bench.outcomes, before.outcomes, "no other outcome");
        t.equal(bench.written.length, before.written, "nothing is written");
        t.equal(
          bench.fault !== undefined,
          decision.error !== undefined,
          "the process is at fault or not",
        );
      } else if (decision.error !== undefined) {
        const effect = state === "queued" && bench.fault === undefined ? "none" : "unknown";
        t.equal(bench.outcomes, 1);
        t.match(bench.outcome?.record.value, { code: decision.error, details: { reason: String } });
        if (state !== "queued") t.match(bench.outcome?.record.value, { effect });
        t.equal(bench.abandonedIds.has(1), decision.to === "abandoned");
        t.equal(bench.quarantined, decision.to === "abandoned");
        const left = bench.written.filter((text) => text !== "").length;
        t.equal(left, state === "queued" ? 0 : before.written, "what was queued is taken back");
      } else if (decision.to === "answered") {
        t.equal(bench.outcomes, 1);
        t.equal(bench.outcome?.record.kind, name);
        t.equal(bench.outcome?.failure, undefined);
      } else {
        t.equal(bench.outcomes, 0, "no outcome yet");
        t.equal(bench.fault, undefined);
        const cancels = bench.written.filter((text) => text.includes('"cancel"')).length;
        t.equal(cancels, decision.to?.startsWith("cancelling") ? 1 : 0);
        if (name === "unknown") t.equal(bench.unknown, 1);
        if (name === "log") t.equal(bench.logs, 1);
        bench.call.cancel("client_gone");
        // Whether a payload is open shows in what may come next.
        bench.says({ end: {} });
        const isOpen = decision.to?.endsWith("-payload") === true;
        t.match(bench.outcome?.record, isOpen ? { value: { code: "internal" } } : { kind: "end" });
      }
    });
  }
