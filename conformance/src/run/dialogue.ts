import type { Case, Expectation, Observation, Plain, Sending, Step } from "../case/case.ts";
import type { Freshness } from "../case/freshness.ts";
import type { Seen } from "../case/match.ts";
import { writeRawFrame, writeRecord } from "../wire/wire-writer.ts";
import type { Underling } from "./below.ts";
import { act, placeOf } from "./below-steps.ts";
import type { Conversation } from "./conversation.ts";
import type { DialogueOptions } from "./handshake.ts";
import { CaseFailed, type Judgement, judgementOf } from "./judgement.ts";
import {
  balanceLines,
  endText,
  observe,
  type Sight,
  type Surroundings,
  waitedText,
} from "./observe.ts";
import { Outgoing } from "./outgoing.ts";
import { PayloadTaker, sendPaid, sendPayload } from "./payload.ts";
import { checkBreach, checkLogs, checkRest } from "./rest.ts";
import { StreamedResult } from "./streamed-result.ts";
import { wantedText } from "./wanted-text.ts";

const usualLimitMs = 5_000;
/** How long the function of a runtime that has ended can still show anything. */
const orphanedMs = 2_000;
/** Holds the dialogue of one case and judges what comes of it. */
export class Dialogue {
  readonly #case: Case;
  readonly #options: DialogueOptions;
  readonly #freshness: Freshness;
  readonly #base: number;
  readonly #seen: Seen = new Map();
  readonly #outgoing = new Outgoing();
  readonly #outgoingBelow = new Outgoing();
  /** Octets of payloads that steps have taken, by side and id of the case. */
  readonly #taken = new Map<string, number>();
  /** Where the step happens below a runtime; undefined: above. */
  #underling: Underling | undefined;
  #step = 0;
  #matched = -1;
  #warning: CaseFailed | undefined;
  #exitExpected = false;
  #obliging = false;

  /** @param base added to every id of the case, so that cases can share a process */
  constructor(of: Case, options: DialogueOptions, freshness: Freshness, base = 0) {
    this.#case = of;
    this.#options = options;
    this.#freshness = freshness;
    this.#base = base;
  }

  /** Whether the case has seen the process to its end. */
  get ended(): boolean {
    return this.#exitExpected;
  }

  /** Goes through the steps. */
  async run(): Promise<Judgement> {
    const { conversation } = this.#options;
    try {
      for (const [index, step] of this.#case.steps.entries()) {
        this.#step = index;
        if (step.only !== undefined && step.only !== conversation.format) continue;
        await this.#do(step);
      }
      this.checkRest();
      const warning = this.#warning;
      if (warning !== undefined) throw warning;
      return { verdict: "pass" };
    } catch (error) {
      return judgementOf(error, this.#case, this.#step);
    } finally {
      await Promise.all([this.#outgoing.stop(), this.#outgoingBelow.stop()]);
    }
  }

  /** What `checkRest` finds, as a judgement. */
  judgeRest(): Judgement {
    try {
      this.checkRest();
      return { verdict: "pass" };
    } catch (error) {
      return judgementOf(error, this.#case, this.#step);
    }
  }

  /** @throws CaseFailed if what the steps have left shows that the candidate is wrong */
  checkRest(): void {
    checkRest(this.#case, this.#options, { done: this.#step + 1, base: this.#base });
  }

  async #do(step: Step): Promise<void> {
    const { send, close, shut, stop, expect } = step;
    this.#underling = await this.#placeOf(step);
    const conversation = this.#conversation;
    if (send !== undefined) await this.#send(send);
    if (close !== undefined) {
      await this.#allSent();
      conversation.closeInput();
    }
    if (shut !== undefined) {
      conversation.transcript.add("=", "what the candidate writes to is closed by the kit");
      conversation.process.shutOutput();
    }
    if (step.pause !== undefined) conversation.process.pauseOutput();
    if (step.resume !== undefined) conversation.process.resumeOutput();
    if (this.#underling !== undefined)
      await act(step, this.#underling, (done, wanted) => this.#until({}, done, () => [wanted]));
    if (stop !== undefined) {
      conversation.transcript.add("=", `${stop.signal} is sent`);
      conversation.process.signal(stop.signal);
    }
    if (expect?.streamed) await this.#awaitResult(expect);
    if (expect?.payload !== undefined) await this.#expectPayload(expect);
    else if (expect !== undefined) await this.#expect(expect);
  }

  /** The conversation in which the step happens. */
  get #conversation(): Conversation {
    return this.#underling?.conversation ?? this.#options.conversation;
  }

  /** What is on its way in that conversation. */
  get #outgoingHere(): Outgoing {
    return this.#underling === undefined ? this.#outgoing : this.#outgoingBelow;
  }

  #allSent(): Promise<void> {
    return this.#outgoingHere.settled((done) =>
      this.#until({}, done, () => ["what is sent, read"]),
    );
  }

  /** The process below at which a step happens, once it was started. */
  async #placeOf(step: Step): Promise<Underling | undefined> {
    const { below } = this.#options;
    const at = placeOf(step);
    if (at === undefined || below === undefined) return undefined;
    await this.#until(
      {},
      () => below.all.length >= at,
      () => [`process ${at} of the function, started`],
    );
    return below.all[at - 1];
  }

