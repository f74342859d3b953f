// Session mode: many invocations.
import { Buffer } from "node:buffer";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { allowed, balances, costing } from "./credit.js";
import { Failure, Fault, statusOf } from "./fault.js";
import { InputFailed, Invocation } from "./invocation.js";
import { checkLength, costOf, frameLength } from "./length.js";
import { is } from "./mutant.js";
import { leave, output } from "./output.js";
import { readyTo } from "./ready.js";
import { records } from "./rules.js";

/** The function's side of one session. */
export class Session {
  #live = new Map();
  #highest = 0;
  #draining = false;
  #ended = false;
  #lost = false;
  #greeted = false;
  #opened = false;
  #recycled = false;
  #initialised = false;
  #last = Promise.resolve();
  #ready;

  constructor(format, settings) {
    this.format = format;
    this.settings = settings;
  }

  /** Serves until the process ends; the input follows a preface of so many bytes. */
  async serve(input, begin) {
    this.at = begin;
    let bytes = Buffer.alloc(0);
    process.on("uncaughtException", (error) => this.#break(error));
    try {
      for await (const chunk of input) {
        bytes = Buffer.concat([bytes, chunk]);
        for (let found = this.#cut(bytes); found !== undefined; found = this.#cut(bytes)) {
          bytes = bytes.subarray(found.length);
          if (found.fault === undefined) await this.#take(found.unit);
          else this.#refuse(found.fault);
          this.at += found.length;
        }
      }
      if (bytes.length > 0 && is("cut-off-is-a-fault"))
        throw new Fault("truncated", "a frame cut off");
      if (!this.#greeted) leave(65, "the input ended before hello");
    } catch (error) {
      if (is("reads-on-after-fault")) await this.#readOn(bytes);
      this.#lose(error);
    }
    this.#endOfInput();
  }

  /** Serves what follows a fault of the stream, as if its next frame were certain. */
  async #readOn(bytes) {
    const next = bytes.indexOf(this.format.writeFrame(1, [])[0], 1);
    if (next > 0) await this.#take(this.format.cut(bytes.subarray(next), true, false).unit);
    await sleep(20);
  }

  #cut(bytes) {
    try {
      return this.format.cut(bytes, true, false);
    } catch (error) {
      if (!(error instanceof Fault) || !(error.id > 0) || is("confined-faults-kill")) throw error;
      const length = this.format.preface[0] === 0x7b ? bytes.indexOf(10) + 1 : frameLength(bytes);
      return { length, fault: error };
    }
  }

