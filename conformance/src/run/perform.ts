import type { Candidate } from "../candidate/candidate.ts";
import type { NamedPipes } from "../candidate/named-pipes.ts";
import type { Case } from "../case/case.ts";
import type { CaseStore } from "../case/case-store.ts";
import { Freshness } from "../case/freshness.ts";
import { startWords } from "../case/start-words.ts";
import type { VectorStore } from "../vector-store.ts";
import type { Format } from "../wire/unit.ts";
import { writeFrame } from "../wire/wire-writer.ts";
import { type Offered, reasonNotToRun, speaks } from "./applicability.ts";
import { Below } from "./below.ts";
import { withBothEnds } from "./both-ends.ts";
import { Calls } from "./calls.ts";
import { Changes } from "./changes.ts";
import { Conversation } from "./conversation.ts";
import { Dialogue } from "./dialogue.ts";
import { type DialogueOptions, open } from "./handshake.ts";
import { CaseFailed, type Judgement, judgementOf } from "./judgement.ts";
import type { TimeScale } from "./time-scale.ts";
import { type Entry, Transcript } from "./transcript.ts";
import type { Watch } from "./watch.ts";

const orphanMs = 1_000;

/** What everything that performs cases has in common. */
export interface Stage {
  readonly candidate: Candidate;
  readonly pipes: NamedPipes;
  readonly cases: CaseStore;
  readonly vectors: VectorStore;
  readonly offered: Offered;
  readonly scale: TimeScale;
  readonly seed: string;
  readonly signal: AbortSignal;
  readonly watch?: Watch;
}

/** What performing a case has shown. */
export interface Performance {
  readonly judgement: Judgement;
  readonly transcript: readonly Entry[];
  /** The end of what the candidate wrote to standard error. */
  readonly stderr: string;
  readonly ms: number;
  /** The stdfn.json that a runtime was given, where it did not pass. */
  readonly manifest?: string;
}

/** Performs a case with a process of its own. */
export async function perform(of: Case, format: Format, stage: Stage): Promise<Performance> {
  const began = performance.now();
  const fresh = (id: string): Freshness =>
    new Freshness(stage.seed, `${id} ${format}`, stage.vectors);
  const freshness = fresh(of.id);
  const around = { changes: new Changes(), calls: new Calls(), transcript: new Transcript() };
  const below =
    of.candidate === "runtime" ? await Below.make(of, format, freshness, around) : undefined;
  const deafen = around.changes.heed(stage.signal);
  const name = speaks(of) ? `${of.id} ${format}` : of.id;
  stage.watch?.begin(name);
  try {
    const environment = freshness.object(of.environment ?? {}) as Record<string, string>;
    around.transcript.start(startWords({ ...of, environment }));
    const conversation = await Conversation.start({
      ...around,
      ...(below && { hosted: below.path }),
      candidate: stage.candidate,
      pipes: stage.pipes,
      mode: of.mode,
      format,
      args: of.arguments ?? [],
      environment: { ...below?.environment, ...environment },
      raw: isRaw(of),
      signal: stage.signal,
    });
    const options = {
      conversation,
      scale: stage.scale,
      signal: stage.signal,
      ...(below && { below }),
    };
    let judgement: Judgement;
    try {
      judgement = await dialogue(of, options, freshness, stage, fresh);
    } finally {
      await conversation.stop();
    }
    return {
      judgement: withBothEnds(judgement, conversation.transcript.entries, below),
      transcript: conversation.transcript.entries,
      stderr: conversation.process.stderr.text,
      ms: Math.round(performance.now() - began),
      ...(below && judgement.verdict !== "pass" && { manifest: below.manifest }),
    };
  } finally {
    stage.watch?.end(name);
    deafen();
    below?.remove();
  }
}

async function dialogue(
  of: Case,
  options: DialogueOptions,
  freshness: Freshness,
  stage: Stage,
  fresh: (id: string) => Freshness,
): Promise<Judgement> {
  try {
    await open(of, options, freshness);
  } catch (error) {
    return judgementOf(error, of, 0);
  }
  const held = new Dialogue(of, options, freshness);
  const judgement = await held.run();
  if (judgement.verdict !== "pass") return judgement;
  if (held.ended) return leftBehind(of, options);
  const probed = await probe(of, options, stage, fresh);
  if (probed.verdict !== "pass") return probed;
  const left = await farewell(of, options, freshness);
  return left.verdict === "pass" ? leftBehind(of, options) : left;
}

/** A runtime that has ended leaves nothing of its function behind (RLY-034). */
async function leftBehind(
  of: Case,
  { below, scale, conversation }: DialogueOptions,
): Promise<Judgement> {
  if (below === undefined || conversation.process.ending === undefined) return { verdict: "pass" };
  // That a process is gone is heard a little later.
  const until = performance.now() + scale.limit(orphanMs);
  while (!below.isGone && performance.now() < until)
    await conversation.change(until - performance.now());
  if (below.isGone) return { verdict: "pass" };
  const failure = {
    signature: "left-behind",
    rule: "RLY-034",
    wanted: ["no process of the function, since the candidate has ended"],
    came: ["a process that lives on"],
  };
  return judgementOf(new CaseFailed(failure), of, of.steps.length);
}

/** Shows that the candidate still serves after a case. */
export async function probe(
  of: Case,
  options: DialogueOptions,
  stage: Stage,
  fresh: (id: string) => Freshness,
): Promise<Judgement> {
  const by = probeOf(of, options.conversation.format, stage);
  if (by === undefined) return { verdict: "pass" };
  const base = options.conversation.monitor?.highest ?? 0;
  const judgement = await new Dialogue(by, options, fresh(by.id), base).run();
  return afterwards(judgement, `probe:${by.id}`, of);
}

/** The case that shows that the candidate still serves; undefined if there is none, or it does not apply. */
function probeOf(of: Case, format: Format, { cases, offered }: Stage): Case | undefined {
  if (of.probe === undefined) return undefined;
  const probe = cases.get(of.probe);
  const applies = reasonNotToRun({ of: probe, format, speaks: true }, offered) === undefined;
  return applies ? probe : undefined;
}

/** Ends a session in order: whatever a case was about, the candidate leaves with status 0 and says nothing more. */
export async function farewell(
  of: Case,
  options: DialogueOptions,
  freshness: Freshness,
): Promise<Judgement> {
  const { conversation } = options;
  if (conversation.monitor === undefined) return { verdict: "pass" };
  conversation.send(writeFrame(conversation.format, { id: 0, drain: {} }));
  conversation.closeInput();
  const steps = [{ expect: { exit: [0] } }];
  const end = new Dialogue({ ...of, steps }, options, freshness);
  const left = await end.run();
  if (left.verdict === "pass") return left;
  // What nobody asked for says more than that the end did not come.
  const rest = end.judgeRest();
  return afterwards(rest.verdict === "pass" ? left : rest, "drain", of);
}

/** A failure that comes after the steps: the state the case has left behind is a bad one. */
function afterwards(judgement: Judgement, where: string, of: Case): Judgement {
  if (judgement.verdict === "pass") return judgement;
  const failure = { ...judgement.failure, step: of.steps.length };
  return { ...judgement, failure: { ...failure, signature: `${where}:${failure.signature}` } };
}

/** Whether standard output is looked at as octets. */
export function isRaw({ mode, steps }: Case): boolean {
  return (
    mode === "filter" ||
    mode === "describe" ||
    steps.some(
      ({ expect }) =>
        expect?.at !== "function" && (expect?.output !== undefined || expect?.json !== undefined),
    )
  );
}