  async #send(sending: Sending): Promise<void> {
    const { record, frame, paid, payload, raw, bytes, stderr, notes } = sending;
    const conversation = this.#conversation;
    const { format } = conversation;
    const outgoing = this.#outgoingHere;
    if (payload !== undefined) {
      const octets = this.#freshness.octets(payload.octets);
      const base = this.#base;
      outgoing.add(conversation, () => sendPayload(conversation, payload, octets, base, outgoing));
      return;
    }
    if (stderr !== undefined) this.#underling?.process.complain(this.#freshness.parts(stderr));
    if (bytes !== undefined) {
      conversation.send(this.#freshness.parts(bytes), notes);
      return;
    }
    if (raw !== undefined) {
      const body = this.#freshness.parts(raw.body);
      const id = conversation.wireId(this.#real(raw.id));
      conversation.send(writeRawFrame(format, id, body), notes);
      return;
    }
    if (record !== undefined) {
      await this.#allSent();
      conversation.send(writeRecord(format, this.#freshness.object(record)), notes);
    }
    if (frame === undefined) return;
    const { id, ...members } = this.#freshness.object(frame) as { id: number };
    const filled = { ...members, id: this.#real(id) };
    if (paid) outgoing.add(conversation, () => sendPaid(conversation, filled, outgoing));
    else conversation.sendFrame(filled, notes);
  }

  /** The id on the wire of an id of the case. */
  #real(id: number): number {
    return id === 0 ? 0 : id + this.#base;
  }

  async #expectPayload(expect: Expectation): Promise<void> {
    const conversation = this.#conversation;
    const { payload, at = "host" } = expect;
    if (payload === undefined) return;
    const name = `${at} ${payload.id}`;
    const taken = payload.stream === undefined ? (this.#taken.get(name) ?? 0) : 0;
    const taker = new PayloadTaker(
      payload,
      conversation,
      this.#freshness,
      this.#seen,
      this.#base,
      taken,
    );
    await this.#until(
      expect,
      () => taker.take(),
      () => [taker.wanted],
    );
    this.#taken.set(name, taker.taken);
  }

  /** Waits for a result that may be a stream, so that it can be judged as the event that it stands for. */
  async #awaitResult(expect: Expectation): Promise<void> {
    const { frame, record } = expect;
    const result = new StreamedResult(
      {
        event: ((frame ?? record)?.["event"] ?? {}) as Plain,
        ...(frame && { id: this.#real(frame.id) }),
        wanted: wantedText(expect, this.#freshness),
      },
      this.#conversation,
    );
    await this.#until(
      expect,
      () => result.take(),
      () => [result.wanted],
    );
  }

  async #expect(expect: Expectation): Promise<void> {
    const { one_of: oneOf, unordered } = expect;
    const alternatives = oneOf ?? [{ ...expect, grade: "pass" as const }];
    if (unordered !== undefined) return this.#expectAll(expect, [...unordered]);
    const ends = alternatives.some(
      ({ exit, signal }) => exit !== undefined || signal !== undefined,
    );
    // Whoever waits for the end of a runtime lets what it hosts end.
    this.#obliging = ends;
    const wanted = alternatives.map((one) => wantedText(one, this.#freshness));
    if (alternatives.some(({ silent }) => silent)) return this.#expectSilence(expect);
    await this.#until(
      expect,
      () => {
        const sights: Sight[] = [];
        for (const one of alternatives) {
          // What is seen is taken away, so nothing after it is looked at.
          const sight = observe(one, this.#around(expect));
          if (sight.seen === "yes") {
            this.#grade(one, wanted);
            return true;
          }
          sights.push(sight);
        }
        const [first] = sights;
        if (sights.every(({ seen }) => seen === "no") && first?.seen === "no")
          throw this.#mismatch(first, wanted);
        return false;
      },
      () => wanted,
    );
    if (ends) this.#exitExpected = true;
  }

  #grade(
    observation: Observation & { readonly grade: "pass" | "warn" | "fail" },
    wanted: readonly string[],
  ): void {
    if (observation.grade === "pass") return;
    const came = wantedText(observation, this.#freshness);
    const failed = new CaseFailed(
      {
        signature: `graded:${observation.grade}`,
        rule: this.#case.requirement.id,
        wanted,
        came: [came],
      },
      observation.grade,
    );
    if (observation.grade === "fail") throw failed;
    this.#warning ??= failed;
  }

  async #expectAll(expect: Expectation, missing: Observation[]): Promise<void> {
    await this.#until(
      expect,
      () => {
        for (const one of [...missing])
          if (observe(one, this.#around(expect)).seen === "yes")
            missing.splice(missing.indexOf(one), 1);
        return missing.length === 0;
      },
      () => missing.map((one) => wantedText(one, this.#freshness)),
    );
  }

  async #expectSilence({ within_ms: within = usualLimitMs }: Expectation): Promise<void> {
    const { scale, signal } = this.#options;
    const conversation = this.#conversation;
    // A process that has not started yet is silent too.
    const until = performance.now() + scale.limit(within) + 2 * scale.startedMs;
    const noise = (): boolean =>
      conversation.left.some(([, { kind }]) => kind !== "credit" && kind !== "log") ||
      conversation.outputEnded;
    while (!noise() && performance.now() < until && !signal.aborted)
      await conversation.change(until - performance.now());
    this.checkRest();
    if (conversation.outputEnded)
      throw this.#mismatch({ seen: "no", came: endText(conversation) }, ["nothing"]);
  }

  /** Waits until `done` says so; what breaks a rule meanwhile ends the case. */
  async #until(
    { within_ms: stated }: Expectation,
    done: () => boolean,
    wanted: () => readonly string[],
  ): Promise<void> {
    const { scale, signal, below } = this.#options;
    const conversation = this.#conversation;
    const began = performance.now();
    // What the process writes first may take as long as its start.
    const start = conversation.outputLength === 0 ? scale.startMs : 0;
    let limit = scale.limit(stated ?? usualLimitMs) + start;
    // Once the runtime is gone little is to be waited for below, unless the case says how long.
    let orphaned = stated !== undefined;
    for (;;) {
      checkBreach(this.#options);
      checkLogs(this.#case, this.#options, { done: this.#step, base: this.#base });
      if (this.#obliging) below?.oblige(this.#options.conversation.isDrained);
      if (done()) return;
      if (!orphaned && below !== undefined && this.#options.conversation.process.ending) {
        orphaned = true;
        limit = Math.min(limit, performance.now() - began + scale.limit(orphanedMs));
      }
      const left = began + limit - performance.now();
      if (left <= 0 || signal.aborted)
        throw new CaseFailed({
          signature: "timeout",
          rule: this.#case.requirement.id,
          wanted: wanted(),
          came: [waitedText(conversation, limit), ...balanceLines(this.#options)],
        });
      await conversation.change(left);
    }
  }

  #mismatch(sight: Extract<Sight, { seen: "no" }>, wanted: readonly string[]): CaseFailed {
    const { difference, offset, came, signature } = sight;
    return new CaseFailed({
      signature:
        signature ?? (difference === undefined ? "different" : `different:${difference.path}`),
      rule: this.#case.requirement.id,
      wanted,
      came: [came],
      ...(difference && { difference }),
      ...(offset === undefined ? {} : { offset }),
    });
  }

  #around(expect: Expectation): Surroundings {
    return {
      conversation: this.#conversation,
      ...(this.#underling && { underling: this.#underling }),
      ...(this.#options.below && { below: this.#options.below }),
      freshness: this.#freshness,
      seen: this.#seen,
      base: this.#base,
      after: expect.in_order ? this.#matched : undefined,
      onMatched: (sequence) => {
        this.#matched = Math.max(this.#matched, sequence);
      },
    };
  }
}