  async #take({ id, members, unknown, cost }) {
    const [first] = members;
    if (!this.#greeted) {
      this.#ready = this.#hello(id, first).then(() => {
        this.#initialised = true;
      });
      return is("early-frames-dropped") ? undefined : this.#ready;
    }
    if (!this.#initialised) return undefined;
    if (first === undefined) {
      if (is("unknown-frames-open")) this.#begin(id);
      const answered = is("first-unknown-answered-only") ? unknown.slice(0, 1) : unknown;
      const past = id > 0 && id <= this.#highest && !this.#live.has(id);
      const ignored = past ? is("unknown-of-past-ids-ignored") : is("unknown-frames-ignored");
      for (const kind of ignored ? [] : answered)
        this.#write(id, [
          { kind: "unsupported", body: { kind: is("unsupported-without-name") ? "frame" : kind } },
        ]);
      return undefined;
    }
    if (id === 0) return this.#ofSession(first);
    const live = this.#live.get(id);
    switch (first.kind) {
      case "cancel":
        if (live === undefined && id > this.#highest && is("cancel-of-unopened-is-fault"))
          throw new Fault("order", "cancel of an id that was never opened");
        if (is("cancel-makes-ids-past")) this.#highest = Math.max(this.#highest, id);
        return live?.cancel(first.body.reason);
      case "credit":
        live?.grant(first.body.bytes);
        return undefined;
      case "unsupported":
        if (is("answers-unsupported")) this.#write(id, [{ kind: "unsupported", body: first.body }]);
        return undefined;
      default:
        if (records.has(first.kind)) this.#records(id, members, cost);
        return undefined;
    }
  }

  #ofSession({ kind }) {
    if (kind === "hello" && !is("second-hello-ignored")) throw new Fault("order", "a second hello");
    const again = kind === "drain" && this.#draining;
    if (again && is("second-drain-is-fault")) throw new Fault("order", "a second drain");
    if (kind === "drain") this.#drain();
    if (kind === "error" && !is("session-error-ignored"))
      throw new Fault("order", "an error record with id 0 from a host");
  }

  async #hello(id, member) {
    if (member?.kind === "context" && is("calls-before-hello-served")) {
      this.#greeted = true;
      this.#initialised = true;
      this.hello = { minors: [0], credit: 65536 };
      return;
    }
    if (member?.kind === "drain" && is("drain-before-hello-obeyed")) leave(0);
    // Before hello nothing may be written, not even what is wrong.
    if (id !== 0 || member?.kind !== "hello")
      leave(is("fault-exit-1") ? 1 : 76, "the first frame is no hello");
    this.#greeted = true;
    this.hello = member.body;
    const { minors } = this.hello;
    const common = minors.includes(0) || is("any-minor");
    if (!common) {
      const message = is("minors-unsaid") ? "no" : `the host speaks ${minors}, this function 0`;
      this.#write(0, [
        { kind: "error", body: { code: "failed_precondition", message, attribution: "protocol" } },
      ]);
      leave(76, message);
    }
    if (is("refuses-unknown-features") && this.hello.features?.some((name) => name !== "log"))
      throw new Fault("invalid", "an unknown feature");
    await sleep(this.settings.initDelay);
    const { initFail } = this.settings;
    if (initFail !== undefined) {
      const record = { code: initFail, message: "initialisation failed as asked" };
      if (!is("start-fails-silently")) this.#write(0, [{ kind: "error", body: record }]);
      leave(is("start-fails-with-1") ? 1 : statusOf(initFail), record.message);
    }
    const ready = () => [{ kind: "ready", body: readyTo(minors, this.settings) }];
    this.#write(0, ready());
    if (is("ready-twice")) this.#write(0, ready());
  }

  #records(id, members, cost) {
    let live = this.#live.get(id);
    if (live === undefined) {
      if (id <= this.#highest) {
        if (is("past-ids-are-faults")) throw new Fault("order", `id ${id} is past`);
        if (!is("past-ids-served")) return;
      }
      if (this.#recycled && is("recycle-drops-calls")) return;
      live = this.#begin(id);
      if (live === undefined) return;
    }
    const overspent = costing(members) && live.pay(cost);
    const passes =
      is("overspending-ignored") || (members.length > 1 && is("overspending-in-company-ignored"));
    if (overspent && !passes) {
      const record = {
        code: "resource_exhausted",
        message: "credit overspent",
        attribution: "protocol",
      };
      this.#answer(id, record);
      return;
    }
    // After cancel there is no input any more.
    if (live.invocation.cancelled) {
      if (is("input-after-cancel-is-fault"))
        this.#answer(id, new Fault("order", "input after cancel").record);
      return;
    }
    const hasEvent = members.some(({ kind }) => kind === "event");
    const skipped = ({ kind }) =>
      (is("control-in-company") && !records.has(kind)) ||
      (is("event-and-chunk") && kind === "chunk" && hasEvent);
    try {
      for (const member of members) if (!skipped(member)) live.invocation.take(member);
      const failed = members.find(({ kind }) => kind === "error");
      if (failed !== undefined)
        return this.#answer(id, failed.body, is("error-written-anew") ? undefined : failed.raw);
      const remaining = members[0].body.remaining_ms;
      const epoch = Number(members[0].body.deadline_ms ?? Number.POSITIVE_INFINITY);
      const past =
        (is("any-deadline-is-past") ? remaining !== undefined : remaining === 0) ||
        (is("deadline-by-epoch") && epoch < Date.now());
      const company = this.#live.size > 1 && is("expired-calls-run-in-company");
      if (past && !company && !is("expired-calls-run"))
        this.#answer(id, {
          code: "deadline_exceeded",
          message: "the deadline has passed",
          effect: "none",
        });
    } catch (error) {
      this.#refuse(error.confinedTo(id));
      return;
    }
    if (live.running) return;
    live.running = true;
    const begin = is("one-at-a-time") ? this.#last : Promise.resolve();
    this.#last = begin.then(() => live.invocation.run()).then((error) => this.#finish(id, error));
  }

  /** Opens an invocation, or answers that it cannot be taken. */
  #begin(id) {
    this.#highest = Math.max(this.#highest, id);
    const refused = (code, message) => {
      this.#live.set(id, { invocation: { cancelled: true } });
      this.#answer(id, {
        code,
        message,
        ...(is("refusal-without-effect") ? {} : { effect: "none" }),
      });
    };
    const aborted = this.#live.size > 1 && is("refusal-in-company-aborted");
    if (this.#draining && !is("serves-after-drain"))
      return refused(aborted ? "aborted" : "unavailable", "the session is draining");
    const most = this.settings.concurrency;
    const all = most > 1 && is("one-too-many") ? most + 1 : most;
    if (this.#live.size >= all && !is("concurrency-ignored"))
      return refused("resource_exhausted", "too many invocations");
    const live = {
      ...balances({
        credit: this.settings.credit,
        initial: this.hello.credit,
        isInputOver: () => this.#live.get(id)?.invocation.inputOver ?? false,
        grant: (bytes) => this.#ended || this.#write(id, [{ kind: "credit", body: { bytes } }]),
      }),
      invocation: new Invocation(this.#port(id), true),
      running: false,
    };
    live.cancel = (reason) => live.invocation.cancel(reason);
    this.#live.set(id, live);
    return live;
  }

  #port(id) {
    return {
      write: async (kind, body, raw) => {
        const member = { kind, body, raw };
        const free = !["event", "stream", "chunk"].includes(kind);
        const live = this.#live.get(id);
        if (!free && live !== undefined)
          await allowed(live, kind, costOf(this.format, id, member), () => this.#ended);
        checkLength(this.format, kind, body, this.hello.limits?.max_record);
        if (is("own-members-anywhere")) output(this.format.writeOwn(id));
        if (this.#live.has(id)) this.#writeOrHold(id, member);
        if (kind === "end" && is("greases-answered-ids")) output(this.format.writeOwn(id));
        if (kind === "end") {
          this.#live.delete(id);
          if (is("answers-twice")) this.#write(id, [member]);
        }
        if (is("writes-context") && kind === "event")
          this.#write(id, [{ kind: "context", body: { invocation_id: "own" } }]);
      },
      log: (body) => {
        if (this.#draining && is("logs-lost-after-drain")) return;
        const any = this.hello.features?.length > 0 && is("logs-for-any-feature");
        if (this.hello.features?.includes("log") || any || is("logs-unasked"))
          this.#write(is("log-without-id") ? 0 : id, [{ kind: "log", body }]);
        else process.stderr.write(`${body.message}\n`);
      },
      recycle: () => {
        this.#recycled = true;
        this.#write(0, [{ kind: "drain", body: {} }]);
      },
      consumed: (size) => this.#live.get(id)?.consumed?.(size),
    };
  }

  #finish(id, error) {
    if (error !== undefined && this.#live.has(id)) {
      const same = error instanceof InputFailed && !is("error-written-anew");
      const record =
        error instanceof InputFailed || error instanceof Failure || error instanceof Fault
          ? error.record
          : { code: "internal", message: String(error?.message) };
      this.#answer(id, record, same ? error.raw : undefined);
    }
    this.#rest();
  }

  #answer(id, record, raw) {
    const live = this.#live.get(id);
    this.#write(id, [{ kind: "error", body: record, raw }]);
    this.#live.delete(id);
    live?.invocation.cancel?.();
    this.#rest();
  }

  #refuse(fault) {
    const live = this.#live.get(fault.id);
    const past = live === undefined && fault.id <= this.#highest;
    if ((past && !is("faults-of-past-ids-answered")) || live?.invocation.cancelled) return;
    if (!is("refused-ids-served")) this.#highest = Math.max(this.#highest, fault.id);
    if (is("confined-faults-kill")) throw fault;
    if (!is("confined-faults-ignored")) this.#answer(fault.id, fault.at(this.at).record);
  }

  #drain() {
    this.#draining = true;
    if (is("drain-exits-at-once")) leave(0);
    this.#rest();
  }

  /** Ends the process when nothing is left to do. */
  #rest() {
    const waits = is("drain-waits-for-end-of-input") && !this.#ended;
    const left = [...this.#live.values()].filter(
      ({ invocation }) =>
        !(this.#draining && invocation.cancelled && is("drain-leaves-cancelled-calls")),
    );
    if (left.length > 0 || waits || is("never-leaves")) return;
    if (this.#draining) leave(is("drain-exit-1") ? 1 : 0);
    const spared = is("orphan-exit-0") || (is("orphan-of-later-call-exit-0") && this.#highest > 1);
    if (this.#ended) leave(this.#lost && !spared ? 74 : is("idle-exit-74") ? 74 : 0);
  }

  #endOfInput() {
    this.#ended = true;
    for (const { invocation, waiters } of [...this.#live.values()]) {
      const waited = this.#draining ? is("drained-input-waited-for") : is("end-of-input-ignored");
      if (!invocation.inputOver && !waited) {
        this.#lost = true;
        invocation.cancel("client_gone");
      }
      for (const waiter of waiters?.splice(0) ?? []) waiter();
    }
    const stated = this.hello?.orphan_budget_ms;
    const budget = is("no-budget-is-the-usual-one") ? stated || 5000 : (stated ?? 5000);
    const unbounded = this.#draining || is("no-orphan-budget");
    // Keeps the process alive until its work is done or the budget is over.
    setTimeout(
      () => {
        const body = { code: "cancelled", message: "the orphan budget is over" };
        if (is("orphan-budget-announced")) this.#write(0, [{ kind: "error", body }]);
        leave(74, body.message);
      },
      unbounded ? 3_600_000 : budget,
    );
    this.#rest();
  }

  #lose(error) {
    const fault = error instanceof Fault ? error.at(this.at) : undefined;
    const record = fault?.record ?? { code: "internal", message: String(error.message) };
    if (!is("session-faults-unsaid")) this.#write(0, [{ kind: "error", body: record }]);
    leave(fault?.status ?? 70, record.message);
  }

  /** Ends for an exception that comes from no invocation. */
  #break({ message }) {
    if (is("break-survived")) return;
    if (!this.#greeted) leave(70, message);
    const code = is("break-code-unknown") ? "unknown" : "internal";
    const id = is("break-blamed-on-last-call") ? this.#highest : 0;
    if (!is("break-unsaid")) this.#write(id, [{ kind: "error", body: { code, message } }]);
    leave(is("break-exit-1") ? 1 : 70, message);
  }

  #open() {
    this.#opened = true;
    const json = this.format.preface[0] === 0x7b;
    if (json && !is("no-line-feed-before-preface")) output(Buffer.from("\n"));
    output(this.format.preface);
  }

  #write(id, members) {
    if (!this.#opened) this.#open();
    if (is("records-without-frames"))
      for (const { kind, body, raw } of members) output(this.format.writeRecord(kind, body, raw));
    else output(this.format.writeFrame(id, members));
  }

  /** Writes a member, or keeps an event until it can be written after the end. */
  #writeOrHold(id, member) {
    const live = this.#live.get(id);
    if (is("members-out-of-order") && member.kind === "event") live.held = member;
    else if (is("events-share-a-frame") && member.kind === "event")
      this.#write(id, [member, member]);
    else this.#write(id, live.held === undefined ? [member] : [live.held, member]);
  }
}
